#include "operator/apiserver/registry.hpp"

#include <algorithm>
#include <tuple>

namespace kyma::apiserver {
namespace {

std::string joined(std::string_view a, std::string_view b) {
  std::string key;
  key.reserve(a.size() + 1 + b.size());
  return key.append(a).append(1, '/').append(b), key;
}

std::string path_key(std::string_view group, std::string_view version, std::string_view plural) {
  std::string key;
  key.reserve(group.size() + version.size() + plural.size() + 2);
  return key.append(group).append(1, '/').append(version).append(1, '/').append(plural), key;
}

}  // namespace

void Registry::add(ResourcePtr resource) {
  auto& slot = by_path_[path_key(resource->type.group, resource->type.version, resource->type.plural)];
  if (slot) {
    slot->served = false;
    slot->table->history().wake_all();
    by_kind_.erase(joined(slot->type.api_version(), slot->type.kind));
  }
  by_kind_[joined(resource->type.api_version(), resource->type.kind)] = resource;
  slot = std::move(resource);
  changed();
}

void Registry::remove(const kube::ResourceType& type) {
  const auto found = by_path_.find(path_key(type.group, type.version, type.plural));
  if (found == by_path_.end()) return;
  const auto resource = found->second;
  by_path_.erase(found);
  by_kind_.erase(joined(resource->type.api_version(), resource->type.kind));
  resource->served = false;
  resource->table->history().wake_all();
  changed();
}

ResourcePtr Registry::find(std::string_view group, std::string_view version, std::string_view plural) const {
  const auto found = by_path_.find(path_key(group, version, plural));
  return found == by_path_.end() ? nullptr : found->second;
}

ResourcePtr Registry::find_kind(std::string_view api_version, std::string_view kind) const {
  const auto found = by_kind_.find(joined(api_version, kind));
  return found == by_kind_.end() ? nullptr : found->second;
}

ResourcePtr Registry::find_any_version(std::string_view group, std::string_view plural) const {
  const auto found = std::find_if(sorted_.begin(), sorted_.end(), [&](const auto& resource) {
    return resource->type.group == group && resource->type.plural == plural;
  });
  return found == sorted_.end() ? nullptr : *found;
}

ResourcePtr Registry::find_table(const Table& table) const {
  const auto found =
      std::find_if(sorted_.begin(), sorted_.end(), [&](const auto& resource) { return resource->table == &table; });
  return found == sorted_.end() ? nullptr : *found;
}

bool Registry::has_group(std::string_view group) const {
  return std::any_of(sorted_.begin(), sorted_.end(), [&](const auto& r) { return r->type.group == group; });
}

bool Registry::has_group_version(std::string_view group, std::string_view version) const {
  return std::any_of(sorted_.begin(), sorted_.end(),
                     [&](const auto& r) { return r->type.group == group && r->type.version == version; });
}

void Registry::changed() {
  sorted_.clear();
  for (const auto& [key, resource] : by_path_) sorted_.push_back(resource);
  std::sort(sorted_.begin(), sorted_.end(), [](const auto& a, const auto& b) {
    return std::tie(a->type.group, a->type.version, a->type.plural) <
           std::tie(b->type.group, b->type.version, b->type.plural);
  });
  ++generation_;
}

}  // namespace kyma::apiserver
