#include "cmd/kyma-operator/demo.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "cmd/kyma-operator/progress.hpp"
#include "operator/api/kyma.hpp"
#include "operator/api/manifests.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::cmd {
namespace {

std::string name_of(std::string_view object) {
  const auto document = json::parse(object).value();  // our own manifests: a mistake in them is a bug
  return std::string(json::string_at(document, {"metadata", "name"}));
}

void say_what_next(const runtime::Request& kyma, const DemoHints& hints, double seconds) {
  std::printf("\nKyma %s is success after %.1f s.\n\nThe daemon stays up. Try in another terminal:\n",
              kyma.str().c_str(), seconds);
  if (!hints.kubeconfig.empty()) std::printf("  export KUBECONFIG=%s\n", hints.kubeconfig.c_str());
  const std::string ns = kyma.name_space.str();
  const std::string name = kyma.name.str();
  std::printf("  kubectl get kymas,helmcomponents -n %s\n", ns.c_str());
  std::printf("  kubectl delete helmcomponent %s-istio -n %s   # it comes back\n", name.c_str(), ns.c_str());
  std::printf("  config/samples/sample-data.sh 1 10              # ten more\n");
  if (!hints.metrics_address.empty()) {
    std::printf("  curl -s http://%s/metrics | grep workqueue_depth\n", hints.metrics_address.c_str());
  }
  std::printf("Ctrl-C stops it.\n");
  std::fflush(stdout);
}

}  // namespace

asio::awaitable<kube::Outcome<runtime::Request>> apply_sample(kube::Client& client, std::string name_space) {
  const std::string manifest(api::sample_kyma_manifest());
  const runtime::Request kyma{name_space, name_of(manifest)};
  auto document = json::parse(manifest).value();
  if (auto* metadata = json::find(document, "metadata")) {
    json::set(*metadata, "namespace", name_space, document.GetAllocator());
  }
  auto created = co_await client.create(api::Kyma::resource_type(), name_space, json::to_string(document));
  if (!created && !created.error().is_already_exists()) co_return created.error();
  co_return kyma;
}

asio::awaitable<kube::Outcome<void>> run_demo(runtime::Manager& manager, std::string name_space, DemoHints hints) {
  auto kyma = co_await apply_sample(manager.client(), std::move(name_space));
  if (!kyma) co_return kyma.error();
  std::printf("Applied the sample Kyma %s: its longest component takes 1 + 3 x 22 = 67 s.\n", kyma->str().c_str());
  Progress progress(manager, *kyma, ::isatty(STDOUT_FILENO) != 0);
  const double seconds = co_await progress.follow();
  say_what_next(*kyma, hints, seconds);
  co_return boost::system::in_place_value;
}

}  // namespace kyma::cmd
