#include "operator/helm/functions/date_objects.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "operator/helm/formats/json.hpp"
#include "operator/helm/functions/go_layout.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::Kind;
using gotemplate::Object;
using gotemplate::Type;

extern const Type kTimeType;
extern const Type kDurationType;
extern const Type kMonthType;
extern const Type kWeekdayType;
extern const Type kZoneType;

class TimeObject final : public Object {
 public:
  explicit TimeObject(const GoTime& time) : time_(time) {}
  const GoTime& time() const noexcept { return time_; }

  const Type& type() const noexcept override { return kTimeType; }
  std::optional<std::string> text() const override { return time_.text(); }
  std::optional<std::string> json() const override;
  bool equals(const Object& other) const override {
    return &other.type() == &kTimeType && static_cast<const TimeObject&>(other).time_ == time_;
  }

 private:
  GoTime time_;
};

// A number with a name: a month, a weekday, a duration.
class NumberObject final : public Object {
 public:
  NumberObject(const Type& type, Value number) : type_(type), number_(number) {}

  const Type& type() const noexcept override { return type_; }
  std::optional<std::string> text() const override;
  std::optional<std::string> json() const override { return std::to_string(number_.as_int()); }
  std::optional<Value> number() const override { return number_; }
  bool equals(const Object& other) const override {
    return &other.type() == &type_ && static_cast<const NumberObject&>(other).number_.as_int() == number_.as_int();
  }

 private:
  const Type& type_;
  Value number_;
};

class ZoneObject final : public Object {
 public:
  explicit ZoneObject(const GoZone& zone) : zone_(zone) {}
  const GoZone& zone() const noexcept { return zone_; }

  const Type& type() const noexcept override { return kZoneType; }
  std::optional<std::string> text() const override { return zone_.name(); }
  std::optional<std::string> json() const override { return "{}"; }
  bool equals(const Object& other) const override {
    return &other.type() == &kZoneType && &static_cast<const ZoneObject&>(other).zone_ == &zone_;
  }

 private:
  const GoZone& zone_;
};

std::optional<std::string> TimeObject::json() const {
  constexpr std::string_view kError =
      "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: {} outside of range {}";
  const std::int64_t year = time_.date().year;
  if (year < 0 || year > 9999) throw FormatError(fmt::format(kError, "year", "[0,9999]"));
  const std::int32_t offset = time_.period().offset;
  if (std::abs(offset) >= 24 * 3600) throw FormatError(fmt::format(kError, "timezone hour", "[0,23]"));
  return "\"" + format_time(time_, "2006-01-02T15:04:05.999999999Z07:00") + "\"";
}

std::optional<std::string> NumberObject::text() const {
  const std::int64_t number = number_.as_int();
  if (&type_ == &kDurationType) return duration_text(number);
  if (&type_ == &kMonthType) {
    if (number >= 1 && number <= 12) return std::string(kMonthNames[number - 1]);
    return fmt::format("%!Month({})", number);
  }
  if (number >= 0 && number <= 6) return std::string(kDayNames[number]);
  return fmt::format("%!Weekday({})", number);
}

Value make_duration(Call& call, GoDuration duration) {
  return Value::object(call.heap.make<NumberObject>(kDurationType, Value::int64(duration)));
}

// --- time.Time's methods ---------------------------------------------------------------------------------------------

const GoTime& receiver(Call& call) { return static_cast<const TimeObject&>(call[0].as_object()).time(); }
const GoTime& other_time(Call& call) { return static_cast<const TimeObject&>(call[1].as_object()).time(); }

// A duration, or a number that was written where Go wants one.
GoDuration duration_argument(Call& call, std::size_t index) {
  const Value value = call[index];
  if (value.is(Kind::integer)) return value.as_int();
  if (value.is(Kind::object) && &value.as_object().type() == &kDurationType)
    return value.as_object().number()->as_int();
  Call::fail(fmt::format("wrong type for value; expected time.Duration; got {}", gotemplate::type_name(value)));
}

// As Go source: time.Date(2020, time.March, 1, 0, 0, 0, 0, time.UTC).
Value go_text(Call& call) {
  const GoTime& time = receiver(call);
  const GoTime::Fields fields = time.fields();
  std::string zone = fmt::format("time.Location({})", gotemplate::quote(time.zone().name()));
  if (&time.zone() == &GoZone::utc()) zone = "time.UTC";
  if (&time.zone() == &GoZone::local()) zone = "time.Local";
  return call.make(fmt::format("time.Date({}, time.{}, {}, {}, {}, {}, {}, {})", fields.year,
                               kMonthNames[fields.month - 1], fields.day, fields.hour, fields.minute, fields.second,
                               fields.nanosecond, zone));
}

Value time_in(Call& call) {
  const Value value = call[1];
  if (!value.is(Kind::object) || &value.as_object().type() != &kZoneType) {
    Call::fail(value.is_nothing() ? "time: missing Location in call to Time.In"
                                  : fmt::format("wrong type for value; expected *time.Location; got {}",
                                                gotemplate::type_name(value)));
  }
  return make_time(call.heap, receiver(call).in(static_cast<const ZoneObject&>(value.as_object()).zone()));
}

// Nanoseconds and the like since 1970, wrapping around as Go's do.
Value unix_time(Call& call, std::uint64_t per_second) {
  const GoTime& time = receiver(call);
  const auto nanoseconds = static_cast<std::uint64_t>(time.nanosecond());
  const std::uint64_t part = nanoseconds / (static_cast<std::uint64_t>(kSecond) / per_second);
  return Value::int64(static_cast<std::int64_t>(static_cast<std::uint64_t>(time.unix_seconds()) * per_second + part));
}

Value marshal(Call& call, bool as_json) {
  const std::string json = *call[0].as_object().json();
  const std::string_view text(json);
  return Value::bytes(call.heap.copy(as_json ? text : text.substr(1, text.size() - 2)));
}

constexpr Function kTimeMethods[] = {
    {"Add", "a", [](Call& call) { return make_time(call.heap, receiver(call).add(duration_argument(call, 1))); }},
    {"AddDate", "iii",
     [](Call& call) {
       return make_time(call.heap, receiver(call).add_date(call.integer(1), call.integer(2), call.integer(3)));
     }},
    {"After", "T", [](Call& call) { return Value::boolean(receiver(call).compare(other_time(call)) > 0); }},
    {"Before", "T", [](Call& call) { return Value::boolean(receiver(call).compare(other_time(call)) < 0); }},
    {"Compare", "T", [](Call& call) { return Value::integer(receiver(call).compare(other_time(call))); }},
    {"Equal", "T", [](Call& call) { return Value::boolean(receiver(call).compare(other_time(call)) == 0); }},
    {"Sub", "T", [](Call& call) { return make_duration(call, receiver(call).since(other_time(call))); }},
    {"Round", "a", [](Call& call) { return make_time(call.heap, receiver(call).round(duration_argument(call, 1))); }},
    {"Truncate", "a",
     [](Call& call) { return make_time(call.heap, receiver(call).truncate(duration_argument(call, 1))); }},
    {"Clock", "function Clock has 3 return values; should be 1 or 2", nullptr},
    {"Date", "function Date has 3 return values; should be 1 or 2", nullptr},
    {"ISOWeek", "invalid function signature for ISOWeek: second return value should be error; is int", nullptr},
    {"Zone", "invalid function signature for Zone: second return value should be error; is int", nullptr},
    {"ZoneBounds", "invalid function signature for ZoneBounds: second return value should be error; is time.Time",
     nullptr},
    {"Year", "", [](Call& call) { return Value::integer(receiver(call).date().year); }},
    {"Month", "",
     [](Call& call) {
       const Value number = Value::integer(receiver(call).date().month);
       return Value::object(call.heap.make<NumberObject>(kMonthType, number));
     }},
    {"Day", "", [](Call& call) { return Value::integer(receiver(call).date().day); }},
    {"YearDay", "", [](Call& call) { return Value::integer(receiver(call).date().year_day); }},
    {"Weekday", "",
     [](Call& call) {
       const Value number = Value::integer(receiver(call).date().weekday);
       return Value::object(call.heap.make<NumberObject>(kWeekdayType, number));
     }},
    {"Hour", "", [](Call& call) { return Value::integer(receiver(call).second_of_day() / 3600); }},
    {"Minute", "", [](Call& call) { return Value::integer(receiver(call).second_of_day() / 60 % 60); }},
    {"Second", "", [](Call& call) { return Value::integer(receiver(call).second_of_day() % 60); }},
    {"Nanosecond", "", [](Call& call) { return Value::integer(receiver(call).nanosecond()); }},
    {"Unix", "", [](Call& call) { return unix_time(call, 1); }},
    {"UnixMilli", "", [](Call& call) { return unix_time(call, 1'000); }},
    {"UnixMicro", "", [](Call& call) { return unix_time(call, 1'000'000); }},
    {"UnixNano", "", [](Call& call) { return unix_time(call, 1'000'000'000); }},
    {"IsDST", "", [](Call& call) { return Value::boolean(receiver(call).period().is_dst); }},
    {"IsZero", "", [](Call& call) { return Value::boolean(receiver(call).is_zero()); }},
    {"UTC", "", [](Call& call) { return make_time(call.heap, receiver(call).in(GoZone::utc())); }},
    {"Local", "", [](Call& call) { return make_time(call.heap, receiver(call).in(GoZone::local())); }},
    {"In", "a", time_in},
    {"Location", "", [](Call& call) { return Value::object(call.heap.make<ZoneObject>(receiver(call).zone())); }},
    {"Format", "s", [](Call& call) { return call.make(format_time(receiver(call), call.text(1))); }},
    {"String", "", [](Call& call) { return call.make(receiver(call).text()); }},
    {"GoString", "", go_text},
    {"MarshalJSON", "", [](Call& call) { return marshal(call, true); }},
    {"MarshalText", "", [](Call& call) { return marshal(call, false); }},
};

// --- Methods of numbers ----------------------------------------------------------------------------------------------

std::int64_t number_of(Call& call) { return call[0].as_object().number()->as_int(); }
Value number_text(Call& call) { return call.make(*call[0].as_object().text()); }

// Whole units and the rest apart, as Go divides, for the last digit's sake.
Value in_units(Call& call, GoDuration unit) {
  const std::int64_t duration = number_of(call);
  const std::int64_t whole = duration / unit;
  const std::int64_t rest = duration % unit;
  return Value::float64(static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(unit));
}

Value absolute_duration(Call& call) {
  const std::int64_t duration = number_of(call);
  if (duration == std::numeric_limits<std::int64_t>::min()) return make_duration(call, -(duration + 1));
  return make_duration(call, duration < 0 ? -duration : duration);
}

Value truncate_duration(Call& call) {
  const GoDuration multiple = duration_argument(call, 1);
  const std::int64_t duration = number_of(call);
  return make_duration(call, multiple <= 0 ? duration : duration - duration % multiple);
}

constexpr Function kDurationMethods[] = {
    {"Abs", "", absolute_duration},
    {"Hours", "", [](Call& call) { return in_units(call, kHour); }},
    {"Minutes", "", [](Call& call) { return in_units(call, kMinute); }},
    {"Seconds", "", [](Call& call) { return in_units(call, kSecond); }},
    {"Milliseconds", "", [](Call& call) { return Value::int64(number_of(call) / 1'000'000); }},
    {"Microseconds", "", [](Call& call) { return Value::int64(number_of(call) / 1'000); }},
    {"Nanoseconds", "", [](Call& call) { return Value::int64(number_of(call)); }},
    {"Round", "a",
     [](Call& call) { return make_duration(call, round_duration(number_of(call), duration_argument(call, 1))); }},
    {"Truncate", "a", truncate_duration},
    {"String", "", number_text},
};

constexpr Function kNameMethods[] = {{"String", "", number_text}};

const Type kTimeType{.name = "time.Time", .methods = kTimeMethods, .method_count = std::size(kTimeMethods)};
const Type kDurationType{
    .name = "time.Duration", .methods = kDurationMethods, .method_count = std::size(kDurationMethods)};
const Type kMonthType{.name = "time.Month", .methods = kNameMethods, .method_count = std::size(kNameMethods)};
const Type kWeekdayType{.name = "time.Weekday", .methods = kNameMethods, .method_count = std::size(kNameMethods)};
const Type kZoneType{
    .name = "*time.Location", .methods = kNameMethods, .method_count = std::size(kNameMethods), .is_pointer = true};

}  // namespace

Value make_time(Heap& heap, const GoTime& time) { return Value::object(heap.make<TimeObject>(time)); }

const GoTime* as_time(Value value) {
  if (!value.is(Kind::object) || &value.as_object().type() != &kTimeType) return nullptr;
  return &static_cast<const TimeObject&>(value.as_object()).time();
}

}  // namespace kyma::helm
