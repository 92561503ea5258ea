// Kyma: the list of components that a cluster is to have, and how far they are.
//
// Values only, no I/O. Immutable once in a store; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/interned.hpp"
#include "operator/base/interned_string.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::api {

struct KymaComponent {
  InternedString name;
  InternedString name_space;  // where the chart goes; empty: the default target namespace
  InternedString values;      // see values.hpp

  friend bool operator==(const KymaComponent&, const KymaComponent&) = default;
};

std::size_t hash_value(const KymaComponent& component) noexcept;

struct KymaSpec {
  Interned<std::vector<KymaComponent>> components;  // a fleet's Kymas have few different lists
};

enum class KymaState : std::uint8_t {
  none,  // not seen by the operator yet, or a text it does not know
  reconciling,
  success,
  error,
};

// "reconciling"; "" for none.
std::string_view to_string(KymaState state) noexcept;
KymaState kyma_state_from_string(std::string_view text) noexcept;

enum class ConditionStatus : std::uint8_t { absent, yes, no, unknown };

// The condition of type Ready. `last_transition` is when `status` last changed, in whole seconds.
struct ReadyCondition {
  ConditionStatus status = ConditionStatus::absent;
  InternedString reason;
  InternedString message;
  WallTime last_transition{};
  std::int64_t observed_generation = 0;

  friend bool operator==(const ReadyCondition&, const ReadyCondition&) = default;
};

struct KymaStatus {
  KymaState state = KymaState::none;
  Interned<std::vector<InternedString>> waiting_for;  // component names, in spec order
  std::int64_t observed_generation = 0;
  ReadyCondition ready;
  // Conditions of other types, which other writers own: JSON objects, comma-separated. Written back as they are, since
  // a merge patch replaces the list.
  InternedString other_conditions;

  friend bool operator==(const KymaStatus&, const KymaStatus&) = default;
};

struct Kyma {
  kube::ObjectMeta metadata;
  KymaSpec spec;
  KymaStatus status;

  static const kube::ResourceType& resource_type();
};

void decode(json::Reader& reader, Kyma& kyma);

// The merge patch of /status that leads from `current`'s status to `wanted`: only what differs, with the
// resourceVersion as precondition. Empty when nothing differs.
std::string status_patch(const Kyma& current, const KymaStatus& wanted);

}  // namespace kyma::api
