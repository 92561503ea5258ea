#include "operator/helm/formats/key_order.hpp"

#include <cstdint>

#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::is_digit;
using gotemplate::is_letter;

// Where the character before `at` starts.
std::size_t previous(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

// The digits before `at` hold another than '0', so that a '0' at `at` is part of a number and not its first digit.
bool continues_number(std::string_view text, std::size_t at) {
  while (at > 0) {
    at = previous(text, at);
    std::size_t index = at;
    const char32_t rune = gotemplate::next_rune(text, index);
    if (!is_digit(rune)) return false;
    if (rune != '0') return true;
  }
  return false;
}

struct Run {
  std::uint64_t number;  // wraps, as Go's does
  std::size_t length = 0;
};

Run digit_run(std::string_view text, std::size_t at, std::uint64_t start) {
  Run run{start};
  while (at < text.size()) {
    const char32_t rune = gotemplate::next_rune(text, at);
    if (!is_digit(rune)) break;
    run.number = run.number * 10 + (static_cast<std::uint64_t>(rune) - '0');
    ++run.length;
  }
  return run;
}

}  // namespace

bool key_less(std::string_view a, std::string_view b, KeyOrder order) {
  std::size_t at = 0;
  bool after_digit = false;
  while (at < a.size() && at < b.size()) {
    std::size_t next_a = at;
    std::size_t next_b = at;
    const char32_t rune_a = gotemplate::next_rune(a, next_a);
    const char32_t rune_b = gotemplate::next_rune(b, next_b);
    if (rune_a == rune_b) {
      if (next_a != next_b) break;  // malformed in one of them only
      after_digit = is_digit(rune_a);
      at = next_a;
      continue;
    }
    const bool letter_a = is_letter(rune_a);
    const bool letter_b = is_letter(rune_b);
    if (letter_a && letter_b) return rune_a < rune_b;
    if (letter_a || letter_b) return after_digit && order == KeyOrder::yaml3 ? letter_a : letter_b;
    const bool zero = rune_a == '0' || rune_b == '0';
    const std::uint64_t start = zero && continues_number(a, at) ? 1 : 0;
    const Run run_a = digit_run(a, at, start);
    const Run run_b = digit_run(b, at, start);
    if (run_a.number != run_b.number) {
      return static_cast<std::int64_t>(run_a.number) < static_cast<std::int64_t>(run_b.number);
    }
    if (run_a.length != run_b.length) return run_a.length < run_b.length;
    return rune_a < rune_b;
  }
  return a.size() < b.size();
}

}  // namespace kyma::helm
