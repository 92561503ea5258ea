// An instant with its zone, as Go's time.Time is.
//
// Lifetime: the zone is not owned; it must live as long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "operator/helm/functions/go_calendar.hpp"
#include "operator/helm/functions/go_duration.hpp"
#include "operator/helm/functions/go_zone.hpp"

namespace kyma::helm {

class GoTime {
 public:
  // Go's zero: 0001-01-01 in UTC.
  GoTime() = default;
  static GoTime from_unix(std::int64_t seconds, const GoZone& zone, std::int32_t nanoseconds = 0);

  // Values out of their range carry over: October 32nd is November 1st.
  struct Fields {
    std::int64_t year = 1;
    std::int64_t month = 1;
    std::int64_t day = 1;
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t nanosecond = 0;
  };
  static GoTime from_fields(Fields fields, const GoZone& zone);

  // With a reading of the monotonic clock too, which String shows.
  GoTime with_monotonic(GoDuration reading) const;

  std::int64_t unix_seconds() const noexcept { return seconds_ - kUnixEpoch; }
  std::int32_t nanosecond() const noexcept { return nanoseconds_; }
  const GoZone& zone() const noexcept { return *zone_; }
  GoZone::Period period() const { return zone_->at(unix_seconds()); }
  CivilDate date() const;
  // In its zone: hour, minute and second as fields() has them.
  int second_of_day() const;
  Fields fields() const;
  bool is_zero() const noexcept { return seconds_ == 0 && nanoseconds_ == 0; }

  GoTime in(const GoZone& zone) const;
  GoTime add(GoDuration duration) const;
  GoTime add_date(std::int64_t years, std::int64_t months, std::int64_t days) const;
  // Multiples count from Go's zero.
  GoTime truncate(GoDuration multiple) const;
  GoTime round(GoDuration multiple) const;
  // The extreme for what does not fit.
  GoDuration since(const GoTime& other) const;
  // -1, 0, 1: which instant is earlier.
  int compare(const GoTime& other) const noexcept;
  // The same instant in the same zone, read off the same clock: Go's ==.
  bool operator==(const GoTime& other) const = default;

  // Go's String().
  std::string text() const;

 private:
  // Seconds since 0001-01-01 in the zone's local time.
  std::int64_t local_seconds() const;
  GoDuration rest_of(GoDuration multiple) const;

  std::int64_t seconds_ = 0;  // since 0001-01-01 UTC
  std::int32_t nanoseconds_ = 0;
  const GoZone* zone_ = &GoZone::utc();
  std::optional<GoDuration> monotonic_;
};

}  // namespace kyma::helm
