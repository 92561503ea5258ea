#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "operator/apiserver/table_cells.hpp"

namespace kyma::apiserver {
namespace {

// The first of several places that holds a text.
std::string_view first_text(const json::Value& object, std::initializer_list<Path> places) {
  for (const Path& place : places) {
    if (const std::string_view text = text_at(object, place); !text.empty()) return text;
  }
  return {};
}

template <class F>
TableColumn event_column(std::string name, std::string description, int priority, F text_of) {
  return {
      std::move(name),
      "string",
      "",
      std::move(description),
      priority,
      [text_of](json::Writer& writer, const json::Value& event, WallTime now) { writer.string(text_of(event, now)); }};
}

// Events come in two forms: core/v1 and events.k8s.io/v1; one server keeps both as one.
std::string_view first_seen(const json::Value& event) {
  return first_text(event, {{"firstTimestamp"}, {"deprecatedFirstTimestamp"}, {"eventTime"}});
}
std::string_view last_seen(const json::Value& event) {
  const std::string_view seen =
      first_text(event, {{"series", "lastObservedTime"}, {"lastTimestamp"}, {"deprecatedLastTimestamp"}});
  return seen.empty() ? first_seen(event) : seen;
}
std::string involved(const json::Value& event, std::string_view key) {
  return std::string(first_text(event, {{"involvedObject", key}, {"regarding", key}}));
}
std::string event_object(const json::Value& event) {
  std::string kind = involved(event, "kind");
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return kind + "/" + involved(event, "name");
}
std::string event_source(const json::Value& event) {
  std::string source(first_text(
      event,
      {{"source", "component"}, {"deprecatedSource", "component"}, {"reportingController"}, {"reportingComponent"}}));
  const std::string_view host =
      first_text(event, {{"source", "host"}, {"deprecatedSource", "host"}, {"reportingInstance"}});
  if (!host.empty()) source += (source.empty() ? "" : ", ") + std::string(host);
  return source;
}
std::int64_t event_count(const json::Value& event) {
  for (const Path& path : {Path{"series", "count"}, Path{"count"}, Path{"deprecatedCount"}}) {
    if (const json::Value* count = at(event, path); count != nullptr && count->IsInt64()) return count->GetInt64();
  }
  return 1;
}

std::vector<TableColumn> event_columns() {
  std::vector<TableColumn> columns;
  const auto add = [&](std::string name, std::string description, int priority, auto text_of) {
    columns.push_back(event_column(std::move(name), std::move(description), priority, text_of));
  };
  add("Last Seen", "How long ago it happened last.", 0,
      [](const json::Value& event, WallTime now) { return age_of(last_seen(event), now); });
  add("Type", "Normal or Warning.", 0, [](const json::Value& event, WallTime) { return text_at(event, {"type"}); });
  add("Reason", "Why the event was made, in a word.", 0,
      [](const json::Value& event, WallTime) { return text_at(event, {"reason"}); });
  add("Object", "What the event is about.", 0, [](const json::Value& event, WallTime) { return event_object(event); });
  add("Subobject", "The part of the object that the event is about.", 1,
      [](const json::Value& event, WallTime) { return involved(event, "fieldPath"); });
  add("Source", "Who reported the event.", 1, [](const json::Value& event, WallTime) { return event_source(event); });
  add("Message", "What happened.", 0, [](const json::Value& event, WallTime) {
    std::string message(first_text(event, {{"message"}, {"note"}}));
    message.erase(message.find_last_not_of(" \n\t\r") + 1);
    return message;
  });
  add("First Seen", "How long ago it happened first.", 1,
      [](const json::Value& event, WallTime now) { return age_of(first_seen(event), now); });
  columns.push_back(
      {"Count", "string", "", "How often it happened.", 1,
       [](json::Writer& writer, const json::Value& event, WallTime) { writer.integer(event_count(event)); }});
  columns.push_back(name_column());
  columns.back().priority = 1;
  return columns;
}

}  // namespace

std::vector<TableColumn> built_in_columns(std::string_view group, std::string_view plural) {
  if (plural == "events" && (group.empty() || group == "events.k8s.io")) return event_columns();
  for (const auto columns_of : {core_columns, workload_columns, storage_columns, network_columns, policy_columns}) {
    if (auto columns = columns_of(group, plural); !columns.empty()) return columns;
  }
  return {};
}

}  // namespace kyma::apiserver
