#include "operator/kube/meta/time.hpp"

#include <fmt/format.h>

namespace kyma::kube {
namespace {

using std::chrono::microseconds;

std::string format_seconds(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

// Takes fixed-width pieces off the front of a text; the first mismatch makes all that follows fail.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // A number of exactly `digits` digits.
  int number(std::size_t digits) {
    int value = 0;
    if (rest_.size() < digits) return fail();
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value;
  }
  bool accept(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  // What follows the point: any number of digits, of which six count.
  microseconds fraction() {
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (digits < 6) value = value * 10 + (rest_[digits] - '0');
    }
    if (digits == 0) fail();
    rest_.remove_prefix(digits);
    for (std::size_t i = digits; i < 6; ++i) value *= 10;
    return microseconds(value);
  }
  int fail() {
    good_ = false;
    return 0;
  }
  bool finished() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::chrono::minutes scan_offset(Scanner& scan) {
  if (scan.accept('Z')) return {};
  const bool east = scan.accept('+');
  if (!east) scan.expect('-');
  const int hours = scan.number(2);
  scan.expect(':');
  const int minutes = scan.number(2);
  if (hours > 23 || minutes > 59) scan.fail();
  const std::chrono::minutes offset(hours * 60 + minutes);
  return east ? offset : -offset;
}

}  // namespace

std::string format_time(WallTime time) { return format_seconds(std::chrono::floor<std::chrono::seconds>(time)) + 'Z'; }

std::string format_micro_time(WallTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{}.{:06}Z", format_seconds(whole), (time - whole).count());
}

std::optional<WallTime> parse_time(std::string_view text) noexcept {
  Scanner scan(text);
  const std::chrono::year year(scan.number(4));
  scan.expect('-');
  const std::chrono::month month(static_cast<unsigned>(scan.number(2)));
  scan.expect('-');
  const std::chrono::year_month_day date(year, month, std::chrono::day(static_cast<unsigned>(scan.number(2))));
  scan.expect('T');
  const int hour = scan.number(2);
  scan.expect(':');
  const int minute = scan.number(2);
  scan.expect(':');
  const int second = scan.number(2);
  const microseconds fraction = scan.accept('.') ? scan.fraction() : microseconds(0);
  const auto offset = scan_offset(scan);
  if (!scan.finished() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + fraction - offset;
}

// The older, the coarser: two units while the second one still tells something.
std::string human_duration(Duration age) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  if (seconds < -1) return "<invalid>";  // clocks may differ by a second, not by more
  if (seconds < 0) return "0s";
  const auto two = [](std::int64_t large, std::string_view large_unit, std::int64_t small,
                      std::string_view small_unit) {
    return small == 0 ? fmt::format("{}{}", large, large_unit)
                      : fmt::format("{}{}{}{}", large, large_unit, small, small_unit);
  };
  const auto minutes = seconds / 60;
  const auto hours = minutes / 60;
  const auto days = hours / 24;
  if (seconds < 2 * 60) return fmt::format("{}s", seconds);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 3 * 60) return fmt::format("{}m", minutes);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return fmt::format("{}h", hours);
  if (hours < 8 * 24) return two(days, "d", hours % 24, "h");
  if (hours < 2 * 365 * 24) return fmt::format("{}d", days);
  if (hours < 8 * 365 * 24) return two(days / 365, "y", days % 365, "d");
  return fmt::format("{}y", days / 365);
}

}  // namespace kyma::kube
