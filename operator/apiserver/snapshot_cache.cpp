#include "operator/apiserver/snapshot_cache.hpp"

#include <algorithm>

namespace kyma::apiserver {

void SnapshotCache::keep(const Table& table, std::string_view name_space, const Snapshot& snapshot) {
  expire();
  if (find(table, name_space, snapshot.revision).objects) return;
  entries_.push_front({&table, std::string(name_space), snapshot, clock_.now()});
  while (entries_.size() > 1 && (entries_.size() > kMaxEntries || objects() > kMaxObjects)) entries_.pop_back();
}

Snapshot SnapshotCache::find(const Table& table, std::string_view name_space, Revision revision) {
  expire();
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.table == &table && entry.snapshot.revision == revision && entry.name_space == name_space;
  });
  if (found == entries_.end()) return {};
  found->used = clock_.now();
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().snapshot;
}

void SnapshotCache::expire() {
  const auto now = clock_.now();
  while (!entries_.empty() && now - entries_.back().used > lifetime_) entries_.pop_back();
}

std::size_t SnapshotCache::objects() const noexcept {
  std::size_t sum = 0;
  for (const auto& entry : entries_) sum += entry.snapshot.objects->size();
  return sum;
}

}  // namespace kyma::apiserver
