#include "operator/helm/functions/go_layout_chunk.hpp"

#include <cstddef>

namespace kyma::helm {
namespace {

struct Match {
  LayoutElement element = LayoutElement::none;
  std::size_t length = 0;
  std::size_t skipped = 0;  // plain text before it
  OffsetForm offset = {};
};

bool is_digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool starts_lower(std::string_view text) { return !text.empty() && text.front() >= 'a' && text.front() <= 'z'; }

// "Jan" but not "Janet", "January" before it.
Match match_name(std::string_view text, std::string_view full, LayoutElement full_element,
                 LayoutElement short_element) {
  if (text.starts_with(full)) return {full_element, full.size()};
  if (text.starts_with(full.substr(0, 3)) && !starts_lower(text.substr(3))) return {short_element, 3};
  return {};
}

Match match_zero(std::string_view text) {
  constexpr LayoutElement kElements[] = {LayoutElement::zero_month,  LayoutElement::zero_day,
                                         LayoutElement::zero_hour12, LayoutElement::zero_minute,
                                         LayoutElement::zero_second, LayoutElement::year};
  if (text.size() >= 2 && text[1] >= '1' && text[1] <= '6') return {kElements[text[1] - '1'], 2};
  if (text.starts_with("002")) return {LayoutElement::zero_year_day, 3};
  return {};
}

Match match_underscore(std::string_view text) {
  if (text.starts_with("_2006")) return {LayoutElement::long_year, 4, 1};
  if (text.starts_with("_2")) return {LayoutElement::space_day, 2};
  if (text.starts_with("__2")) return {LayoutElement::space_year_day, 3};
  return {};
}

Match match_offset(std::string_view text) {
  const bool z = text.front() == 'Z';
  const std::string_view digits = text.substr(1);
  if (digits.starts_with("070000")) return {LayoutElement::offset, 7, 0, {z, false, true, true}};
  if (digits.starts_with("07:00:00")) return {LayoutElement::offset, 9, 0, {z, true, true, true}};
  if (digits.starts_with("0700")) return {LayoutElement::offset, 5, 0, {z, false, true, false}};
  if (digits.starts_with("07:00")) return {LayoutElement::offset, 6, 0, {z, true, true, false}};
  if (digits.starts_with("07")) return {LayoutElement::offset, 3, 0, {z, false, false, false}};
  return {};
}

// A point or comma and zeros or nines, with no other digit behind.
Match match_fraction(std::string_view text) {
  if (text.size() < 2 || (text[1] != '0' && text[1] != '9')) return {};
  std::size_t end = 1;
  while (end < text.size() && text[end] == text[1]) ++end;
  if (is_digit_at(text, end)) return {};
  return {text[1] == '0' ? LayoutElement::fraction_zeros : LayoutElement::fraction_nines, end};
}

Match match_element(std::string_view text) {
  switch (text.front()) {
    case 'J': return match_name(text, "January", LayoutElement::long_month, LayoutElement::month);
    case 'M':
      if (text.starts_with("MST")) return {LayoutElement::zone_name, 3};
      return match_name(text, "Monday", LayoutElement::long_weekday, LayoutElement::weekday);
    case '0': return match_zero(text);
    case '1': return text.starts_with("15") ? Match{LayoutElement::hour, 2} : Match{LayoutElement::number_month, 1};
    case '2': return text.starts_with("2006") ? Match{LayoutElement::long_year, 4} : Match{LayoutElement::day, 1};
    case '_': return match_underscore(text);
    case '3': return {LayoutElement::hour12, 1};
    case '4': return {LayoutElement::minute, 1};
    case '5': return {LayoutElement::second, 1};
    case 'P': return text.starts_with("PM") ? Match{LayoutElement::upper_pm, 2} : Match{};
    case 'p': return text.starts_with("pm") ? Match{LayoutElement::lower_pm, 2} : Match{};
    case '-':
    case 'Z': return match_offset(text);
    case '.':
    case ',': return match_fraction(text);
    default: return {};
  }
}

}  // namespace

LayoutChunk next_chunk(std::string_view layout) {
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const Match match = match_element(layout.substr(i));
    if (match.element == LayoutElement::none) continue;
    const std::size_t start = i + match.skipped;
    return {layout.substr(0, start), match.element, layout.substr(start, match.length),
            layout.substr(start + match.length), match.offset};
  }
  return {.before = layout, .text = {}, .after = {}};
}

}  // namespace kyma::helm
