#include "operator/helm/functions/regexp_scanner.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

constexpr std::size_t kMaxUnicodeName = 40;

bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_alnum(char32_t c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

int hex_digit(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

constexpr std::array<std::string_view, 14> kPosixClasses{"alnum", "alpha", "ascii", "blank", "cntrl",
                                                         "digit", "graph", "lower", "print", "punct",
                                                         "space", "upper", "word",  "xdigit"};

// RE2 knows the same categories and scripts, so it is asked.
bool is_unicode_class(std::string_view name) {
  if (name.empty() || name.size() > kMaxUnicodeName) return false;
  if (!std::all_of(name.begin(), name.end(), is_word_character)) return false;
  return RE2(fmt::format("\\p{{{}}}", name), RE2::Quiet).ok();
}

}  // namespace

void fail_regexp(std::string_view complaint, std::string_view culprit) {
  std::string message = "error parsing regexp: ";
  message.append(complaint).append(": `").append(culprit).append("`");
  throw gotemplate::FunctionError(message);
}

bool is_word_character(char c) { return is_alnum(static_cast<unsigned char>(c)) || c == '_'; }

char32_t RegexpScanner::take_rune(std::string_view& text) {
  if (text.empty()) return gotemplate::kRuneError;
  std::size_t size = 0;
  const char32_t rune = gotemplate::next_rune(text, size);
  if (rune == gotemplate::kRuneError && size == 1) fail_regexp("invalid UTF-8", text);
  text.remove_prefix(size);
  return rune;
}

void RegexpScanner::check_utf8(std::string_view text) {
  while (!text.empty()) take_rune(text);
}

void RegexpScanner::take_verbatim(std::size_t size) {
  pattern_ += rest_.substr(0, size);
  rest_.remove_prefix(size);
}

void RegexpScanner::emit(char32_t rune) {
  if (rune >= 0x80 || is_alnum(rune)) {
    gotemplate::append_rune(pattern_, rune);
  } else {
    fmt::format_to(std::back_inserter(pattern_), "\\x{{{:x}}}", static_cast<unsigned>(rune));
  }
}

bool RegexpScanner::unicode_class() {
  if (rest_.size() < 2 || rest_[0] != '\\' || (rest_[1] != 'p' && rest_[1] != 'P')) return false;
  const std::string_view start = rest_;
  bool negated = start[1] == 'P';
  rest_.remove_prefix(2);
  std::string_view name;
  if (take_rune() == '{') {
    const std::size_t end = start.find('}');
    if (end == std::string_view::npos) {
      check_utf8(start);
      fail_regexp("invalid character class range", start);
    }
    name = start.substr(3, end - 3);
    rest_ = start.substr(end + 1);
    check_utf8(name);
  } else {
    name = taken(start, rest_).substr(2);
  }
  if (name.starts_with('^')) {
    negated = !negated;
    name.remove_prefix(1);
  }
  if (!is_unicode_class(name)) fail_regexp("invalid character class range", taken(start, rest_));
  pattern_.append(negated ? "\\P{" : "\\p{").append(name).append("}");
  return true;
}

bool RegexpScanner::perl_class() {
  if (rest_.size() < 2 || rest_[0] != '\\' || std::string_view("dDsSwW").find(rest_[1]) == std::string_view::npos) {
    return false;
  }
  take_verbatim(2);
  return true;
}

char32_t RegexpScanner::escaped_rune() {
  const std::string_view start = rest_;
  rest_.remove_prefix(1);
  if (rest_.empty()) fail_regexp("trailing backslash at end of expression", "");
  const char32_t rune = take_rune();
  std::optional<char32_t> result;
  switch (rune) {
    case 'a': return '\a';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case 'x': result = hex_rune(); break;
    default:
      if (rune >= '0' && rune <= '7') {
        result = octal_rune(rune);
      } else if (rune < 0x80 && !is_alnum(rune)) {
        return rune;
      }
  }
  if (!result) fail_regexp("invalid escape sequence", taken(start, rest_));
  return *result;
}

// One digit other than 0 alone would be a back reference.
std::optional<char32_t> RegexpScanner::octal_rune(char32_t first) {
  if (first != '0' && (rest_.empty() || !is_octal(rest_[0]))) return std::nullopt;
  char32_t value = first - '0';
  for (int i = 1; i < 3 && !rest_.empty() && is_octal(rest_[0]); ++i) {
    value = value * 8 + static_cast<char32_t>(rest_[0] - '0');
    rest_.remove_prefix(1);
  }
  return value;
}

std::optional<char32_t> RegexpScanner::hex_rune() {
  if (rest_.empty()) return std::nullopt;
  const char32_t first = take_rune();
  if (first != '{') {
    const int high = hex_digit(first);
    const int low = hex_digit(take_rune());
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<char32_t>(high * 16 + low);
  }
  char32_t value = 0;
  bool digit_seen = false;
  while (!rest_.empty()) {
    const char32_t rune = take_rune();
    if (rune == '}') return digit_seen ? std::optional(value) : std::nullopt;
    if (hex_digit(rune) < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(hex_digit(rune));
    if (value > gotemplate::kMaxRune) return std::nullopt;
    digit_seen = true;
  }
  return std::nullopt;
}

void RegexpScanner::character_class() {
  const std::string_view start = rest_;
  rest_.remove_prefix(1);
  pattern_ += '[';
  if (rest_.starts_with('^')) take_verbatim(1);
  // A bracket that comes first is a character.
  for (bool first = true; rest_.empty() || rest_[0] != ']' || first; first = false) {
    if (posix_class() || unicode_class() || perl_class()) continue;
    const std::string_view range = rest_;
    const char32_t low = class_rune(start);
    char32_t high = low;
    if (rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']') {
      rest_.remove_prefix(1);
      high = class_rune(start);
      if (high < low) fail_regexp("invalid character class range", taken(range, rest_));
    }
    emit(low);
    if (high != low) {
      pattern_ += '-';
      emit(high);
    }
  }
  take_verbatim(1);
}

char32_t RegexpScanner::class_rune(std::string_view whole_class) {
  if (rest_.empty()) fail_regexp("missing closing ]", whole_class);
  return rest_[0] == '\\' ? escaped_rune() : take_rune();
}

bool RegexpScanner::posix_class() {
  if (rest_.size() <= 2 || !rest_.starts_with("[:")) return false;
  const std::size_t end = rest_.find(":]", 2);
  if (end == std::string_view::npos) return false;
  std::string_view name = rest_.substr(2, end - 2);
  if (name.starts_with('^')) name.remove_prefix(1);
  if (std::find(kPosixClasses.begin(), kPosixClasses.end(), name) == kPosixClasses.end()) {
    fail_regexp("invalid character class range", rest_.substr(0, end + 2));
  }
  take_verbatim(end + 2);
  return true;
}

}  // namespace kyma::helm
