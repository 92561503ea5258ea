// Dates as Sprig has them. What is no time stands for now, mostly; what cannot be read is left as it is, or is Go's
// zero time; only the must... forms fail.
#include <charconv>
#include <chrono>
#include <string>

#include "operator/helm/functions/conversion.hpp"
#include "operator/helm/functions/date_objects.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/go_layout.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Kind;

constexpr std::string_view kHtmlDate = "2006-01-02";

GoTime now(Call& call) {
  const auto since_epoch = call.environment.now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::chrono::nanoseconds rest = since_epoch - seconds;
  return GoTime::from_unix(seconds.count(), GoZone::local(), static_cast<std::int32_t>(rest.count()));
}

// A time, or seconds since 1970; anything else is now.
GoTime time_of(Call& call, Value value) {
  if (const GoTime* time = as_time(value)) return *time;
  if (value.is(Kind::int64) || value.is(Kind::integer)) return GoTime::from_unix(value.as_int(), GoZone::local());
  return now(call);
}

Value formatted(Call& call, std::string_view layout, Value date, std::string_view zone_name) {
  const GoZone* zone = GoZone::load(zone_name);
  return call.make(format_time(time_of(call, date).in(zone ? *zone : GoZone::utc()), layout));
}

Value date_in_zone(Call& call) { return formatted(call, call.text(0), call[1], call.text(2)); }

// Go's clock has a monotonic reading besides, which counts from the start of the process; this one has the wall's.
Value now_value(Call& call) {
  const GoTime time = now(call);
  return make_time(call.heap, time.with_monotonic(time.nanosecond() % 100'000'000));
}

Value ago(Call& call) {
  return call.make(duration_text(round_duration(now(call).since(time_of(call, call[0])), kSecond)));
}

Value must_modify(Call& call) { return make_time(call.heap, as_time(call[1])->add(parse_duration(call.text(0)))); }

Value modify(Call& call) {
  try {
    return must_modify(call);
  } catch (const gotemplate::FunctionError&) {
    return call[1];
  }
}

Value must_to_date(Call& call) {
  return make_time(call.heap, parse_time(call.text(0), call.text(1), GoZone::local(), call.heap));
}

Value to_date(Call& call) {
  try {
    return must_to_date(call);
  } catch (const gotemplate::FunctionError&) {
    return make_time(call.heap, GoTime());
  }
}

// strconv.ParseInt with its error ignored: 0 for what is no number, the nearest for what is out of range.
std::int64_t seconds_of(std::string_view text) {
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return 0;
  std::int64_t number = 0;
  const std::string_view signed_digits = negative ? text : digits;
  const auto read = std::from_chars(signed_digits.data(), signed_digits.data() + signed_digits.size(), number);
  if (read.ec != std::errc::result_out_of_range) return number;
  return negative ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

// Of a number of seconds: int64, or a text of digits. A product that is too large wraps around.
Value duration(Call& call) {
  std::int64_t seconds = 0;
  if (call[0].is_string()) seconds = seconds_of(call.text(0));
  if (call[0].is(Kind::int64)) seconds = call.integer(0);
  const std::uint64_t nanoseconds = static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(kSecond);
  return call.make(duration_text(static_cast<GoDuration>(nanoseconds)));
}

GoDuration duration_of(Call& call, Value value) {
  if (const GoTime* time = as_time(value)) return now(call).since(*time);
  if (value.is(Kind::int64)) return value.as_int();
  if (!value.is_string()) return 0;
  try {
    return parse_duration(value.as_text());
  } catch (const gotemplate::FunctionError&) {
    return 0;
  }
}

// The largest unit of which there is more than one, alone and without its sign.
Value duration_round(Call& call) {
  const GoDuration duration = duration_of(call, call[0]);
  const auto size = duration < 0 ? 0 - static_cast<std::uint64_t>(duration) : static_cast<std::uint64_t>(duration);
  struct Unit {
    GoDuration size;
    std::string_view name;
  };
  constexpr GoDuration kDay = 24 * kHour;
  for (const Unit& unit : {Unit{365 * kDay, "y"}, Unit{30 * kDay, "mo"}, Unit{kDay, "d"}, Unit{kHour, "h"},
                           Unit{kMinute, "m"}, Unit{kSecond, "s"}}) {
    const auto unit_size = static_cast<std::uint64_t>(unit.size);
    if (size > unit_size) return call.make(std::to_string(size / unit_size).append(unit.name));
  }
  return Value::string("0s");
}

constexpr Function kFunctions[] = {
    {"now", "", now_value},
    {"ago", "a", ago},
    {"date", "sa", [](Call& call) { return formatted(call, call.text(0), call[1], "Local"); }},
    {"dateInZone", "sas", date_in_zone},
    {"date_in_zone", "sas", date_in_zone},
    {"dateModify", "sT", modify},
    {"date_modify", "sT", modify},
    {"mustDateModify", "sT", must_modify},
    {"must_date_modify", "sT", must_modify},
    {"duration", "a", duration},
    {"durationRound", "a", duration_round},
    {"htmlDate", "a", [](Call& call) { return formatted(call, kHtmlDate, call[0], "Local"); }},
    {"htmlDateInZone", "as", [](Call& call) { return formatted(call, kHtmlDate, call[0], call.text(1)); }},
    {"toDate", "ss", to_date},
    {"mustToDate", "ss", must_to_date},
    {"unixEpoch", "T", [](Call& call) { return call.make(std::to_string(as_time(call[0])->unix_seconds())); }},
};

}  // namespace

std::span<const Function> date_functions() { return kFunctions; }

}  // namespace kyma::helm
