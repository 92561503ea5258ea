#include "cmd/kyma-load/telemetry.hpp"

#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

namespace {

// A page that counts how often it was read, and may be slow, refused or silent.
struct Page {
  Clock& clock;
  std::string text;
  int reads = 0;
  Duration takes{};
  bool refused = false;

  MetricsFetch fetch() {
    return [this] { return read(this); };
  }
  static asio::awaitable<kube::Outcome<std::string>> read(Page* page) {
    ++page->reads;
    if (page->takes > Duration::zero()) co_await page->clock.sleep_for(page->takes);
    if (page->refused) co_return kube::Error{.reason = kube::Reason::forbidden, .message = "no"};
    co_return page->text +
        fmt::format("rest_client_requests_total {}\napiserver_request_total {}\n", page->reads, page->reads);
  }
};

struct Fixture {
  asio::io_context loop;
  ManualClock clock;
  Page daemon{.clock = clock, .text = "workqueue_depth 0\n"};
  Page server{.clock = clock, .text = ""};

  void run_for(Telemetry& telemetry, Duration span) {
    TaskGroup tasks(loop.get_executor());
    tasks.spawn(telemetry.run_daemon());
    tasks.spawn(telemetry.run_server());
    clock.run_for(loop, span);
    clock.run(loop, tasks.stop());
  }
};

}  // namespace

TEST_CASE("Both pages are read once a second, and each sample is given once", "[load][telemetry]") {
  Fixture f;
  Telemetry telemetry(f.clock, {.daemon = f.daemon.fetch(), .server = f.server.fetch()});
  REQUIRE(f.clock.run(f.loop, telemetry.begin()).has_value());
  REQUIRE(telemetry.take_daemon());
  REQUIRE_FALSE(telemetry.take_daemon());
  f.run_for(telemetry, 10500ms);
  REQUIRE(f.daemon.reads == 11);
  REQUIRE(f.server.reads == 11);
  REQUIRE(telemetry.take_server()->requests_total == 11);
  f.clock.run(f.loop, telemetry.finish());
  REQUIRE(f.daemon.reads == 12);
  REQUIRE(telemetry.daemon_totals()->requests == 11);
  REQUIRE(telemetry.server_totals()->requests == 11);
}

TEST_CASE("A page that takes long is read for a tenth of the time at most", "[load][telemetry]") {
  Fixture f;
  f.server.takes = 2s;
  Telemetry telemetry(f.clock, {.daemon = f.daemon.fetch(), .server = f.server.fetch()});
  REQUIRE(f.clock.run(f.loop, telemetry.begin()).has_value());
  f.run_for(telemetry, 100s);
  REQUIRE(f.daemon.reads >= 100);  // the other one goes on
  REQUIRE(f.server.reads <= 7);
}

TEST_CASE("What cannot be read is absent and disturbs nothing", "[load][telemetry]") {
  Fixture f;
  f.daemon.refused = f.server.refused = true;
  Telemetry telemetry(f.clock, {.daemon = f.daemon.fetch(), .server = f.server.fetch()});
  REQUIRE(f.clock.run(f.loop, telemetry.begin()).has_value());
  f.run_for(telemetry, 10s);
  f.clock.run(f.loop, telemetry.finish());
  REQUIRE(f.daemon.reads == 1);
  REQUIRE(f.server.reads == 1);
  REQUIRE_FALSE(telemetry.take_daemon());
  REQUIRE_FALSE(telemetry.daemon_totals());
  REQUIRE_FALSE(telemetry.server_totals());
}

TEST_CASE("A daemon's page that was asked for must be there", "[load][telemetry]") {
  Fixture f;
  SECTION("refused") { f.daemon.refused = true; }
  SECTION("of somebody else") { f.daemon.text = "up 1\n# "; }
  SECTION("silent") { f.daemon.takes = 1h; }
  Telemetry telemetry(f.clock, {.daemon = f.daemon.fetch(), .daemon_required = true});
  REQUIRE(f.clock.run(f.loop, telemetry.begin()).has_error());
}

TEST_CASE("A page that is away for a while is read again afterwards", "[load][telemetry]") {
  Fixture f;
  Telemetry telemetry(f.clock, {.daemon = f.daemon.fetch()});
  REQUIRE(f.clock.run(f.loop, telemetry.begin()).has_value());
  static_cast<void>(telemetry.take_daemon());
  f.daemon.refused = true;
  f.run_for(telemetry, 3500ms);
  REQUIRE_FALSE(telemetry.take_daemon());
  f.daemon.refused = false;
  f.run_for(telemetry, 1500ms);
  REQUIRE(telemetry.take_daemon());
}

TEST_CASE("A URL of metrics is checked before anything is run", "[load][telemetry]") {
  Fixture f;
  const auto executor = f.loop.get_executor();
  for (const auto* url : {"", "localhost:8080", "ftp://x/metrics", "http://", "http://:x/", "http://x:99999/",
                          "http://x/%zz", "file:///etc/passwd"}) {
    CAPTURE(url);
    const auto fetch = fetch_from_url(executor, f.clock, url);
    REQUIRE(fetch.has_error());
    REQUIRE(fetch.error().message.find("write for example http://127.0.0.1:8080/metrics") != std::string::npos);
  }
  REQUIRE(fetch_from_url(executor, f.clock, "http://127.0.0.1:8080").has_value());
  REQUIRE(fetch_from_url(executor, f.clock, "http://[::1]:8080/metrics").has_value());
}

TEST_CASE("Loopback is told from other hosts", "[load][telemetry]") {
  REQUIRE(is_loopback("https://127.0.0.1:6443"));
  REQUIRE(is_loopback("https://localhost:6443"));
  REQUIRE(is_loopback("https://[::1]:6443"));
  REQUIRE_FALSE(is_loopback("https://10.0.0.1:6443"));
  REQUIRE_FALSE(is_loopback("https://api.example.com"));
  REQUIRE_FALSE(is_loopback("nonsense"));
}
