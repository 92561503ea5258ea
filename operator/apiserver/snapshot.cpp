#include "operator/apiserver/snapshot.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kyma::apiserver {
namespace {

// About half a millisecond of copying pointers to objects that are in no cache.
constexpr std::size_t kObjectsPerTurn = 2048;

// What the changed objects were before; null for those that did not exist.
using Before = std::map<std::string, ObjectPtr>;

enum class Reading { more, done, lost };  // lost: the history has dropped changes that were to be read

Reading read_change(WatchHistory& history, WatchHistory::Cursor& cursor, const std::string& name_space,
                    Before& before) {
  if (history.is_lost(cursor)) return Reading::lost;
  const auto* change = history.next(cursor);
  if (!change) return Reading::done;
  // Only the first change of an object says what it was.
  if (name_space.empty() || change->object->name_space.view() == name_space) {
    before.try_emplace(change->object->key(), change->previous);
  }
  return Reading::more;
}

// False when the history has lost changes.
bool read_changes(WatchHistory& history, WatchHistory::Cursor& cursor, const std::string& name_space, Before& before) {
  auto reading = Reading::more;
  while (reading == Reading::more) reading = read_change(history, cursor, name_space, before);
  return reading == Reading::done;
}

std::vector<ObjectPtr> undo(std::vector<ObjectPtr> objects, Before before) {
  std::vector<ObjectPtr> result;
  result.reserve(objects.size() + before.size());
  auto old = before.begin();
  for (auto& object : objects) {
    // Between two changed keys nothing needs to be compared but the next of them.
    while (old != before.end()) {
      const auto order = old->first.compare(object->key());
      if (order > 0) break;
      if (order == 0) object = nullptr;
      if (old->second) result.push_back(std::move(old->second));
      ++old;
      if (order == 0) break;
    }
    if (object) result.push_back(std::move(object));
  }
  for (; old != before.end(); ++old) {
    if (old->second) result.push_back(std::move(old->second));
  }
  return result;
}

}  // namespace

asio::awaitable<Snapshot> take_snapshot(const Storage& storage, Table& table, std::string name_space) {
  if (table.size() <= kObjectsPerTurn) co_return table.list(name_space);
  const auto revision = storage.revision();
  WatchHistory::Cursor cursor;
  table.history().place(cursor, revision);
  Before before;
  std::vector<ObjectPtr> objects;
  std::string after;
  while (table.scan(name_space, after, kObjectsPerTurn, objects)) {
    after = objects.back()->key();
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    if (!read_changes(table.history(), cursor, name_space, before)) break;
  }
  // More changes than the history holds, within milliseconds: better a pause than no answer.
  if (!read_changes(table.history(), cursor, name_space, before)) co_return table.list(name_space);
  if (!before.empty()) objects = undo(std::move(objects), std::move(before));
  co_return Snapshot{revision, std::make_shared<const std::vector<ObjectPtr>>(std::move(objects))};
}

asio::awaitable<Snapshot> take_snapshot_at(const Storage& storage, Table& table, std::string name_space,
                                           Revision revision) {
  if (!table.history().retains(revision)) co_return Snapshot{};
  WatchHistory::Cursor cursor;
  table.history().place(cursor, revision);
  const auto newest = co_await take_snapshot(storage, table, name_space);
  // Changes made behind the newest snapshot are undone too: what they say the objects were is what it shows.
  Before before;
  auto reading = Reading::more;
  for (std::size_t read = 1; reading == Reading::more; ++read) {
    reading = read_change(table.history(), cursor, name_space, before);
    if (read % kObjectsPerTurn == 0) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
  if (reading == Reading::lost) co_return Snapshot{};
  auto objects = undo(*newest.objects, std::move(before));
  co_return Snapshot{revision, std::make_shared<const std::vector<ObjectPtr>>(std::move(objects))};
}

}  // namespace kyma::apiserver
