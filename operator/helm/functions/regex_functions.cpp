// Regular expressions. Those without `must` panic in Sprig where the others return an error, which differs in wording.
#include <array>

#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/go_regexp.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::List;
using gotemplate::Value;

// strconv.CanBackquote
bool can_backquote(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    const char32_t rune = gotemplate::next_rune(text, i);
    if (rune == gotemplate::kRuneError && i == start + 1) return false;
    if ((rune < ' ' && rune != '\t') || rune == '`' || rune == 0x7F || rune == 0xFEFF) return false;
  }
  return true;
}

std::shared_ptr<const GoRegexp> must_compile(std::string_view pattern) {
  try {
    return GoRegexp::compile(pattern);
  } catch (const FunctionError& error) {
    const std::string quoted = can_backquote(pattern) ? "`" + std::string(pattern) + "`" : gotemplate::quote(pattern);
    throw FunctionError("regexp: Compile(" + quoted + "): " + error.what());
  }
}

Value match(Call& call) {
  try {
    return Value::boolean(GoRegexp::compile(call.text(0))->matches(call.text(1)));
  } catch (const FunctionError&) {
    return Value::boolean(false);
  }
}

Value must_match(Call& call) { return Value::boolean(GoRegexp::compile(call.text(0))->matches(call.text(1))); }

using Compile = std::shared_ptr<const GoRegexp> (*)(std::string_view);

template <Compile compile>
Value find(Call& call) {
  const auto found = compile(call.text(0))->find(call.text(1));
  return Value::string(found ? call.text(1).substr(found->begin, found->end - found->begin) : std::string_view());
}

template <Compile compile>
Value find_all(Call& call) {
  List* result = call.heap.make<List>(call.heap, gotemplate::kStringList);
  compile(call.text(0))->find_all(call.text(1), call.integer(2), [&](GoRegexp::Range match) {
    result->items.push_back(Value::string(call.text(1).substr(match.begin, match.end - match.begin)));
  });
  result->is_nil = result->items.empty();
  return Value::list(result);
}

template <Compile compile>
Value split(Call& call) {
  List* result = call.heap.make<List>(call.heap, gotemplate::kStringList);
  compile(call.text(0))->split(call.text(1), call.integer(2), [&](std::string_view part) {
    result->items.push_back(Value::string(part));
  });
  result->is_nil = call.integer(2) == 0;
  return Value::list(result);
}

template <Compile compile, bool literal>
Value replace_all(Call& call) {
  BoundedText out(call.heap);
  compile(call.text(0))->replace_all(call.text(1), call.text(2), literal, out);
  return out.value();
}

Value quote_meta(Call& call) {
  std::string out;
  for (const char c : call.text(0)) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return call.make(out);
}

constexpr std::array kFunctions{
    Function{"regexMatch", "ss", match},
    Function{"mustRegexMatch", "ss", must_match},
    Function{"regexFind", "ss", find<must_compile>},
    Function{"mustRegexFind", "ss", find<GoRegexp::compile>},
    Function{"regexFindAll", "ssi", find_all<must_compile>},
    Function{"mustRegexFindAll", "ssi", find_all<GoRegexp::compile>},
    Function{"regexReplaceAll", "sss", replace_all<must_compile, false>},
    Function{"mustRegexReplaceAll", "sss", replace_all<GoRegexp::compile, false>},
    Function{"regexReplaceAllLiteral", "sss", replace_all<must_compile, true>},
    Function{"mustRegexReplaceAllLiteral", "sss", replace_all<GoRegexp::compile, true>},
    Function{"regexSplit", "ssi", split<must_compile>},
    Function{"mustRegexSplit", "ssi", split<GoRegexp::compile>},
    Function{"regexQuoteMeta", "s", quote_meta},
};

}  // namespace

std::span<const Function> regex_functions() { return kFunctions; }

}  // namespace kyma::helm
