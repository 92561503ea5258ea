// The objects of one kind that the watch has delivered, and indexes over them: a pure function of the watch stream.
//
// Objects are immutable and shared: a reader may hold one as long as it likes. Besides the objects themselves the store
// takes some 30 bytes each, and 4 per index. Replacing an object whose index values stay the same leaves the indexes
// alone. Indexes are declared before the first object. Thread: confined to the loop's.
#pragma once

#include <boost/pool/pool_alloc.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/runtime/index_bucket.hpp"
#include "operator/runtime/reconciler.hpp"
#include "operator/runtime/slot_table.hpp"

namespace kyma::runtime {

template <class T>
using ObjectPtr = std::shared_ptr<const T>;

// Objects of a kind live in chunks of their own: each event replaces one, and among all that a burst allocates beside
// it the survivors would hold the heap in pieces. Chunks are reused, not given back.
template <class T>
ObjectPtr<T> make_object(T object) {
  constexpr unsigned kObjectsPerChunk = 256;
  using Slabs = boost::fast_pool_allocator<T, boost::default_user_allocator_new_delete,
                                           boost::details::pool::default_mutex, kObjectsPerChunk, kObjectsPerChunk>;
  return std::allocate_shared<T>(Slabs(), std::move(object));
}

// A handle for one index of a store.
struct IndexId {
  std::size_t value = 0;
};

template <class T>
Request key_of(const T& object) {
  return {object.metadata.name_space, object.metadata.name};
}

template <class T>
class Store {
 public:
  // The values under which an object is found: none, one or several.
  using IndexKeys = std::function<void(const T& object, const std::function<void(std::string_view)>& emit)>;

  IndexId add_index(IndexKeys keys_of);

  // Null when absent.
  ObjectPtr<T> get(const Request& key) const;
  // The same without sharing; valid until the store changes.
  const T* peek(const Request& key) const noexcept;
  std::size_t size() const noexcept { return table_.size(); }
  // Visits every object in no particular order; the store must not change meanwhile.
  template <class F>
  void for_each(F&& visit) const {
    for (const auto& object : objects_) {
      if (object) visit(object);
    }
  }
  // The objects under an index value, in no particular order.
  std::vector<ObjectPtr<T>> by_index(IndexId index, std::string_view value) const;
  // The same without a copy; the store must not change meanwhile.
  template <class F>
  void for_each_in_index(IndexId index, std::string_view value, F&& visit) const;

  // Inserts or replaces; returns the object that was there, or null.
  ObjectPtr<T> put(ObjectPtr<T> object);
  // Returns the object that was there, or null.
  ObjectPtr<T> erase(const Request& key);

  // Mark and sweep, for a list that tells all there is.
  void mark(const Request& key);
  std::vector<ObjectPtr<T>> unmarked() const;
  void forget_marks() noexcept { marks_ = {}; }

 private:
  using Slot = SlotTable::Slot;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };
  struct Index {
    IndexKeys keys_of;
    std::unordered_map<std::string, IndexBucket, TextHash, std::equal_to<>> buckets;
  };

  Slot find(const Request& key) const;
  Slot allocate();
  void give_back();
  // All values in a row, each with its length: equal texts mean equal values. Reuses the text's memory.
  static void join_values(const Index& index, const T& object, std::string& text);
  // Each value once, in order.
  static std::vector<std::string> values_of(const Index& index, const T& object);
  void add_to_indexes(Slot slot);
  void remove_from_indexes(Slot slot, const T& object);
  void update_indexes(Slot slot, const T& before);
  static void remove_from_bucket(Index& index, const std::string& value, Slot slot);

  SlotTable table_;                    // by key
  std::vector<ObjectPtr<T>> objects_;  // by slot; null where free
  std::vector<Slot> free_;
  std::vector<bool> marks_;  // by slot; shorter where nothing behind is marked
  std::vector<Index> indexes_;
  std::string joined_before_;  // update_indexes()'s own: nothing is allocated for an event that moves nothing
  std::string joined_after_;
};

}  // namespace kyma::runtime

#include "operator/runtime/store.ipp"
