// Columns of the core group's kinds, of definitions and leases.
#include <fmt/format.h>

#include <algorithm>

#include "operator/apiserver/table_cells.hpp"

namespace kyma::apiserver {
namespace {

using Columns = std::vector<TableColumn>;

std::string pod_ready(const json::Value& pod, WallTime) {
  const auto* statuses = at(pod, {"status", "containerStatuses"});
  std::int64_t ready = 0;
  if (statuses && statuses->IsArray()) {
    for (const auto& status : statuses->GetArray()) {
      const auto* flag = json::find(status, "ready");
      ready += flag && flag->IsTrue();
    }
  }
  return fmt::format("{}/{}", ready, count_at(pod, {"spec", "containers"}));
}

std::string pod_status(const json::Value& pod, WallTime) {
  if (at(pod, {"metadata", "deletionTimestamp"})) return "Terminating";
  if (const auto reason = text_at(pod, {"status", "reason"}); !reason.empty()) return std::string(reason);
  for (const std::string_view state : {"waiting", "terminated"}) {
    const auto reasons = texts_in(pod, {"status", "containerStatuses"}, {"state", state, "reason"});
    if (!reasons.empty()) return reasons.front();
  }
  return shown_at(pod, {"status", "phase"}, "Unknown");
}

TableColumn restarts_column() {
  return {"Restarts",
          "string",
          "",
          "How often its containers were started again.",
          0,
          [](json::Writer& writer, const json::Value& pod, WallTime) {
            std::int64_t restarts = 0;
            const auto* statuses = at(pod, {"status", "containerStatuses"});
            if (statuses && statuses->IsArray()) {
              for (const auto& status : statuses->GetArray()) restarts += number_at(status, {"restartCount"});
            }
            writer.string(fmt::to_string(restarts));
          }};
}

Columns pod_columns() {
  Columns columns{name_column(),
                  made_column("Ready", "Containers that are ready, of all.", pod_ready),
                  made_column("Status", "What the pod does.", pod_status),
                  restarts_column(),
                  age_column(),
                  shown_column("IP", "Its address.", {"status", "podIP"}, kWide),
                  shown_column("Node", "Where it runs.", {"spec", "nodeName"}, kWide)};
  columns.push_back(shown_column("Nominated Node", "Where it is to run.", {"status", "nominatedNodeName"}, kWide));
  columns.push_back(made_column(
      "Readiness Gates", "Additional conditions of being ready.",
      [](const json::Value& pod, WallTime) -> std::string {
        const auto count = count_at(pod, {"spec", "readinessGates"});
        return count == 0 ? "<none>" : fmt::format("0/{}", count);
      },
      kWide));
  return columns;
}

std::string external_address(const json::Value& service, WallTime) {
  const auto type = text_at(service, {"spec", "type"});
  if (type == "ExternalName") return shown_at(service, {"spec", "externalName"});
  auto addresses = texts_in(service, {"status", "loadBalancer", "ingress"}, {"ip"});
  for (auto& name : texts_in(service, {"status", "loadBalancer", "ingress"}, {"hostname"})) {
    addresses.push_back(std::move(name));
  }
  for (auto& address : texts_in(service, {"spec", "externalIPs"}, {})) addresses.push_back(std::move(address));
  return joined(addresses, type == "LoadBalancer" ? "<pending>" : "<none>");
}

std::string service_ports(const json::Value& service, WallTime) {
  std::vector<std::string> texts;
  const auto* ports = at(service, {"spec", "ports"});
  if (ports && ports->IsArray()) {
    for (const auto& port : ports->GetArray()) {
      const auto node_port = number_at(port, {"nodePort"});
      texts.push_back(fmt::format("{}{}/{}", number_at(port, {"port"}),
                                  node_port == 0 ? "" : fmt::format(":{}", node_port), text_at(port, {"protocol"})));
    }
  }
  return joined(texts);
}

Columns service_columns() {
  return {name_column(),
          text_column("Type", "What kind of service it is.", {"spec", "type"}),
          shown_column("Cluster-IP", "Its address.", {"spec", "clusterIP"}),
          made_column("External-IP", "Its addresses outside.", external_address),
          made_column("Port(s)", "Its ports.", service_ports),
          age_column(),
          made_column(
              "Selector", "What selects its pods.",
              [](const json::Value& service, WallTime) {
                return labels_text(at(service, {"spec", "selector"}));
              },
              kWide)};
}

std::string node_status(const json::Value& node, WallTime) {
  std::string text = "Unknown";
  const auto* conditions = at(node, {"status", "conditions"});
  if (conditions && conditions->IsArray()) {
    for (const auto& condition : conditions->GetArray()) {
      if (text_at(condition, {"type"}) != "Ready") continue;
      text = text_at(condition, {"status"}) == "True" ? "Ready" : "NotReady";
    }
  }
  const auto* closed = at(node, {"spec", "unschedulable"});
  return closed && closed->IsTrue() ? text + ",SchedulingDisabled" : text;
}

std::string node_roles(const json::Value& node, WallTime) {
  constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
  std::vector<std::string> roles;
  if (const auto* labels = at(node, {"metadata", "labels"}); labels && labels->IsObject()) {
    for (const auto& label : labels->GetObject()) {
      const auto name = json::view(label.name);
      if (name.starts_with(kPrefix)) roles.emplace_back(name.substr(kPrefix.size()));
    }
  }
  std::sort(roles.begin(), roles.end());
  return joined(roles);
}

Columns node_columns() {
  const auto address = [](std::string_view type) {
    return [type](const json::Value& node, WallTime) -> std::string {
      const auto* addresses = at(node, {"status", "addresses"});
      if (addresses && addresses->IsArray()) {
        for (const auto& one : addresses->GetArray()) {
          if (text_at(one, {"type"}) == type) return std::string(text_at(one, {"address"}));
        }
      }
      return "<none>";
    };
  };
  return {name_column(),
          made_column("Status", "Whether it is ready.", node_status),
          made_column("Roles", "What it is for.", node_roles),
          age_column(),
          text_column("Version", "Version of its kubelet.", {"status", "nodeInfo", "kubeletVersion"}),
          made_column("Internal-IP", "Its address.", address("InternalIP"), kWide),
          made_column("External-IP", "Its address outside.", address("ExternalIP"), kWide),
          shown_column("OS-Image", "Its system.", {"status", "nodeInfo", "osImage"}, kWide, "<unknown>"),
          shown_column("Kernel-Version", "Its kernel.", {"status", "nodeInfo", "kernelVersion"}, kWide, "<unknown>"),
          shown_column("Container-Runtime", "What runs its containers.",
                       {"status", "nodeInfo", "containerRuntimeVersion"}, kWide, "<unknown>")};
}

std::string endpoint_addresses(const json::Value& endpoints, WallTime) {
  std::vector<std::string> texts;
  const auto* subsets = at(endpoints, {"subsets"});
  if (subsets && subsets->IsArray()) {
    for (const auto& subset : subsets->GetArray()) {
      for (const auto& address : texts_in(subset, {"addresses"}, {"ip"})) {
        const auto* ports = at(subset, {"ports"});
        if (!ports || !ports->IsArray() || ports->Empty()) texts.push_back(address);
        if (!ports || !ports->IsArray()) continue;
        for (const auto& port : ports->GetArray())
          texts.push_back(fmt::format("{}:{}", address, number_at(port, {"port"})));
      }
    }
  }
  constexpr std::size_t kShown = 3;
  if (texts.size() <= kShown) return joined(texts);
  const auto more = texts.size() - kShown;
  texts.resize(kShown);
  return fmt::format("{} + {} more...", joined(texts), more);
}

// "requests.cpu: 1/2, pods: 0/5" of the resources that are limits, or of those that are not.
std::string quota_text(const json::Value& quota, bool limits) {
  std::vector<std::string> texts;
  const auto* hard = at(quota, {"spec", "hard"});
  if (hard && hard->IsObject()) {
    for (const auto& limit : hard->GetObject()) {
      const auto name = json::view(limit.name);
      if (name.starts_with("limits.") != limits) continue;
      const auto most = limit.value.IsString() ? std::string(json::view(limit.value)) : json::to_string(limit.value);
      texts.push_back(fmt::format("{}: {}/{}", name, shown_at(quota, {"status", "used", name}, "0"), most));
    }
  }
  std::sort(texts.begin(), texts.end());
  return fmt::format("{}", fmt::join(texts, ", "));
}

Columns quota_columns() {
  return {name_column(),
          made_column("Request", "What is used and may be, of requests and numbers.",
                      [](const json::Value& quota, WallTime) { return quota_text(quota, false); }),
          made_column("Limit", "What is used and may be, of limits.",
                      [](const json::Value& quota, WallTime) { return quota_text(quota, true); }),
          age_column()};
}

Columns plain_columns(std::string_view plural) {
  if (plural == "namespaces") {
    return {name_column(), text_column("Status", "Active or Terminating.", {"status", "phase"}), age_column()};
  }
  if (plural == "configmaps") {
    return {name_column(), count_column("Data", "The number of entries.", {{"data"}, {"binaryData"}}), age_column()};
  }
  if (plural == "secrets") {
    return {name_column(), text_column("Type", "What the secret is for.", {"type"}),
            count_column("Data", "The number of entries.", {{"data"}}), age_column()};
  }
  if (plural == "serviceaccounts") {
    return {name_column(), count_column("Secrets", "The number of secrets.", {{"secrets"}}), age_column()};
  }
  if (plural == "endpoints") {
    return {name_column(), made_column("Endpoints", "Addresses and ports.", endpoint_addresses), age_column()};
  }
  if (plural == "limitranges") return {name_column(), created_at_column()};
  return {};
}

}  // namespace

std::vector<TableColumn> core_columns(std::string_view group, std::string_view plural) {
  if (group == "apiextensions.k8s.io" && plural == "customresourcedefinitions")
    return {name_column(), created_at_column()};
  if (group == "coordination.k8s.io" && plural == "leases") {
    return {name_column(), text_column("Holder", "Who holds the lease.", {"spec", "holderIdentity"}), age_column()};
  }
  if (!group.empty()) return {};
  if (plural == "pods") return pod_columns();
  if (plural == "services") return service_columns();
  if (plural == "nodes") return node_columns();
  if (plural == "resourcequotas") return quota_columns();
  return plain_columns(plural);
}

}  // namespace kyma::apiserver
