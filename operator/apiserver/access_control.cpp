#include "operator/apiserver/access_control.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/audited_request.hpp"
#include "operator/apiserver/impersonation.hpp"
#include "operator/apiserver/request_attributes.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::array<std::string_view, 7> kPublicPaths = {"/healthz",      "/livez",      "/readyz",     "/version",
                                                          "/healthz/ping", "/livez/ping", "/readyz/ping"};

}  // namespace

bool is_public_path(std::string_view path) noexcept {
  return std::find(kPublicPaths.begin(), kPublicPaths.end(), path) != kPublicPaths.end();
}

bool AccessControl::is_known(const http::Request& head, const http::PeerIdentity* certificate) {
  const auto user = authenticator_.authenticate(head.headers, certificate);
  return user && !(known_only_ && user->is_anonymous());
}

kube::Outcome<UserPtr> AccessControl::authenticate(const Exchange& exchange) {
  auto user = authenticator_.authenticate(exchange.request.headers, exchange.writer.identity());
  if (!user) return unauthorized();
  if (exchange.audit) exchange.audit->authenticated(user);
  if (!known_only_ || !user->is_anonymous()) return user;
  const auto& method = exchange.request.method;
  if (!is_public_path(exchange.target.path) || (method != "GET" && method != "HEAD")) return unauthorized();
  return user;
}

kube::Outcome<void> AccessControl::admit(Exchange& exchange) {
  auto user = authenticate(exchange);
  if (!user) return user.error();
  if (known_only_ && (*user)->is_anonymous()) {
    exchange.user = std::move(*user);
    return {};
  }
  auto acting = impersonate(*user, exchange.request.headers, authorizer_);
  if (!acting) return acting.error();
  exchange.user = std::move(*acting);
  std::string single_name;
  const auto wanted = attributes_of(exchange, single_name);
  const bool allowed = authorizer_.allows(*exchange.user, wanted);
  if (exchange.audit) exchange.audit->authorized(allowed, authorizer_.reason(*exchange.user, wanted));
  if (allowed) return {};
  return forbidden_request(*exchange.user, wanted, authorizer_.reason(*exchange.user, wanted));
}

kube::Outcome<void> AccessControl::may_create(const Exchange& exchange) const {
  std::string single_name;
  auto wanted = attributes_of(exchange, single_name);
  wanted.verb = "create";
  if (authorizer_.allows(*exchange.user, wanted)) return {};
  return forbidden_request(*exchange.user, wanted, authorizer_.reason(*exchange.user, wanted));
}

}  // namespace kyma::apiserver
