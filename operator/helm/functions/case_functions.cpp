// Strings: letter case, and the names that programs make of words.
#include <algorithm>
#include <array>
#include <span>

#include "operator/helm/functions/bounded_text.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/letter_case.hpp"
#include "operator/helm/functions/word_case.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Value;

// The text with every rune replaced by what `map` makes of it.
template <class Map>
Value mapped(Call& call, std::string_view text, Map map) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) gotemplate::append_rune(out, map(gotemplate::next_rune(text, i)));
  return call.make(out);
}

Value upper(Call& call) { return mapped(call, call.text(0), to_upper); }
Value lower(Call& call) { return mapped(call, call.text(0), to_lower); }

// What ends a word for `title`: in ASCII everything but letters, digits and _; beyond it only spaces.
bool is_separator(char32_t rune) {
  if (gotemplate::is_letter(rune) || gotemplate::is_digit(rune) || rune == '_') return false;
  return rune < 0x80 || gotemplate::is_space(rune);
}

Value title(Call& call) {
  char32_t previous = ' ';
  return mapped(call, call.text(0), [&](char32_t rune) {
    const char32_t result = is_separator(previous) ? to_title(rune) : rune;
    previous = rune;
    return result;
  });
}

Value untitle(Call& call) {
  bool at_start = true;
  return mapped(call, call.text(0), [&](char32_t rune) {
    if (gotemplate::is_space(rune)) {
      at_start = true;
    } else if (at_start) {
      at_start = false;
      return to_lower(rune);
    }
    return rune;
  });
}

Value swapcase(Call& call) {
  bool at_start = true;
  return mapped(call, call.text(0), [&](char32_t rune) {
    if (is_upper(rune) || is_title(rune)) {
      at_start = false;
      return to_lower(rune);
    }
    if (is_lower(rune)) {
      const bool first = at_start;
      at_start = false;
      return first ? to_title(rune) : to_upper(rune);
    }
    at_start = gotemplate::is_space(rune);
    return rune;
  });
}

// initials and nospace take each byte for a rune, so that only ASCII comes out as it went in.
Value initials(Call& call) {
  std::string out;
  bool at_start = true;
  for (const char c : call.text(0)) {
    const auto rune = static_cast<char32_t>(static_cast<unsigned char>(c));
    const bool space = gotemplate::is_space(rune) || rune == 0xA0;
    if (!space && at_start) gotemplate::append_rune(out, rune);
    at_start = space;
  }
  return call.make(out);
}

Value nospace(Call& call) {
  const std::string_view text = call.text(0);
  std::string out;
  bool changed = false;
  for (const char c : text) {
    const auto rune = static_cast<char32_t>(static_cast<unsigned char>(c));
    if (gotemplate::is_space(rune)) {
      changed = true;
    } else {
      gotemplate::append_rune(out, rune);
    }
  }
  return changed ? call.make(out) : call[0];
}

// A number below `bound`, each as likely.
std::size_t random_below(Call& call, std::size_t bound) {
  const std::uint64_t range = bound;
  const std::uint64_t usable = ~std::uint64_t{0} - ~std::uint64_t{0} % range;
  while (true) {
    std::array<unsigned char, 8> bytes{};
    call.environment.random(bytes);
    std::uint64_t number = 0;
    for (const unsigned char byte : bytes) number = number << 8 | byte;
    if (number < usable) return static_cast<std::size_t>(number % range);
  }
}

Value shuffle(Call& call) {
  const std::string_view text = call.text(0);
  std::u32string runes;
  for (std::size_t i = 0; i < text.size();) runes += gotemplate::next_rune(text, i);
  for (std::size_t i = runes.size(); i > 1; --i) std::swap(runes[i - 1], runes[random_below(call, i)]);
  std::string out;
  for (const char32_t rune : runes) gotemplate::append_rune(out, rune);
  return call.make(out);
}

Value snakecase(Call& call) { return call.make(join_words(call.text(0), '_')); }
Value kebabcase(Call& call) { return call.make(join_words(call.text(0), '-')); }
Value camelcase(Call& call) { return call.make(pascal_case(call.text(0))); }

constexpr std::array kFunctions{
    Function{"upper", "s", upper},         Function{"lower", "s", lower},         Function{"title", "s", title},
    Function{"untitle", "s", untitle},     Function{"swapcase", "s", swapcase},   Function{"initials", "s", initials},
    Function{"nospace", "s", nospace},     Function{"shuffle", "s", shuffle},     Function{"snakecase", "s", snakecase},
    Function{"kebabcase", "s", kebabcase}, Function{"camelcase", "s", camelcase},
};

}  // namespace

std::span<const Function> case_functions() { return kFunctions; }

}  // namespace kyma::helm
