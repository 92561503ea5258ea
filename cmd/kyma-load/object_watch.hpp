// Follows the objects of one kind and hands each to a listener as it is seen, without keeping any.
//
// Guarantees: the listener sees the first list, then every change in order; after an interruption a new list, whose end
// tells it what is gone. Thread: confined to the loop's. Lifetime: must outlive run(); client, clock and listener must
// outlive it.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>

#include "cmd/kyma-load/component_table.hpp"
#include "operator/base/condition.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/reflector.hpp"

namespace kyma::load {

template <class T>
struct WatchListener {
  std::function<void(const T& object, Seen how)> seen;
  std::function<void(const T& object)> gone;
  std::function<void()> listed;     // what this list did not have is gone
  std::function<void()> abandoned;  // what this list had is to be forgotten
};

// T: api::Kyma or api::HelmComponent.
template <class T>
class ObjectWatch final : private runtime::ReflectorTarget {
 public:
  ObjectWatch(kube::Client& client, Clock& clock, runtime::ReflectorOptions options, WatchListener<T> listener)
      : listener_(std::move(listener)),
        reflector_(client, clock, T::resource_type(), std::move(options), *this, nullptr) {}

  // Until cancelled.
  asio::awaitable<void> run() { return reflector_.run(); }
  // Completes when the first list was handed over.
  asio::awaitable<void> wait_for_sync() {
    while (!synced_) co_await synced_changed_.wait();
  }
  // Why the last list or watch failed; empty while all is well.
  const std::string& last_error() const noexcept { return reflector_.last_error(); }

 private:
  static kube::Outcome<T> decode(std::string_view json) {
    auto object = kube::decode_object<T>(json);
    if (object) return *std::move(object);
    return kube::Error{
        .reason = kube::Reason::decode,
        .message = fmt::format("a {} that cannot be read: {}", T::resource_type().kind, object.error().message)};
  }

  kube::Outcome<void> on_list_item(std::string_view json) override {
    const auto object = decode(json);
    if (!object) return object.error();
    listener_.seen(*object, synced_ ? Seen::listed : Seen::initial);
    return {};
  }

  asio::awaitable<void> on_list_complete(std::uint64_t) override {
    listener_.listed();
    synced_ = true;
    synced_changed_.notify_all();
    co_return;
  }

  void on_list_abandoned() override { listener_.abandoned(); }

  kube::Outcome<void> on_event(kube::EventType type, std::string_view json, std::uint64_t& resource_version) override {
    const auto object = decode(json);
    if (!object) return object.error();
    resource_version = object->metadata.resource_version;
    if (type == kube::EventType::deleted) {
      listener_.gone(*object);
    } else if (type != kube::EventType::bookmark) {
      listener_.seen(*object, Seen::event);
    }
    return {};
  }

  WatchListener<T> listener_;
  bool synced_ = false;
  Condition synced_changed_;
  runtime::Reflector reflector_;
};

}  // namespace kyma::load
