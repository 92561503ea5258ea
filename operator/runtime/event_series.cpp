#include "operator/runtime/event_series.hpp"

#include <fmt/format.h>

#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::runtime {
namespace {

constexpr std::size_t kMostNote = 1024;
constexpr std::size_t kMostName = 253;
constexpr std::string_view kEllipsis = "...";

void write_reference(json::Writer& writer, const ObjectReference& reference) {
  writer.object([&] {
    writer.key("apiVersion").string(reference.api_version).key("kind").string(reference.kind);
    if (!reference.name_space.empty()) writer.key("namespace").string(reference.name_space);
    writer.key("name").string(reference.name);
    if (!reference.uid.empty()) writer.key("uid").string(reference.uid.str());
  });
}

void write_series(json::Writer& writer, const EventSeries& series) {
  writer.key("series").object([&] {
    writer.key("count").integer(series.count);
    writer.key("lastObservedTime").string(kube::format_micro_time(series.last));
  });
}

void write_older_count(json::Writer& writer, const EventSeries& series) {
  writer.key("count").integer(series.count);
  writer.key("lastTimestamp").string(kube::format_time(series.last));
}

void write_core_fields(json::Writer& writer, const EventSeries& series, const EventReporter& reporter) {
  writer.key("involvedObject");
  write_reference(writer, series.event.regarding);
  writer.key("message").string(series.event.note);
  writer.key("reportingComponent").string(reporter.controller);
  writer.key("source").object([&] { writer.key("component").string(reporter.controller); });
  writer.key("firstTimestamp").string(kube::format_time(series.first));
  write_older_count(writer, series);
}

void write_events_fields(json::Writer& writer, const EventSeries& series, const EventReporter& reporter) {
  writer.key("regarding");
  write_reference(writer, series.event.regarding);
  writer.key("note").string(series.event.note);
  writer.key("reportingController").string(reporter.controller);
}

}  // namespace

const kube::ResourceType& event_type(EventApi api) {
  static const kube::ResourceType events_v1{"events.k8s.io", "v1", "Event", "events", true};
  static const kube::ResourceType core_v1{"", "v1", "Event", "events", true};
  return api == EventApi::events_v1 ? events_v1 : core_v1;
}

std::string EventSeries::name_space() const {
  return event.regarding.name_space.empty() ? "default" : event.regarding.name_space.str();
}

std::string event_to_create(const EventSeries& series, const EventReporter& reporter, EventApi api) {
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string(event_type(api).api_version()).key("kind").string("Event");
    writer.key("metadata").object([&] {
      writer.key("name").string(series.name).key("namespace").string(series.name_space());
    });
    writer.key("type").string(to_string(series.event.type));
    writer.key("reason").string(series.event.reason).key("action").string(series.event.action);
    writer.key("eventTime").string(kube::format_micro_time(series.first));
    writer.key("reportingInstance").string(reporter.instance);
    if (series.count > 1) write_series(writer, series);
    if (api == EventApi::core_v1) {
      write_core_fields(writer, series, reporter);
    } else {
      write_events_fields(writer, series, reporter);
    }
  });
  return writer.str();
}

std::string event_to_patch(const EventSeries& series, EventApi api) {
  json::Writer writer;
  writer.object([&] {
    write_series(writer, series);
    if (api == EventApi::core_v1) write_older_count(writer, series);
  });
  return writer.str();
}

std::string event_name(const Event& event, std::uint64_t number) {
  const std::string suffix = fmt::format(".{:x}", number);
  std::string_view object = event.regarding.name;
  object = object.substr(0, kMostName - suffix.size());
  // What is cut must not end in what no part of a name ends in.
  object = object.substr(0, object.find_last_not_of(".-") + 1);
  return std::string(object) + suffix;
}

InternedString clip_note(InternedString note) {
  const std::string_view text = note;
  if (text.size() <= kMostNote) return note;
  std::size_t end = kMostNote - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return InternedString(std::string(text.substr(0, end)) + std::string(kEllipsis));
}

}  // namespace kyma::runtime
