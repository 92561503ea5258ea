#include "operator/helm/functions/go_time.hpp"

#include <fmt/format.h>

#include <limits>

#include "operator/helm/functions/go_layout.hpp"

namespace kyma::helm {
namespace {

__extension__ typedef __int128 Wide;

// Go's integers wrap around where C++'s must not.
std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::int64_t wrapping_multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

// Moves what of `low` exceeds its base into `high`.
void carry(std::int64_t& high, std::int64_t& low, std::int64_t base) {
  std::int64_t whole = low / base;
  if (low % base < 0) --whole;
  high = wrapping_add(high, whole);
  low -= whole * base;
}

}  // namespace

GoTime GoTime::from_unix(std::int64_t seconds, const GoZone& zone, std::int32_t nanoseconds) {
  GoTime time;
  time.seconds_ = wrapping_add(seconds, kUnixEpoch);
  time.nanoseconds_ = nanoseconds;
  time.zone_ = &zone;
  return time;
}

GoTime GoTime::from_fields(Fields fields, const GoZone& zone) {
  std::int64_t month = wrapping_add(fields.month, -1);
  carry(fields.year, month, 12);
  carry(fields.second, fields.nanosecond, kSecond);
  carry(fields.minute, fields.second, 60);
  carry(fields.hour, fields.minute, 60);
  carry(fields.day, fields.hour, 24);
  std::int64_t days = days_before_year(fields.year) + days_before_month(static_cast<int>(month) + 1);
  if (month >= 2 && is_leap_year(fields.year)) ++days;
  days = wrapping_add(days, wrapping_add(fields.day, -1));
  const std::int64_t clock = fields.hour * 3600 + fields.minute * 60 + fields.second;
  std::int64_t unix_seconds = wrapping_add(wrapping_multiply(days, kSecondsPerDay), clock - kUnixEpoch);

  // The offset at the local time taken for UTC, unless a change lies between.
  const GoZone::Period guess = zone.at(unix_seconds);
  if (guess.offset != 0) {
    const std::int64_t utc = wrapping_add(unix_seconds, -guess.offset);
    const bool holds = utc >= guess.start && utc < guess.end;
    unix_seconds = wrapping_add(unix_seconds, -(holds ? guess.offset : zone.at(utc).offset));
  }
  return from_unix(unix_seconds, zone, static_cast<std::int32_t>(fields.nanosecond));
}

GoTime GoTime::with_monotonic(GoDuration reading) const {
  GoTime time = *this;
  time.monotonic_ = reading;
  return time;
}

std::int64_t GoTime::local_seconds() const { return wrapping_add(seconds_, period().offset); }

CivilDate GoTime::date() const { return civil_date(local_seconds()); }

int GoTime::second_of_day() const { return helm::second_of_day(local_seconds()); }

GoTime::Fields GoTime::fields() const {
  const CivilDate day = date();
  const int clock = second_of_day();
  return {day.year, day.month, day.day, clock / 3600, clock / 60 % 60, clock % 60, nanoseconds_};
}

GoTime GoTime::in(const GoZone& zone) const {
  GoTime time = *this;
  time.zone_ = &zone;
  time.monotonic_.reset();
  return time;
}

GoTime GoTime::add(GoDuration duration) const {
  GoTime time = *this;
  std::int64_t seconds = duration / kSecond;
  std::int64_t nanoseconds = nanoseconds_ + duration % kSecond;
  carry(seconds, nanoseconds, kSecond);
  time.seconds_ = wrapping_add(seconds_, seconds);
  time.nanoseconds_ = static_cast<std::int32_t>(nanoseconds);
  if (monotonic_) {
    GoDuration reading = 0;
    if (__builtin_add_overflow(*monotonic_, duration, &reading)) {
      time.monotonic_.reset();
    } else {
      time.monotonic_ = reading;
    }
  }
  return time;
}

GoTime GoTime::add_date(std::int64_t years, std::int64_t months, std::int64_t days) const {
  Fields all = fields();
  all.year = wrapping_add(all.year, years);
  all.month = wrapping_add(all.month, months);
  all.day = wrapping_add(all.day, days);
  return from_fields(all, *zone_);
}

GoDuration GoTime::rest_of(GoDuration multiple) const {
  const Wide all = Wide{seconds_} * kSecond + nanoseconds_;
  const auto rest = static_cast<GoDuration>(all % multiple);
  return rest < 0 ? rest + multiple : rest;
}

GoTime GoTime::truncate(GoDuration multiple) const {
  const GoTime plain = in(*zone_);
  return multiple <= 0 ? plain : plain.add(-rest_of(multiple));
}

GoTime GoTime::round(GoDuration multiple) const {
  const GoTime plain = in(*zone_);
  if (multiple <= 0) return plain;
  const GoDuration rest = rest_of(multiple);
  const bool is_less = static_cast<std::uint64_t>(rest) * 2 < static_cast<std::uint64_t>(multiple);
  return plain.add(is_less ? -rest : multiple - rest);
}

GoDuration GoTime::since(const GoTime& other) const {
  const Wide difference = (Wide{seconds_} - other.seconds_) * kSecond + nanoseconds_ - other.nanoseconds_;
  constexpr GoDuration kLeast = std::numeric_limits<GoDuration>::min();
  constexpr GoDuration kMost = std::numeric_limits<GoDuration>::max();
  if (difference < kLeast) return kLeast;
  if (difference > kMost) return kMost;
  return static_cast<GoDuration>(difference);
}

int GoTime::compare(const GoTime& other) const noexcept {
  if (seconds_ != other.seconds_) return seconds_ < other.seconds_ ? -1 : 1;
  if (nanoseconds_ != other.nanoseconds_) return nanoseconds_ < other.nanoseconds_ ? -1 : 1;
  return 0;
}

std::string GoTime::text() const {
  std::string text = format_time(*this, "2006-01-02 15:04:05.999999999 -0700 MST");
  if (monotonic_) {
    const auto reading = static_cast<std::uint64_t>(*monotonic_);
    const std::uint64_t magnitude = *monotonic_ < 0 ? 0 - reading : reading;
    text += fmt::format(" m={}{}.{:09}", *monotonic_ < 0 ? '-' : '+', magnitude / kSecond, magnitude % kSecond);
  }
  return text;
}

}  // namespace kyma::helm
