#include "cmd/kyma-operator/crds.hpp"

#include <chrono>

#include "operator/api/cluster.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/api/manifests.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::cmd {
namespace {

const kube::ResourceType& crd_type() {
  static const kube::ResourceType type{"apiextensions.k8s.io", "v1", "CustomResourceDefinition",
                                       "customresourcedefinitions", false};
  return type;
}

asio::awaitable<kube::Outcome<void>> install_crd(kube::Client& client, std::string manifest) {
  auto created = co_await client.create(crd_type(), {}, manifest);
  if (created) co_return boost::system::in_place_value;
  if (!created.error().is_already_exists()) co_return created.error();
  const auto document = json::parse(manifest).value();  // our own: a mistake in it is a bug
  const std::string name(json::string_at(document, {"metadata", "name"}));
  auto patched = co_await client.merge_patch(crd_type(), {}, name, manifest);
  if (!patched) co_return patched.error();
  co_return boost::system::in_place_value;
}

// A new CRD is served a moment after it was created.
asio::awaitable<kube::Outcome<void>> wait_until_served(kube::Client& client, Clock& clock, kube::ResourceType type) {
  constexpr int kTries = 100;
  constexpr auto kPause = std::chrono::milliseconds{100};
  for (int i = 0;; ++i) {
    kube::ListOptions one;
    one.limit = 1;
    auto listed = co_await client.list(type, one);
    if (listed) co_return boost::system::in_place_value;
    if (!listed.error().is_not_found() || i == kTries) co_return listed.error();
    co_await clock.sleep_for(kPause);
  }
}

}  // namespace

asio::awaitable<kube::Outcome<void>> install_crds(kube::Client& client, Clock& clock) {
  for (const std::string_view manifest : api::crd_manifests()) {
    auto installed = co_await install_crd(client, std::string(manifest));
    if (!installed) co_return installed.error();
  }
  const kube::ResourceType types[] = {api::Kyma::resource_type(), api::HelmComponent::resource_type(),
                                      api::Cluster::resource_type()};
  for (const kube::ResourceType& type : types) {
    auto served = co_await wait_until_served(client, clock, type);
    if (!served) co_return served.error();
  }
  co_return boost::system::in_place_value;
}

}  // namespace kyma::cmd
