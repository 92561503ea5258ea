#include "operator/runtime/health.hpp"

#include <catch2/catch_test_macros.hpp>

#include <array>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/client.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/runtime/loop_monitor.hpp"
#include "operator/runtime/metrics_server.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

struct Checks {
  Checks() {
    checks.add("ping", [] { return std::string(); });
    checks.add("cache", [this] { return reason; });
  }
  http::Response ask(std::string_view target) const { return checks.answer(http::parse_target(target).value()); }

  HealthChecks checks{"readyz"};
  std::string reason;
};

// A handler behind real HTTP in memory.
struct Endpoint {
  explicit Endpoint(http::Handler handler) : server(loop.get_executor(), clock, std::move(handler), {}) {}
  ~Endpoint() {
    client.close();
    clock.run(loop, server.stop(0s));
  }
  http::Response send(std::string method, std::string target) {
    auto answer = clock.run(loop, client.send({std::move(method), std::move(target), {}, {}}, {}));
    if (!answer) throw std::runtime_error(answer.error().describe());
    return std::move(*answer);
  }
  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial() {
    auto [ours, theirs] = http::make_memory_stream_pair(loop.get_executor());
    server.serve(std::move(theirs));
    co_return std::move(ours);
  }

  ManualClock clock;
  asio::io_context loop;
  http::Server server;
  http::Client client{loop.get_executor(), clock, [this] { return dial(); }, {}};
};

}  // namespace

TEST_CASE("HealthChecks answer ok in a word, and in detail when asked", "[runtime][health]") {
  const Checks c;
  CHECK(c.checks.ok());
  CHECK(c.ask("/readyz").status == 200);
  CHECK(c.ask("/readyz").body == "ok");
  CHECK(c.ask("/readyz/").body == "ok");
  CHECK(c.ask("/readyz?verbose").body == "[+]cache ok\n[+]ping ok\nreadyz check passed\n");
  CHECK(c.ask("/readyz").headers.get("Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("HealthChecks name what fails and why", "[runtime][health]") {
  Checks c;
  c.reason = "still empty";
  CHECK_FALSE(c.checks.ok());
  const auto answer = c.ask("/readyz");
  CHECK(answer.status == 500);
  CHECK(answer.body == "[-]cache failed: still empty\n[+]ping ok\nreadyz check failed\n");
  CHECK(c.ask("/readyz/cache").status == 500);
  CHECK(c.ask("/readyz/cache").body == "internal server error: still empty\n");
  CHECK(c.ask("/readyz/ping").status == 200);
  CHECK(c.ask("/readyz/ping").body == "ok");
}

TEST_CASE("HealthChecks leave out what is excluded", "[runtime][health]") {
  Checks c;
  c.reason = "still empty";
  CHECK(c.ask("/readyz?exclude=cache").status == 200);
  CHECK(c.ask("/readyz?exclude=cache").body == "ok");
  CHECK(c.ask("/readyz?verbose&exclude=cache").body == "[+]cache excluded: ok\n[+]ping ok\nreadyz check passed\n");
  CHECK(c.ask("/readyz?exclude=ping&exclude=cache").status == 200);
  CHECK(c.ask("/readyz?exclude=ping").status == 500);
  CHECK(c.ask("/readyz?verbose&exclude=cache&exclude=typo").body.find("no matches for \"typo\"") != std::string::npos);
}

TEST_CASE("HealthChecks know no other paths", "[runtime][health]") {
  const Checks c;
  CHECK(c.ask("/readyz/unknown").status == 404);
  CHECK(c.ask("/readyzz").status == 404);
  CHECK(c.ask("/").status == 404);
  CHECK(c.ask("/readyz/ping/deeper").status == 404);
}

TEST_CASE("The health endpoint serves both kinds of checks and nothing else", "[runtime][health]") {
  HealthChecks health("healthz");
  health.add("ping", [] { return std::string(); });
  HealthChecks readiness("readyz");
  std::string reason;
  readiness.add("cache", [&] { return reason; });
  Endpoint endpoint(health_handler(health, readiness));
  CHECK(endpoint.send("GET", "/healthz").status == 200);
  CHECK(endpoint.send("GET", "/healthz/ping").body == "ok");
  CHECK(endpoint.send("GET", "/readyz?verbose").body == "[+]cache ok\nreadyz check passed\n");
  reason = "away";
  CHECK(endpoint.send("GET", "/readyz").status == 500);
  CHECK(endpoint.send("GET", "/healthz").status == 200);
  CHECK(endpoint.send("HEAD", "/healthz").body.empty());
  CHECK(endpoint.send("POST", "/healthz").status == 405);
  CHECK(endpoint.send("POST", "/healthz").headers.get("Allow") == "GET, HEAD");
  CHECK(endpoint.send("GET", "/metrics").status == 404);
  CHECK(endpoint.send("GET", "/healthz%zz").status == 400);
}

TEST_CASE("The metrics endpoint exposes the registry", "[runtime][metrics]") {
  metrics::Registry registry;
  registry.counter("things_total", "Things").with({}).increment(3);
  Endpoint endpoint(metrics_handler(registry));
  const auto answer = endpoint.send("GET", "/metrics");
  CHECK(answer.status == 200);
  CHECK(answer.headers.get("Content-Type") == metrics::Registry::kContentType);
  CHECK(answer.body.find("things_total 3") != std::string::npos);
  CHECK(endpoint.send("GET", "/metrics?x=1").status == 200);
  CHECK(endpoint.send("GET", "/").status == 404);
  CHECK(endpoint.send("DELETE", "/metrics").status == 405);
}

namespace {

// A clock whose timers are late, as on a busy loop.
class LateClock final : public Clock {
 public:
  SteadyTime now() const noexcept override { return now_; }
  WallTime wall_now() const noexcept override { return {}; }
  void pass(Duration time) {
    now_ += time;
    timers().fire_due(now_);
  }

 private:
  void on_earlier_deadline() override {}
  SteadyTime now_{};
};

}  // namespace

TEST_CASE("LoopMonitor measures how late the loop wakes it", "[runtime][loop_monitor]") {
  LateClock clock;
  asio::io_context loop;
  metrics::Registry registry;
  LoopMonitor monitor(clock, registry, 500ms);
  TaskGroup tasks(loop.get_executor());
  tasks.spawn(monitor.run());
  const auto turn = [&](Duration time) {
    clock.pass(time);
    loop.restart();
    loop.poll();
  };
  turn(0s);
  turn(500ms);
  const std::string punctual = registry.expose();
  CHECK(punctual.find("kyma_operator_eventloop_lag_seconds_bucket{le=\"0.0001\"} 1") != std::string::npos);
  turn(500ms + 30ms);
  const std::string late = registry.expose();
  CHECK(late.find("kyma_operator_eventloop_lag_seconds_bucket{le=\"0.025\"} 1") != std::string::npos);
  CHECK(late.find("kyma_operator_eventloop_lag_seconds_bucket{le=\"0.05\"} 2") != std::string::npos);
  tasks.cancel();
  turn(0s);
  CHECK(tasks.empty());
}
