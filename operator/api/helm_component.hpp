// HelmComponent: one component of a Kyma, driven through its lifecycle. Compact, since tens of thousands are held.
//
// Values only, no I/O. Immutable once in a store; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operator/api/component_state.hpp"
#include "operator/base/interned.hpp"
#include "operator/base/interned_string.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::api {

inline constexpr std::string_view kDefaultTargetNamespace = "kyma-system";

struct HelmComponentSpec {
  InternedString component_name;
  InternedString chart_location;  // relative to the charts directory; empty: componentName
  InternedString version;
  InternedString name_space;  // where the chart goes; empty: kDefaultTargetNamespace
  InternedString values;      // see values.hpp

  std::string_view target_namespace() const noexcept {
    return name_space.empty() ? kDefaultTargetNamespace : name_space.view();
  }
  friend bool operator==(const HelmComponentSpec&, const HelmComponentSpec&) = default;
};
std::size_t hash_value(const HelmComponentSpec& spec) noexcept;

struct HelmComponentStatus {
  WallTime last_reconciliation = kNoTime;  // the scheduled instant of the state reached
  std::int64_t observed_generation = 0;
  InternedString message;
  InternedString manifest_digest;
  ComponentState state = ComponentState::none;

  bool has_last_reconciliation() const noexcept { return last_reconciliation != kNoTime; }
  friend bool operator==(const HelmComponentStatus&, const HelmComponentStatus&) = default;
};

struct HelmComponent {
  kube::ObjectMeta metadata;
  Interned<HelmComponentSpec> spec;  // the same for a component of every Kyma
  HelmComponentStatus status;

  static const kube::ResourceType& resource_type();

  // The state that holds for the current spec; none when the status tells of an older one.
  ComponentState current_state() const noexcept {
    return status.observed_generation == metadata.generation ? status.state : ComponentState::none;
  }
};

void decode(json::Reader& reader, HelmComponent& component);

// What a create sends: metadata as kube::encode writes it, and the spec.
std::string create_body(const HelmComponent& component);

// The merge patch of /status that leads from `current`'s status to `wanted`: only what differs, with the
// resourceVersion as precondition. Empty when nothing differs.
std::string status_patch(const HelmComponent& current, const HelmComponentStatus& wanted);

// True when componentName, target namespace and values are the same: what a Kyma decides. Location and version of the
// chart are not its business.
bool same_wish(const HelmComponentSpec& a, const HelmComponentSpec& b) noexcept;
// The merge patch that puts these three right, with the resourceVersion as precondition. Empty when nothing differs;
// nothing when a merge patch cannot say it (see values_patch()): then replace_wish() and an update can.
std::optional<std::string> spec_patch(const HelmComponent& current, const HelmComponentSpec& wanted);
// The whole object `text`, as the API server gave it, with these three put right. Nothing when `text` is no object.
std::optional<std::string> replace_wish(std::string_view text, const HelmComponentSpec& wanted);

}  // namespace kyma::api
