#include "operator/runtime/controller.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <boost/system/system_error.hpp>

#include <map>
#include <set>
#include <stdexcept>

#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace kyma::test;
using namespace std::chrono_literals;

namespace {

// Does what the test says and writes down when it was asked.
class Script final : public Reconciler {
 public:
  explicit Script(Clock& clock) : clock_(clock) {}

  asio::awaitable<ReconcileOutcome> reconcile(Request request) override {
    runs.emplace_back(request.name.str(), clock_.now() - SteadyTime{});
    ++running;
    most_running = std::max(most_running, running);
    struct Leave {
      int& count;
      ~Leave() { --count; }
    } leave{running};
    if (takes > Duration::zero()) co_await clock_.sleep_for(takes);
    if (act) co_return act(request);
    co_return Result::done();
  }
  std::vector<Duration> times(std::string_view name) const {
    std::vector<Duration> found;
    for (const auto& [n, when] : runs) {
      if (n == name) found.push_back(when);
    }
    return found;
  }

  std::function<ReconcileOutcome(const Request&)> act;
  Duration takes{0};
  std::vector<std::pair<std::string, Duration>> runs;
  int running = 0;
  int most_running = 0;

 private:
  Clock& clock_;
};

struct Fixture {
  explicit Fixture(ControllerOptions options = {})
      : controller("gadget", script, queue, api.clock, with_defaults(options), &registry) {}
  ~Fixture() { stop(); }

  static ControllerOptions with_defaults(ControllerOptions options) {
    options.random_seed = 42;
    return options;
  }
  void start() { controller.start(workers); }
  void stop() {
    controller.stop();
    queue.shut_down();
    api.clock.run(api.loop, workers.stop());
    api.clock.run(api.loop, informer_tasks.stop());
  }
  void pass(Duration time) { api.clock.run_for(api.loop, time); }
  void watch_widgets(std::vector<WidgetSpec> items) {
    api.lists = {{200, list_json(items, 10)}};
    informer_tasks.spawn(informer.run());
    api.clock.run_until(api.loop, [&] { return api.open_watches() == 1; });
  }
  void event(std::string_view type, const WidgetSpec& widget) {
    api.send(event_json(type, widget));
    pass(1ms);
  }
  static Request item(std::string_view name) { return {"default", name}; }
  double total(const char* result) {
    return registry.counter("controller_runtime_reconcile_total", "", {"controller", "result"})
        .with({"gadget", result})
        .value();
  }
  double counted(const std::string& what) {
    return registry.counter("controller_runtime_" + what + "_total", "", {"controller"}).with({"gadget"}).value();
  }
  double gauge(const std::string& what) {
    return registry.gauge("controller_runtime_" + what, "", {"controller"}).with({"gadget"}).value();
  }

  QuietLog quiet;
  FakeApi api;
  metrics::Registry registry;
  Workqueue queue{api.clock, &registry};
  Script script{api.clock};
  Informer<Widget> informer{*api.client, api.clock, {.random_seed = 42}, &registry};
  Controller controller;
  TaskGroup workers{api.loop.get_executor()};
  TaskGroup informer_tasks{api.loop.get_executor()};
};

using Times = std::vector<Duration>;

}  // namespace

TEST_CASE("Controller shows all its metrics as zero from the start", "[runtime][controller][metrics]") {
  Fixture f;
  const std::string text = f.registry.expose();
  for (const char* line : {"controller_runtime_reconcile_total{controller=\"gadget\",result=\"success\"} 0",
                           "controller_runtime_reconcile_total{controller=\"gadget\",result=\"error\"} 0",
                           "controller_runtime_reconcile_total{controller=\"gadget\",result=\"requeue\"} 0",
                           "controller_runtime_reconcile_total{controller=\"gadget\",result=\"requeue_after\"} 0",
                           "controller_runtime_reconcile_errors_total{controller=\"gadget\"} 0",
                           "controller_runtime_terminal_reconcile_errors_total{controller=\"gadget\"} 0",
                           "controller_runtime_reconcile_panics_total{controller=\"gadget\"} 0",
                           "controller_runtime_reconcile_timeouts_total{controller=\"gadget\"} 0",
                           "controller_runtime_max_concurrent_reconciles{controller=\"gadget\"} 64",
                           "controller_runtime_active_workers{controller=\"gadget\"} 0",
                           "controller_runtime_reconcile_time_seconds_bucket{controller=\"gadget\",le=\"0.005\"} 0",
                           "controller_runtime_reconcile_time_seconds_bucket{controller=\"gadget\",le=\"60\"} 0",
                           "workqueue_adds_total{name=\"gadget\",controller=\"gadget\"} 0"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("Controller runs as many at a time as the request rate can use", "[runtime][controller]") {
  CHECK(useful_concurrency(150) == 30);
  CHECK(useful_concurrency(1) == 8);
  CHECK(useful_concurrency(5000) == 64);
  CHECK(useful_concurrency(0) == 64);
}

TEST_CASE("Controller runs what is enqueued, once started", "[runtime][controller]") {
  Fixture f;
  f.controller.enqueue(f.item("a"));
  f.pass(1s);
  CHECK(f.script.runs.empty());
  f.start();
  f.pass(1s);
  CHECK(f.script.times("a") == Times{1s});
  CHECK(f.total("success") == 1);
  f.pass(9h);
  CHECK(f.script.runs.size() == 1);
}

TEST_CASE("Controller reconciles at most as many at a time as it may, and never one key twice",
          "[runtime][controller]") {
  Fixture f({.max_concurrent_reconciles = 3});
  f.script.takes = 1s;
  f.start();
  for (int i = 0; i < 9; ++i) f.controller.enqueue(f.item(std::to_string(i)));
  f.pass(500ms);
  CHECK(f.gauge("active_workers") == 3);
  f.controller.enqueue(f.item("0"));
  f.pass(10s);
  CHECK(f.script.most_running == 3);
  CHECK(f.script.runs.size() == 10);
  CHECK(f.gauge("active_workers") == 0);
  CHECK(f.registry
            .histogram("controller_runtime_reconcile_time_seconds", "", {"controller"},
                       {.005, .01, .025, .05, .1,  .15, .2,  .25, .3, .35, .4, .45, .5, .6, .7, .8, .9, 1,  1.25, 1.5,
                        1.75, 2,   2.5,  3,   3.5, 4,   4.5, 5,   6,  7,   8,  9,   10, 15, 20, 25, 30, 40, 50,   60})
            .with({"gadget"})
            .sum() == Catch::Approx(10));
}

TEST_CASE("Controller looks again after the delay that a reconcile asks for", "[runtime][controller]") {
  Fixture f;
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    if (f.script.runs.size() < 3) return Result::requeue_after(5s);
    return Result::done();
  };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(1min);
  CHECK(f.script.times("a") == Times{0s, 5s, 10s});
  CHECK(f.total("requeue_after") == 2);
  CHECK(f.total("success") == 1);
}

TEST_CASE("Controller looks again at once when the delay is zero", "[runtime][controller]") {
  Fixture f;
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    return f.script.runs.size() < 3 ? Result::requeue_after(0s) : Result::done();
  };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(1s);
  CHECK(f.script.times("a") == Times{0s, 0s, 0s});
  CHECK(f.total("requeue") == 2);
}

TEST_CASE("Controller runs an object early when it changes before its delay, which then starts anew",
          "[runtime][controller]") {
  Fixture f;
  f.script.act = [](const Request&) -> ReconcileOutcome { return Result::requeue_after(10s); };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(3s);
  f.controller.enqueue(f.item("a"));
  f.pass(11s);
  CHECK(f.script.times("a") == Times{0s, 3s, 13s});
}

TEST_CASE("Controller keeps a shorter delay that somebody asked for during the reconcile", "[runtime][controller]") {
  Fixture f;
  f.script.takes = 1s;
  f.script.act = [](const Request&) -> ReconcileOutcome { return Result::requeue_after(1h); };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(500ms);
  f.controller.enqueue_after(f.item("a"), 2s);
  f.pass(5s);
  CHECK(f.script.times("a") == Times{0s, 2500ms});
}

TEST_CASE("Controller retries an error later and later", "[runtime][controller]") {
  Fixture f;
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    if (f.script.runs.size() < 4) return ReconcileError("no luck");
    return Result::done();
  };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(1h);
  CHECK(f.script.times("a") == Times{0s, 1s, 3s, 7s});
  CHECK(f.total("error") == 3);
  CHECK(f.counted("reconcile_errors") == 3);
  CHECK(f.counted("terminal_reconcile_errors") == 0);
  CHECK(f.quiet.count("Reconcile failed") == 3);
  CHECK(f.quiet.count("no luck") == 3);
  CHECK(f.quiet.count("name=a") == 3);
  // A success forgets the failures.
  f.script.runs.clear();
  f.controller.enqueue(f.item("a"));
  f.pass(1500ms);
  CHECK(f.script.times("a").size() == 2);
}

TEST_CASE("Controller passes an API error's words on", "[runtime][controller]") {
  Fixture f;
  f.script.act = [](const Request&) -> ReconcileOutcome {
    return ReconcileError(kube::not_found(Widget::resource_type(), "x"));
  };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(1ms);
  CHECK(f.quiet.count("widgets.example.org") == 1);
}

TEST_CASE("Controller retries within seconds what failed for the server's sake", "[runtime][controller]") {
  Fixture f;
  f.start();
  kube::Error error;
  SECTION("no answer") { error = {kube::Reason::transport, 0, "connection refused"}; }
  SECTION("no credentials") { error = {kube::Reason::unauthorized, 0, "cannot authenticate"}; }
  SECTION("throttled") { error = {kube::Reason::too_many_requests, 429, "slow down"}; }
  SECTION("unavailable") { error = {kube::Reason::service_unavailable, 503, "no endpoints"}; }
  SECTION("broken") { error = {kube::Reason::internal_error, 500, "etcdserver: no leader"}; }
  const SteadyTime over = f.api.clock.now() + 10min;
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    if (f.api.clock.now() < over) return error;
    return Result::done();
  };
  constexpr int kObjects = 100;
  for (int i = 0; i < kObjects; ++i) f.controller.enqueue(f.item("w-" + std::to_string(i)));
  f.pass(10min);
  const auto tries = f.script.times("w-0");
  REQUIRE(tries.at(1) - tries.at(0) < 1s);
  CHECK(tries.size() < 10min / 2s);
  CHECK(f.queue.retries(f.controller.lane(), f.item("w-0")) == 0);
  f.pass(2 * ServerTrouble::kLongest);
  // None is left behind, and they did not come back all at once.
  CHECK(f.total("success") == kObjects);
  CHECK(f.counted("reconcile_errors") > kObjects);
  CHECK(f.quiet.count("API server is in trouble") <= 60);
  CHECK(f.quiet.count(error.message) == f.quiet.count("API server is in trouble"));
}

TEST_CASE("Controller counts an object's own failures apart from the server's", "[runtime][controller]") {
  Fixture f;
  f.start();
  int run = 0;
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    if (++run % 2 == 0) return kube::Error{kube::Reason::transport, 0, "connection refused"};
    return ReconcileError("its own");
  };
  f.controller.enqueue(f.item("a"));
  f.pass(6s);
  const auto tries = f.script.times("a");
  REQUIRE(tries.size() >= 5);
  CHECK(tries[1] - tries[0] == 1s);  // its own: 1 s, 2 s
  CHECK(tries[2] - tries[1] < 1s);
  CHECK(tries[3] - tries[2] == 2s);
  CHECK(f.queue.retries(f.controller.lane(), f.item("a")) >= 2);
}

TEST_CASE("Controller keeps to a Retry-After", "[runtime][controller]") {
  Fixture f;
  f.start();
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    return kube::Error{.reason = kube::Reason::too_many_requests, .http_status = 429, .retry_after = 90s};
  };
  f.controller.enqueue(f.item("a"));
  f.pass(90s - 1ns);
  CHECK(f.script.runs.size() == 1);
  f.pass(2 * ServerTrouble::kLongest);
  CHECK(f.script.runs.size() == 2);
}

TEST_CASE("Controller does not retry a terminal error until something changes", "[runtime][controller]") {
  Fixture f;
  f.script.act = [](const Request&) -> ReconcileOutcome { return ReconcileError("never", true); };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(9h);
  CHECK(f.script.runs.size() == 1);
  CHECK(f.counted("terminal_reconcile_errors") == 1);
  CHECK(f.counted("reconcile_errors") == 1);
  CHECK(f.queue.retries(f.controller.lane(), f.item("a")) == 0);
  f.controller.enqueue(f.item("a"));
  f.pass(1s);
  CHECK(f.script.runs.size() == 2);
}

TEST_CASE("Controller catches what a reconciler throws and retries it", "[runtime][controller]") {
  Fixture f;
  f.script.act = [&](const Request&) -> ReconcileOutcome {
    switch (f.script.runs.size()) {
      case 1: throw std::runtime_error("a bug");
      case 2: throw 42;
      case 3: throw boost::system::system_error(asio::error::operation_aborted);
      default: return Result::done();
    }
  };
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(1h);
  CHECK(f.script.times("a") == Times{0s, 1s, 3s, 7s});
  CHECK(f.counted("reconcile_panics") == 3);
  CHECK(f.counted("reconcile_errors") == 3);
  CHECK(f.quiet.count("a bug") == 1);
  CHECK(f.workers.size() == 64);  // no worker is lost
  CHECK(f.gauge("active_workers") == 0);
}

TEST_CASE("Controller cancels a reconcile that takes too long and retries it", "[runtime][controller]") {
  Fixture f({.reconcile_timeout = 10s});
  f.script.takes = 1min;
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(10s);
  CHECK(f.script.running == 0);
  CHECK(f.counted("reconcile_timeouts") == 1);
  CHECK(f.total("error") == 1);
  f.script.takes = 1s;
  f.pass(10s);
  CHECK(f.script.times("a") == Times{0s, 11s});
  CHECK(f.total("success") == 1);
}

TEST_CASE("Controller gives an item back when its worker is cancelled", "[runtime][controller]") {
  Fixture f;
  f.script.takes = 1h;
  f.start();
  f.controller.enqueue(f.item("a"));
  f.pass(1s);
  CHECK(f.queue.processing(f.controller.lane()) == 1);
  f.api.clock.run(f.api.loop, f.workers.stop());
  CHECK(f.queue.processing(f.controller.lane()) == 0);
  CHECK(f.gauge("active_workers") == 0);
  CHECK(f.counted("reconcile_panics") == 0);
}

TEST_CASE("Controller's workers finish what they have and take no more when the queue shuts down",
          "[runtime][controller]") {
  Fixture f({.max_concurrent_reconciles = 2});
  f.script.takes = 5s;
  f.start();
  for (int i = 0; i < 10; ++i) f.controller.enqueue(f.item(std::to_string(i)));
  f.pass(1s);
  f.controller.stop();
  f.queue.shut_down();
  f.api.clock.run(f.api.loop, f.workers.join());
  CHECK(f.api.clock.elapsed() == 5s);
  CHECK(f.script.runs.size() == 2);
  CHECK(f.total("success") == 2);
}

// --- Events ---------------------------------------------------------------------------------------------------------

TEST_CASE("Controller enqueues its own kind's objects on every wish and not on status writes",
          "[runtime][controller]") {
  Fixture f;
  f.controller.watches(f.informer);
  f.watch_widgets({{.name = "a", .version = 3}});
  CHECK(f.queue.depth(f.controller.lane()) == 1);
  CHECK(f.registry.expose().find("workqueue_depth{name=\"gadget\",controller=\"gadget\",priority=\"-100\"} 1") !=
        std::string::npos);
  f.start();
  f.pass(1s);
  CHECK(f.script.runs.size() == 1);
  f.event("MODIFIED", {.name = "a", .version = 11, .color = "status"});
  CHECK(f.script.runs.size() == 1);
  f.event("MODIFIED", {.name = "a", .version = 12, .generation = 2});
  CHECK(f.script.runs.size() == 2);
  f.event("MODIFIED", {.name = "a", .version = 13, .generation = 2, .deleting = true});
  CHECK(f.script.runs.size() == 3);
  f.event("DELETED", {.name = "a", .version = 14, .generation = 2, .deleting = true});
  CHECK(f.script.runs.size() == 4);
  f.event("ADDED", {.name = "b", .version = 15});
  CHECK(f.script.times("b").size() == 1);
}

TEST_CASE("Controller runs wishes first, then what follows from them, then what it knew from the start",
          "[runtime][controller]") {
  Fixture f({.max_concurrent_reconciles = 1});
  f.controller.watches(f.informer);
  f.watch_widgets({{.name = "known", .version = 3}, {.name = "to be changed", .version = 4}});
  f.controller.enqueue({"ns", "routine"});
  f.event("ADDED", {.name = "new", .version = 11});
  f.event("MODIFIED", {.name = "to be changed", .version = 12, .generation = 2});
  f.start();
  f.pass(1s);
  std::vector<std::string> order;
  for (const auto& [name, when] : f.script.runs) order.push_back(name);
  CHECK(order == std::vector<std::string>{"new", "to be changed", "routine", "known"});
}

TEST_CASE("Controller goes on with what is left of a wish before routine", "[runtime][controller]") {
  Fixture f({.max_concurrent_reconciles = 1});
  f.script.act = [&](const Request& request) -> ReconcileOutcome {
    const bool first = f.script.times(request.name.view()).size() == 1;
    return request.name == "new" && first ? Result::requeue_after(0s) : Result::done();
  };
  f.controller.watches(f.informer);
  f.watch_widgets({});
  f.controller.enqueue({"ns", "routine"});
  f.event("ADDED", {.name = "new", .version = 11});
  f.start();
  f.pass(1s);
  std::vector<std::string> order;
  for (const auto& [name, when] : f.script.runs) order.push_back(name);
  CHECK(order == std::vector<std::string>{"new", "new", "routine"});
}

TEST_CASE("Controller lets the flows of its objects take turns", "[runtime][controller]") {
  Fixture f({.max_concurrent_reconciles = 1});
  f.controller.watches<Widget>(f.informer, generation_changed<Widget>(), [](const Widget& widget) {
    return Flow(widget.metadata.name.view().starts_with("big"));
  });
  f.watch_widgets({{.name = "big 1", .version = 3},
                   {.name = "big 2", .version = 4},
                   {.name = "big 3", .version = 5},
                   {.name = "small", .version = 6}});
  f.start();
  f.pass(1s);
  REQUIRE(f.script.runs.size() == 4);
  CHECK(f.script.runs[1].first == "small");
}

TEST_CASE("Controller lets only a new generation break an object's backoff", "[runtime][controller]") {
  Fixture f;
  f.script.act = [](const Request&) -> ReconcileOutcome { return ReconcileError("no luck"); };
  f.controller.watches<Widget>(f.informer, resource_version_changed<Widget>());
  f.watch_widgets({{.name = "a", .version = 3}});
  const Duration begin = f.api.clock.elapsed();
  f.start();
  f.pass(16s);  // 0, 1, 3, 7, 15: the next is at 31
  REQUIRE(f.script.runs.size() == 5);
  for (std::uint64_t i = 0; i < 10; ++i) f.event("MODIFIED", {.name = "a", .version = 11 + i});
  CHECK(f.script.runs.size() == 5);
  f.event("MODIFIED", {.name = "a", .version = 30, .generation = 2});
  CHECK(f.script.runs.size() == 6);
  f.pass(1s);  // and the delays begin again
  CHECK(f.script.runs.size() == 7);
  CHECK(f.script.runs.back().second - begin < 18s);
}

TEST_CASE("Controller enqueues the controller owner of what its kind owns", "[runtime][controller]") {
  Fixture f;
  f.controller.owns<Widget>(f.informer, "example.org/v1", "Gadget");
  f.start();
  f.watch_widgets({{.name = "one", .version = 3, .owner = "a"}, {.name = "alone", .version = 4}});
  f.pass(1s);
  CHECK(f.script.runs.size() == 1);
  CHECK(f.script.times("a").size() == 1);
  SECTION("of any version of its group") {
    f.event("ADDED", {.name = "two", .version = 11, .owner = "b", .owner_api = "example.org/v2"});
    CHECK(f.script.times("b").size() == 1);
  }
  SECTION("but not of another group") {
    f.event("ADDED", {.name = "two", .version = 11, .owner = "b", .owner_api = "example.com/v1"});
    f.event("ADDED", {.name = "three", .version = 12, .owner = "b", .owner_api = "v1"});
    CHECK(f.script.times("b").empty());
  }
  SECTION("on updates and deletions") {
    f.event("MODIFIED", {.name = "one", .version = 11, .owner = "a"});
    CHECK(f.script.times("a").size() == 2);
    f.event("DELETED", {.name = "one", .version = 12, .owner = "a"});
    CHECK(f.script.times("a").size() == 3);
  }
  SECTION("and both when it changes hands") {
    f.event("MODIFIED", {.name = "one", .version = 11, .owner = "b"});
    CHECK(f.script.times("a").size() == 2);
    CHECK(f.script.times("b").size() == 1);
  }
}

TEST_CASE("Controller asks the predicate before it wakes an owner", "[runtime][controller]") {
  Fixture f;
  f.controller.owns<Widget>(f.informer, "example.org/v1", "Gadget",
                            [](const Widget& before, const Widget& after) { return before.color != after.color; });
  f.start();
  f.watch_widgets({{.name = "one", .version = 3, .owner = "a"}});
  f.pass(1s);
  f.event("MODIFIED", {.name = "one", .version = 11, .owner = "a"});
  CHECK(f.script.runs.size() == 1);
  f.event("MODIFIED", {.name = "one", .version = 12, .color = "red", .owner = "a"});
  CHECK(f.script.runs.size() == 2);
}

TEST_CASE("Controller does not run a failing owner early for what becomes of its objects", "[runtime][controller]") {
  Fixture f;
  f.script.takes = 10ms;
  f.script.act = [](const Request&) -> ReconcileOutcome { return ReconcileError("no luck"); };
  f.controller.owns<Widget>(f.informer, "example.org/v1", "Gadget");
  f.start();
  f.watch_widgets({{.name = "one", .version = 3, .owner = "a"}});
  f.pass(100s);
  const std::size_t undisturbed = f.script.runs.size();
  CHECK(undisturbed == 7);  // 0, 1, 3, 7, 15, 31, 63
  // Its objects write their status ten times a second, while it is run and while it waits.
  for (std::uint64_t i = 0; i < 1000; ++i) {
    f.event("MODIFIED", {.name = "one", .version = 11 + i, .owner = "a"});
    f.pass(100ms);
  }
  CHECK(f.script.runs.size() == undisturbed + 1);  // at 127 s, as without them
}

TEST_CASE("Controller looks at every object again once in a while", "[runtime][controller]") {
  Fixture f({.resync_period = 10h});
  f.controller.watches(f.informer);
  f.watch_widgets({{.name = "a", .version = 3}, {.name = "b", .version = 4}});
  const Duration begin = f.api.clock.elapsed();
  f.start();
  f.pass(9h - 1s);
  CHECK(f.script.runs.size() == 2);
  f.pass(2h + 2s);
  CHECK(f.script.runs.size() == 4);
  f.pass(30h);
  std::set<Duration> periods;
  Duration last = begin;
  for (const Duration time : f.script.times("a")) {
    if (time == begin) continue;
    CHECK(time - last >= 9h);
    CHECK(time - last <= 11h + 1s);
    periods.insert(time - last);
    last = time;
  }
  CHECK(f.script.times("a").size() >= 4);
  CHECK(periods.size() >= 3);  // never in lockstep
}

TEST_CASE("Controller without a resync period leaves objects alone", "[runtime][controller]") {
  Fixture f({.resync_period = 0s});
  f.controller.watches(f.informer);
  f.watch_widgets({{.name = "a", .version = 3}});
  f.start();
  f.pass(100h);
  CHECK(f.script.runs.size() == 1);
}

TEST_CASE("Controller's resync does not break a backoff", "[runtime][controller]") {
  Fixture f({.resync_period = 1min});
  f.script.act = [](const Request&) -> ReconcileOutcome { return ReconcileError("no luck"); };
  f.controller.watches(f.informer);
  f.watch_widgets({{.name = "a", .version = 3}});
  f.start();
  f.pass(600s);
  CHECK(f.script.runs.size() == 10);  // 0, 1, 3, 7, ... 511
}

TEST_CASE("Predicates tell what has changed", "[runtime][predicate]") {
  const Widget base = make_widget({.name = "a", .version = 3});
  const Widget status = make_widget({.name = "a", .version = 4, .color = "red"});
  const Widget wish = make_widget({.name = "a", .version = 4, .generation = 2});
  const Widget dying = make_widget({.name = "a", .version = 4, .deleting = true});
  const Widget other = make_widget({.name = "a", .version = 4, .uid = "other"});
  Widget labelled = status;
  labelled.metadata.labels = kube::Labels{{"k", "v"}};

  const auto generation = generation_changed<Widget>();
  CHECK_FALSE(generation(base, status));
  CHECK(generation(base, wish));
  CHECK(generation(base, dying));
  CHECK(generation(base, other));
  const auto version = resource_version_changed<Widget>();
  CHECK(version(base, status));
  CHECK_FALSE(version(base, base));
  const auto labels = labels_changed<Widget>();
  CHECK(labels(base, labelled));
  CHECK_FALSE(labels(base, status));
  CHECK(both<Widget>(version, labels)(base, labelled));
  CHECK_FALSE(both<Widget>(version, labels)(base, status));
  CHECK(either<Widget>(generation, labels)(base, wish));
  CHECK_FALSE(either<Widget>(generation, labels)(base, status));
  CHECK(negate<Widget>(labels)(base, status));
  CHECK_FALSE(negate<Widget>(labels)(base, labelled));
}
