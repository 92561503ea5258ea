#include "operator/apiserver/durable_table.hpp"

#include <memory>
#include <utility>

namespace kyma::apiserver {

ObjectPtr DurableTable::get(std::string_view key) const {
  const auto pending = pending_.find(key);
  return pending == pending_.end() ? rows_.get(key) : pending->second.object;
}

void DurableTable::accept(Change change, std::string key, ObjectPtr object) {
  pending_[std::move(key)] = {std::move(object), change.revision()};
  storage_.accepted(*this, std::move(change));
}

StorageResult DurableTable::create(Draft draft) {
  auto key = draft->key();
  if (auto existing = get(key)) return StorageError{StorageErrc::already_exists, std::move(existing)};
  stamp(*draft, storage_.next_revision());
  const ObjectPtr object = std::move(draft);
  accept({ChangeType::added, object, nullptr}, std::move(key), object);
  return object;
}

StorageResult DurableTable::update(Draft draft, const Preconditions& preconditions) {
  auto key = draft->key();
  auto current = judge(get(key), preconditions);
  if (!current) return current;
  stamp(*draft, storage_.next_revision());
  const ObjectPtr object = std::move(draft);
  accept({ChangeType::modified, object, *std::move(current)}, std::move(key), object);
  return object;
}

StorageResult DurableTable::remove(std::string_view key, const Preconditions& preconditions) {
  auto current = judge(get(key), preconditions);
  if (!current) return current;
  auto last = restamped(**current, storage_.next_revision());
  accept({ChangeType::deleted, last, *std::move(current)}, std::string(key), nullptr);
  return last;
}

Snapshot DurableTable::list(std::string_view name_space) const {
  return {storage_.revision(), std::make_shared<const std::vector<ObjectPtr>>(rows_.list(name_space))};
}

void DurableTable::show(const Change& change) {
  const auto key = change.object->key();
  rows_.set(key, change.type == ChangeType::deleted ? nullptr : change.object);
  const auto pending = pending_.find(key);
  if (pending != pending_.end() && pending->second.revision == change.revision()) pending_.erase(pending);
}

}  // namespace kyma::apiserver
