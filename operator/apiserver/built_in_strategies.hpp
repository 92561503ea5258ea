// The particular rules of the simple built-in resources.
#pragma once

#include <memory>

#include "operator/apiserver/resource.hpp"

namespace kyma::apiserver {

// Names are labels, the phase follows deletion, and the finalizer "kubernetes" keeps a deleted one until it is empty.
// The namespaces that Kubernetes itself needs cannot be deleted.
std::shared_ptr<const Strategy> make_namespace_strategy();
// Keys, sizes, and immutability.
std::shared_ptr<const Strategy> make_config_map_strategy();
// The same; stringData goes into data, the type is Opaque unless given and never changes.
std::shared_ptr<const Strategy> make_secret_strategy();
// The involved object's namespace is the event's.
std::shared_ptr<const Strategy> make_event_strategy();

// In spec.finalizers of a namespace; removed by the server once the namespace is empty.
inline constexpr std::string_view kNamespaceFinalizer = "kubernetes";
inline constexpr std::string_view kSystemNamespaces[] = {"default", "kube-system", "kube-public", "kube-node-lease"};

}  // namespace kyma::apiserver
