#include "operator/apiserver/object_rows.hpp"

#include <utility>

namespace kyma::apiserver {

ObjectPtr ObjectRows::get(std::string_view key) const {
  const auto found = index_.find(key);
  return found == index_.end() ? nullptr : found->second->second;
}

bool ObjectRows::find(std::string_view key, Row& row) const {
  const auto found = index_.find(key);
  if (found == index_.end()) return false;
  row = found->second;
  return true;
}

void ObjectRows::insert(std::string key, ObjectPtr object) {
  const auto row = rows_.emplace(std::move(key), std::move(object)).first;
  index_.emplace(row->first, row);
}

void ObjectRows::erase(Row row) {
  index_.erase(row->first);
  rows_.erase(row);
}

void ObjectRows::set(const std::string& key, ObjectPtr object) {
  Row row;
  const bool exists = find(key, row);
  if (exists && object)
    row->second = std::move(object);
  else if (exists)
    erase(row);
  else if (object)
    insert(key, std::move(object));
}

bool ObjectRows::scan(std::string_view name_space, std::string_view after, std::size_t limit,
                      std::vector<ObjectPtr>& objects) const {
  const auto prefix = name_space.empty() ? std::string() : storage_key(name_space, {});
  auto row = after.empty() ? rows_.lower_bound(prefix) : rows_.upper_bound(after);
  for (; row != rows_.end() && row->first.starts_with(prefix); ++row) {
    if (limit-- == 0) return true;
    objects.push_back(row->second);
  }
  return false;
}

std::vector<ObjectPtr> ObjectRows::list(std::string_view name_space) const {
  std::vector<ObjectPtr> objects;
  if (name_space.empty()) objects.reserve(rows_.size());
  scan(name_space, {}, rows_.size(), objects);
  return objects;
}

}  // namespace kyma::apiserver
