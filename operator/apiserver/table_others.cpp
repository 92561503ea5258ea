// Columns of storage, networking, policy, autoscaling, RBAC and the other small groups.
#include <fmt/format.h>

#include <array>

#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/table_cells.hpp"

namespace kyma::apiserver {
namespace {

using Columns = std::vector<TableColumn>;

// "RWO,ROX"
std::string access_modes(const json::Value& object, const Path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kShort = {
      {{"ReadWriteOnce", "RWO"}, {"ReadOnlyMany", "ROX"}, {"ReadWriteMany", "RWX"}, {"ReadWriteOncePod", "RWOP"}}};
  std::vector<std::string> modes;
  for (const auto& mode : texts_in(object, path, {})) {
    for (const auto& [name, short_name] : kShort) {
      if (name == mode) modes.emplace_back(short_name);
    }
  }
  return joined(modes, "");
}

TableColumn volume_mode_column() {
  return shown_column("VolumeMode", "Filesystem or Block.", {"spec", "volumeMode"}, kWide, "<unset>");
}

Columns claim_columns() {
  return {name_column(),
          text_column("Status", "Pending, Bound or Lost.", {"status", "phase"}),
          text_column("Volume", "The volume it is bound to.", {"spec", "volumeName"}),
          shown_column("Capacity", "How large the volume is.", {"status", "capacity", "storage"}, 0, ""),
          made_column("Access Modes", "How the volume is used.",
                      [](const json::Value& claim, WallTime) {
                        return access_modes(claim, {"status", "accessModes"});
                      }),
          text_column("StorageClass", "What makes the volume.", {"spec", "storageClassName"}),
          shown_column("VolumeAttributesClass", "Attributes of the volume.", {"spec", "volumeAttributesClassName"}, 0,
                       "<unset>"),
          age_column(),
          volume_mode_column()};
}

Columns volume_columns() {
  return {name_column(),
          shown_column("Capacity", "How large it is.", {"spec", "capacity", "storage"}, 0, ""),
          made_column("Access Modes", "How it is used.",
                      [](const json::Value& volume, WallTime) {
                        return access_modes(volume, {"spec", "accessModes"});
                      }),
          text_column("Reclaim Policy", "What becomes of it.", {"spec", "persistentVolumeReclaimPolicy"}),
          text_column("Status", "Whether it is bound.", {"status", "phase"}),
          made_column("Claim", "The claim it is bound to.",
                      [](const json::Value& volume, WallTime) {
                        const auto name = text_at(volume, {"spec", "claimRef", "name"});
                        return name.empty()
                                   ? std::string()
                                   : fmt::format("{}/{}", text_at(volume, {"spec", "claimRef", "namespace"}), name);
                      }),
          text_column("StorageClass", "What made it.", {"spec", "storageClassName"}),
          shown_column("VolumeAttributesClass", "Its attributes.", {"spec", "volumeAttributesClassName"}, 0, "<unset>"),
          text_column("Reason", "Why it is so.", {"status", "reason"}),
          age_column(),
          volume_mode_column()};
}

std::string ingress_ports(const json::Value& ingress, WallTime) {
  return count_at(ingress, {"spec", "tls"}) > 0 ? "80, 443" : "80";
}

Columns ingress_columns() {
  return {name_column(),
          shown_column("Class", "What serves it.", {"spec", "ingressClassName"}),
          made_column("Hosts", "Names that it is for.",
                      [](const json::Value& ingress, WallTime) {
                        return joined(texts_in(ingress, {"spec", "rules"}, {"host"}), "*");
                      }),
          made_column("Address", "Its address.",
                      [](const json::Value& ingress, WallTime) {
                        return joined(texts_in(ingress, {"status", "loadBalancer", "ingress"}, {"ip"}), "");
                      }),
          made_column("Ports", "Its ports.", ingress_ports),
          age_column()};
}

Columns endpoint_slice_columns() {
  return {name_column(), text_column("AddressType", "IPv4, IPv6 or FQDN.", {"addressType"}),
          made_column("Ports", "Its ports.",
                      [](const json::Value& slice, WallTime) {
                        std::vector<std::string> ports;
                        for (const auto& port : list_at(slice, {"ports"}).GetArray())
                          ports.push_back(shown_at(port, {"port"}));
                        return joined(ports, "<unset>");
                      }),
          made_column("Endpoints", "Its addresses.",
                      [](const json::Value& slice, WallTime) {
                        std::vector<std::string> addresses;
                        for (const auto& endpoint : list_at(slice, {"endpoints"}).GetArray()) {
                          for (auto& one : texts_in(endpoint, {"addresses"}, {})) addresses.push_back(std::move(one));
                        }
                        return joined(addresses, "<unset>");
                      }),
          age_column()};
}

// "cpu: 40%/80%" per metric; nothing measures here, so what is current is mostly unknown.
std::string autoscaler_targets(const json::Value& autoscaler, WallTime) {
  std::vector<std::string> texts;
  for (const auto& metric : list_at(autoscaler, {"spec", "metrics"}).GetArray()) {
    const auto type = text_at(metric, {"type"});
    const auto name = text_at(metric, {"resource", "name"});
    if (type != "Resource") {
      texts.push_back(fmt::format("<unknown>/{}", type));
    } else if (at(metric, {"resource", "target", "averageUtilization"})) {
      texts.push_back(
          fmt::format("{}: <unknown>/{}%", name, shown_at(metric, {"resource", "target", "averageUtilization"})));
    } else {
      texts.push_back(fmt::format("{}: <unknown>/{}", name, shown_at(metric, {"resource", "target", "averageValue"})));
    }
  }
  return texts.empty() ? "<none>" : fmt::format("{}", fmt::join(texts, ", "));
}

// autoscaling/v1 shows the one number that it has.
std::string load_target(const json::Value& autoscaler, WallTime now) {
  if (!at(autoscaler, {"spec", "targetCPUUtilizationPercentage"})) return autoscaler_targets(autoscaler, now);
  return fmt::format("cpu: {}/{}%", shown_at(autoscaler, {"status", "currentCPUUtilizationPercentage"}, "<unknown>"),
                     number_at(autoscaler, {"spec", "targetCPUUtilizationPercentage"}));
}

Columns autoscaler_columns() {
  return {name_column(),
          made_column("Reference", "What it scales.",
                      [](const json::Value& autoscaler, WallTime) {
                        return fmt::format("{}/{}", text_at(autoscaler, {"spec", "scaleTargetRef", "kind"}),
                                           text_at(autoscaler, {"spec", "scaleTargetRef", "name"}));
                      }),
          made_column("Targets", "What is measured and aimed at.", load_target),
          shown_column("MinPods", "The least number of pods.", {"spec", "minReplicas"}, 0, "<unset>"),
          number_column("MaxPods", "The greatest number of pods.", {"spec", "maxReplicas"}),
          number_column("Replicas", "The number of pods.", {"status", "currentReplicas"}),
          age_column()};
}

TableColumn subjects_column(std::string name, std::string_view kind) {
  return made_column(
      std::move(name), "Whom the role is given to.",
      [kind](const json::Value& binding, WallTime) {
        std::vector<std::string> names;
        for (const auto& subject : list_at(binding, {"subjects"}).GetArray()) {
          if (text_at(subject, {"kind"}) != kind) continue;
          const auto space = text_at(subject, {"namespace"});
          names.push_back(space.empty() ? std::string(text_at(subject, {"name"}))
                                        : fmt::format("{}/{}", space, text_at(subject, {"name"})));
        }
        return fmt::format("{}", fmt::join(names, ", "));
      },
      kWide);
}

Columns binding_columns() {
  return {
      name_column(),
      made_column(
          "Role", "The role that is given.",
          [](const json::Value& binding, WallTime) {
            return fmt::format("{}/{}", text_at(binding, {"roleRef", "kind"}), text_at(binding, {"roleRef", "name"}));
          }),
      age_column(),
      subjects_column("Users", "User"),
      subjects_column("Groups", "Group"),
      subjects_column("ServiceAccounts", "ServiceAccount")};
}

// "Approved,Issued", as kubectl itself would put it together.
std::string signing_request_condition(const json::Value& request, WallTime) {
  auto condition = joined(texts_in(request, {"status", "conditions"}, {"type"}), "Pending");
  if (!text_at(request, {"status", "certificate"}).empty()) condition += ",Issued";
  return condition;
}

Columns signing_request_columns() {
  return {name_column(),
          age_column(),
          text_column("SignerName", "Who is asked to sign.", {"spec", "signerName"}),
          shown_column("Requestor", "Who asks.", {"spec", "username"}),
          made_column("RequestedDuration", "How long it should be valid.",
                      [](const json::Value& request, WallTime) {
                        return shown_at(request, {"spec", "expirationSeconds"});
                      }),
          made_column("Condition", "What was decided.", signing_request_condition)};
}

Columns budget_columns() {
  return {name_column(), shown_column("Min Available", "How many must stay.", {"spec", "minAvailable"}, 0, "N/A"),
          shown_column("Max Unavailable", "How many may be missing.", {"spec", "maxUnavailable"}, 0, "N/A"),
          number_column("Allowed Disruptions", "How many may be taken now.", {"status", "disruptionsAllowed"}),
          age_column()};
}

}  // namespace

std::vector<TableColumn> storage_columns(std::string_view group, std::string_view plural) {
  if (group.empty() && plural == "persistentvolumeclaims") return claim_columns();
  if (group.empty() && plural == "persistentvolumes") return volume_columns();
  if (group != "storage.k8s.io") return {};
  return {name_column(),
          text_column("Provisioner", "What makes the volumes.", {"provisioner"}),
          text_column("ReclaimPolicy", "What becomes of them.", {"reclaimPolicy"}),
          text_column("VolumeBindingMode", "When they are made.", {"volumeBindingMode"}),
          shown_column("AllowVolumeExpansion", "Whether they can grow.", {"allowVolumeExpansion"}, 0, "false"),
          age_column()};
}

std::vector<TableColumn> network_columns(std::string_view group, std::string_view plural) {
  if (group == "discovery.k8s.io") return endpoint_slice_columns();
  if (group != "networking.k8s.io") return {};
  if (plural == "ingresses") return ingress_columns();
  if (plural == "ingressclasses") {
    return {name_column(), text_column("Controller", "What serves it.", {"spec", "controller"}),
            shown_column("Parameters", "Its settings.", {"spec", "parameters", "name"}), age_column()};
  }
  return {name_column(),
          made_column("Pod-Selector", "What selects the pods.",
                      [](const json::Value& policy, WallTime) {
                        const auto* selector = at(policy, {"spec", "podSelector"});
                        const auto text = selector ? selector_text(*selector) : std::string();
                        return text.empty() ? std::string("<none>") : text;
                      }),
          age_column()};
}

std::vector<TableColumn> policy_columns(std::string_view group, std::string_view plural) {
  if (group == "policy") return budget_columns();
  if (group == "certificates.k8s.io") return signing_request_columns();
  if (group == "autoscaling") return autoscaler_columns();
  if (group == "rbac.authorization.k8s.io") {
    return plural.ends_with("bindings") ? binding_columns() : Columns{name_column(), created_at_column()};
  }
  if (group == "scheduling.k8s.io") {
    return {name_column(), number_column("Value", "The priority.", {"value"}),
            shown_column("Global-Default", "Whether it is the default.", {"globalDefault"}, 0, "false"), age_column(),
            text_column("PreemptionPolicy", "Whether it displaces others.", {"preemptionPolicy"})};
  }
  if (group == "admissionregistration.k8s.io") {
    return {name_column(), count_column("Webhooks", "How many are asked.", {{"webhooks"}}), age_column()};
  }
  return {};
}

}  // namespace kyma::apiserver
