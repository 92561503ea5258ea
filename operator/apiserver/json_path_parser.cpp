#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "operator/apiserver/json_path_step.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMaxSteps = 64;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_quote(char c) { return c == '\'' || c == '"'; }

}  // namespace

// Recursive only through filters, which do not nest.
class JsonPathParser {
 public:
  explicit JsonPathParser(std::string_view text, bool in_filter = false) : text_(text), in_filter_(in_filter) {}

  bool parse(JsonPath& path) {
    if (at_ < text_.size() && (text_[at_] == '$' || (in_filter_ && text_[at_] == '@'))) ++at_;
    while (error_.empty() && at_ < text_.size()) {
      if (path.steps_.size() >= kMaxSteps) {
        fail("too many steps");
      } else if (text_[at_] == '.') {
        parse_dot(path);
      } else if (text_[at_] == '[') {
        parse_bracket(path);
      } else if (at_ == 0) {
        parse_name(path);  // kubectl takes "spec.a" for ".spec.a"
      } else {
        fail(fmt::format("unexpected '{}'", text_[at_]));
      }
    }
    return error_.empty();
  }

  const std::string& error() const { return error_; }

 private:
  using Step = JsonPath::Step;

  bool fail(std::string_view what) {
    if (error_.empty()) error_ = fmt::format("{} at {} in {:?}", what, at_, text_);
    return false;
  }

  void parse_dot(JsonPath& path) {
    ++at_;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      path.steps_.push_back({.kind = Step::Kind::descend});
      if (at_ == text_.size()) {
        fail("missing name after ..");
        return;
      }
    }
    if (at_ == text_.size() || text_[at_] == '[') return;  // "." alone is the whole, ".[0]" is "[0]"
    parse_name(path);
  }

  void parse_name(JsonPath& path) {
    std::string name;
    while (at_ < text_.size() && text_[at_] != '.' && text_[at_] != '[') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size())
        ++at_;  // "a\.b" is one name
      else if (std::string_view(" (){}]@?!|&=<>,'\"").find(text_[at_]) != std::string_view::npos) {
        fail(fmt::format("unexpected '{}'", text_[at_]));
        return;
      }
      name += text_[at_++];
    }
    if (name.empty()) {
      fail("missing name");
    } else if (name == "*") {
      path.steps_.push_back({.kind = Step::Kind::all});
    } else {
      path.steps_.push_back({.name = std::move(name)});
    }
  }

  void parse_bracket(JsonPath& path) {
    const std::size_t open = at_++;
    const std::size_t close = closing_bracket();
    if (close == std::string_view::npos) {
      at_ = open;
      fail("unterminated [");
      return;
    }
    const std::string_view inside = trimmed(text_.substr(at_, close - at_));
    if (parse_inside(inside, path)) at_ = close + 1;
  }

  // Brackets within quotes or nested ones do not close.
  std::size_t closing_bracket() const {
    int depth = 1;
    char quote = 0;
    for (std::size_t i = at_; i < text_.size(); ++i) {
      const char c = text_[i];
      if (quote != 0) {
        if (c == '\\')
          ++i;
        else if (c == quote)
          quote = 0;
      } else if (is_quote(c)) {
        quote = c;
      } else if (c == '[') {
        ++depth;
      } else if (c == ']' && --depth == 0) {
        return i;
      }
    }
    return std::string_view::npos;
  }

  bool parse_inside(std::string_view inside, JsonPath& path) {
    if (inside.empty()) return fail("empty []");
    if (inside == "*") {
      path.steps_.push_back({.kind = Step::Kind::all});
      return true;
    }
    if (inside.front() == '?') return parse_filter(trimmed(inside.substr(1)), path);
    if (is_quote(inside.front())) {
      std::string name;
      if (!unquote(inside, name)) return fail("one quoted name is wanted in []");
      path.steps_.push_back({.name = std::move(name)});
      return true;
    }
    if (inside.find(':') != std::string_view::npos) return parse_slice(inside, path);
    const auto index = to_integer(inside);
    if (!index) return fail(fmt::format("invalid array index {}", inside));
    path.steps_.push_back({.kind = Step::Kind::index, .from = index});
    return true;
  }

  static bool unquote(std::string_view quoted, std::string& text) {
    if (quoted.size() < 2 || !is_quote(quoted.front()) || quoted.back() != quoted.front()) return false;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
      if (quoted[i] == quoted.front()) return false;
      if (quoted[i] == '\\' && i + 2 < quoted.size()) ++i;
      text += quoted[i];
    }
    return true;
  }

  bool parse_slice(std::string_view inside, JsonPath& path) {
    Step step{.kind = Step::Kind::slice};
    for (int part = 0; part < 3; ++part) {
      const std::string_view number = trimmed(inside.substr(0, inside.find(':')));
      if (!number.empty()) {
        const auto value = to_integer(number);
        if (!value) return fail(fmt::format("invalid slice bound {}", number));
        if (part == 0) step.from = value;
        if (part == 1) step.to = value;
        if (part == 2) step.stride = *value;
      }
      const std::size_t colon = inside.find(':');
      if (colon == std::string_view::npos) break;
      if (part == 2) return fail("too many : in a slice");
      inside.remove_prefix(colon + 1);
    }
    if (step.stride < 1) return fail("the step of a slice must be positive");
    path.steps_.push_back(std::move(step));
    return true;
  }

  bool parse_filter(std::string_view text, JsonPath& path) {
    if (in_filter_) return fail("filters do not nest");
    if (text.size() < 2 || text.front() != '(' || text.back() != ')') return fail("a filter is written [?(...)]");
    text = trimmed(text.substr(1, text.size() - 2));
    auto filter = std::make_shared<JsonPathFilter>();
    const auto [position, length] = find_operator(text, filter->comparison);
    JsonPathParser left(trimmed(text.substr(0, position)), true);
    if (text.empty() || text.front() != '@') return fail("a filter starts with @");
    if (!left.parse(filter->left)) {
      error_ = left.error();
      return false;
    }
    if (length > 0 && !parse_literal(trimmed(text.substr(position + length)), filter->literal)) {
      return fail("a filter compares with a string, a number, true, false or null");
    }
    path.steps_.push_back({.kind = Step::Kind::filter, .filter = std::move(filter)});
    return true;
  }

  // Where the comparison operator stands, and its length; (end, 0) when there is none.
  static std::pair<std::size_t, std::size_t> find_operator(std::string_view text, Comparison& comparison) {
    static constexpr std::pair<std::string_view, Comparison> kOperators[] = {
        {"==", Comparison::equal},         {"!=", Comparison::not_equal},
        {"<=", Comparison::less_or_equal}, {">=", Comparison::greater_or_equal},
        {"<", Comparison::less},           {">", Comparison::greater}};
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (quote != 0) {
        if (text[i] == quote) quote = 0;
        continue;
      }
      if (is_quote(text[i])) quote = text[i];
      for (const auto& [name, meaning] : kOperators) {
        if (!text.substr(i).starts_with(name)) continue;
        comparison = meaning;
        return {i, name.size()};
      }
    }
    return {text.size(), 0};
  }

  static bool parse_literal(std::string_view text, json::Document& literal) {
    std::string unquoted;
    if (unquote(text, unquoted)) {
      literal.SetString(unquoted, literal.GetAllocator());
      return true;
    }
    auto parsed = json::parse(text);
    if (!parsed || parsed->IsObject() || parsed->IsArray()) return false;
    literal = std::move(*parsed);
    return true;
  }

  std::string_view text_;
  bool in_filter_;
  std::size_t at_ = 0;
  std::string error_;
};

boost::system::result<JsonPath, JsonPathError> JsonPath::parse(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') text = trimmed(text.substr(1, text.size() - 2));
  if (text.empty()) return JsonPathError{"the path is empty"};
  JsonPath path;
  JsonPathParser parser(text);
  if (!parser.parse(path)) return JsonPathError{parser.error()};
  return path;
}

}  // namespace kyma::apiserver
