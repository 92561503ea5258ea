// Snapshots that paged lists are in the middle of, so that all pages show one version.
//
// Bounded in number and time: a continue token whose snapshot is gone is answered with 410, as one that etcd has
// compacted. Thread: confined to one.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>

#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"

namespace kyma::apiserver {

class SnapshotCache {
 public:
  SnapshotCache(Clock& clock, Duration lifetime) : clock_(clock), lifetime_(lifetime) {}

  void keep(const Table& table, std::string_view name_space, const Snapshot& snapshot);
  // The snapshot of that version; its objects are null when it is gone.
  Snapshot find(const Table& table, std::string_view name_space, Revision revision);
  // Drops what is too old.
  void expire();

 private:
  struct Entry {
    const Table* table;
    std::string name_space;
    Snapshot snapshot;
    SteadyTime used;
  };
  static constexpr std::size_t kMaxEntries = 32;
  static constexpr std::size_t kMaxObjects = 1'000'000;  // pointers over all entries

  std::size_t objects() const noexcept;

  Clock& clock_;
  Duration lifetime_;
  std::list<Entry> entries_;  // most recently used first
};

}  // namespace kyma::apiserver
