#include "operator/helm/chart/text.hpp"

#include <algorithm>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::append_rune;
using gotemplate::is_printable;
using gotemplate::next_rune;

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The ASCII letter that a rune folds to, of the two that do (the Kelvin sign, the long s).
char fold(char32_t rune) noexcept {
  if (rune == 0x212a) return 'k';
  if (rune == 0x017f) return 's';
  return rune < 0x80 ? lower(static_cast<char>(rune)) : '\0';
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char32_t rune = next_rune(text, i);
    if (is_space(rune)) {
      result += ' ';
    } else if (is_printable(rune)) {
      append_rune(result, rune);
    }
  }
  return result;
}

bool equal_fold(std::string_view text, std::string_view ascii) noexcept {
  if (is_ascii(text)) {
    return std::equal(text.begin(), text.end(), ascii.begin(), ascii.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
  }
  std::size_t at = 0;
  for (const char c : ascii) {
    if (at >= text.size() || fold(next_rune(text, at)) != lower(c)) return false;
  }
  return at == text.size();
}

}  // namespace kyma::helm
