#include "operator/apiserver/watch_batch.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/apiserver/shown_object.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kTypePrefix = "{\"type\":\"";
constexpr std::string_view kObjectPrefix = "\",\"object\":";
constexpr std::string_view kEnd = "}\n";

}  // namespace

void WatchBatch::add(std::string_view type, ObjectPtr object, WallTime now) {
  if (representation_.table) {
    const auto document = json::parse(text_of(*resource_, *object));
    if (!document) return;
    texts_.push_back(table_of(*document, fmt::format("{}", object->revision), now));
    line(type, texts_.back());
    return;
  }
  pieces_.insert(pieces_.end(), {kTypePrefix, type, kObjectPrefix});
  append_shown(*resource_, representation_, *object, pieces_, texts_);
  pieces_.push_back(kEnd);
  bytes_ += object->json.size() + 40;
  objects_.push_back(std::move(object));
}

void WatchBatch::add_bookmark(Revision revision, bool initial_events_end, WallTime now) {
  std::string text = fmt::format(
      "{{\"apiVersion\":{},\"kind\":\"{}\",\"metadata\":{{\"creationTimestamp\":null,\"resourceVersion\":\"{}\"{}}}}}",
      shown_api_version(*resource_, representation_), shown_kind(*resource_, representation_), revision,
      initial_events_end ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "");
  if (representation_.table) {
    if (const auto document = json::parse(text)) text = table_of(*document, fmt::format("{}", revision), now);
  }
  texts_.push_back(std::move(text));
  line("BOOKMARK", texts_.back());
}

void WatchBatch::add_error(const kube::Error& error) {
  texts_.push_back(kube::to_status_json(error));
  line("ERROR", texts_.back());
}

void WatchBatch::clear() {
  pieces_.clear();
  objects_.clear();
  texts_.clear();
  bytes_ = 0;
}

void WatchBatch::line(std::string_view type, std::string_view object) {
  pieces_.insert(pieces_.end(), {kTypePrefix, type, kObjectPrefix, object, kEnd});
  bytes_ += object.size() + 40;
}

std::string WatchBatch::table_of(const json::Value& object, std::string_view revision, WallTime now) {
  TableOptions options;
  options.now = now;
  options.include = include_;
  options.headers = !std::exchange(headers_sent_, true);
  options.api_version = representation_.version;
  TableBuilder table(resource_->printer, options);
  table.add(object);
  return std::move(table).finish({.resource_version = revision});
}

}  // namespace kyma::apiserver
