#include "operator/helm/functions/go_duration.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {
namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

// The number with as many decimals as it needs: 1500000000 in units of a second is "1.5".
std::string decimal_text(std::uint64_t number, int places) {
  std::uint64_t scale = 1;
  for (int i = 0; i < places; ++i) scale *= 10;
  std::string text = fmt::format("{}", number / scale);
  if (number % scale == 0) return text;
  text += fmt::format(".{:0{}}", number % scale, places);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

[[noreturn]] void fail(std::string_view problem, std::string_view text) {
  throw gotemplate::FunctionError(fmt::format("time: {} {}", problem, quote_for_time(text)));
}

std::optional<std::uint64_t> unit_size(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "\u00b5s" || unit == "\u03bcs") return 1000;
  if (unit == "ms") return 1'000'000;
  if (unit == "s") return kSecond;
  if (unit == "m") return kMinute;
  if (unit == "h") return kHour;
  return std::nullopt;
}

bool is_digit(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

// What stands before the point. Nothing on overflow.
std::optional<std::uint64_t> take_integer(std::string_view& text) {
  std::uint64_t number = 0;
  for (; is_digit(text); text.remove_prefix(1)) {
    if (number > kSignBit / 10) return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (number > kSignBit) return std::nullopt;
  }
  return number;
}

struct Fraction {
  std::uint64_t digits = 0;
  double scale = 1;
};

// What stands after it; digits that do not fit are dropped.
Fraction take_fraction(std::string_view& text) {
  Fraction fraction;
  bool full = false;
  for (; is_digit(text); text.remove_prefix(1)) {
    if (full) continue;
    const auto digit = static_cast<std::uint64_t>(text.front() - '0');
    if (fraction.digits > (kSignBit - 1) / 10 || fraction.digits * 10 + digit > kSignBit) {
      full = true;
      continue;
    }
    fraction.digits = fraction.digits * 10 + digit;
    fraction.scale *= 10;
  }
  return fraction;
}

// One number with its unit, in nanoseconds.
std::uint64_t take_part(std::string_view& text, std::string_view whole) {
  if (!is_digit(text) && !text.starts_with('.')) fail("invalid duration", whole);
  const std::size_t before = text.size();
  const auto number = take_integer(text);
  if (!number) fail("invalid duration", whole);
  bool has_digits = text.size() != before;
  Fraction fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t start = text.size();
    fraction = take_fraction(text);
    has_digits = has_digits || text.size() != start;
  }
  if (!has_digits) fail("invalid duration", whole);

  const std::string_view unit = text.substr(0, text.find_first_of(".0123456789"));
  if (unit.empty()) fail("missing unit in duration", whole);
  text.remove_prefix(unit.size());
  const auto size = unit_size(unit);
  if (!size) fail(fmt::format("unknown unit {} in duration", quote_for_time(unit)), whole);
  if (*number > kSignBit / *size) fail("invalid duration", whole);
  std::uint64_t sum = *number * *size;
  if (fraction.digits > 0) {
    const double scaled = static_cast<double>(fraction.digits) * (static_cast<double>(*size) / fraction.scale);
    sum += static_cast<std::uint64_t>(scaled);
    if (sum > kSignBit) fail("invalid duration", whole);
  }
  return sum;
}

}  // namespace

std::string duration_text(GoDuration duration) {
  if (duration == 0) return "0s";
  const std::string sign = duration < 0 ? "-" : "";
  const auto magnitude = duration < 0 ? 0 - static_cast<std::uint64_t>(duration) : static_cast<std::uint64_t>(duration);
  if (magnitude < 1000) return fmt::format("{}{}ns", sign, magnitude);
  if (magnitude < 1'000'000) return sign + decimal_text(magnitude, 3) + "\u00b5s";
  if (magnitude < kSecond) return sign + decimal_text(magnitude, 6) + "ms";
  const std::uint64_t minutes = magnitude / kMinute;
  std::string text = decimal_text(magnitude % kMinute, 9) + "s";
  if (minutes > 0) text = fmt::format("{}m{}", minutes % 60, text);
  if (minutes >= 60) text = fmt::format("{}h{}", minutes / 60, text);
  return sign + text;
}

GoDuration parse_duration(std::string_view whole) {
  std::string_view text = whole;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) fail("invalid duration", whole);
  std::uint64_t sum = 0;
  while (!text.empty()) {
    sum += take_part(text, whole);
    if (sum > kSignBit) fail("invalid duration", whole);
  }
  if (!negative && sum == kSignBit) fail("invalid duration", whole);
  return static_cast<GoDuration>(negative ? 0 - sum : sum);
}

GoDuration round_duration(GoDuration duration, GoDuration multiple) {
  if (multiple <= 0) return duration;
  const GoDuration rest = duration % multiple;
  const auto magnitude = static_cast<std::uint64_t>(rest < 0 ? -rest : rest);
  if (magnitude + magnitude < static_cast<std::uint64_t>(multiple)) return duration - rest;
  GoDuration rounded = 0;
  const GoDuration away = rest < 0 ? -multiple : multiple;
  if (__builtin_add_overflow(duration - rest, away, &rounded)) {
    return duration < 0 ? std::numeric_limits<GoDuration>::min() : std::numeric_limits<GoDuration>::max();
  }
  return rounded;
}

std::string quote_for_time(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || byte < ' ') {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

}  // namespace kyma::helm
