// Where objects live, as an interface: tables of versioned objects, one version counter for all, a watch history each.
//
// Guarantees of every implementation: a write is atomic and gets the next version; an update or removal happens only at
// the version it expects; a snapshot is consistent; a change is visible to readers, observers and watchers in one
// order. Writes are synchronous; how far they are safe is a question of its own (is_durable), so that a storage on disk
// can group its commits while the caller of each write waits for its own. Thread: confined to one.
#pragma once

#include <boost/system/result.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/stored_object.hpp"
#include "operator/apiserver/watch_history.hpp"
#include "operator/base/asio.hpp"

namespace kyma::apiserver {

enum class StorageErrc {
  already_exists,
  not_found,
  revision_mismatch,  // the object has another version than expected
  uid_mismatch,       // the object was deleted and created again
};

struct StorageError {
  StorageErrc code;
  ObjectPtr current;  // what is there instead; null for not_found
};
[[noreturn]] void throw_exception_from_error(const StorageError& error, const boost::source_location& location);

using StorageResult = boost::system::result<ObjectPtr, StorageError>;

struct Preconditions {
  std::optional<Revision> revision = {};
  std::optional<kube::Uid> uid = {};
};

// All objects of a table or of one namespace at one version, sorted by key.
struct Snapshot {
  Revision revision = 0;
  std::shared_ptr<const std::vector<ObjectPtr>> objects;
};

// The objects of one resource ("kymas.inventory.kyma-project.io"), all its API versions together.
class Table {
 public:
  virtual ~Table() = default;

  virtual const std::string& resource() const noexcept = 0;
  virtual ObjectPtr get(std::string_view key) const = 0;
  virtual StorageResult create(Draft draft) = 0;
  virtual StorageResult update(Draft draft, const Preconditions& preconditions) = 0;
  // Returns the last object under the version of its deletion.
  virtual StorageResult remove(std::string_view key, const Preconditions& preconditions) = 0;
  // An empty namespace: everything. All at once: for big tables see take_snapshot().
  virtual Snapshot list(std::string_view name_space) const = 0;
  // Appends up to `limit` objects behind the key `after` (empty: from the beginning). False: that was the last of them.
  virtual bool scan(std::string_view name_space, std::string_view after, std::size_t limit,
                    std::vector<ObjectPtr>& objects) const = 0;
  virtual std::size_t size() const noexcept = 0;
  virtual WatchHistory& history() noexcept = 0;
};

class Storage {
 public:
  // Called for every change, after it is visible. Must not write.
  using Observer = std::function<void(Table& table, const Change& change)>;

  virtual ~Storage() = default;

  // The newest version given out.
  virtual Revision revision() const noexcept = 0;
  // The table of that resource, made at first use; stays valid.
  virtual Table& table(std::string_view resource) = 0;
  virtual std::vector<Table*> tables() = 0;
  virtual void observe(Observer observer) = 0;

  // True when everything up to this version is as safe as this storage makes it.
  virtual bool is_durable(Revision revision) const noexcept = 0;
  virtual asio::awaitable<void> wait_durable(Revision revision) = 0;
};

}  // namespace kyma::apiserver
