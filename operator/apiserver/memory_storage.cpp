#include "operator/apiserver/memory_storage.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "operator/apiserver/object_rows.hpp"

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

void throw_exception_from_error(const StorageFailure& failure, const boost::source_location&) {
  throw std::runtime_error(failure.message);
}

StorageResult judge(const ObjectPtr& current, const Preconditions& preconditions) {
  if (!current) return StorageError{StorageErrc::not_found, nullptr};
  if (preconditions.uid && *preconditions.uid != current->uid) {
    return StorageError{StorageErrc::uid_mismatch, current};
  }
  if (preconditions.revision && *preconditions.revision != current->revision) {
    return StorageError{StorageErrc::revision_mismatch, current};
  }
  return current;
}

class MemoryTable final : public Table {
 public:
  MemoryTable(MemoryStorage& storage, std::string resource)
      : storage_(storage), resource_(std::move(resource)), history_(storage.budget_, storage.start_) {}

  const std::string& resource() const noexcept override { return resource_; }
  std::size_t size() const noexcept override { return rows_.size(); }
  WatchHistory& history() noexcept override { return history_; }
  ObjectPtr get(std::string_view key) const override { return rows_.get(key); }
  ObjectPtr read(std::string_view key) const override { return rows_.get(key); }

  StorageResult create(Draft draft) override;
  StorageResult update(Draft draft, const Preconditions& preconditions) override;
  StorageResult remove(std::string_view key, const Preconditions& preconditions) override;
  Snapshot list(std::string_view name_space) const override {
    return {storage_.revision(), std::make_shared<const std::vector<ObjectPtr>>(rows_.list(name_space))};
  }
  bool scan(std::string_view name_space, std::string_view after, std::size_t limit,
            std::vector<ObjectPtr>& objects) const override {
    return rows_.scan(name_space, after, limit, objects);
  }

 private:
  StorageResult find(std::string_view key, const Preconditions& preconditions, ObjectRows::Row& row) const {
    return judge(rows_.find(key, row) ? row->second : nullptr, preconditions);
  }

  MemoryStorage& storage_;
  std::string resource_;
  ObjectRows rows_;
  WatchHistory history_;
};

StorageResult MemoryTable::create(Draft draft) {
  auto key = draft->key();
  if (auto existing = get(key)) return StorageError{StorageErrc::already_exists, std::move(existing)};
  stamp(*draft, storage_.next_revision());
  const ObjectPtr object = std::move(draft);
  rows_.insert(std::move(key), object);
  storage_.committed(*this, {ChangeType::added, object, nullptr});
  return object;
}

StorageResult MemoryTable::update(Draft draft, const Preconditions& preconditions) {
  ObjectRows::Row row;
  auto current = find(draft->key(), preconditions, row);
  if (!current) return current;
  stamp(*draft, storage_.next_revision());
  const ObjectPtr object = std::move(draft);
  row->second = object;
  storage_.committed(*this, {ChangeType::modified, object, *std::move(current)});
  return object;
}

StorageResult MemoryTable::remove(std::string_view key, const Preconditions& preconditions) {
  ObjectRows::Row row;
  auto current = find(key, preconditions, row);
  if (!current) return current;
  auto last = restamped(**current, storage_.next_revision());
  rows_.erase(row);
  storage_.committed(*this, {ChangeType::deleted, last, *std::move(current)});
  return last;
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
