#include "cmd/kyma-load/report_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace kyma::load {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr double kBeyond = 1e18;

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// The length of the UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto first = static_cast<unsigned char>(text.front());
  std::size_t length = 0;
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first < 0xE0U) length = 2;
  if (first >= 0xE0U && first < 0xF0U) length = 3;
  if (first >= 0xF0U && first < 0xF5U) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xE0U && second < 0xA0U) || (first == 0xF0U && second < 0x90U);
  const bool surrogate = first == 0xEDU && second >= 0xA0U;
  const bool too_big = first == 0xF4U && second >= 0x90U;
  return overlong || surrogate || too_big ? 0 : length;
}

std::string_view entity(char c) noexcept {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

bool is_control(char c) noexcept {
  return (static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t') || c == '\x7f';
}

// Three significant digits, without trailing zeros.
std::string short_number(double value) {
  const double magnitude = std::abs(value);
  int decimals = 0;
  if (magnitude < 9.995) {
    decimals = 2;
  } else if (magnitude < 99.95) {
    decimals = 1;
  }
  return format_number(value, decimals);
}

std::string format_seconds(double value) {
  const double magnitude = std::abs(value);
  if (magnitude == 0) return "0 s";
  if (magnitude < 0.9995e-3) return short_number(value * 1e6) + " \u00B5s";
  if (magnitude < 0.9995) return short_number(value * 1e3) + " ms";
  if (magnitude < 600) return short_number(value) + " s";
  if (magnitude < 3 * 3600) {
    const double whole = std::round(value);
    const double rest = std::fmod(whole, 60);
    return fmt::format("{:.0f} min", (whole - rest) / 60) + (rest == 0 ? "" : fmt::format(" {:.0f} s", rest));
  }
  return short_number(value / 3600) + " h";
}

std::string format_bytes(double value) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (std::abs(value) >= 1023.5 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", short_number(value), kUnits[unit]);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0 || is_control(text.front())) {
      escaped += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    const std::string_view special = entity(text.front());
    escaped += special.empty() ? text.substr(0, length) : special;
    text.remove_prefix(length);
  }
  return escaped;
}

std::string shorten(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = bytes;
  for (int back = 0; back < 3 && end > 0 && is_continuation(text[end]); ++back) --end;
  return std::string(text.substr(0, end)) + "\u2026";
}

bool is_absent(double value) noexcept { return !std::isfinite(value) || std::abs(value) > kBeyond; }

double to_seconds(Duration duration) noexcept { return std::chrono::duration<double>(duration).count(); }

std::string format_number(double value, int decimals) {
  if (is_absent(value)) return std::string(kNoValue);
  std::string digits = fmt::format("{:.{}f}", std::abs(value), decimals);
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
  }
  const std::size_t integral = std::min(digits.find('.'), digits.size());
  for (std::size_t at = integral; at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  const bool negative = value < 0 && digits != "0";
  return negative ? "\u2212" + digits : digits;
}

std::string format_value(Unit unit, double value) {
  if (is_absent(value)) return std::string(kNoValue);
  switch (unit) {
    case Unit::count: return format_number(value, std::abs(value) < 10 ? 1 : 0);
    case Unit::per_second: return short_number(value) + "/s";
    case Unit::seconds: return format_seconds(value);
    case Unit::bytes: return format_bytes(value);
    case Unit::cores: return short_number(value) + (value == 1 ? " core" : " cores");
  }
  return std::string(kNoValue);
}

std::string format_value(Duration duration) { return format_value(Unit::seconds, to_seconds(duration)); }

}  // namespace kyma::load
