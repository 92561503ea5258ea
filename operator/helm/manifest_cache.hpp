// Rendered manifests by what they were rendered from, shared and immutable, bounded by bytes: the least recently used
// go first.
//
// A hit costs a hash of five addresses and no copy. Thread: one (the loop's).
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>

#include "operator/base/interned_string.hpp"
#include "operator/helm/renderer.hpp"

namespace kyma::helm {

// One rendering's inputs, the chart's content and the cluster left out.
struct ManifestKey {
  InternedString chart;
  InternedString version;
  InternedString release_name;
  InternedString release_namespace;
  InternedString values;

  friend bool operator==(const ManifestKey&, const ManifestKey&) = default;
};

struct ManifestKeyHash {
  std::size_t operator()(const ManifestKey& key) const noexcept;
};

class ManifestCache {
 public:
  explicit ManifestCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Null when there is none.
  std::shared_ptr<const Manifest> find(const ManifestKey& key);
  // Replaces what is there. A manifest larger than the whole cache is not kept.
  void insert(const ManifestKey& key, std::shared_ptr<const Manifest> manifest);
  void erase(const ManifestKey& key);
  void clear();

  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t size() const noexcept { return entries_.size(); }
  // From the most to the least recently used.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Entry& entry : order_) visit(entry.key, *entry.manifest);
  }
  // The same, to hold on to them.
  template <class Visit>
  void for_each_shared(Visit visit) const {
    for (const Entry& entry : order_) visit(entry.key, entry.manifest);
  }

 private:
  struct Entry {
    ManifestKey key;
    std::shared_ptr<const Manifest> manifest;
    std::size_t bytes;
  };
  using Order = std::list<Entry>;

  void drop(Order::iterator entry);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  Order order_;  // the most recently used first
  std::unordered_map<ManifestKey, Order::iterator, ManifestKeyHash> entries_;
};

}  // namespace kyma::helm
