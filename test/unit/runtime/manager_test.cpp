#include "operator/runtime/manager.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace kyma::test;
using namespace std::chrono_literals;

namespace {

class SlowReconciler final : public Reconciler {
 public:
  explicit SlowReconciler(Clock& clock) : clock_(clock) {}
  asio::awaitable<ReconcileOutcome> reconcile(Request request) override {
    ++started;
    names.push_back(request.name.str());
    co_await clock_.sleep_for(takes);
    ++finished;
    co_return Result::done();
  }

  Duration takes{0};
  int started = 0;
  int finished = 0;
  std::vector<std::string> names;

 private:
  Clock& clock_;
};

struct Fixture {
  Fixture() {
    options.reflector.random_seed = 42;
    options.controller.random_seed = 42;
  }
  ~Fixture() { manager.reset(); }

  void make() {
    manager = std::make_unique<Manager>(api.loop.get_executor(), api.clock, *api.client, options, registry);
    manager->add_controller("widget", reconciler).watches(manager->informer<Widget>());
  }
  void start() {
    make();
    asio::co_spawn(
        api.loop, manager->run(),
        asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr error, kube::Outcome<void> result) {
          thrown = error;
          outcome = std::move(result);
          ended = true;
        }));
  }
  void run_until(const std::function<bool()>& done) { api.clock.run_until(api.loop, done); }
  void run_to_end() {
    run_until([&] { return ended; });
  }

  QuietLog quiet;
  FakeApi api;
  metrics::Registry registry;
  ManagerOptions options;
  SlowReconciler reconciler{api.clock};
  std::unique_ptr<Manager> manager;
  asio::cancellation_signal signal;
  kube::Outcome<void> outcome;
  std::exception_ptr thrown;
  bool ended = false;
};

}  // namespace

TEST_CASE("Manager shares one informer per kind", "[runtime][manager]") {
  Fixture f;
  f.make();
  CHECK(&f.manager->informer<Widget>() == &f.manager->informer<Widget>());
  CHECK(f.manager->lanes().size() == 1);
}

TEST_CASE("Manager starts workers once the caches are filled, and becomes ready then", "[runtime][manager]") {
  Fixture f;
  f.api.lists = {{503, status_json(503, "ServiceUnavailable")}};
  f.start();
  f.api.clock.run_for(f.api.loop, 10s);
  CHECK(f.manager->health().ok());
  CHECK_FALSE(f.manager->readiness().ok());
  const auto answer = f.manager->readiness().answer({"/readyz", {}});
  CHECK(answer.status == 500);
  CHECK(answer.body.find("widgets.example.org not synced: ServiceUnavailable") != std::string::npos);
  CHECK(f.reconciler.started == 0);
  f.api.lists = {{200, list_json({{.name = "a"}, {.name = "b"}}, 10)}};
  f.run_until([&] { return f.reconciler.finished == 2; });
  CHECK(f.manager->readiness().ok());
  f.manager->stop();
  f.run_to_end();
  CHECK(f.outcome.has_value());
}

TEST_CASE("Manager gives up with a clear error when a cache does not fill in time", "[runtime][manager]") {
  Fixture f;
  f.options.sync_timeout = 20s;
  f.api.lists = {{404, status_json(404, "NotFound")}};
  f.start();
  f.run_to_end();
  CHECK(f.api.clock.elapsed() == 20s);
  REQUIRE(f.outcome.has_error());
  const std::string why = f.outcome.error().describe();
  CHECK(why.find("within 20 s") != std::string::npos);
  CHECK(why.find("widgets.example.org") != std::string::npos);
  CHECK(why.find("NotFound") != std::string::npos);
  CHECK(f.reconciler.started == 0);
}

TEST_CASE("Manager stays while the server denies it, not ready, and starts when it may", "[runtime][manager]") {
  const unsigned status = GENERATE(401U, 403U);
  const char* const reason = status == 401 ? "Unauthorized" : "Forbidden";
  Fixture f;
  f.api.lists = {{status, status_json(status, reason)}};
  f.start();
  f.api.clock.run_for(f.api.loop, 24h);
  REQUIRE_FALSE(f.ended);
  CHECK(f.manager->health().ok());
  const std::string body = f.manager->readiness().answer({"/readyz", {}}).body;
  CHECK(body.find("widgets.example.org not synced: ") != std::string::npos);
  CHECK(body.find(reason) != std::string::npos);
  // It asks again every 2.5 to 5 s, and tells of it every 30 s.
  CHECK(f.api.count(false) > 24 * 3600 / 5);
  CHECK(f.quiet.count("List failed") <= 24 * 3600 / 30);
  f.api.lists = {{200, list_json({{.name = "a"}}, 10)}};
  const auto begin = f.api.clock.now();
  f.run_until([&] { return f.reconciler.finished == 1; });
  CHECK(f.api.clock.now() - begin <= 5s);
  CHECK(f.manager->readiness().ok());
  f.manager->stop();
  f.run_to_end();
}

TEST_CASE("Manager counts no time towards the timeout in which it is denied, and all other", "[runtime][manager]") {
  Fixture f;
  f.options.sync_timeout = 20s;
  f.api.lists = {{403, status_json(403, "Forbidden")}};
  f.start();
  f.api.clock.run_for(f.api.loop, 10min);
  REQUIRE_FALSE(f.ended);
  f.api.lists = {{404, status_json(404, "NotFound")}};
  const auto begin = f.api.clock.now();
  f.run_to_end();
  // From the first 404, seen within 5 s, and counted to the second.
  CHECK(f.api.clock.now() - begin >= 19s);
  CHECK(f.api.clock.now() - begin <= 26s);
  CHECK(f.outcome.error().describe().find("NotFound") != std::string::npos);
}

TEST_CASE("Manager is not ready while its right to watch is gone, and lists no more for it", "[runtime][manager]") {
  Fixture f;
  f.api.lists = {{200, list_json({{.name = "a"}}, 10)}};
  f.start();
  f.run_until([&] { return f.reconciler.finished == 1; });
  CHECK(f.manager->readiness().ok());
  for (int i = 0; i < 20; ++i) f.api.watches.push_back({403, status_json(403, "Forbidden")});
  f.api.break_connections();
  f.api.clock.run_for(f.api.loop, 30s);
  const std::string body = f.manager->readiness().answer({"/readyz", {}}).body;
  CHECK(body.find("widgets.example.org no longer in step: Forbidden") != std::string::npos);
  CHECK_FALSE(f.ended);
  f.run_until([&] { return f.manager->readiness().ok(); });
  CHECK(f.api.count(false) == 1);
  f.manager->stop();
  f.run_to_end();
}

TEST_CASE("Manager finishes what is in flight when it stops, and takes nothing new", "[runtime][manager]") {
  Fixture f;
  f.options.controller.max_concurrent_reconciles = 2;
  f.reconciler.takes = 5s;
  f.api.lists = {{200, list_json({{.name = "a"}, {.name = "b"}, {.name = "c"}}, 10)}};
  f.start();
  f.run_until([&] { return f.reconciler.started == 2; });
  f.api.clock.run_for(f.api.loop, 1s);
  const auto begin = f.api.clock.now();
  f.manager->stop();
  f.manager->stop();
  f.run_to_end();
  CHECK(f.outcome.has_value());
  CHECK(f.api.clock.now() - begin == 4s);
  CHECK(f.reconciler.started == 2);
  CHECK(f.reconciler.finished == 2);
  CHECK(f.api.open_watches() <= 1);  // the server notices later
}

TEST_CASE("Manager cancels what does not end in time", "[runtime][manager]") {
  Fixture f;
  f.options.shutdown_timeout = 10s;
  f.reconciler.takes = 1h;
  f.api.lists = {{200, list_json({{.name = "a"}}, 10)}};
  f.start();
  f.run_until([&] { return f.reconciler.started == 1; });
  const auto begin = f.api.clock.now();
  f.manager->stop();
  f.run_to_end();
  CHECK(f.api.clock.now() - begin == 10s);
  CHECK(f.reconciler.finished == 0);
  CHECK(f.quiet.count("did not end in time") == 1);
}

TEST_CASE("Manager stops at once while it is still starting", "[runtime][manager]") {
  Fixture f;
  f.api.lists = {{403, status_json(403, "Forbidden")}};
  SECTION("before it runs") {
    f.make();
    f.manager->stop();
    CHECK(f.api.clock.run(f.api.loop, f.manager->run()).has_value());
  }
  SECTION("while the caches fill") {
    f.start();
    f.api.clock.run_for(f.api.loop, 3s);
    f.manager->stop();
    f.run_to_end();
    CHECK(f.outcome.has_value());
  }
  CHECK(f.api.clock.elapsed() <= 3s);
}

TEST_CASE("Manager leaves nothing behind that the clock would wake for", "[runtime][manager]") {
  Fixture f;
  f.api.lists = {{200, list_json({{.name = "a"}}, 10)}};
  f.start();
  f.run_until([&] { return f.reconciler.finished == 1; });
  f.manager->stop();
  f.run_to_end();
  f.api.client->close();
  // Ten hours on, the resyncs would have come.
  f.api.clock.run_for(f.api.loop, 30h);
  CHECK(f.reconciler.started == 1);
}

TEST_CASE("Manager joins everything before it unwinds when it is cancelled", "[runtime][manager]") {
  Fixture f;
  f.reconciler.takes = 1h;
  f.api.lists = {{200, list_json({{.name = "a"}}, 10)}};
  SECTION("while running") {
    f.start();
    f.run_until([&] { return f.reconciler.started == 1; });
  }
  SECTION("while starting") {
    f.api.lists = {{403, status_json(403, "Forbidden")}};
    f.start();
    f.api.clock.run_for(f.api.loop, 3s);
  }
  const auto begin = f.api.clock.now();
  f.signal.emit(asio::cancellation_type::terminal);
  f.run_to_end();
  CHECK(is_cancellation(f.thrown));
  CHECK(f.api.clock.now() == begin);
  CHECK(f.reconciler.finished == 0);
}
