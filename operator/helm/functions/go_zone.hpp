// Time zones as Go's time package reads them: the system's zone files, with the rule for all times after their last
// entry.
//
// A zone is loaded once per process and lives as long as it. Thread: any.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kyma::helm {

class GoZone {
 public:
  // What holds at an instant, and from when until when (seconds since 1970).
  struct Period {
    std::string_view name;
    std::int32_t offset = 0;  // seconds east of Greenwich
    bool is_dst = false;
    std::int64_t start = std::numeric_limits<std::int64_t>::min();
    std::int64_t end = std::numeric_limits<std::int64_t>::max();
  };

  static const GoZone& utc();
  // The system's: TZ, else /etc/localtime, else UTC.
  static const GoZone& local();
  // "" and "UTC" are UTC, "Local" the system's. Null when there is no such zone.
  static const GoZone* load(std::string_view name);
  // A zone of one offset, its name possibly empty.
  static GoZone fixed(std::string name, std::int32_t offset);
  // A zone file's content. Nothing when it is malformed.
  static std::optional<GoZone> parse(std::string name, std::string_view data);

  const std::string& name() const noexcept { return name_; }
  Period at(std::int64_t unix_seconds) const;
  // The offset of the abbreviation, by preference one in force at that local time.
  std::optional<std::int32_t> offset_of(std::string_view abbreviation, std::int64_t unix_seconds) const;

 private:
  struct Kind {
    std::string name;
    std::int32_t offset;
    bool is_dst;
  };
  struct Transition {
    std::int64_t when;
    std::uint8_t kind;
  };

  const Kind& first_kind() const;

  std::string name_;
  std::vector<Kind> kinds_;  // none: UTC
  std::vector<Transition> transitions_;
  std::string rule_;  // POSIX's, for what comes after the last transition
};

}  // namespace kyma::helm
