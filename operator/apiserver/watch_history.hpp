// What happened to one resource, in order, as far back as memory permits: the source of watches.
//
// Watchers read it through cursors of their own and hold no copies; one that is slower than the history is long finds
// itself out of it and has to list again (410). The bounds hold over all histories together (HistoryBudget): the oldest
// event of all goes first.
// Thread: confined to one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "operator/apiserver/stored_object.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

enum class ChangeType { added, modified, deleted };

struct Change {
  ChangeType type = ChangeType::added;
  ObjectPtr object;    // of a deletion: the last state, under the deletion's version
  ObjectPtr previous;  // null for added

  Revision revision() const noexcept { return object->revision; }
};

class HistoryBudget;

class WatchHistory {
 public:
  // A watcher's place and its alarm clock. Linked while it lives; must not outlive the history.
  class Cursor : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
   public:
    // Waits until something happened, or wake() was called. Check again afterwards.
    asio::awaitable<void> wait() { return condition_.wait(); }
    void wake() noexcept { condition_.notify_all(); }

   private:
    friend class WatchHistory;
    std::uint64_t next_ = 0;  // number of the next change to read, counted from the beginning of time
    Condition condition_;
  };

  // Nothing before `start` can be watched.
  WatchHistory(HistoryBudget& budget, Revision start);
  ~WatchHistory();
  WatchHistory(const WatchHistory&) = delete;
  WatchHistory& operator=(const WatchHistory&) = delete;

  void append(Change change);

  // True when every change after `since` is still here.
  bool retains(Revision since) const noexcept { return since >= dropped_up_to_; }
  // Places the cursor behind `since`, which must be retained.
  void place(Cursor& cursor, Revision since);
  // True when the changes that this cursor has not read yet have been dropped.
  bool is_lost(const Cursor& cursor) const noexcept { return cursor.next_ < first_; }
  // The next change, or null when there is none yet. The cursor must not be lost.
  const Change* next(Cursor& cursor);
  // Wakes all watchers, so that they look whether they should end.
  void wake_all() noexcept;

  std::size_t size() const noexcept { return changes_.size(); }
  std::size_t watchers() const noexcept { return cursors_.size(); }

 private:
  friend class HistoryBudget;
  void drop_oldest();
  static std::size_t cost(const Change& change) noexcept;

  HistoryBudget& budget_;
  std::deque<Change> changes_;
  std::uint64_t first_ = 0;  // number of changes_.front()
  Revision dropped_up_to_;
  boost::intrusive::list<Cursor, boost::intrusive::constant_time_size<false>> cursors_;
};

// Keeps the histories of a storage within bounds.
class HistoryBudget {
 public:
  HistoryBudget(std::size_t max_events, std::size_t max_bytes) : max_events_(max_events), max_bytes_(max_bytes) {}

  // Called with each change that the bounds drop, oldest first.
  void on_drop(std::function<void(const Change&)> callback) { on_drop_ = std::move(callback); }
  std::size_t events() const noexcept { return events_; }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  friend class WatchHistory;
  void added(std::size_t bytes);

  std::size_t max_events_;
  std::size_t max_bytes_;
  std::size_t events_ = 0;
  std::size_t bytes_ = 0;
  std::vector<WatchHistory*> histories_;
  std::function<void(const Change&)> on_drop_;
};

}  // namespace kyma::apiserver
