#include "operator/apiserver/access_control.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
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

kube::Outcome<void> AccessControl::admit(Exchange& exchange) {
  auto user = authenticator_.authenticate(exchange.request.headers, exchange.writer.identity());
  if (!user) return unauthorized();
  if (known_only_ && user->is_anonymous()) {
    const auto& method = exchange.request.method;
    if (!is_public_path(exchange.target.path) || (method != "GET" && method != "HEAD")) return unauthorized();
    exchange.user = std::move(user);
    return {};
  }
  auto acting = impersonate(user, exchange.request.headers, authorizer_);
  if (!acting) return acting.error();
  exchange.user = std::move(*acting);
  std::string single_name;
  const auto wanted = attributes_of(exchange, single_name);
  if (authorizer_.allows(*exchange.user, wanted)) return {};
  return forbidden_request(*exchange.user, wanted, authorizer_.reason(*exchange.user, wanted));
}

}  // namespace kyma::apiserver
