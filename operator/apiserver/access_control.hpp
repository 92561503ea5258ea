// The gate before every request: who is calling, as whom, and whether he may.
//
// Guarantees: no request passes without it; credentials that are not good are 401 on every path; what the authorizer
// does not allow is 403 in Kubernetes' words. Where everybody who is known may do everything, nobody else passes but to
// /healthz, /livez, /readyz and /version. Thread: confined to one.
#pragma once

#include "operator/apiserver/authentication.hpp"
#include "operator/apiserver/authorizer.hpp"
#include "operator/apiserver/exchange.hpp"

namespace kyma::apiserver {

class AccessControl {
 public:
  // `known_only`: whoever is anonymous gets 401 rather than the authorizer's word.
  AccessControl(Authenticator& authenticator, const Authorizer& authorizer, bool known_only)
      : authenticator_(authenticator), authorizer_(authorizer), known_only_(known_only) {}

  // By its head alone: whether it is worth receiving the body of a request, since whoever asks proves to be somebody.
  bool is_known(const http::Request& head, const http::PeerIdentity* certificate);
  // The first step of admit(). Error: unauthorized.
  kube::Outcome<UserPtr> authenticate(const Exchange& exchange);
  // Sets exchange.user. Errors: unauthorized, forbidden, bad_request (of impersonation).
  kube::Outcome<void> admit(Exchange& exchange);
  // Of an admitted request that turns out to create its object. Error: forbidden.
  kube::Outcome<void> may_create(const Exchange& exchange) const;

 private:
  Authenticator& authenticator_;
  const Authorizer& authorizer_;
  bool known_only_;
};

// What everybody may see: health and version.
bool is_public_path(std::string_view path) noexcept;

}  // namespace kyma::apiserver
