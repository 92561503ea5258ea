#include "cmd/kyma-load/preparation.hpp"

#include <fmt/format.h>

namespace kyma::load {
namespace {

const kube::ResourceType& namespaces() {
  static const kube::ResourceType type{"", "v1", "Namespace", "namespaces", false};
  return type;
}

}  // namespace

kube::Error with_hint(kube::Error error, std::string_view hint) {
  error.message += fmt::format("; {}", hint);
  return error;
}

asio::awaitable<kube::Outcome<void>> ensure_namespace(kube::Client& client, std::string name) {
  auto found = co_await client.get(namespaces(), "", name);
  if (found || found.error().is_forbidden()) co_return kube::Outcome<void>();
  if (!found.error().is_not_found()) co_return found.error();
  const std::string body = fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name);
  auto made = co_await client.create(namespaces(), "", body);
  if (made || made.error().is_already_exists()) co_return kube::Outcome<void>();
  co_return with_hint(made.error(), fmt::format("namespace \"{}\" could not be created", name));
}

asio::awaitable<kube::Outcome<void>> check_served(kube::Client& client, kube::ResourceType type,
                                                  std::string name_space) {
  auto listed = co_await client.get_raw(type.path(name_space) + "?limit=1");
  if (listed) co_return kube::Outcome<void>();
  if (listed.error().is_not_found()) {
    co_return kube::Error{.reason = kube::Reason::not_found,
                          .http_status = 404,
                          .message = fmt::format("the API server does not know {}: install the custom resource "
                                                 "definitions first (kubectl apply -k config/crd)",
                                                 type.group_resource())};
  }
  co_return listed.error();
}

}  // namespace kyma::load
