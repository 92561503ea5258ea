#include <catch2/catch_test_macros.hpp>

#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

const metrics::LabelValues kGet{"GET", "api.example:6443"};
const metrics::LabelValues kPost{"POST", "api.example:6443"};

double count(metrics::Registry& registry, const std::string& name, const std::string& verb, const std::string& code,
             const std::string& method) {
  return registry.counter(name, "", {"code", verb, "host"}).with({code, method, "api.example:6443"}).value();
}

metrics::Histogram& histogram(metrics::Registry& registry, const std::string& name,
                              const metrics::LabelValues& labels) {
  return registry.histogram(name, "", {"verb", "host"}, {}).with(labels);
}

asio::awaitable<void> drain(std::unique_ptr<BodyStream> stream) {
  for (;;) {
    const auto piece = co_await stream->read(10s);
    if (!piece || piece->empty()) co_return;
  }
}

}  // namespace

TEST_CASE("Requests are counted as client-go counts them", "[kube][client][metrics]") {
  metrics::Registry registry;
  ClientOptions options;
  options.timeout = 4s;
  options.qps = 1;
  options.burst = 2;
  {
    ScriptedApi api(options, {}, &registry);
    api.answer(200, "0123456789");
    api.answer(429, "", {{"Retry-After", "1"}});
    api.answer(201, "{}");
    api.stay_silent();
    CHECK(api.run(api.client->get_raw("/version")).has_value());
    CHECK(api.run(api.client->create(kKymas, "ns", std::string(100, 'x'))).has_value());
    CHECK_FALSE(api.run(api.client->get_raw("/version")).has_value());
  }
  const std::string requests = "rest_client_requests_total";
  CHECK(count(registry, requests, "method", "200", "GET") == 1);
  CHECK(count(registry, requests, "method", "429", "POST") == 1);
  CHECK(count(registry, requests, "method", "201", "POST") == 1);
  CHECK(count(registry, requests, "method", "<error>", "GET") == 1);
  CHECK(count(registry, "rest_client_request_retries_total", "verb", "429", "POST") == 1);

  const auto& duration = histogram(registry, "rest_client_request_duration_seconds", kGet);
  CHECK(duration.count() == 2);
  CHECK(duration.sum() == 4);
  CHECK(duration.bounds() == std::vector<double>{.005, .025, .1, .25, .5, 1, 2, 4, 8, 15, 30, 60});
  CHECK(histogram(registry, "rest_client_rate_limiter_duration_seconds", kGet).count() == 2);
  CHECK(histogram(registry, "rest_client_rate_limiter_duration_seconds", kPost).count() == 2);
  CHECK(histogram(registry, "rest_client_request_size_bytes", kPost).sum() == 200);
  CHECK(histogram(registry, "rest_client_response_size_bytes", kGet).sum() == 10);
  CHECK(histogram(registry, "rest_client_response_size_bytes", kGet).bounds().back() == 16777216);
}

TEST_CASE("The size of a list is counted when it was read, that of a watch never", "[kube][client][metrics]") {
  metrics::Registry registry;
  ScriptedApi api({}, {}, &registry);
  api.stream({"01234", "56789"});
  api.stream({"01234", "56789"});
  auto list = api.run(api.client->list(kKymas, {}));
  REQUIRE(list.has_value());
  CHECK(histogram(registry, "rest_client_response_size_bytes", kGet).count() == 0);
  api.run(drain(*std::move(list)));
  auto watch = api.run(api.client->watch(kKymas, {}));
  REQUIRE(watch.has_value());
  api.run(drain(*std::move(watch)));
  CHECK(histogram(registry, "rest_client_response_size_bytes", kGet).count() == 1);
  CHECK(histogram(registry, "rest_client_response_size_bytes", kGet).sum() == 10);
}
