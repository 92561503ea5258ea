#include <array>
#include <string>
#include <utility>

#include "operator/apiserver/conversions.hpp"

namespace kyma::apiserver {
namespace {

// The two names of one member; what is not here has one name in both.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames = {{
    {"involvedObject", "regarding"},
    {"message", "note"},
    {"reportingComponent", "reportingController"},
    {"source", "deprecatedSource"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"count", "deprecatedCount"},
}};

void rename(json::Value& object, std::string_view from, std::string_view to, json::Allocator& allocator) {
  auto* value = json::find(object, from);
  if (!value) return;
  json::Value moved;
  moved.Swap(*value);
  object.RemoveMember(json::Value(rapidjson::StringRef(from.data(), from.size())));
  json::set(object, to, std::move(moved), allocator);
}

class EventConversion final : public Conversion {
 public:
  void to_stored(json::Value& object, json::Allocator& allocator) const override {
    json::set(object, "apiVersion", "v1", allocator);
    for (const auto& [core, group] : kNames) rename(object, group, core, allocator);
    // v1 requires what the group does not.
    if (!json::find(object, "involvedObject")) {
      json::set(object, "involvedObject", json::Value(rapidjson::kObjectType), allocator);
    }
  }

  void from_stored(json::Value& object, json::Allocator& allocator) const override {
    json::set(object, "apiVersion", "events.k8s.io/v1", allocator);
    for (const auto& [core, group] : kNames) rename(object, core, group, allocator);
  }
};

}  // namespace

std::shared_ptr<const Conversion> make_event_conversion() { return std::make_shared<EventConversion>(); }

}  // namespace kyma::apiserver
