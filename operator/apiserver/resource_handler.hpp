// Requests for resources: from path, verb and content type to the verbs of ObjectService, ListHandler and WatchHandler.
//
// Thread: confined to one. Lifetime: shorter than those of what it refers to.
#pragma once

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/list_handler.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/watch_handler.hpp"

namespace kyma::apiserver {

class ResourceHandler {
 public:
  ResourceHandler(ObjectService& objects, ListHandler& lists, WatchHandler& watches)
      : objects_(objects), lists_(lists), watches_(watches) {}

  // exchange.info is set; finds the resource and answers.
  asio::awaitable<void> handle(Exchange& exchange);

 private:
  kube::Outcome<void> check_request(Exchange& exchange) const;
  asio::awaitable<void> get(Exchange& exchange);
  asio::awaitable<void> write(Exchange& exchange);
  asio::awaitable<void> remove(Exchange& exchange);
  asio::awaitable<void> remove_collection(Exchange& exchange);
  asio::awaitable<void> settle();

  ObjectService& objects_;
  ListHandler& lists_;
  WatchHandler& watches_;
};

}  // namespace kyma::apiserver
