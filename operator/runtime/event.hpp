// What a controller tells people about an object: an entry of `kubectl get events` and `kubectl describe`.
//
// Values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "operator/base/interned_string.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::runtime {

enum class EventType : std::uint8_t { normal, warning };

// "Normal", "Warning".
std::string_view to_string(EventType type) noexcept;

struct ObjectReference {
  InternedString api_version;
  InternedString kind;
  InternedString name_space;  // empty: cluster-scoped
  InternedString name;
  kube::Uid uid;

  friend bool operator==(const ObjectReference&, const ObjectReference&) = default;
};

ObjectReference reference_to(const kube::ResourceType& type, const kube::ObjectMeta& metadata);

struct Event {
  EventType type = EventType::normal;
  InternedString reason;      // why, in one CamelCase word: "ChartFailed"
  InternedString action;      // what was being done: "Render"
  ObjectReference regarding;  // what it is about
  InternedString note;        // a sentence for people

  friend bool operator==(const Event&, const Event&) = default;
};

struct EventHash {
  std::size_t operator()(const Event& event) const noexcept;
};

}  // namespace kyma::runtime
