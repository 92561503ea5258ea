// Strings: trimmed, cut, searched, quoted, joined, split.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "operator/helm/functions/bounded_text.hpp"
#include "operator/helm/functions/conversion.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::List;
using gotemplate::Map;

Value trim(Call& call) { return Value::string(gotemplate::trim_space(call.text(0))); }

// Whether the cutset has the rune; what is not UTF-8 in either counts as U+FFFD.
bool has_rune(std::string_view cutset, char32_t wanted) {
  for (std::size_t i = 0; i < cutset.size();) {
    if (gotemplate::next_rune(cutset, i) == wanted) return true;
  }
  return false;
}

// The start of the last rune.
std::size_t last_rune(std::string_view text) {
  const std::size_t size = text.size();
  for (std::size_t back = 1; back <= std::min<std::size_t>(4, size); ++back) {
    std::size_t end = size - back;
    if ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) continue;
    gotemplate::next_rune(text, end);
    return end == size ? size - back : size - 1;
  }
  return size - 1;
}

Value trim_all(Call& call) {
  const std::string_view cutset = call.text(0);
  std::string_view text = call.text(1);
  while (!text.empty()) {
    std::size_t next = 0;
    if (!has_rune(cutset, gotemplate::next_rune(text, next))) break;
    text.remove_prefix(next);
  }
  while (!text.empty()) {
    const std::size_t start = last_rune(text);
    std::size_t index = start;
    if (!has_rune(cutset, gotemplate::next_rune(text, index))) break;
    text = text.substr(0, start);
  }
  return Value::string(text);
}

Value trim_prefix(Call& call) {
  std::string_view text = call.text(1);
  if (text.starts_with(call.text(0))) text.remove_prefix(call.text(0).size());
  return Value::string(text);
}

Value trim_suffix(Call& call) {
  std::string_view text = call.text(1);
  if (text.ends_with(call.text(0))) text.remove_suffix(call.text(0).size());
  return Value::string(text);
}

Value contains(Call& call) { return Value::boolean(call.text(1).find(call.text(0)) != std::string_view::npos); }
Value has_prefix(Call& call) { return Value::boolean(call.text(1).starts_with(call.text(0))); }
Value has_suffix(Call& call) { return Value::boolean(call.text(1).ends_with(call.text(0))); }

// An empty `old` stands before every rune and at the end.
Value replace(Call& call) {
  const std::string_view old = call.text(0);
  const std::string_view with = call.text(1);
  const std::string_view text = call.text(2);
  if (old == with) return call[2];
  if (!old.empty() && text.find(old) == std::string_view::npos) return call[2];
  BoundedText out(call.heap);
  if (old.empty()) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t start = i;
      gotemplate::next_rune(text, i);
      out.append(with);
      out.append(text.substr(start, i - start));
    }
    out.append(with);
    return out.value();
  }
  out.reserve(text.size());
  std::size_t from = 0;
  for (std::size_t at = text.find(old); at != std::string_view::npos; at = text.find(old, from)) {
    out.append(text.substr(from, at - from));
    out.append(with);
    from = at + old.size();
  }
  out.append(text.substr(from));
  return out.value();
}

Value plural(Call& call) { return call.integer(2) == 1 ? call[0] : call[1]; }

Value to_string_value(Call& call) { return call[0].is_string() ? call[0] : call.make(to_string(call[0])); }

Value to_strings_value(Call& call) {
  if (call[0].is_list() && call[0].as_list().type == &gotemplate::kStringList) return call[0];
  return make_string_list(call.heap, to_strings(call[0]));
}

Value join(Call& call) {
  const std::string_view separator = call.text(0);
  if (!call[1].is_list()) {
    BoundedText out(call.heap);
    const auto texts = to_strings(call[1]);
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) out.append(separator);
      out.append(texts[i]);
    }
    return out.value();
  }
  BoundedText out(call.heap);
  bool first = true;
  for (const Value item : call[1].as_list().items) {
    if (item.is_nothing()) continue;
    if (!first) out.append(separator);
    first = false;
    if (item.is_string()) {
      out.append(item.as_text());
    } else {
      out.append(to_string(item));
    }
  }
  return out.value();
}

// quote, squote and cat leave out what is nothing.
template <class Print>
Value spaced(Call& call, Print print) {
  BoundedText out(call.heap);
  bool first = true;
  for (const Value value : call.args) {
    if (value.is_nothing()) continue;
    if (!first) out.append(" ");
    first = false;
    print(out, value);
  }
  return out.value();
}

Value quote(Call& call) {
  return spaced(call, [](BoundedText& out, Value value) {
    out.append(value.is_string() ? gotemplate::quote(value.as_text()) : gotemplate::quote(to_string(value)));
  });
}

// As %v, unlike quote.
void append_text(BoundedText& out, Value value) {
  if (value.is_string()) {
    out.append(value.as_text());
  } else {
    out.append(gotemplate::to_text(value, out.limit()));
  }
}

Value squote(Call& call) {
  return spaced(call, [](BoundedText& out, Value value) {
    out.append("'");
    append_text(out, value);
    out.append("'");
  });
}

Value cat(Call& call) { return spaced(call, append_text); }

// strings.SplitN: an empty separator splits after each rune; a negative limit is none.
template <class Take>
void split_into(std::string_view separator, std::string_view text, std::int64_t limit, Take take) {
  if (limit == 0) return;
  std::int64_t count = 0;
  if (separator.empty()) {
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t start = i;
      gotemplate::next_rune(text, i);
      if (++count == limit) i = text.size();
      take(text.substr(start, i - start));
    }
    return;
  }
  std::size_t from = 0;
  while (++count != limit) {
    const std::size_t at = text.find(separator, from);
    if (at == std::string_view::npos) break;
    take(text.substr(from, at - from));
    from = at + separator.size();
  }
  take(text.substr(from));
}

Value split_list(Call& call) {
  List* result = call.heap.make<List>(call.heap, gotemplate::kStringList);
  split_into(call.text(0), call.text(1), -1,
             [&](std::string_view part) { result->items.push_back(Value::string(part)); });
  return Value::list(result);
}

Value numbered_parts(Call& call, std::string_view separator, std::string_view text, std::int64_t limit) {
  Map& result = gotemplate::make_map(call.heap, gotemplate::kStringMap);
  int index = 0;
  split_into(separator, text, limit, [&](std::string_view part) {
    char key[24] = "_";
    const char* end = std::to_chars(key + 1, key + sizeof key, index++).ptr;
    result.set(call.heap, {key, static_cast<std::size_t>(end - key)}, Value::string(part));
  });
  return Value::map(&result);
}

Value split(Call& call) { return numbered_parts(call, call.text(0), call.text(1), -1); }
Value split_n(Call& call) { return numbered_parts(call, call.text(0), call.text(2), call.integer(1)); }

constexpr std::array kFunctions{
    Function{"trim", "s", trim},
    Function{"trimAll", "ss", trim_all},
    Function{"trimall", "ss", trim_all},
    Function{"trimPrefix", "ss", trim_prefix},
    Function{"trimSuffix", "ss", trim_suffix},
    Function{"contains", "ss", contains},
    Function{"hasPrefix", "ss", has_prefix},
    Function{"hasSuffix", "ss", has_suffix},
    Function{"replace", "sss", replace},
    Function{"plural", "ssi", plural},
    Function{"toString", "a", to_string_value},
    Function{"toStrings", "a", to_strings_value},
    Function{"join", "sa", join},
    Function{"quote", "a*", quote},
    Function{"squote", "a*", squote},
    Function{"cat", "a*", cat},
    Function{"splitList", "ss", split_list},
    Function{"split", "ss", split},
    Function{"splitn", "sis", split_n},
};

}  // namespace

std::span<const Function> string_functions() { return kFunctions; }

}  // namespace kyma::helm
