// Storage on disk: what is acknowledged is there after a crash, versions and watches go on after a restart.
//
// Memory holds everything and answers all reads; SQLite (ChangeFile) holds the same changes. A write is judged by the
// newest state at once and gets its version; its change waits in a queue. One thread commits all that wait in one
// transaction with one sync (group commit), one batch at a time; on the loop again, the batch becomes visible: to
// readers, observers and watchers, in the order of versions, and then to those that wait in settle(). So nobody ever
// reads what a crash could undo, and nothing blocks the loop.
//
// A batch that cannot be stored fails with everything accepted after it, since that builds upon it: all of it is undone
// and no trace is left but the versions, which are not given out again. Writes go on being tried, each a probe of
// whether the disk is back; without writes one is made every second.
//
// The file holds what the watch history holds, so both are bounded together; watches may begin where they could before
// a restart, and older ones get 410.
// Lifetime: coroutines in settle() end before it goes; the destructor waits for a commit that runs.
// Thread: confined to its executor's.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <boost/intrusive/list.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/apiserver/change_file.hpp"
#include "operator/apiserver/data_directory.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

class DurableTable;

class DurableStorage final : public Storage {
 public:
  struct Options {
    std::string directory;
    std::size_t history_events = 100'000;
    std::size_t history_bytes = 64 * 1024 * 1024;
    std::size_t batch_changes = 1024;  // of one transaction
    Duration probe_interval = std::chrono::seconds{1};
    std::string vfs;  // SQLite's way to files, for tests; empty: the system's
  };
  static constexpr const char* kFile = "objects.db";

  // Loads everything; a new directory's versions count from the wall clock. Blocks.
  static StorageOutcome<std::unique_ptr<DurableStorage>> open(asio::any_io_executor executor, Clock& clock,
                                                              Options options);
  ~DurableStorage() override;

  Revision revision() const noexcept override { return visible_; }
  Table& table(std::string_view resource) override;
  std::vector<Table*> tables() override;
  void observe(Observer observer) override { observers_.push_back(std::move(observer)); }
  void observe_accepted(Observer observer) override;
  void announce(Table& table) override;
  void on_recovery(std::function<void()> callback) override { recovery_ = std::move(callback); }
  bool is_settled() const noexcept override { return accepted_ == visible_; }
  asio::awaitable<StorageOutcome<void>> settle() override;
  StorageOutcome<void> settle_now() override;
  StorageOutcome<void> health() const override;

  const HistoryBudget& history_budget() const noexcept { return budget_; }

 private:
  friend class DurableTable;
  struct Waiter : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    Revision revision = 0;
    std::optional<StorageOutcome<void>> outcome;
    Condition condition;
  };
  using Waiters = boost::intrusive::list<Waiter, boost::intrusive::constant_time_size<false>>;

  DurableStorage(asio::any_io_executor executor, Clock& clock, Options options, DataDirectory directory,
                 std::unique_ptr<ChangeFile> file);

  StorageOutcome<void> load();
  StorageOutcome<void> load_change(const StoredChange& stored);
  DurableTable& durable_table(std::string_view resource);
  void forget(const Change& change);

  Revision next_revision();
  void accepted(DurableTable& table, Change change);
  void schedule_commit();
  void take_batch();
  void begin_commit(bool probe);
  void finish_commit(const StorageOutcome<void>& outcome);
  void publish_batch();
  void fail_all(const StorageFailure& failure);
  void undo(const ChangeBatch::Entry& entry);
  void resolve(Waiter& waiter, StorageOutcome<void> outcome);
  void recovered();

  asio::any_io_executor executor_;
  Options options_;
  DataDirectory directory_;
  std::unique_ptr<ChangeFile> file_;
  HistoryBudget budget_;
  Revision visible_;   // everything up to here is on disk and shown
  Revision accepted_;  // the newest version given out whose write has not failed
  Revision issued_;    // the newest version given out at all
  std::unordered_map<std::string, std::unique_ptr<DurableTable>> tables_;
  std::vector<Observer> observers_;
  std::vector<Observer> accepted_observers_;
  std::function<void()> recovery_;

  std::deque<ChangeBatch::Entry> queue_;  // accepted, and in no batch yet
  std::vector<Revision> superseded_;      // rows to be forgotten with the next batch
  Revision compacted_ = 0;                // to be stored with the next batch; 0: as it was
  ChangeBatch batch_;                     // while committing_: the committing thread's, to read
  bool committing_ = false;
  bool scheduled_ = false;
  Waiters waiters_;  // by version
  std::optional<StorageFailure> failure_;
  Timer probe_;
  std::shared_ptr<DurableStorage*> self_;  // what comes back from the committing thread finds nobody once this is gone
  asio::thread_pool committer_{1};
};

}  // namespace kyma::apiserver
