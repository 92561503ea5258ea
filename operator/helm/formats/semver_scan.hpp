// How versions and constraints are scanned: each function takes what it matches from the front of a text, as much of it
// as there is. For semver.cpp and semver_constraint.cpp.
#pragma once

#include <optional>
#include <string_view>

namespace kyma::helm::semver {

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kIdentifier = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";

inline std::string_view take(std::string_view& text, std::string_view characters) {
  const std::string_view taken = text.substr(0, text.find_first_not_of(characters));
  text.remove_prefix(taken.size());
  return taken;
}

// The separator and the identifiers after it, joined by dots; nothing taken when no identifier follows.
inline std::string_view take_identifiers(std::string_view& text, char separator) {
  if (!text.starts_with(separator)) return {};
  std::string_view rest = text.substr(1);
  if (take(rest, kIdentifier).empty()) return {};
  for (std::string_view next = rest; next.starts_with('.'); rest = next) {
    next.remove_prefix(1);
    if (take(next, kIdentifier).empty()) break;
  }
  const std::string_view taken = text.substr(0, text.size() - rest.size());
  text = rest;
  return taken;
}

// A version, or a part of one. In a constraint, numbers may be wildcards.
struct Pattern {
  std::string_view whole;
  std::string_view numbers[3] = {};  // an absent one is empty
  std::string_view prerelease;       // with its dash
  std::string_view metadata;         // with its plus
};

// `number`: the characters of a number.
inline std::optional<Pattern> take_pattern(std::string_view& text, std::string_view number) {
  std::string_view rest = text;
  if (rest.starts_with('v')) rest.remove_prefix(1);
  Pattern pattern;
  pattern.numbers[0] = take(rest, number);
  if (pattern.numbers[0].empty()) return std::nullopt;
  for (int i = 1; i < 3 && rest.starts_with('.'); ++i) {
    std::string_view after_dot = rest.substr(1);
    pattern.numbers[i] = take(after_dot, number);
    if (pattern.numbers[i].empty()) break;
    rest = after_dot;
  }
  pattern.prerelease = take_identifiers(rest, '-');
  pattern.metadata = take_identifiers(rest, '+');
  pattern.whole = text.substr(0, text.size() - rest.size());
  text = rest;
  return pattern;
}

}  // namespace kyma::helm::semver
