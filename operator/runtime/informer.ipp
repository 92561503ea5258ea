// The bodies of Informer's members; included by informer.hpp alone.
#pragma once

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include <utility>

namespace kyma::runtime {

template <class T>
Informer<T>::Informer(kube::Client& client, Clock& clock, ReflectorOptions options, metrics::Registry* metrics)
    : reflector_(client, clock, T::resource_type(), std::move(options), *this, metrics) {
  if (!metrics) return;
  objects_gauge_ = &metrics->gauge("kyma_operator_informer_objects", "Objects in an informer's store", {"kind"})
                        .with({T::resource_type().kind});
}

// --- Reading --------------------------------------------------------------------------------------------------------

template <class T>
bool Informer<T>::hidden_by_overlay(const Request& key) const {
  return written_.peek(key) || tombstones_.contains(key);
}

template <class T>
ObjectPtr<T> Informer<T>::get(const Request& key) const {
  if (overlay_empty()) return store_.get(key);
  if (auto written = written_.get(key)) return written;
  return tombstones_.contains(key) ? nullptr : store_.get(key);
}

template <class T>
std::vector<ObjectPtr<T>> Informer<T>::by_index(IndexId index, std::string_view value) const {
  if (overlay_empty()) return store_.by_index(index, value);
  std::vector<ObjectPtr<T>> found = written_.by_index(index, value);
  store_.for_each_in_index(index, value, [&](const ObjectPtr<T>& object) {
    if (!hidden_by_overlay(key_of(*object))) found.push_back(object);
  });
  return found;
}

template <class T>
asio::awaitable<void> Informer<T>::wait_for_sync() {
  while (!synced_) co_await synced_changed_.wait();
}

// --- Own writes -----------------------------------------------------------------------------------------------------

template <class T>
void Informer<T>::remember(ObjectPtr<T> written) {
  const std::uint64_t version = written->metadata.resource_version;
  // The watch is past it: what the store says, be it nothing, is newer.
  if (version <= seen_version_) return;
  const Request key = key_of(*written);
  if (const T* known = store_.peek(key); known && known->metadata.resource_version >= version) return;
  if (const T* earlier = written_.peek(key); earlier && earlier->metadata.resource_version >= version) return;
  if (const auto grave = tombstones_.find(key); grave != tombstones_.end()) {
    // A late answer about what has been deleted since.
    if (grave->second.uid == written->metadata.uid || grave->second.resource_version >= version) return;
    tombstones_.erase(grave);
  }
  written_.put(std::move(written));
}

template <class T>
ObjectPtr<T> Informer<T>::observe_write(std::string_view json) {
  if (tell_answer_) tell_answer_();
  auto object = decode(json);
  if (!object) {
    Logger("informer")
        .warning("Answer to a write is undecodable",
                 {{"kind", T::resource_type().kind}, {"error", object.error().describe()}});
    return nullptr;
  }
  remember(*object);
  return *std::move(object);
}

template <class T>
void Informer<T>::observe_delete(const T& object) {
  const Request key = key_of(object);
  const kube::Uid& uid = object.metadata.uid;
  std::uint64_t version = object.metadata.resource_version;
  if (const T* written = written_.peek(key)) {
    if (written->metadata.uid != uid) return;  // another object of that name has been made since
    version = std::max(version, written->metadata.resource_version);
    written_.erase(key);
  } else {
    const T* known = store_.peek(key);
    // Gone already; or terminating, which reads are to see as it is.
    if (!known || known->metadata.uid != uid || known->metadata.deleting()) return;
  }
  tombstones_[key] = {uid, version};
}

template <class T>
void Informer<T>::settle(const Request& key, const T& seen, bool deleted) {
  if (overlay_empty()) return;
  const auto version = seen.metadata.resource_version;
  if (const T* written = written_.peek(key)) {
    const bool passed = version == 0 || version >= written->metadata.resource_version;
    if (passed || (deleted && written->metadata.uid == seen.metadata.uid)) written_.erase(key);
  }
  if (const auto grave = tombstones_.find(key); grave != tombstones_.end()) {
    const bool same = grave->second.uid == seen.metadata.uid;
    // Its deletion, the finalizers it waits for, or another object of its name.
    if (same ? deleted || seen.metadata.deleting() : version >= grave->second.resource_version)
      tombstones_.erase(grave);
  }
}

template <class T>
void Informer<T>::settle_up_to(std::uint64_t version) {
  if (overlay_empty()) return;
  std::vector<Request> passed;
  written_.for_each([&](const ObjectPtr<T>& object) {
    if (object->metadata.resource_version <= version) passed.push_back(key_of(*object));
  });
  for (const Request& key : passed) written_.erase(key);
  std::erase_if(tombstones_, [&](const auto& entry) {
    const auto& [key, grave] = entry;
    const T* known = store_.peek(key);
    if (known && known->metadata.uid == grave.uid) return known->metadata.deleting();
    return version >= grave.resource_version;
  });
}

// --- What the reflector delivers ------------------------------------------------------------------------------------

template <class T>
kube::Outcome<ObjectPtr<T>> Informer<T>::decode(std::string_view json) {
  auto object = kube::decode_object<T>(json);
  if (!object) {
    return kube::Error{kube::Reason::decode, 0,
                       fmt::format("a {} that cannot be read: {}", T::resource_type().kind, object.error().message)};
  }
  if (object->metadata.name.empty()) {
    return kube::Error{kube::Reason::decode, 0, fmt::format("a {} without a name", T::resource_type().kind)};
  }
  return make_object(std::move(*object));
}

template <class T>
bool Informer<T>::same_version(const T& a, const T& b) noexcept {
  return a.metadata.resource_version == b.metadata.resource_version && a.metadata.resource_version != 0 &&
         a.metadata.uid == b.metadata.uid;
}

template <class T>
kube::Outcome<void> Informer<T>::on_list_item(std::string_view json) {
  auto decoded = decode(json);
  if (!decoded) return decoded.error();
  ObjectPtr<T> object = *std::move(decoded);
  const Request key = key_of(*object);
  settle(key, *object, false);
  const T* known = store_.peek(key);
  if (!known || !same_version(*known, *object)) {
    const Change change{store_.put(object), object};
    count_objects();
    call_handlers(change, !synced_);
  }
  store_.mark(key);
  return {};
}

template <class T>
asio::awaitable<void> Informer<T>::on_list_complete(std::uint64_t resource_version) {
  constexpr std::size_t kRemovedPerTurn = 256;
  const std::vector<ObjectPtr<T>> vanished = store_.unmarked();
  store_.forget_marks();
  seen_version_ = resource_version;
  settle_up_to(resource_version);
  for (std::size_t i = 0; i < vanished.size(); ++i) {
    drop(vanished[i]);
    if (i % kRemovedPerTurn == kRemovedPerTurn - 1) co_await asio::post(asio::use_awaitable);
  }
  synced_ = true;
  synced_changed_.notify_all();
  if (tell_answer_) tell_answer_();
}

template <class T>
kube::Outcome<void> Informer<T>::on_event(kube::EventType type, std::string_view json,
                                          std::uint64_t& resource_version) {
  if (type == kube::EventType::bookmark) {
    // Of the kind's type, but with nothing in it except a version.
    kube::ObjectMeta metadata;
    json::Reader reader(json);
    reader.object([&](std::string_view key) { key == "metadata" ? kube::decode(reader, metadata) : reader.skip(); });
    if (!reader.finish()) return kube::Error{kube::Reason::decode, 0, reader.error().message};
    resource_version = metadata.resource_version;
    seen_version_ = std::max(seen_version_, resource_version);
    settle_up_to(seen_version_);
    return {};
  }
  auto object = decode(json);
  if (!object) return object.error();
  resource_version = (*object)->metadata.resource_version;
  seen_version_ = std::max(seen_version_, resource_version);
  if (type == kube::EventType::deleted) {
    drop(std::move(*object));
  } else {
    apply(std::move(*object));
  }
  return {};
}

template <class T>
void Informer<T>::apply(ObjectPtr<T> object) {
  const Request key = key_of(*object);
  settle(key, *object, false);
  const auto version = object->metadata.resource_version;
  if (const T* known = store_.peek(key); known && known->metadata.uid == object->metadata.uid && version != 0 &&
                                         version <= known->metadata.resource_version) {
    return;  // delivered before
  }
  Change change{store_.put(object), object};
  count_objects();
  call_handlers(change, false);
}

template <class T>
void Informer<T>::drop(ObjectPtr<T> last) {
  const Request key = key_of(*last);
  settle(key, *last, true);
  if (!store_.erase(key)) return;
  count_objects();
  call_handlers({std::move(last), nullptr}, false);
}

template <class T>
void Informer<T>::call_handlers(const Change& change, bool initial) {
  for (const EventHandler<T>& handler : handlers_) {
    if (!change.before) {
      if (handler.on_add) handler.on_add(change.after, initial);
    } else if (!change.after) {
      if (handler.on_delete) handler.on_delete(change.before);
    } else if (handler.on_update) {
      handler.on_update(change.before, change.after);
    }
  }
}

template <class T>
void Informer<T>::count_objects() {
  if (objects_gauge_) objects_gauge_->add(static_cast<double>(store_.size()) - static_cast<double>(objects_counted_));
  objects_counted_ = store_.size();
}

}  // namespace kyma::runtime
