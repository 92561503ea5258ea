#include "operator/apiserver/request_limiter.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "test/unit/apiserver/test_api.hpp"

using namespace kyma;
using namespace kyma::apiserver;
using namespace kyma::apiserver::test;
using namespace std::chrono_literals;

namespace {

// A server with limits, called by many at once.
class LimitedApi {
 public:
  explicit LimitedApi(const RequestLimits& limits) : api(with(limits)) {}

  void call(std::string method, std::string target, std::string body = {}) {
    api.tasks.spawn(run(*this, std::move(method), std::move(target), std::move(body)));
  }
  void write() { call("POST", std::string(kConfigMaps), config_map("m" + std::to_string(++written_))); }
  void read() { call("GET", "/api/v1/namespaces/default"); }

  std::size_t count(unsigned status) const {
    return static_cast<std::size_t>(
        std::count_if(answers.begin(), answers.end(), [&](const Timed& answer) { return answer.status == status; }));
  }
  std::string metrics() { return api.get("/metrics").body; }

  struct Timed {
    unsigned status;
    Duration at;
    http::Headers headers;
    std::string body;
  };
  TestApi api;
  std::vector<Timed> answers;

 private:
  static ApiServerOptions with(const RequestLimits& limits) {
    ApiServerOptions options;
    options.limits = limits;
    return options;
  }
  static asio::awaitable<void> run(LimitedApi& self, std::string method, std::string target, std::string body) {
    http::Request request{method, target, {{"Authorization", "Bearer " + std::string(kToken)}}, body};
    RecordingWriter writer;
    co_await self.api.server.handler()(request, writer);
    self.answers.push_back({writer.status, self.api.clock.elapsed(), writer.headers, writer.body});
  }

  int written_ = 0;
};

RequestLimits limits(double writes, std::size_t queue, Duration wait = 15s) {
  RequestLimits result;
  result.writes_per_second = writes;
  result.queue_length = queue;
  result.queue_wait = wait;
  return result;
}

}  // namespace

TEST_CASE("A server with a rate begins no more writes than it", "[apiserver][limits]") {
  LimitedApi world(limits(100, 1000));
  for (int i = 0; i < 300; ++i) world.write();
  world.api.pass(999ms);
  // A tenth of a second's worth at once, then one every 10 ms.
  CHECK(world.answers.size() == 109);
  world.api.pass(1s);
  CHECK(world.answers.size() == 209);
  world.api.pass(1s);
  CHECK(world.count(201) == 300);
}

TEST_CASE("What finds no place in the queue is refused at once and in Kubernetes' words", "[apiserver][limits]") {
  LimitedApi world(limits(10, 3));
  for (int i = 0; i < 6; ++i) world.write();
  world.api.settle();
  // One may come at once, three wait.
  REQUIRE(world.count(429) == 2);
  const auto refused =
      std::find_if(world.answers.begin(), world.answers.end(), [](const auto& answer) { return answer.status == 429; });
  CHECK(refused->headers.get("Retry-After") == "1");
  CHECK(refused->body == R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                         R"("message":"Too many requests, please try again later.","reason":"TooManyRequests",)"
                         R"("details":{"retryAfterSeconds":1},"code":429})");
  world.api.pass(299ms);
  CHECK(world.count(201) == 3);
  world.api.pass(1ms);
  CHECK(world.count(201) == 4);
  const auto metrics = world.metrics();
  CHECK(metrics.find(R"(apiserver_flowcontrol_rejected_requests_total{flow_schema="global-default",)"
                     R"(priority_level="global-default",reason="queue-full"} 2)") != std::string::npos);
  CHECK(metrics.find(R"(apiserver_flowcontrol_dispatched_requests_total{flow_schema="global-default",)"
                     R"(priority_level="global-default"} 4)") != std::string::npos);
  CHECK(metrics.find(R"(apiserver_flowcontrol_current_inqueue_requests{flow_schema="global-default",)"
                     R"(priority_level="global-default"} 0)") != std::string::npos);
}

TEST_CASE("What has waited too long is refused and costs nothing of the rate", "[apiserver][limits]") {
  LimitedApi world(limits(10, 100, 250ms));
  for (int i = 0; i < 10; ++i) world.write();
  world.api.pass(249ms);
  CHECK(world.count(201) == 3);
  CHECK(world.count(429) == 0);
  world.api.pass(1ms);
  CHECK(world.count(429) == 7);
  CHECK(world.metrics().find(R"(reason="time-out"} 7)") != std::string::npos);
  world.write();
  world.api.pass(50ms);
  CHECK(world.count(201) == 4);
}

TEST_CASE("A limit of writes leaves reads alone, one of requests does not", "[apiserver][limits]") {
  LimitedApi writes(limits(1, 0));
  for (int i = 0; i < 50; ++i) writes.read();
  writes.write();
  writes.write();
  writes.api.settle();
  CHECK(writes.count(200) == 50);
  CHECK(writes.count(201) == 1);
  CHECK(writes.count(429) == 1);

  RequestLimits both;
  both.requests_per_second = 20;
  both.queue_length = 0;
  LimitedApi all(both);
  for (int i = 0; i < 5; ++i) all.read();
  for (int i = 0; i < 5; ++i) all.write();
  all.api.settle();
  CHECK(all.count(200) == 2);
  CHECK(all.count(429) == 8);
}

TEST_CASE("Watches, metrics, the version and health are never limited", "[apiserver][limits]") {
  RequestLimits none;
  none.requests_per_second = 1;
  none.queue_length = 0;
  none.latency = 1s;
  LimitedApi world(none);
  world.read();
  world.read();
  for (const char* path : {"/metrics", "/version", "/healthz", "/livez", "/readyz"}) world.call("GET", path);
  const auto watch = world.api.watch(std::string(kConfigMaps) + "?watch=true");
  CHECK(watch->writer.status == 200);
  CHECK(world.count(200) == 5);
  CHECK(world.count(429) == 1);
}

TEST_CASE("A limit of requests at a time refuses the next one", "[apiserver][limits]") {
  RequestLimits few;
  few.max_inflight = 3;
  few.latency = 20ms;
  LimitedApi world(few);
  for (int i = 0; i < 5; ++i) world.read();
  world.api.settle();
  CHECK(world.count(429) == 2);
  world.api.pass(20ms);
  CHECK(world.count(200) == 3);
  world.read();
  world.api.pass(20ms);
  CHECK(world.count(200) == 4);
  CHECK(world.metrics().find(R"(reason="concurrency-limit"} 2)") != std::string::npos);
}

TEST_CASE("A server is as slow as it is told, and slower to those that queue", "[apiserver][limits]") {
  auto slow = limits(10, 5);
  slow.latency = 30ms;
  slow.overload_latency = 200ms;
  LimitedApi world(slow);
  world.read();
  for (int i = 0; i < 3; ++i) world.write();
  world.api.pass(1s);
  std::vector<Duration> at;
  for (const auto& answer : world.answers) at.push_back(answer.at);
  CHECK(at == std::vector<Duration>{30ms, 30ms, 330ms, 430ms});
}

TEST_CASE("A queued request whose client has gone frees its place", "[apiserver][limits]") {
  LimitedApi world(limits(10, 1));
  TaskGroup gone(world.api.loop.get_executor());
  world.write();
  world.api.settle();
  http::Request request{
      "POST", std::string(kConfigMaps), {{"Authorization", "Bearer " + std::string(kToken)}}, config_map("gone")};
  RecordingWriter writer;
  gone.spawn(world.api.server.handler()(request, writer));
  world.api.settle();
  world.write();
  world.api.settle();
  CHECK(world.count(429) == 1);
  world.api.clock.run(world.api.loop, gone.stop());
  world.write();
  world.api.pass(1s);
  CHECK(world.count(429) == 1);
  CHECK(world.count(201) == 2);
  CHECK(world.api.get(std::string(kConfigMaps) + "/gone").status == 404);
}

TEST_CASE("A server without limits has none of their metrics", "[apiserver][limits]") {
  TestApi api;
  CHECK(api.get("/metrics").body.find("flowcontrol") == std::string::npos);
}
