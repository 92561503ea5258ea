// Requests for resources: from path, verb and content type to the verbs of ObjectService, ListHandler and WatchHandler.
//
// Thread: confined to one. Lifetime: shorter than those of what it refers to.
#pragma once

#include <functional>
#include <utility>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/list_handler.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/watch_handler.hpp"

namespace kyma::apiserver {

class ResourceHandler {
 public:
  // The guard for a write by this user to this resource; empty for most.
  using GuardFor = std::function<WriteGuard(const UserPtr& user, const Resource& resource)>;

  // Whether a server-side apply, which was admitted as a patch, may create the object.
  using MayCreate = std::function<kube::Outcome<void>(const Exchange& exchange)>;

  // `guard_for` empty: no write is guarded; `may_create` empty: it always may.
  ResourceHandler(ObjectService& objects, ListHandler& lists, WatchHandler& watches, GuardFor guard_for = {},
                  MayCreate may_create = {})
      : objects_(objects),
        lists_(lists),
        watches_(watches),
        guard_for_(std::move(guard_for)),
        may_create_(std::move(may_create)) {}

  // exchange.info is set; finds the resource and answers.
  asio::awaitable<void> handle(Exchange& exchange);

 private:
  kube::Outcome<void> check_request(Exchange& exchange) const;
  asio::awaitable<void> get(Exchange& exchange);
  asio::awaitable<void> write(Exchange& exchange);
  kube::Outcome<Written> apply_write(Exchange& exchange);
  kube::Outcome<Written> apply_scale(Exchange& exchange, const WriteOptions& options);
  asio::awaitable<void> evict(Exchange& exchange);
  asio::awaitable<void> remove(Exchange& exchange);
  asio::awaitable<void> remove_collection(Exchange& exchange);
  // Waits until what was written, or seen when a write was judged, is safe; the failure when it could not be stored.
  asio::awaitable<kube::Outcome<void>> settle();

  ObjectService& objects_;
  ListHandler& lists_;
  WatchHandler& watches_;
  GuardFor guard_for_;
  MayCreate may_create_;
};

}  // namespace kyma::apiserver
