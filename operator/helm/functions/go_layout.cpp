#include "operator/helm/functions/go_layout.hpp"

#include <fmt/format.h>

#include "operator/helm/functions/go_layout_chunk.hpp"

namespace kyma::helm {

const std::string_view kMonthNames[12] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};
const std::string_view kDayNames[7] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

namespace {

// At least so many digits, after the sign.
void append_number(std::string& out, std::int64_t number, int width) {
  if (number < 0) out += '-';
  out += fmt::format("{:0{}}", number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number),
                     width);
}

void append_offset(std::string& out, std::int32_t offset, const OffsetForm& form) {
  if (offset == 0 && form.z_for_utc) {
    out += 'Z';
    return;
  }
  const int minutes = offset / 60;
  const int magnitude = minutes < 0 ? -minutes : minutes;
  out += minutes < 0 ? '-' : '+';
  append_number(out, magnitude / 60, 2);
  if (form.colons) out += ':';
  if (form.minutes) append_number(out, magnitude % 60, 2);
  if (form.seconds) {
    if (form.colons) out += ':';
    append_number(out, (minutes < 0 ? -offset : offset) % 60, 2);
  }
}

void append_fraction(std::string& out, std::int32_t nanosecond, const LayoutChunk& chunk) {
  const bool trim = chunk.element == LayoutElement::fraction_nines;
  if (trim && nanosecond == 0) return;
  const std::size_t digits = chunk.text.size() - 1;
  std::string text = fmt::format("{}{:09}", chunk.text.front(), nanosecond);
  if (digits < 9) text.resize(1 + digits);
  if (trim) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.size() == 1) return;
  }
  out += text;
}

// What of a time the elements show.
struct Shown {
  CivilDate date;
  int hour;
  int minute;
  int second;
  std::int32_t nanosecond;
  GoZone::Period period;
};

void append_date(std::string& out, const Shown& time, LayoutElement element) {
  const std::string_view month = kMonthNames[time.date.month - 1];
  const std::string_view weekday = kDayNames[time.date.weekday];
  switch (element) {
    case LayoutElement::long_month: out += month; break;
    case LayoutElement::month: out += month.substr(0, 3); break;
    case LayoutElement::number_month: append_number(out, time.date.month, 0); break;
    case LayoutElement::zero_month: append_number(out, time.date.month, 2); break;
    case LayoutElement::long_weekday: out += weekday; break;
    case LayoutElement::weekday: out += weekday.substr(0, 3); break;
    case LayoutElement::day: append_number(out, time.date.day, 0); break;
    case LayoutElement::space_day: out += fmt::format("{:2}", time.date.day); break;
    case LayoutElement::zero_day: append_number(out, time.date.day, 2); break;
    case LayoutElement::space_year_day: out += fmt::format("{:3}", time.date.year_day); break;
    case LayoutElement::zero_year_day: append_number(out, time.date.year_day, 3); break;
    case LayoutElement::long_year: append_number(out, time.date.year, 4); break;
    case LayoutElement::year: append_number(out, time.date.year < 0 ? 0 : time.date.year % 100, 2); break;
    default: break;
  }
}

void append_clock(std::string& out, const Shown& time, const LayoutChunk& chunk) {
  const int hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12;
  switch (chunk.element) {
    case LayoutElement::hour: append_number(out, time.hour, 2); break;
    case LayoutElement::hour12: append_number(out, hour12, 0); break;
    case LayoutElement::zero_hour12: append_number(out, hour12, 2); break;
    case LayoutElement::minute: append_number(out, time.minute, 0); break;
    case LayoutElement::zero_minute: append_number(out, time.minute, 2); break;
    case LayoutElement::second: append_number(out, time.second, 0); break;
    case LayoutElement::zero_second: append_number(out, time.second, 2); break;
    case LayoutElement::upper_pm: out += time.hour >= 12 ? "PM" : "AM"; break;
    case LayoutElement::lower_pm: out += time.hour >= 12 ? "pm" : "am"; break;
    case LayoutElement::zone_name:
      if (time.period.name.empty()) {
        append_offset(out, time.period.offset, {});
      } else {
        out += time.period.name;
      }
      break;
    case LayoutElement::offset: append_offset(out, time.period.offset, chunk.offset); break;
    case LayoutElement::fraction_zeros:
    case LayoutElement::fraction_nines: append_fraction(out, time.nanosecond, chunk); break;
    default: append_date(out, time, chunk.element); break;
  }
}

}  // namespace

std::string format_time(const GoTime& time, std::string_view layout) {
  const int clock = time.second_of_day();
  const Shown shown{time.date(), clock / 3600, clock / 60 % 60, clock % 60, time.nanosecond(), time.period()};
  std::string out;
  for (;;) {
    const LayoutChunk chunk = next_chunk(layout);
    out += chunk.before;
    if (chunk.element == LayoutElement::none) return out;
    append_clock(out, shown, chunk);
    layout = chunk.after;
  }
}

}  // namespace kyma::helm
