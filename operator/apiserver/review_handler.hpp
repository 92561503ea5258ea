// Requests that ask the server about identities and rights, or for a token: nothing is stored, everything is answered
// at once.
//
// Thread: confined to one. Lifetime: shorter than those of what it refers to.
#pragma once

#include "operator/apiserver/authentication.hpp"
#include "operator/apiserver/authorizer.hpp"
#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/service_account_tokens.hpp"

namespace kyma::apiserver {

class ReviewHandler {
 public:
  ReviewHandler(ObjectService& objects, Authenticator& authenticator, const Authorizer& authorizer,
                ServiceAccountTokens& tokens);

  // Whether a request for this is the handler's business.
  static bool serves(const RequestInfo& info) noexcept;
  // exchange.info and exchange.user are set; answers.
  asio::awaitable<void> handle(Exchange& exchange);

 private:
  kube::Outcome<ResourcePtr> find(const RequestInfo& info) const;
  kube::Outcome<json::Document> read(Exchange& exchange, const Resource& resource) const;
  kube::Outcome<void> answer(Exchange& exchange, const Resource& resource, json::Document& review);

  ObjectService& objects_;
  Authenticator& authenticator_;
  const Authorizer& authorizer_;
  ServiceAccountTokens& tokens_;
  ResourcePtr token_request_;
};

}  // namespace kyma::apiserver
