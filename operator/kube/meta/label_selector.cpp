#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "operator/kube/meta/names.hpp"
#include "operator/kube/meta/selector.hpp"

namespace kyma::kube {
namespace {

// "in" and "notin" are ordinary words wherever a key or a value stands, so the parser and not the lexer tells them
// apart.
struct Token {
  enum class Kind { end, word, open, close, comma, not_, equal, not_equal, greater, less };
  Kind kind = Kind::end;
  std::string_view text;
};

std::vector<Token> tokenize(std::string_view text) {
  using Kind = Token::Kind;
  constexpr std::string_view kSpace = " \t\r\n";
  constexpr std::string_view kEndOfWord = " \t\r\n=!(),><";
  std::vector<Token> tokens;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (text.empty()) break;
    std::size_t size = 1;
    Kind kind = Kind::word;
    if (text.starts_with("==") || text.starts_with("!=")) {
      kind = text.front() == '=' ? Kind::equal : Kind::not_equal;
      size = 2;
    } else {
      switch (text.front()) {
        case '=': kind = Kind::equal; break;
        case '!': kind = Kind::not_; break;
        case '(': kind = Kind::open; break;
        case ')': kind = Kind::close; break;
        case ',': kind = Kind::comma; break;
        case '>': kind = Kind::greater; break;
        case '<': kind = Kind::less; break;
        default: size = std::min(text.find_first_of(kEndOfWord), text.size()); break;
      }
    }
    tokens.push_back({kind, text.substr(0, size)});
    text.remove_prefix(size);
  }
  tokens.push_back({});
  return tokens;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  std::int64_t number = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

Error cannot_parse(std::string_view why) { return bad_request(fmt::format("unable to parse requirement: {}", why)); }

Error unexpected(const Token& token, std::string_view expected) {
  return bad_request(fmt::format("found '{}', expected: {}", token.text, expected));
}

Error unexpected_in_requirement(const Token& token, std::string_view expected) {
  return cannot_parse(fmt::format("found '{}', expected: {}", token.text, expected));
}

}  // namespace

// The grammar and its error texts are those of the API server's label selectors.
class LabelSelector::Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokenize(text)) {}

  Outcome<std::vector<Requirement>> parse() {
    std::vector<Requirement> requirements;
    if (next().kind == Kind::end) return requirements;
    while (true) {
      if (next().kind != Kind::word && next().kind != Kind::not_) {
        return requirements.empty() ? unexpected(next(), "!, identifier, or 'end of string'")
                                    : unexpected(next(), "identifier after ','");
      }
      auto requirement = parse_requirement();
      if (!requirement) return requirement.error();
      requirements.push_back(*std::move(requirement));
      const Token after = take();
      if (after.kind == Kind::end) return requirements;
      if (after.kind != Kind::comma) return unexpected(after, "',' or 'end of string'");
    }
  }

 private:
  using Kind = Token::Kind;

  const Token& next() const { return tokens_[at_]; }
  Token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

  Outcome<Requirement> parse_requirement() {
    Requirement result;
    const bool negated = next().kind == Kind::not_;
    if (negated) take();
    const Token key = take();
    if (key.kind != Kind::word) return unexpected_in_requirement(key, "identifier");
    if (const auto problem = check_label_key(key.text); !problem.empty()) {
      return cannot_parse(fmt::format("<nil>: Invalid value: \"{}\": {}", key.text, problem));
    }
    result.key = key.text;
    if (negated || next().kind == Kind::end || next().kind == Kind::comma) {
      result.op = negated ? Operator::not_exists : Operator::exists;
      return result;
    }
    const Token op = take();
    if (op.kind == Kind::word && (op.text == "in" || op.text == "notin")) {
      result.op = op.text == "in" ? Operator::in : Operator::not_in;
      return parse_values(std::move(result));
    }
    switch (op.kind) {
      case Kind::equal: result.op = Operator::in; break;
      case Kind::not_equal: result.op = Operator::not_in; break;
      case Kind::greater: result.op = Operator::greater; break;
      case Kind::less: result.op = Operator::less; break;
      default: return unexpected_in_requirement(op, "in, notin, =, ==, !=, gt, lt");
    }
    return parse_value(std::move(result));
  }

  // After an operator that takes one value, which may be empty.
  Outcome<Requirement> parse_value(Requirement requirement) {
    if (next().kind == Kind::end || next().kind == Kind::comma) return with_values(std::move(requirement), {""});
    const Token value = take();
    if (value.kind != Kind::word) return unexpected_in_requirement(value, "identifier");
    return with_values(std::move(requirement), {std::string(value.text)});
  }

  // "(a,b,)": an empty place is the empty value.
  Outcome<Requirement> parse_values(Requirement requirement) {
    if (const Token open = take(); open.kind != Kind::open) {
      return cannot_parse(fmt::format("found '{}' expected: '('", open.text));
    }
    std::set<std::string> values;
    while (true) {
      std::string value;
      if (next().kind == Kind::word) value = take().text;
      values.insert(std::move(value));
      const Token after = take();
      if (after.kind == Kind::close) break;
      if (after.kind != Kind::comma) return unexpected_in_requirement(after, "',' or ')'");
    }
    return with_values(std::move(requirement), {values.begin(), values.end()});
  }

  Outcome<Requirement> with_values(Requirement requirement, std::vector<std::string> values) {
    const bool numeric = requirement.op == Operator::greater || requirement.op == Operator::less;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (numeric && !parse_integer(values[i])) {
        return cannot_parse(fmt::format(
            "values[{}]: Invalid value: \"{}\": for 'Gt', 'Lt' operators, the value must be an integer", i, values[i]));
      }
      if (const auto problem = check_label_value(values[i]); !problem.empty()) {
        return cannot_parse(
            fmt::format("values[{}][{}]: Invalid value: \"{}\": {}", i, requirement.key, values[i], problem));
      }
    }
    requirement.values = std::move(values);
    return requirement;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

Outcome<LabelSelector> LabelSelector::parse(std::string_view text) {
  auto requirements = Parser(text).parse();
  if (!requirements) return requirements.error();
  LabelSelector selector;
  selector.requirements_ = *std::move(requirements);
  return selector;
}

bool LabelSelector::Requirement::matches(const std::string_view* value) const {
  const auto listed = [&] { return std::binary_search(values.begin(), values.end(), *value); };
  switch (op) {
    case Operator::in: return value && listed();
    case Operator::not_in: return !value || !listed();
    case Operator::exists: return value != nullptr;
    case Operator::not_exists: return value == nullptr;
    case Operator::greater:
    case Operator::less: {
      const auto number = value ? parse_integer(*value) : std::nullopt;
      const auto bound = parse_integer(values.front());
      if (!number || !bound) return false;
      return op == Operator::greater ? *number > *bound : *number < *bound;
    }
  }
  return false;
}

bool LabelSelector::matches(const Lookup& labels) const {
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const Requirement& requirement) { return requirement.matches(labels(requirement.key)); });
}

}  // namespace kyma::kube
