#include "operator/helm/functions/letter_case.hpp"

#include <utf8proc.h>

namespace kyma::helm {
namespace {

utf8proc_category_t category(char32_t rune) { return utf8proc_category(static_cast<utf8proc_int32_t>(rune)); }

// utf8proc maps sharp s to its capital form, which Unicode's simple mappings (and so Go's) do not have.
constexpr char32_t kSharpS = 0xDF;

}  // namespace

bool is_upper(char32_t rune) {
  if (rune < 0x80) return rune >= 'A' && rune <= 'Z';
  return category(rune) == UTF8PROC_CATEGORY_LU;
}

bool is_lower(char32_t rune) {
  if (rune < 0x80) return rune >= 'a' && rune <= 'z';
  return category(rune) == UTF8PROC_CATEGORY_LL;
}

bool is_title(char32_t rune) { return rune >= 0x80 && category(rune) == UTF8PROC_CATEGORY_LT; }

bool is_number(char32_t rune) {
  if (rune < 0x80) return rune >= '0' && rune <= '9';
  const auto c = category(rune);
  return c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO;
}

bool is_punctuation(char32_t rune) {
  const auto c = category(rune);
  return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO;
}

char32_t to_upper(char32_t rune) {
  if (rune < 0x80) return rune >= 'a' && rune <= 'z' ? rune - 32 : rune;
  if (rune == kSharpS) return rune;
  return static_cast<char32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(rune)));
}

char32_t to_lower(char32_t rune) {
  if (rune < 0x80) return rune >= 'A' && rune <= 'Z' ? rune + 32 : rune;
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(rune)));
}

char32_t to_title(char32_t rune) {
  if (rune < 0x80) return to_upper(rune);
  if (rune == kSharpS) return rune;
  return static_cast<char32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(rune)));
}

}  // namespace kyma::helm
