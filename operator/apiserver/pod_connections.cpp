#include "operator/apiserver/pod_connections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/apiserver/api_errors.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::array<std::string_view, 1> kRead = {"get"};
constexpr std::array<std::string_view, 2> kConnect = {"create", "get"};
constexpr std::array<PodConnection, 4> kConnections = {{
    {"attach", "PodAttachOptions", kConnect},
    {"exec", "PodExecOptions", kConnect},
    {"log", "Pod", kRead},
    {"portforward", "PodPortForwardOptions", kConnect},
}};

const PodConnection* find_connection(const RequestInfo& info) noexcept {
  if (!info.group.empty() || info.version != "v1" || info.resource != "pods" || info.name_space.empty()) return nullptr;
  const auto found = std::find_if(kConnections.begin(), kConnections.end(),
                                  [&](const auto& connection) { return connection.subresource == info.subresource; });
  return found == kConnections.end() || info.too_long ? nullptr : &*found;
}

}  // namespace

std::span<const PodConnection> pod_connections() noexcept { return kConnections; }

bool is_pod_connection(const RequestInfo& info) noexcept { return find_connection(info) != nullptr; }

kube::Error refuse_pod_connection(ObjectService& objects, const RequestInfo& info) {
  const auto& connection = *find_connection(info);
  const bool known = info.verb == Verb::get || (info.verb == Verb::create && connection.verbs.size() > 1);
  if (!known) return no_such_method();
  const auto resource = objects.registry().find(info.group, info.version, info.resource);
  const auto pod = objects.read(*resource, info.name_space, info.name);
  if (!pod) return pod.error();
  const auto document = json::parse((*pod)->json);
  const auto node = document ? json::string_at(*document, {"spec", "nodeName"}) : std::string_view{};
  if (node.empty()) return kube::bad_request(fmt::format("pod {} does not have a host assigned", info.name));
  return kube::bad_request(
      fmt::format("pod {} is not running on node {}: this server stores pods and runs none", info.name, node));
}

}  // namespace kyma::apiserver
