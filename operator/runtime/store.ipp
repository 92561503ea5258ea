// The bodies of Store's members; included by store.hpp alone.
#pragma once

#include <algorithm>
#include <cassert>
#include <utility>

namespace kyma::runtime {

template <class T>
IndexId Store<T>::add_index(IndexKeys keys_of) {
  assert(size() == 0 && "indexes are declared before the first object");
  indexes_.push_back({std::move(keys_of), {}});
  return {indexes_.size() - 1};
}

template <class T>
typename Store<T>::Slot Store<T>::find(const Request& key) const {
  return table_.find(RequestHash()(key), [&](Slot slot) {
    const auto& metadata = objects_[slot]->metadata;
    return metadata.name == key.name && metadata.name_space == key.name_space;
  });
}

template <class T>
typename Store<T>::Slot Store<T>::allocate() {
  if (free_.empty()) {
    objects_.emplace_back();
    return static_cast<Slot>(objects_.size() - 1);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  return slot;
}

template <class T>
ObjectPtr<T> Store<T>::get(const Request& key) const {
  const Slot slot = find(key);
  return slot == SlotTable::kNone ? nullptr : objects_[slot];
}

template <class T>
const T* Store<T>::peek(const Request& key) const noexcept {
  const Slot slot = find(key);
  return slot == SlotTable::kNone ? nullptr : objects_[slot].get();
}

template <class T>
template <class F>
void Store<T>::for_each_in_index(IndexId index, std::string_view value, F&& visit) const {
  const auto& buckets = indexes_[index.value].buckets;
  const auto found = buckets.find(value);
  if (found == buckets.end()) return;
  for (const Slot slot : found->second.slots()) visit(objects_[slot]);
}

template <class T>
std::vector<ObjectPtr<T>> Store<T>::by_index(IndexId index, std::string_view value) const {
  std::vector<ObjectPtr<T>> found;
  for_each_in_index(index, value, [&](const ObjectPtr<T>& object) { found.push_back(object); });
  return found;
}

template <class T>
ObjectPtr<T> Store<T>::put(ObjectPtr<T> object) {
  const Request key = key_of(*object);
  Slot slot = find(key);
  if (slot != SlotTable::kNone) {
    objects_[slot].swap(object);
    update_indexes(slot, *object);
    return object;
  }
  slot = allocate();
  objects_[slot] = std::move(object);
  table_.insert(RequestHash()(key), slot);
  add_to_indexes(slot);
  return nullptr;
}

template <class T>
ObjectPtr<T> Store<T>::erase(const Request& key) {
  const Slot slot = find(key);
  if (slot == SlotTable::kNone) return nullptr;
  remove_from_indexes(slot, *objects_[slot]);
  table_.erase(RequestHash()(key), slot);
  free_.push_back(slot);
  ObjectPtr<T> erased = std::exchange(objects_[slot], nullptr);
  give_back();
  return erased;
}

// An overlay that held a burst of thousands is empty a moment later.
template <class T>
void Store<T>::give_back() {
  constexpr std::size_t kKept = 1024;
  if (size() > 0 || objects_.size() <= kKept) return;
  table_.reset();
  objects_ = {};
  free_ = {};
}

template <class T>
void Store<T>::mark(const Request& key) {
  const Slot slot = find(key);
  if (slot == SlotTable::kNone) return;
  if (slot >= marks_.size()) marks_.resize(objects_.size());
  marks_[slot] = true;
}

template <class T>
std::vector<ObjectPtr<T>> Store<T>::unmarked() const {
  std::vector<ObjectPtr<T>> found;
  for (std::size_t slot = 0; slot < objects_.size(); ++slot) {
    if (objects_[slot] && (slot >= marks_.size() || !marks_[slot])) found.push_back(objects_[slot]);
  }
  return found;
}

template <class T>
std::vector<std::string> Store<T>::values_of(const Index& index, const T& object) {
  std::vector<std::string> values;
  index.keys_of(object, [&](std::string_view value) { values.emplace_back(value); });
  if (values.size() > 1) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  return values;
}

template <class T>
void Store<T>::add_to_indexes(Slot slot) {
  for (Index& index : indexes_) {
    for (std::string& value : values_of(index, *objects_[slot])) index.buckets[std::move(value)].add(slot);
  }
}

template <class T>
void Store<T>::remove_from_bucket(Index& index, const std::string& value, Slot slot) {
  const auto found = index.buckets.find(value);
  if (found == index.buckets.end()) return;
  found->second.remove(slot);
  if (found->second.empty()) index.buckets.erase(found);
}

template <class T>
void Store<T>::remove_from_indexes(Slot slot, const T& object) {
  for (Index& index : indexes_) {
    for (const std::string& value : values_of(index, object)) remove_from_bucket(index, value, slot);
  }
}

template <class T>
void Store<T>::join_values(const Index& index, const T& object, std::string& text) {
  text.clear();
  index.keys_of(object, [&text](std::string_view value) {
    const std::size_t size = value.size();
    text.append(reinterpret_cast<const char*>(&size), sizeof size).append(value);
  });
}

// A bucket holds slots, not objects: where the values are the same as before, nothing is to be done.
template <class T>
void Store<T>::update_indexes(Slot slot, const T& before) {
  for (Index& index : indexes_) {
    join_values(index, before, joined_before_);
    join_values(index, *objects_[slot], joined_after_);
    if (joined_before_ == joined_after_) continue;
    const std::vector<std::string> old_values = values_of(index, before);
    std::vector<std::string> new_values = values_of(index, *objects_[slot]);
    if (old_values == new_values) continue;
    for (const std::string& value : old_values) remove_from_bucket(index, value, slot);
    for (std::string& value : new_values) index.buckets[std::move(value)].add(slot);
  }
}

}  // namespace kyma::runtime
