#include "operator/apiserver/schema_format.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>

namespace kyma::apiserver {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_alnum(char c) { return is_digit(c) || is_alpha(c); }

// Takes exactly `digits` digits off the front; -1 when they are not there.
int take_number(std::string_view& text, std::size_t digits) {
  int value = -1;
  if (text.size() < digits) return -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || !is_digit(text.front())) return -1;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take(text, '-')) return false;
  const int month = take_number(text, 2);
  if (month < 0 || !take(text, '-')) return false;
  const int day = take_number(text, 2);
  if (day < 0) return false;
  return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day)))
      .ok();
}

bool take_clock(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return false;
  const int minute = take_number(text, 2);
  return minute >= 0 && minute <= 59;
}

bool is_date(std::string_view text) { return take_date(text) && text.empty(); }

bool is_date_time(std::string_view text) {
  if (!take_date(text) || (!take(text, 'T') && !take(text, 't')) || !take_clock(text) || !take(text, ':')) return false;
  const int second = take_number(text, 2);
  if (second < 0 || second > 59) return false;
  if (take(text, '.')) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    if (end == text.begin()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
  if (take(text, 'Z') || take(text, 'z')) return text.empty();
  return (take(text, '+') || take(text, '-')) && take_clock(text) && text.empty();
}

// 32 hexadecimal digits; a dash may stand at each of the four usual places. `version` 0: any.
bool is_uuid_of(std::string_view text, char version) {
  static constexpr std::array<std::size_t, 5> kGroups = {8, 4, 4, 4, 12};
  std::size_t at = 0;
  for (std::size_t group = 0; group < kGroups.size(); ++group) {
    if (group > 0 && at < text.size() && text[at] == '-') ++at;
    if (text.size() - at < kGroups[group]) return false;
    const std::string_view digits = text.substr(at, kGroups[group]);
    if (!std::all_of(digits.begin(), digits.end(), is_hex)) return false;
    if (group == 2 && version != 0 && digits.front() != version) return false;
    if (group == 3 && version >= '4' && std::string_view("89abAB").find(digits.front()) == std::string_view::npos) {
      return false;
    }
    at += kGroups[group];
  }
  return at == text.size();
}

bool is_uuid(std::string_view text) { return is_uuid_of(text, 0); }
bool is_uuid3(std::string_view text) { return is_uuid_of(text, '3'); }
bool is_uuid4(std::string_view text) { return is_uuid_of(text, '4'); }
bool is_uuid5(std::string_view text) { return is_uuid_of(text, '5'); }

bool is_address(std::string_view text, int family) {
  if (text.size() > INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return false;
  std::array<unsigned char, sizeof(in6_addr)> address;
  return inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

bool is_ipv4(std::string_view text) { return is_address(text, AF_INET); }
bool is_ipv6(std::string_view text) { return is_address(text, AF_INET6); }

bool is_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view address = text.substr(0, slash);
  const std::string_view length = text.substr(slash + 1);
  int bits = -1;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc() || end != length.data() + length.size() || bits < 0 || !is_digit(length.front()))
    return false;
  return (is_ipv4(address) && bits <= 32) || (is_ipv6(address) && bits <= 128);
}

bool is_mac(std::string_view text) {
  if (text.size() != 17 || (text[2] != ':' && text[2] != '-')) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != text[2] : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return false;
  for (int padding = 0; padding < 2 && text.back() == '='; ++padding) text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
}

bool is_duration_unit(std::string_view unit) {
  static constexpr std::array<std::string_view, 24> kUnits = {
      "ns",  "nano",   "us", "µs", "μs",   "micro", "ms",  "milli", "s",  "sec",  "second",     "m",
      "min", "minute", "h",  "hr", "hour", "d",     "day", "w",     "wk", "week", "nanosecond", "millisecond"};
  if (std::find(kUnits.begin(), kUnits.end(), unit) != kUnits.end()) return true;
  if (unit.size() < 2 || !unit.ends_with('s')) return false;
  unit.remove_suffix(1);
  return unit.size() > 1 && std::find(kUnits.begin(), kUnits.end(), unit) != kUnits.end();
}

// "1h30m", "1.5s", "-2ms", "3 days", "0".
bool is_duration(std::string_view text) {
  if (!take(text, '-')) take(text, '+');
  if (text == "0") return true;
  if (text.empty()) return false;
  while (!text.empty()) {
    const auto number_end = std::find_if_not(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
    const std::string_view number = text.substr(0, static_cast<std::size_t>(number_end - text.begin()));
    if (!std::any_of(number.begin(), number.end(), is_digit) || std::count(number.begin(), number.end(), '.') > 1) {
      return false;
    }
    text.remove_prefix(number.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto unit_end =
        std::find_if(text.begin(), text.end(), [](char c) { return is_digit(c) || c == ' ' || c == '.'; });
    const std::string_view unit = text.substr(0, static_cast<std::size_t>(unit_end - text.begin()));
    if (!is_duration_unit(unit)) return false;
    text.remove_prefix(unit.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return true;
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  while (true) {
    const std::string_view label = text.substr(0, text.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    // Bytes beyond ASCII are letters and symbols of international names.
    const auto fits = [](char c) { return is_alnum(c) || c == '-' || static_cast<unsigned char>(c) >= 0x80; };
    if (!std::all_of(label.begin(), label.end(), fits)) return false;
    if (label.size() == text.size()) return true;
    text.remove_prefix(label.size() + 1);
  }
}

bool is_email(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const auto fits = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != '@' && c != '<' && c != '>'; };
  const std::string_view local = text.substr(0, at);
  return std::all_of(local.begin(), local.end(), fits) && is_hostname(text.substr(at + 1));
}

// What an HTTP request line may hold: an absolute path, or scheme:rest.
bool is_uri(std::string_view text) {
  if (text.empty() ||
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    return false;
  }
  if (text.front() == '/') return true;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size() || !is_alpha(text.front()))
    return false;
  const std::string_view scheme = text.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(),
                     [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

bool is_hex_color(std::string_view text) {
  if (take(text, '#')) {
  }
  return (text.size() == 3 || text.size() == 6) && std::all_of(text.begin(), text.end(), is_hex);
}

bool is_anything(std::string_view) { return true; }

constexpr std::array kFormats = {
    StringFormat{"date-time", is_date_time}, StringFormat{"datetime", is_date_time},
    StringFormat{"date", is_date},           StringFormat{"duration", is_duration},
    StringFormat{"uuid", is_uuid},           StringFormat{"uuid3", is_uuid3},
    StringFormat{"uuid4", is_uuid4},         StringFormat{"uuid5", is_uuid5},
    StringFormat{"ipv4", is_ipv4},           StringFormat{"ipv6", is_ipv6},
    StringFormat{"cidr", is_cidr},           StringFormat{"mac", is_mac},
    StringFormat{"byte", is_base64},         StringFormat{"hostname", is_hostname},
    StringFormat{"email", is_email},         StringFormat{"uri", is_uri},
    StringFormat{"hexcolor", is_hex_color},  StringFormat{"password", is_anything},
};

}  // namespace

const StringFormat* find_string_format(std::string_view name) noexcept {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const auto& f) { return f.name == name; });
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace kyma::apiserver
