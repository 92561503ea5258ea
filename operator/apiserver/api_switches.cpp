#include "operator/apiserver/api_switches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>
#include <vector>

namespace kyma::apiserver {
namespace {

// The server itself, its clients' logins and kubectl need the others.
constexpr std::array<std::string_view, 12> kOptional = {"admissionregistration.k8s.io/v1",
                                                        "apps/v1",
                                                        "autoscaling/v1",
                                                        "autoscaling/v2",
                                                        "batch/v1",
                                                        "coordination.k8s.io/v1",
                                                        "discovery.k8s.io/v1",
                                                        "events.k8s.io/v1",
                                                        "networking.k8s.io/v1",
                                                        "policy/v1",
                                                        "scheduling.k8s.io/v1",
                                                        "storage.k8s.io/v1"};

struct Setting {
  std::string_view name;
  bool value = true;
};

// "a=false,b=true"; a name alone is true.
kube::Outcome<std::vector<Setting>> parse_settings(std::string_view flag, std::string_view text) {
  std::vector<Setting> settings;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    const auto value = equals == std::string_view::npos ? "true" : part.substr(equals + 1);
    if (value != "true" && value != "false") {
      return kube::bad_request(fmt::format("{}: \"{}\" must be NAME=true or NAME=false", flag, part));
    }
    settings.push_back({part.substr(0, equals), value == "true"});
  }
  return settings;
}

}  // namespace

bool ApiSwitches::serves(std::string_view group_version) const {
  const auto found = versions.find(group_version);
  return found == versions.end() || found->second;
}

kube::Outcome<void> ApiSwitches::set_features(std::string_view text) {
  const auto settings = parse_settings("--feature-gates", text);
  if (!settings) return settings.error();
  for (const auto& [name, value] : *settings) {
    if (name == "WatchList") {
      watch_list = value;
    } else if (name == "AggregatedDiscovery" || name == "AggregatedDiscoveryEndpoint") {
      aggregated_discovery = value;
    } else {
      return kube::bad_request(fmt::format(
          "--feature-gates: unknown feature \"{}\"; this server knows WatchList and AggregatedDiscovery", name));
    }
  }
  return {};
}

kube::Outcome<void> ApiSwitches::set_versions(std::string_view text) {
  const auto settings = parse_settings("--runtime-config", text);
  if (!settings) return settings.error();
  for (const auto& [name, value] : *settings) {
    if (std::find(kOptional.begin(), kOptional.end(), name) == kOptional.end()) {
      return kube::bad_request(
          fmt::format("--runtime-config: \"{}\" cannot be switched; these can: {}", name, fmt::join(kOptional, ", ")));
    }
    versions[std::string(name)] = value;
  }
  return {};
}

}  // namespace kyma::apiserver
