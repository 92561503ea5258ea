// Where objects live, as an interface: tables of versioned objects, one version counter for all, a watch history each.
//
// Guarantees of every implementation: a write is atomic and gets the next version; an update or removal happens only at
// the version it expects; a snapshot is consistent; a change is visible to readers, observers and watchers in one
// order. A write is judged and accepted at once; it is as safe as the storage makes it, and visible, when settle()
// returns, and until then only writes know of it. So a storage on disk can group its commits, and nobody reads what a
// crash may still undo. In memory both are the same instant. Thread: confined to one.
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

// Why nothing can be stored (or loaded): names the file and the remedy.
struct StorageFailure {
  std::string message;
};
[[noreturn]] void throw_exception_from_error(const StorageFailure& failure, const boost::source_location& location);

template <class T>
using StorageOutcome = boost::system::result<T, StorageFailure>;

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
  // The newest object, which the next write is judged by; it may not be visible yet. For writers.
  virtual ObjectPtr get(std::string_view key) const = 0;
  // The visible object. For readers.
  virtual ObjectPtr read(std::string_view key) const = 0;
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

// The judgement on a write to `current` (null: there is none): the object itself, or what speaks against it.
StorageResult judge(const ObjectPtr& current, const Preconditions& preconditions);

class Storage {
 public:
  // Must not write.
  using Observer = std::function<void(Table& table, const Change& change)>;

  virtual ~Storage() = default;

  // The newest visible version.
  virtual Revision revision() const noexcept = 0;
  // The table of that resource, made at first use; stays valid.
  virtual Table& table(std::string_view resource) = 0;
  virtual std::vector<Table*> tables() = 0;

  // Called for every change, after it is visible.
  virtual void observe(Observer observer) = 0;
  // Called for every write when it is accepted, and with the change that undoes it should it fail after all; first with
  // everything there is, as ADDED.
  virtual void observe_accepted(Observer observer) = 0;
  // Tells the observers of everything in the table as ADDED, whether they have heard of it or not: of what a storage
  // that lasts has at its start, and after writes have failed, when what was meant to follow from changes is to be
  // done again.
  virtual void announce(Table& table) = 0;
  // Called when writes are possible again after some have failed.
  virtual void on_recovery(std::function<void()> callback) = 0;

  // True when every accepted write is safe and visible.
  virtual bool is_settled() const noexcept = 0;
  // Waits until all writes accepted up to now are; fails when one of them could not be stored, and is undone.
  virtual asio::awaitable<StorageOutcome<void>> settle() = 0;
  // The same, blocking: for the start, before the loop runs.
  virtual StorageOutcome<void> settle_now() = 0;
  // Whether writes are possible, as far as the last one tells.
  virtual StorageOutcome<void> health() const = 0;
};

}  // namespace kyma::apiserver
