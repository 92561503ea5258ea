#include "operator/helm/chart/regex.hpp"

#include <optional>
#include <string>

namespace kyma::helm {
namespace {

// Go has (?<name>x) besides (?P<name>x), and no \C. Nothing: no pattern.
std::optional<std::string> to_re2(std::string_view pattern) {
  std::string result;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    result += c;
    if (c == '\\' && i + 1 < pattern.size()) {
      if (pattern[i + 1] == 'C') return std::nullopt;
      result += pattern[++i];
    } else if (c == '[' && !in_class) {
      in_class = true;
      // A bracket that comes first, or after ^, is one of the class.
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') result += pattern[++i];
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') result += pattern[++i];
    } else if (c == ']') {
      in_class = false;
    } else if (!in_class && c == '(' && pattern.substr(i).starts_with("(?<")) {
      result += "?P";
      ++i;
    }
  }
  return result;
}

}  // namespace

std::unique_ptr<re2::RE2> compile_regex(std::string_view pattern) {
  const auto text = to_re2(pattern);
  if (!text) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_unique<re2::RE2>(*text, options);
  return regex->ok() ? std::move(regex) : nullptr;
}

}  // namespace kyma::helm
