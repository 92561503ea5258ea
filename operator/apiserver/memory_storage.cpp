#include "operator/apiserver/memory_storage.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace kyma::apiserver {

void throw_exception_from_error(const StorageError& error, const boost::source_location&) {
  switch (error.code) {
    case StorageErrc::already_exists: throw std::runtime_error("storage: the object exists already");
    case StorageErrc::not_found: throw std::runtime_error("storage: there is no such object");
    case StorageErrc::revision_mismatch: throw std::runtime_error("storage: the object has another version");
    case StorageErrc::uid_mismatch: throw std::runtime_error("storage: the object has another uid");
  }
  throw std::runtime_error("storage: unknown error");
}

class MemoryTable final : public Table {
 public:
  MemoryTable(MemoryStorage& storage, std::string resource)
      : storage_(storage), resource_(std::move(resource)), history_(storage.budget_, storage.start_) {}

  const std::string& resource() const noexcept override { return resource_; }
  std::size_t size() const noexcept override { return rows_.size(); }
  WatchHistory& history() noexcept override { return history_; }

  ObjectPtr get(std::string_view key) const override {
    const auto found = index_.find(key);
    return found == index_.end() ? nullptr : found->second->second;
  }

  StorageResult create(Draft draft) override;
  StorageResult update(Draft draft, const Preconditions& preconditions) override;
  StorageResult remove(std::string_view key, const Preconditions& preconditions) override;
  Snapshot list(std::string_view name_space) const override;
  bool scan(std::string_view name_space, std::string_view after, std::size_t limit,
            std::vector<ObjectPtr>& objects) const override;

 private:
  // Rows are sorted for lists; the index finds one without walking a tree of 100,000 strings.
  using Rows = std::map<std::string, ObjectPtr, std::less<>>;

  StorageResult find(std::string_view key, const Preconditions& preconditions, Rows::iterator& row);

  MemoryStorage& storage_;
  std::string resource_;
  Rows rows_;
  std::unordered_map<std::string_view, Rows::iterator> index_;  // keys are views of those in rows_
  WatchHistory history_;
};

StorageResult MemoryTable::find(std::string_view key, const Preconditions& preconditions, Rows::iterator& row) {
  const auto found = index_.find(key);
  if (found == index_.end()) return StorageError{StorageErrc::not_found, nullptr};
  row = found->second;
  const auto& current = row->second;
  if (preconditions.uid && *preconditions.uid != current->uid) {
    return StorageError{StorageErrc::uid_mismatch, current};
  }
  if (preconditions.revision && *preconditions.revision != current->revision) {
    return StorageError{StorageErrc::revision_mismatch, current};
  }
  return current;
}

StorageResult MemoryTable::create(Draft draft) {
  auto key = draft->key();
  if (auto existing = get(key)) return StorageError{StorageErrc::already_exists, std::move(existing)};
  stamp(*draft, storage_.next_revision());
  const ObjectPtr object = std::move(draft);
  const auto row = rows_.emplace(std::move(key), object).first;
  index_.emplace(row->first, row);
  storage_.committed(*this, {ChangeType::added, object, nullptr});
  return object;
}

StorageResult MemoryTable::update(Draft draft, const Preconditions& preconditions) {
  Rows::iterator row;
  auto current = find(draft->key(), preconditions, row);
  if (!current) return current;
  stamp(*draft, storage_.next_revision());
  const ObjectPtr object = std::move(draft);
  row->second = object;
  storage_.committed(*this, {ChangeType::modified, object, *std::move(current)});
  return object;
}

StorageResult MemoryTable::remove(std::string_view key, const Preconditions& preconditions) {
  Rows::iterator row;
  auto current = find(key, preconditions, row);
  if (!current) return current;
  auto last = restamped(**current, storage_.next_revision());
  index_.erase(row->first);
  rows_.erase(row);
  storage_.committed(*this, {ChangeType::deleted, last, *std::move(current)});
  return last;
}

Snapshot MemoryTable::list(std::string_view name_space) const {
  auto objects = std::make_shared<std::vector<ObjectPtr>>();
  if (name_space.empty()) objects->reserve(rows_.size());
  scan(name_space, {}, rows_.size(), *objects);
  return {storage_.revision(), std::move(objects)};
}

bool MemoryTable::scan(std::string_view name_space, std::string_view after, std::size_t limit,
                       std::vector<ObjectPtr>& objects) const {
  const auto prefix = name_space.empty() ? std::string() : storage_key(name_space, {});
  auto row = after.empty() ? rows_.lower_bound(prefix) : rows_.upper_bound(after);
  for (; row != rows_.end() && row->first.starts_with(prefix); ++row) {
    if (limit-- == 0) return true;
    objects.push_back(row->second);
  }
  return false;
}

MemoryStorage::MemoryStorage(Revision start, Limits limits)
    : start_(std::max(start, kMinRevision)), revision_(start_), budget_(limits.history_events, limits.history_bytes) {}

MemoryStorage::~MemoryStorage() = default;

Table& MemoryStorage::table(std::string_view resource) {
  auto& table = tables_[std::string(resource)];
  if (!table) table = std::make_unique<MemoryTable>(*this, std::string(resource));
  return *table;
}

std::vector<Table*> MemoryStorage::tables() {
  std::vector<Table*> result;
  result.reserve(tables_.size());
  for (const auto& [resource, table] : tables_) result.push_back(table.get());
  return result;
}

Revision MemoryStorage::next_revision() {
  if (revision_ >= kMaxRevision) throw std::overflow_error("storage: out of resource versions");
  return ++revision_;
}

void MemoryStorage::committed(MemoryTable& table, Change change) {
  // The history may drop it at once, so observers get the copy.
  for (const auto& observer : observers_) observer(table, change);
  table.history().append(std::move(change));
}

}  // namespace kyma::apiserver
