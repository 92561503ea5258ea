#include "operator/helm/manifest_cache.hpp"

#include <utility>

namespace kyma::helm {
namespace {

// What an entry takes besides its text: two nodes, a control block, the key.
constexpr std::size_t kOverhead = 320;

}  // namespace

std::size_t ManifestKeyHash::operator()(const ManifestKey& key) const noexcept {
  std::size_t hash = 0;
  for (const InternedString* part :
       {&key.chart, &key.version, &key.release_name, &key.release_namespace, &key.values}) {
    hash = hash * 0x9E3779B97F4A7C15ULL + part->hash();
  }
  return hash ^ (hash >> 32U);
}

std::shared_ptr<const Manifest> ManifestCache::find(const ManifestKey& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->manifest;
}

void ManifestCache::insert(const ManifestKey& key, std::shared_ptr<const Manifest> manifest) {
  erase(key);
  const std::size_t bytes = manifest->text.size() + manifest->digest.size() + key.values.size() + kOverhead;
  if (bytes > max_bytes_) return;
  while (bytes_ + bytes > max_bytes_) drop(std::prev(order_.end()));
  order_.push_front({key, std::move(manifest), bytes});
  entries_.emplace(key, order_.begin());
  bytes_ += bytes;
}

void ManifestCache::erase(const ManifestKey& key) {
  const auto found = entries_.find(key);
  if (found != entries_.end()) drop(found->second);
}

void ManifestCache::clear() {
  entries_.clear();
  order_.clear();
  bytes_ = 0;
}

void ManifestCache::drop(Order::iterator entry) {
  bytes_ -= entry->bytes;
  entries_.erase(entry->key);
  order_.erase(entry);
}

}  // namespace kyma::helm
