#include "operator/apiserver/pod_rules.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::array<std::string_view, 2> kContainerLists = {"initContainers", "containers"};

// "latest", said or meant, is pulled each time.
std::string_view pull_policy(std::string_view image) {
  if (image.find('@') != std::string_view::npos) return "IfNotPresent";
  const auto name = image.substr(image.rfind('/') + 1);
  const auto colon = name.find(':');
  return colon == std::string_view::npos || name.substr(colon + 1) == "latest" ? "Always" : "IfNotPresent";
}

// A request that is not made is as large as the limit.
void complete_resources(json::Value& resources, json::Allocator& allocator) {
  const auto* limits = json::find(resources, "limits");
  if (!limits || !limits->IsObject() || limits->ObjectEmpty()) return;
  const json::Value copy(*limits, allocator);
  if (auto* requests = object_or_null(resources, "requests", allocator)) set_defaults(*requests, copy, allocator);
}

void complete_container(json::Value& container, bool host_network, json::Allocator& allocator) {
  if (!container.IsObject()) return;
  set_default(container, "imagePullPolicy", pull_policy(json::string_at(container, {"image"})), allocator);
  if (auto* resources = json::find(container, "resources"); resources && resources->IsObject()) {
    complete_resources(*resources, allocator);
  }
  auto* ports = json::find(container, "ports");
  if (!host_network || !ports || !ports->IsArray()) return;
  for (auto& port : ports->GetArray()) {
    if (const auto* number = json::find(port, "containerPort")) {
      set_default(port, "hostPort", json::Value(*number, allocator), allocator);
    }
  }
}

std::set<std::string_view> names_of(const json::Value& list) {
  std::set<std::string_view> names;
  for (const auto& element : list.GetArray()) names.insert(json::string_at(element, {"name"}));
  return names;
}

// A name in a list: a label, and only once.
void check_name(std::string_view name, std::set<std::string_view>& seen, const std::string& path, Causes& causes) {
  if (auto why = kube::check_dns1123_label(name); !why.empty()) causes.push_back(invalid_value(path, name, why));
  if (!seen.insert(name).second) causes.push_back(cause::duplicate(path, go_quote(name)));
}

void validate_container(const json::Value& container, const std::string& path,
                        const std::set<std::string_view>& volumes, Causes& causes) {
  if (json::string_at(container, {"image"}).empty()) causes.push_back(required_value(path + ".image", ""));
  std::size_t index = 0;
  std::set<std::string_view> places;
  for (const auto& mount : list_at(container, {"volumeMounts"}).GetArray()) {
    const auto here = fmt::format("{}.volumeMounts[{}]", path, index++);
    const auto name = json::string_at(mount, {"name"});
    const auto place = json::string_at(mount, {"mountPath"});
    if (!volumes.contains(name)) {
      causes.push_back({"FieldValueNotFound", fmt::format("Not found: \"{}\"", name), here + ".name"});
    }
    if (!places.insert(place).second) {
      causes.push_back(invalid_value(here + ".mountPath", place, "must be unique"));
    }
  }
}

void complete_pod(json::Value& pod, json::Allocator& allocator, const json::Value* old) {
  auto* spec = json::find(pod, "spec");
  if (!spec || !spec->IsObject()) return;
  complete_pod_spec(*spec, allocator);
  set_default(*spec, "enableServiceLinks", json::Value(true), allocator);
  // A service account is given to every pod.
  set_default(*spec, "serviceAccountName", "default", allocator);
  set_default(*spec, "serviceAccount", json::string_at(*spec, {"serviceAccountName"}), allocator);
  if (!old) json::set(object_at(pod, "status", allocator), "phase", "Pending", allocator);
}

// What may be changed in a running pod: images, some times, and tolerations.
json::Document without_changeable(const json::Value& spec) {
  json::Document copy;
  auto& allocator = copy.GetAllocator();
  copy.CopyFrom(spec, allocator);
  for (const char* member : {"activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations", "schedulingGates",
                             "ephemeralContainers", "nodeName"}) {
    copy.RemoveMember(member);
  }
  for (const auto list : kContainerLists) {
    auto* containers = json::find(copy, list);
    if (!containers || !containers->IsArray()) continue;
    for (auto& container : containers->GetArray()) {
      if (container.IsObject()) container.RemoveMember("image");
    }
  }
  return copy;
}

void validate_pod(const json::Value& pod, const json::Value* old, Causes& causes) {
  const auto* spec = json::find(pod, "spec");
  if (!spec) {
    causes.push_back(required_value("spec", ""));
    return;
  }
  validate_pod_spec(*spec, "spec", causes);
  const auto* was = old ? json::find(*old, "spec") : nullptr;
  if (was && !json::equal(without_changeable(*was), without_changeable(*spec))) {
    causes.push_back(forbidden_value(
        "spec",
        "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
        "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
  }
}

}  // namespace

void complete_pod_spec(json::Value& spec, json::Allocator& allocator) {
  if (!spec.IsObject()) return;
  const auto* host_network = json::find(spec, "hostNetwork");
  const bool on_host = host_network && host_network->IsTrue();
  for (const auto list : kContainerLists) {
    auto* containers = json::find(spec, list);
    if (!containers || !containers->IsArray()) continue;
    for (auto& container : containers->GetArray()) complete_container(container, on_host, allocator);
  }
  // Two names for one thing.
  const std::string account(json::string_at(spec, {"serviceAccountName"}));
  const std::string older(json::string_at(spec, {"serviceAccount"}));
  if (!account.empty()) json::set(spec, "serviceAccount", account, allocator);
  if (account.empty() && !older.empty()) json::set(spec, "serviceAccountName", older, allocator);
}

void validate_pod_spec(const json::Value& spec, const std::string& path, Causes& causes, const json::Value* claims) {
  std::set<std::string_view> seen;
  std::size_t index = 0;
  for (const auto& volume : list_at(spec, {"volumes"}).GetArray()) {
    check_name(json::string_at(volume, {"name"}), seen, fmt::format("{}.volumes[{}].name", path, index++), causes);
  }
  auto volumes = names_of(list_at(spec, {"volumes"}));
  if (claims && claims->IsArray()) {
    for (const auto& claim : claims->GetArray()) volumes.insert(json::string_at(claim, {"metadata", "name"}));
  }
  std::set<std::string_view> containers;
  for (const auto list : kContainerLists) {
    index = 0;
    for (const auto& container : list_at(spec, {list}).GetArray()) {
      const auto here = fmt::format("{}.{}[{}]", path, list, index++);
      check_name(json::string_at(container, {"name"}), containers, here + ".name", causes);
      validate_container(container, here, volumes, causes);
    }
  }
}

std::shared_ptr<const Strategy> make_pod_strategy() { return make_strategy({nullptr, complete_pod, validate_pod}); }

}  // namespace kyma::apiserver
