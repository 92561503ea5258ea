// Cluster: one cluster of the inventory. Served and stored; its controller is still to come.
//
// Values only, no I/O. Immutable once in a store; any thread.
#pragma once

#include <string>
#include <vector>

#include "operator/base/interned_string.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::api {

// How the cluster's API server knows its users, by OpenID Connect. All empty: it does not.
struct ClusterOidc {
  InternedString client_id;
  InternedString groups_claim;
  InternedString issuer_url;
  std::vector<InternedString> signing_algs;
  InternedString username_claim;
  InternedString username_prefix;

  friend bool operator==(const ClusterOidc&, const ClusterOidc&) = default;
};

struct ClusterSpec {
  InternedString provider;  // "azure"
  InternedString region;    // "westeurope"
  ClusterOidc oidc;

  friend bool operator==(const ClusterSpec&, const ClusterSpec&) = default;
};

struct Cluster {
  kube::ObjectMeta metadata;
  ClusterSpec spec;

  static const kube::ResourceType& resource_type();
};

void decode(json::Reader& reader, Cluster& cluster);

// What a create sends: metadata as kube::encode writes it, and the spec without its empty members.
std::string create_body(const Cluster& cluster);

}  // namespace kyma::api
