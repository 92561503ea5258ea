// One table of a DurableStorage: the rows that everybody sees, and over them what has been accepted and is not on disk
// yet, which only writes see.
//
// Thread: confined to one. Lifetime: its storage's.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/apiserver/durable_storage.hpp"
#include "operator/apiserver/object_rows.hpp"

namespace kyma::apiserver {

class DurableTable final : public Table {
 public:
  DurableTable(DurableStorage& storage, std::string resource, Revision start)
      : storage_(storage), resource_(std::move(resource)), history_(storage.budget_, start) {}

  const std::string& resource() const noexcept override { return resource_; }
  std::size_t size() const noexcept override { return rows_.size(); }
  WatchHistory& history() noexcept override { return history_; }
  ObjectPtr get(std::string_view key) const override;
  ObjectPtr read(std::string_view key) const override { return rows_.get(key); }

  StorageResult create(Draft draft) override;
  StorageResult update(Draft draft, const Preconditions& preconditions) override;
  StorageResult remove(std::string_view key, const Preconditions& preconditions) override;
  Snapshot list(std::string_view name_space) const override;
  bool scan(std::string_view name_space, std::string_view after, std::size_t limit,
            std::vector<ObjectPtr>& objects) const override {
    return rows_.scan(name_space, after, limit, objects);
  }

  // For the storage. Makes a change visible to readers.
  void show(const Change& change);
  // Forgets what was accepted and is not visible.
  void drop_pending() { pending_.clear(); }
  void load(const std::string& key, ObjectPtr object) { rows_.set(key, std::move(object)); }

 private:
  struct Pending {
    ObjectPtr object;  // null: removed
    Revision revision = 0;
  };
  struct KeyHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void accept(Change change, std::string key, ObjectPtr object);

  DurableStorage& storage_;
  std::string resource_;
  ObjectRows rows_;
  std::unordered_map<std::string, Pending, KeyHash, std::equal_to<>> pending_;
  WatchHistory history_;
};

}  // namespace kyma::apiserver
