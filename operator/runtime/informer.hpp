// A shared informer: one reflector, one store, the overlay of own writes, and the event handlers of everybody
// interested in a kind.
//
// Reads see own writes: what a write returned is remembered in an overlay over the store until the watch has passed
// that resourceVersion or the object is deleted; so a reconcile never acts on a state older than what it wrote itself.
// What the watch has passed never comes back: a create's answer that arrives after the watch has shown the deletion is
// ignored, and so is the answer of a patch that was overtaken by a delete.
// Guarantees: handlers are called in watch order, after the store has changed; each change once, however often the
// watch is restarted; after a re-list, objects that vanished are reported as deleted and an object that was replaced by
// another of its name as updated (with another uid). A list is taken in item by item (docs/decisions/0018). An own
// write is reported once, when the watch delivers it. Not guaranteed: that every intermediate state is seen. Thread:
// confined to the loop's. Lifetime: must outlive its subscribers' callbacks; joined by its manager.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/base/log.hpp"
#include "operator/base/metrics.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/reflector.hpp"
#include "operator/runtime/store.hpp"

namespace kyma::runtime {

template <class T>
struct EventHandler {
  // `initial` is true for what the first list delivered.
  std::function<void(const ObjectPtr<T>& object, bool initial)> on_add;
  std::function<void(const ObjectPtr<T>& before, const ObjectPtr<T>& after)> on_update;
  std::function<void(const ObjectPtr<T>& last_known)> on_delete;
};

// What a manager does with informers of any kind.
class InformerBase {
 public:
  virtual ~InformerBase() = default;
  virtual const kube::ResourceType& resource_type() const = 0;
  // Lists and watches until cancelled.
  virtual asio::awaitable<void> run() = 0;
  // Completes when the first list is in the store and its handlers have been called.
  virtual asio::awaitable<void> wait_for_sync() = 0;
  virtual bool synced() const noexcept = 0;
  virtual std::size_t size() const noexcept = 0;
  // Why the last list or watch failed; empty while all is well.
  virtual const std::string& last_error() const noexcept = 0;
  // That was 401 or 403, or there are no credentials.
  virtual bool denied() const noexcept = 0;
  // The server has answered somebody: see Reflector.
  virtual void server_answered() noexcept = 0;
};

// T: see kube::decode_object; plus `static const kube::ResourceType& resource_type()` and a `metadata` member.
template <class T>
class Informer final : public InformerBase, private ReflectorTarget {
 public:
  Informer(kube::Client& client, Clock& clock, ReflectorOptions options, metrics::Registry* metrics);

  // Before run().
  IndexId add_index(typename Store<T>::IndexKeys keys_of) {
    written_.add_index(keys_of);  // the same number in both
    return store_.add_index(std::move(keys_of));
  }
  void add_handler(EventHandler<T> handler) { handlers_.push_back(std::move(handler)); }

  // Reads through the overlay. Null when absent.
  ObjectPtr<T> get(const Request& key) const;
  std::vector<ObjectPtr<T>> by_index(IndexId index, std::string_view value) const;
  // The watch's view alone, without the overlay.
  const Store<T>& store() const noexcept { return store_; }

  // To be called with what a create, update or patch returned. Ignored when the watch is already at or past it. No
  // handler is called for it: the watch will.
  void observe_write(T object) { remember(make_object(std::move(object))); }
  // Decodes and observes; an undecodable answer is logged and ignored (the watch will bring the object).
  // Returns the object, or null.
  ObjectPtr<T> observe_write(std::string_view json);
  // To be called when a delete succeeded: reads show the object as gone until the watch says so.
  void observe_delete(const T& object);

  // Called for each list and for each answer that observe_write() was told of: the server is there. One listener.
  void on_answer(std::function<void()> tell) { tell_answer_ = std::move(tell); }

  const kube::ResourceType& resource_type() const override { return T::resource_type(); }
  asio::awaitable<void> run() override { return reflector_.run(); }
  asio::awaitable<void> wait_for_sync() override;
  bool synced() const noexcept override { return synced_; }
  std::size_t size() const noexcept override { return store_.size(); }
  const std::string& last_error() const noexcept override { return reflector_.last_error(); }
  bool denied() const noexcept override { return reflector_.denied(); }
  void server_answered() noexcept override { reflector_.server_answered(); }

 private:
  // An object that was deleted here and that the watch still shows.
  struct Tombstone {
    kube::Uid uid;
    std::uint64_t resource_version = 0;  // the last that is known of it
  };
  struct Change {
    ObjectPtr<T> before;  // null: added
    ObjectPtr<T> after;   // null: deleted
  };

  // ReflectorTarget
  kube::Outcome<void> on_list_item(std::string_view json) override;
  asio::awaitable<void> on_list_complete(std::uint64_t resource_version) override;
  void on_list_abandoned() override { store_.forget_marks(); }
  kube::Outcome<void> on_event(kube::EventType type, std::string_view json, std::uint64_t& resource_version) override;

  // Error: decode, naming the kind.
  static kube::Outcome<ObjectPtr<T>> decode(std::string_view json);
  void remember(ObjectPtr<T> written);
  static bool same_version(const T& a, const T& b) noexcept;
  void apply(ObjectPtr<T> object);
  void drop(ObjectPtr<T> last);
  void call_handlers(const Change& change, bool initial);
  void count_objects();

  bool overlay_empty() const noexcept { return written_.size() == 0 && tombstones_.empty(); }
  bool hidden_by_overlay(const Request& key) const;
  // The watch has delivered this: what it says no less about leaves the overlay.
  void settle(const Request& key, const T& seen, bool deleted);
  // The watch is at this version: so does all that it has passed.
  void settle_up_to(std::uint64_t version);

  Store<T> store_;
  // The overlay: what own writes returned and the watch has not delivered yet. A key is in one of the two at most.
  Store<T> written_;
  std::unordered_map<Request, Tombstone, RequestHash> tombstones_;
  std::uint64_t seen_version_ = 0;  // every change up to it is in the store
  std::vector<EventHandler<T>> handlers_;
  std::function<void()> tell_answer_;
  bool synced_ = false;
  Condition synced_changed_;
  metrics::Gauge* objects_gauge_ = nullptr;  // may be shared with another informer of the kind
  std::size_t objects_counted_ = 0;
  Reflector reflector_;
};

}  // namespace kyma::runtime

#include "operator/runtime/informer.ipp"
