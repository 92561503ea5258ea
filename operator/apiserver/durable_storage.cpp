#include "operator/apiserver/durable_storage.hpp"

#include <fmt/format.h>

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "operator/apiserver/durable_table.hpp"
#include "operator/base/log.hpp"

namespace kyma::apiserver {
namespace {

const Logger& log() {
  static const Logger kLog("apiserver.storage");
  return kLog;
}

Revision first_revision(Clock& clock) {
  const auto micros = clock.wall_now().time_since_epoch().count();
  return std::max(micros > 0 ? static_cast<Revision>(micros) : 0, kMinRevision);
}

// What undoes it, for those who count.
Change inverse(const Change& change) {
  switch (change.type) {
    case ChangeType::added: return {ChangeType::deleted, change.object, change.object};
    case ChangeType::modified: return {ChangeType::modified, change.previous, change.object};
    case ChangeType::deleted: break;
  }
  return {ChangeType::added, change.previous, nullptr};
}

}  // namespace

StorageOutcome<std::unique_ptr<DurableStorage>> DurableStorage::open(asio::any_io_executor executor, Clock& clock,
                                                                     Options options) {
  auto directory = DataDirectory::open(options.directory);
  if (!directory) return directory.error();
  if (auto made = directory->make_private(kFile); !made) return made.error();
  auto file = ChangeFile::open(directory->file(kFile), first_revision(clock), options.vfs);
  if (!file) return file.error();
  directory->sync();
  auto storage = std::unique_ptr<DurableStorage>(
      new DurableStorage(std::move(executor), clock, std::move(options), std::move(*directory), std::move(*file)));
  if (auto loaded = storage->load(); !loaded) return loaded.error();
  return storage;
}

DurableStorage::DurableStorage(asio::any_io_executor executor, Clock& clock, Options options, DataDirectory directory,
                               std::unique_ptr<ChangeFile> file)
    : executor_(std::move(executor)),
      options_(std::move(options)),
      directory_(std::move(directory)),
      file_(std::move(file)),
      budget_(options_.history_events, options_.history_bytes),
      visible_(file_->compacted()),
      accepted_(visible_),
      issued_(visible_),
      probe_(clock, [this] { begin_commit(true); }),
      self_(std::make_shared<DurableStorage*>(this)) {
  budget_.on_drop([this](const Change& change) { forget(change); });
}

DurableStorage::~DurableStorage() {
  committer_.join();
  // The histories are about to go with their tables: that is no compaction.
  budget_.on_drop({});
}

// --- Loading ---------------------------------------------------------------------------------------------------------

StorageOutcome<void> DurableStorage::load() {
  auto loaded = file_->load([this](const StoredChange& stored) { return load_change(stored); });
  if (!loaded) return loaded;
  accepted_ = issued_ = visible_;
  if (visible_ >= kMaxRevision) return file_->damaged("there are no resource versions left");
  return {};
}

StorageOutcome<void> DurableStorage::load_change(const StoredChange& stored) {
  auto& table = durable_table(stored.resource);
  const std::string key(stored.key);
  const auto previous = table.read(key);
  ObjectPtr object;
  if (stored.type != ChangeType::deleted) {
    object = decode_object(stored.object);
    if (!object || object->revision != stored.revision || object->key() != key) {
      return file_->damaged(fmt::format("change {} holds no object {} of {}", stored.revision, key, stored.resource));
    }
  } else if (previous) {
    object = restamped(*previous, stored.revision);
  }
  table.load(key, stored.type == ChangeType::deleted ? nullptr : object);
  visible_ = std::max(visible_, stored.revision);
  const bool in_history = object && stored.revision > file_->compacted();
  if (in_history) {
    table.history().append({previous ? stored.type : ChangeType::added, object, previous});
  } else {
    if (previous) superseded_.push_back(previous->revision);
    if (stored.type == ChangeType::deleted) superseded_.push_back(stored.revision);
  }
  return {};
}

// A change that nobody can watch any more takes along the row that it superseded, and a deletion its own.
void DurableStorage::forget(const Change& change) {
  if (change.previous) superseded_.push_back(change.previous->revision);
  if (change.type == ChangeType::deleted) superseded_.push_back(change.revision());
  compacted_ = change.revision();
}

// --- Tables and observers --------------------------------------------------------------------------------------------

DurableTable& DurableStorage::durable_table(std::string_view resource) {
  auto& table = tables_[std::string(resource)];
  // Of a new table nothing has happened yet: its watches may begin wherever any may.
  if (!table) table = std::make_unique<DurableTable>(*this, std::string(resource), file_->compacted());
  return *table;
}

Table& DurableStorage::table(std::string_view resource) { return durable_table(resource); }

std::vector<Table*> DurableStorage::tables() {
  std::vector<Table*> result;
  result.reserve(tables_.size());
  for (const auto& [resource, table] : tables_) result.push_back(table.get());
  return result;
}

void DurableStorage::observe_accepted(Observer observer) {
  for (const auto& [resource, table] : tables_) {
    const auto snapshot = table->list({});
    for (const auto& object : *snapshot.objects) observer(*table, {ChangeType::added, object, nullptr});
  }
  accepted_observers_.push_back(std::move(observer));
}

void DurableStorage::announce(Table& table) {
  const auto snapshot = table.list({});
  for (const auto& object : *snapshot.objects) {
    for (const auto& observer : observers_) observer(table, {ChangeType::added, object, nullptr});
  }
}

// --- Writing ---------------------------------------------------------------------------------------------------------

Revision DurableStorage::next_revision() {
  if (issued_ >= kMaxRevision) throw std::overflow_error("storage: out of resource versions");
  return ++issued_;
}

void DurableStorage::accepted(DurableTable& table, Change change) {
  accepted_ = change.revision();
  for (const auto& observer : accepted_observers_) observer(table, change);
  queue_.push_back({&table, std::move(change)});
  schedule_commit();
}

// At the end of this turn of the loop, so that all that it writes goes together.
void DurableStorage::schedule_commit() {
  if (committing_ || scheduled_ || queue_.empty()) return;
  scheduled_ = true;
  asio::post(executor_, [self = std::weak_ptr(self_)] {
    const auto storage = self.lock();
    if (!storage) return;
    (*storage)->scheduled_ = false;
    (*storage)->begin_commit(false);
  });
}

void DurableStorage::take_batch() {
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.batch_changes));
  batch_.changes.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  batch_.superseded = std::exchange(superseded_, {});
  batch_.compacted = std::exchange(compacted_, 0);
}

void DurableStorage::begin_commit(bool probe) {
  if (committing_ || (queue_.empty() && !probe)) return;
  take_batch();
  committing_ = true;
  asio::post(committer_, [self = std::weak_ptr(self_), file = file_.get(), batch = &batch_,
                          work = asio::make_work_guard(executor_)] {
    auto outcome = file->commit(*batch);
    asio::post(work.get_executor(), [self, outcome = std::move(outcome)] {
      if (const auto storage = self.lock()) (*storage)->finish_commit(outcome);
    });
  });
}

void DurableStorage::finish_commit(const StorageOutcome<void>& outcome) {
  committing_ = false;
  if (!outcome) {
    fail_all(outcome.error());
    return;
  }
  publish_batch();
  if (failure_) recovered();
  schedule_commit();
}

void DurableStorage::publish_batch() {
  for (auto& [table, change] : std::exchange(batch_.changes, {})) {
    visible_ = change.revision();
    static_cast<DurableTable*>(table)->show(change);
    // The history may drop it at once, so observers get the copy.
    for (const auto& observer : observers_) observer(*table, change);
    table->history().append(std::move(change));
  }
  if (queue_.empty()) accepted_ = visible_;
  while (!waiters_.empty() && waiters_.front().revision <= visible_) resolve(waiters_.front(), {});
}

// --- Failing ---------------------------------------------------------------------------------------------------------

void DurableStorage::fail_all(const StorageFailure& failure) {
  if (!failure_) log().error("Storage refuses writes", {{"error", failure.message}});
  failure_ = failure;
  for (auto entry = queue_.rbegin(); entry != queue_.rend(); ++entry) undo(*entry);
  queue_.clear();
  for (auto entry = batch_.changes.rbegin(); entry != batch_.changes.rend(); ++entry) undo(*entry);
  batch_.changes.clear();
  for (const auto& [resource, table] : tables_) table->drop_pending();
  accepted_ = visible_;
  // What was to be forgotten still is.
  superseded_.insert(superseded_.end(), batch_.superseded.begin(), batch_.superseded.end());
  if (compacted_ == 0) compacted_ = batch_.compacted;
  while (!waiters_.empty()) resolve(waiters_.front(), failure);
  probe_.expires_after(options_.probe_interval);
}

void DurableStorage::undo(const ChangeBatch::Entry& entry) {
  const auto back = inverse(entry.change);
  for (const auto& observer : accepted_observers_) observer(*entry.table, back);
}

void DurableStorage::recovered() {
  log().info("Storage accepts writes again");
  failure_.reset();
  probe_.cancel();
  if (recovery_) recovery_();
}

// --- Waiting ---------------------------------------------------------------------------------------------------------

void DurableStorage::resolve(Waiter& waiter, StorageOutcome<void> outcome) {
  waiter.unlink();
  waiter.outcome = std::move(outcome);
  waiter.condition.notify_all();
}

asio::awaitable<StorageOutcome<void>> DurableStorage::settle() {
  if (is_settled()) co_return StorageOutcome<void>();
  Waiter waiter;
  waiter.revision = accepted_;
  waiters_.push_back(waiter);
  while (!waiter.outcome) co_await waiter.condition.wait();
  co_return *waiter.outcome;
}

StorageOutcome<void> DurableStorage::settle_now() {
  if (committing_) throw std::logic_error("storage: settle_now() is for the time before the loop runs");
  while (!queue_.empty()) {
    take_batch();
    const auto outcome = file_->commit(batch_);
    finish_commit(outcome);
    if (!outcome) return outcome;
  }
  return {};
}

StorageOutcome<void> DurableStorage::health() const {
  if (failure_) return *failure_;
  return {};
}

}  // namespace kyma::apiserver
