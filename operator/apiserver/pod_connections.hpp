// What would reach into a running pod: logs, exec, attach, port-forward and proxy. There are no running pods here, so
// each is refused, in the words that clients know from a cluster whose pod has not been scheduled.
//
// Thread: none needed.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/request_info.hpp"

namespace kyma::apiserver {

struct PodConnection {
  std::string_view subresource;
  std::string_view kind;  // of its options, as discovery shows it
  std::span<const std::string_view> verbs;
};

// Those that discovery lists.
std::span<const PodConnection> pod_connections() noexcept;

bool is_pod_connection(const RequestInfo& info) noexcept;

// Why there is none: no such pod, no such method, or nothing to connect to.
kube::Error refuse_pod_connection(ObjectService& objects, const RequestInfo& info);

}  // namespace kyma::apiserver
