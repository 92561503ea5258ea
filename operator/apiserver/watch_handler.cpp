#include "operator/apiserver/watch_handler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/snapshot.hpp"
#include "operator/apiserver/watch_batch.hpp"

namespace kyma::apiserver {
namespace {

// What is done before a watcher lets others run, however few of the changes are its own: its selector's comparisons,
// and the bytes parsed for a Table.
constexpr std::size_t kWorkPerTurn = 4 * 1024;
constexpr std::size_t kTextPerUnit = 64;

kube::Error too_old(Revision since) { return kube::expired(fmt::format("too old resource version: {}", since)); }

}  // namespace

// One watcher.
class WatchHandler::Stream {
 public:
  Stream(WatchHandler& handler, Exchange& exchange, Selection selection, const ListOptions& options,
         IncludeObject include)
      : handler_(handler),
        exchange_(exchange),
        resource_(exchange.resource),
        history_(exchange.resource->table->history()),
        selection_(std::move(selection)),
        bookmarks_(options.bookmarks),
        batch_(exchange.resource, exchange.representation, include),
        running_(handler.metrics_.watches(exchange)),
        events_(handler.metrics_.watch_events(*exchange.resource)),
        deadline_(handler.deadline_of(options)),
        alarm_(handler.clock_, [this] { cursor_.wake(); }) {
    ++handler_.watchers_;
  }
  ~Stream() { --handler_.watchers_; }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Takes the place in the history, with nothing awaited since the version was seen there: no loss goes unnoticed.
  void start_from(Revision since) {
    since_ = since;
    history_.place(cursor_, since);
  }
  asio::awaitable<void> start_from_snapshot() {
    snapshot_ = co_await take_snapshot(handler_.storage_, *resource_->table, selection_.name_space());
    start_from(snapshot_.revision);
  }

  // Sends what the snapshot holds as ADDED.
  asio::awaitable<bool> send_snapshot(bool mark_end) {
    const auto snapshot = std::exchange(snapshot_, {});
    std::size_t work = 0;
    for (const auto& object : *snapshot.objects) {
      if (selection_.matches(*object)) add("ADDED", object);
      work += work_on(*object);
      if (work < kWorkPerTurn && batch_.bytes() < handler_.options_.chunk_bytes) continue;
      work = 0;
      if (!co_await flush()) co_return false;
    }
    if (mark_end) batch_.add_bookmark(since_, true, now());
    co_return co_await flush();
  }

  asio::awaitable<void> run() {
    next_bookmark_ = handler_.clock_.now() + handler_.options_.bookmark_interval;
    while (true) {
      if (!collect()) {
        co_await refuse(too_old(since_));
        co_return;
      }
      if (!batch_.empty() || more_) {
        if (!co_await flush()) co_return;
        // A watcher that never catches up ends in time all the same; what it has not seen yet is behind its bookmark.
        if (!is_due()) continue;
        break;
      }
      // Nothing that happened up to now was for this watcher, in other resources neither.
      since_ = std::max(since_, handler_.storage_.revision());
      if (is_due() || !resource_->served) break;
      if (bookmarks_ && handler_.clock_.now() >= next_bookmark_) {
        bookmark();
        if (!co_await flush()) co_return;
        continue;
      }
      alarm_.expires_at(bookmarks_ ? std::min(deadline_, next_bookmark_) : deadline_);
      co_await cursor_.wait();
    }
    if (bookmarks_) {
      bookmark();
      co_await flush();
    }
  }

  // Ends the stream with an error, which is how a watch says so once it has begun.
  asio::awaitable<void> refuse(kube::Error why) {
    batch_.add_error(why);
    co_await flush();
  }

 private:
  WallTime now() const { return handler_.clock_.wall_now(); }

  bool is_due() const { return handler_.ending_ || handler_.clock_.now() >= deadline_; }

  void bookmark() {
    batch_.add_bookmark(since_, false, now());
    next_bookmark_ = handler_.clock_.now() + handler_.options_.bookmark_interval;
  }

  // Moves changes into the batch; false when the history has lost some.
  bool collect() {
    more_ = false;
    for (std::size_t work = 0;;) {
      if (history_.is_lost(cursor_)) return false;
      if (work >= kWorkPerTurn || batch_.bytes() >= handler_.options_.chunk_bytes) {
        more_ = true;
        return true;
      }
      const auto* change = history_.next(cursor_);
      if (!change) return true;
      since_ = change->revision();
      translate(*change);
      work += 2 * work_on(*change->object);
    }
  }

  std::size_t work_on(const StoredObject& object) const noexcept {
    return selection_.work(object) + (exchange_.representation.table ? object.json.size() / kTextPerUnit : 0);
  }

  void translate(const Change& change) {
    const bool was = change.previous && selection_.matches(*change.previous);
    const bool is = change.type != ChangeType::deleted && selection_.matches(*change.object);
    if (is) {
      add(was ? "MODIFIED" : "ADDED", change.object);
    } else if (was) {
      // Whoever watches a selection sees the state that was still selected, under the version of the change.
      auto last =
          change.type == ChangeType::deleted ? change.object : restamped(*change.previous, change.object->revision);
      add("DELETED", std::move(last));
    }
  }

  void add(std::string_view type, ObjectPtr object) {
    batch_.add(type, std::move(object), now());
    events_.increment();
  }

  asio::awaitable<bool> flush() {
    if (!batch_.empty()) {
      const auto written = co_await exchange_.writer.write(batch_.pieces());
      batch_.clear();
      if (!written) co_return false;
    }
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    co_return true;
  }

  WatchHandler& handler_;
  Exchange& exchange_;
  ResourcePtr resource_;
  WatchHistory& history_;
  Selection selection_;
  bool bookmarks_;
  WatchBatch batch_;
  ServerMetrics::Running running_;
  metrics::Counter& events_;
  WatchHistory::Cursor cursor_;
  Snapshot snapshot_;
  Revision since_ = 0;  // everything up to here has been looked at, and sent after the next flush
  bool more_ = false;   // the history holds more than the batch took
  SteadyTime deadline_;
  SteadyTime next_bookmark_{};
  Timer alarm_;
};

SteadyTime WatchHandler::deadline_of(const ListOptions& options) {
  if (options.timeout) return clock_.now() + *options.timeout;
  const auto spread = std::uniform_real_distribution<double>(1, 2)(random_);
  return clock_.now() + std::chrono::duration_cast<Duration>(options_.min_timeout * spread);
}

asio::awaitable<void> WatchHandler::watch(Exchange& exchange) {
  const auto& resource = *exchange.resource;
  const auto options = parse_list_options(exchange.target, true, options_.watch_list);
  if (!options) {
    co_await exchange.fail(options.error());
    co_return;
  }
  auto selection =
      Selection::parse(resource, exchange.info.name_space, options->label_selector, options->field_selector);
  if (!selection) {
    co_await exchange.fail(selection.error());
    co_return;
  }
  const auto include = include_object_from_string(exchange.target.param("includeObject"));
  const auto since = options->revision.value_or(0);
  const bool initial = options->send_initial_events.value_or(since == 0);
  const auto current = storage_.revision();
  if (!include || since > current) {
    co_await exchange.fail(include ? too_large_revision(since, current)
                                   : kube::bad_request("includeObject must be None, Metadata or Object"));
    co_return;
  }
  Stream stream(*this, exchange, std::move(*selection), *options, *include);
  const bool lost = !initial && since != 0 && !resource.table->history().retains(since);
  if (initial)
    co_await stream.start_from_snapshot();
  else if (!lost)
    stream.start_from(since == 0 ? current : since);
  if (!co_await exchange.start_stream()) co_return;
  if (lost) {
    co_await stream.refuse(too_old(since));
    co_return;
  }
  if (initial && !co_await stream.send_snapshot(options->send_initial_events.value_or(false))) co_return;
  co_await stream.run();
}

void WatchHandler::end_all() {
  ending_ = true;
  for (auto* table : storage_.tables()) table->history().wake_all();
}

}  // namespace kyma::apiserver
