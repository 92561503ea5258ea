// A coordination.k8s.io/v1 Lease as leader election reads and writes it.
//
// Updates are made from the object that was read, so that what others keep in it (labels, annotations, fields of newer
// versions) stays. Pure; any thread. Hostile input gives an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "operator/base/time.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::runtime {

// What a Lease says about its holder.
struct LeaseRecord {
  std::string holder;                // an identity; empty: nobody
  std::chrono::seconds duration{0};  // how long the others wait after the last sign of life
  WallTime acquired = kNoTime;
  WallTime renewed = kNoTime;
  std::int64_t transitions = 0;  // how often it changed hands

  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};

struct Lease {
  LeaseRecord record;
  kube::ObjectMeta metadata;
  std::string json;  // the whole object, with the resourceVersion that an update is made against

  static const kube::ResourceType& resource_type();
};

json::Outcome<Lease> parse_lease(std::string json);

// The body that creates a Lease.
std::string lease_to_create(std::string_view name_space, std::string_view name, const LeaseRecord& record);
// The body that updates the one that was read: the server refuses it as a conflict when that has changed meanwhile.
std::string lease_to_update(const Lease& read, const LeaseRecord& record);

}  // namespace kyma::runtime
