#include "operator/runtime/reflector.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "operator/base/task_group.hpp"
#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace kyma::test;
using namespace std::chrono_literals;

namespace {

// Writes down what it is told.
class Recorder final : public ReflectorTarget {
 public:
  kube::Outcome<void> on_list_item(std::string_view json) override {
    auto widget = kube::decode_object<Widget>(json);
    if (!widget) return kube::Error{kube::Reason::decode, 0, widget.error().message};
    pending.push_back(widget->metadata.name.str());
    return {};
  }
  asio::awaitable<void> on_list_complete(std::uint64_t resource_version) override {
    log.push_back(fmt::format("list@{} {}", resource_version, fmt::join(pending, ",")));
    pending.clear();
    co_return;
  }
  void on_list_abandoned() override { pending.clear(); }
  kube::Outcome<void> on_event(kube::EventType type, std::string_view json, std::uint64_t& resource_version) override {
    auto widget = kube::decode_object<Widget>(json);
    if (!widget) return kube::Error{kube::Reason::decode, 0, widget.error().message};
    resource_version = widget->metadata.resource_version;
    log.push_back(fmt::format("{} {}@{}", to_string(type), widget->metadata.name.view(), resource_version));
    return {};
  }

  std::vector<std::string> pending;
  std::vector<std::string> log;
};

struct Fixture {
  explicit Fixture(ReflectorOptions options = {}) : reflector(make(std::move(options))) {
    tasks.spawn(reflector->run());
  }
  ~Fixture() { api.clock.run(api.loop, tasks.stop()); }

  std::unique_ptr<Reflector> make(ReflectorOptions options) {
    options.random_seed = 42;
    return std::make_unique<Reflector>(*api.client, api.clock, Widget::resource_type(), options, target, &registry);
  }
  void run_until(const std::function<bool()>& done) { api.clock.run_until(api.loop, done); }
  void pass(Duration time) { api.clock.run_for(api.loop, time); }
  // Until a watch is open; the list before it gives these.
  void reach_watch(std::vector<WidgetSpec> items = {{.name = "a", .version = 3}}, std::uint64_t version = 10) {
    api.lists.push_back({200, list_json(items, version)});
    run_until([&] { return api.open_watches() == 1; });
  }
  double counted(const char* name, const char* reason) {
    return registry.counter(name, "", {"kind", "reason"}).with({"Widget", reason}).value();
  }
  double relists(const char* reason) { return counted("kyma_operator_relists_total", reason); }
  double restarts(const char* reason) { return counted("kyma_operator_watch_restarts_total", reason); }

  QuietLog quiet;
  FakeApi api;
  metrics::Registry registry;
  Recorder target;
  std::unique_ptr<Reflector> reflector;
  TaskGroup tasks{api.loop.get_executor()};
};

}  // namespace

TEST_CASE("Reflector lists, then watches from the list's version", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch({{.name = "a", .version = 3}, {.name = "b", .version = 4}}, 10);
  CHECK(f.target.log == std::vector<std::string>{"list@10 a,b"});
  CHECK(f.api.last(false).param("resourceVersion") == "0");
  CHECK_FALSE(f.api.last(false).has_param("limit"));
  const auto& watch = f.api.last(true);
  CHECK(watch.path == "/apis/example.org/v1/widgets");
  CHECK(watch.param("resourceVersion") == "10");
  CHECK(watch.param("allowWatchBookmarks") == "true");
  const int timeout = std::stoi(std::string(watch.param("timeoutSeconds")));
  CHECK(timeout >= 300);
  CHECK(timeout < 600);
  CHECK(f.reflector->last_error().empty());
}

TEST_CASE("Reflector passes its selectors on to lists and watches", "[runtime][reflector]") {
  ReflectorOptions options;
  options.name_space = "blue";
  options.label_selector = "app=x";
  options.field_selector = "metadata.name=a";
  Fixture f(options);
  f.reach_watch();
  for (const bool watch : {false, true}) {
    CHECK(f.api.last(watch).path == "/apis/example.org/v1/namespaces/blue/widgets");
    CHECK(f.api.last(watch).param("labelSelector") == "app=x");
    CHECK(f.api.last(watch).param("fieldSelector") == "metadata.name=a");
  }
}

TEST_CASE("Reflector delivers events in order and goes on from the last one", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch();
  f.api.send(event_json("ADDED", {.name = "b", .version = 11}) + event_json("MODIFIED", {.name = "a", .version = 12}));
  f.api.send(event_json("DELETED", {.name = "b", .version = 13}) + bookmark_json(20));
  f.pass(1s);
  CHECK(f.target.log ==
        std::vector<std::string>{"list@10 a", "ADDED b@11", "MODIFIED a@12", "DELETED b@13", "BOOKMARK @20"});
  f.api.end_watch();
  f.run_until([&] { return f.api.count(true) == 2; });
  CHECK(f.api.last(true).param("resourceVersion") == "20");
  CHECK(f.api.count(false) == 1);
  CHECK(f.restarts("closed") == 1);
}

TEST_CASE("Reflector takes a huge list apart without holding up the loop", "[runtime][reflector]") {
  Fixture f;
  std::vector<WidgetSpec> many;
  for (int i = 0; i < 3000; ++i) many.push_back({.name = std::to_string(i)});
  int turns = 0;
  TaskGroup others(f.api.loop.get_executor());
  others.spawn([](int& count) -> asio::awaitable<void> {
    const auto executor = co_await asio::this_coro::executor;
    for (;; ++count) co_await asio::post(executor, asio::use_awaitable);
  }(turns));
  f.api.lists.push_back({200, list_json(many, 10)});
  // Counts how often another task had its turn while the items came in.
  int first_item_at = 0;
  while (f.target.log.empty()) {
    f.api.loop.restart();
    f.api.loop.poll_one();
    if (!f.target.pending.empty() && first_item_at == 0) first_item_at = turns;
  }
  const int turns_meanwhile = turns - first_item_at;
  f.api.clock.run(f.api.loop, others.stop());
  CHECK(turns_meanwhile >= 3000 / 256 / 2);
}

TEST_CASE("Reflector opens a silent watch again", "[runtime][reflector]") {
  ReflectorOptions options;
  options.idle_timeout = 3min;
  Fixture f(options);
  f.reach_watch();
  f.pass(2min);
  f.api.send(bookmark_json(15));
  f.pass(2min);
  CHECK(f.api.count(true) == 1);
  f.pass(1min + 1s);
  CHECK(f.api.count(true) == 2);
  CHECK(f.api.last(true).param("resourceVersion") == "15");
  CHECK(f.api.count(false) == 1);
  CHECK(f.restarts("idle") == 1);
  CHECK(f.quiet.count("silent") == 1);
}

TEST_CASE("Reflector survives a broken connection without a list", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch();
  f.api.send(event_json("ADDED", {.name = "b", .version = 11}));
  f.pass(10s);
  f.api.break_connections();
  f.run_until([&] { return f.api.count(true) == 2; });
  CHECK(f.api.last(true).param("resourceVersion") == "11");
  CHECK(f.api.count(false) == 1);
  CHECK(f.restarts("lost") == 1);
}

TEST_CASE("Reflector waits for a server that is away and goes on where it was", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch();
  f.pass(10s);
  f.api.reachable = false;
  f.api.break_connections();
  f.pass(3min);
  CHECK_FALSE(f.reflector->last_error().empty());
  f.api.reachable = true;
  f.run_until([&] { return f.api.open_watches() == 1; });
  CHECK(f.api.last(true).param("resourceVersion") == "10");
  CHECK(f.api.count(false) == 1);
  CHECK(f.reflector->last_error().empty());
  CHECK(f.restarts("unreachable") >= 1);
  CHECK(f.quiet.lines.size() < 20);  // no flood
}

TEST_CASE("Reflector tries again soon when somebody knows the server to be back", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch();
  f.api.reachable = false;
  f.api.break_connections();
  f.pass(90s);  // its delay is up to a minute by now
  f.api.reachable = true;
  SECTION("who was answered") {
    f.pass(1s);
    f.reflector->server_answered();
    f.pass(Reflector::kLeastWait);
    CHECK(f.api.open_watches() == 1);
    const std::size_t watches = f.api.count(true);
    f.reflector->server_answered();
    f.pass(1s);
    CHECK(f.api.count(true) == watches);
  }
  SECTION("and not by itself") {
    f.pass(Reflector::kLeastWait);
    CHECK(f.api.open_watches() == 0);
  }
}

TEST_CASE("Reflector keeps to its delay when the server told it to go away", "[runtime][reflector]") {
  Fixture f;
  for (int i = 0; i < 6; ++i) f.api.watches.push_back({403, status_json(403, "Forbidden")});
  f.api.lists.push_back({200, list_json({{.name = "a"}}, 10)});
  for (int i = 0; i < 100; ++i) {
    f.pass(100ms);
    f.reflector->server_answered();
  }
  CHECK(f.api.count(true) <= 5);
}

TEST_CASE("Reflector lists again when the server has forgotten its version", "[runtime][reflector]") {
  Fixture f;
  SECTION("as the watch's answer") {
    f.api.watches.push_back({410, status_json(410, "Expired")});
    f.api.lists.push_back({200, list_json({{.name = "a"}}, 10)});
    f.api.lists.push_back({200, list_json({{.name = "b"}}, 90)});
    f.run_until([&] { return f.api.open_watches() == 1; });
  }
  SECTION("as an event on the stream") {
    f.reach_watch({{.name = "a"}}, 10);
    f.api.lists = {{200, list_json({{.name = "b"}}, 90)}};
    f.api.send(R"({"type":"ERROR","object":)" + status_json(410, "Expired") + "}\n");
    f.run_until([&] { return f.api.count(false) == 2 && f.api.open_watches() == 1; });
  }
  CHECK(f.target.log == std::vector<std::string>{"list@10 a", "list@90 b"});
  CHECK(f.api.last(false).param("resourceVersion") != "0");
  CHECK(f.api.last(true).param("resourceVersion") == "90");
  CHECK(f.relists("expired") == 1);
}

TEST_CASE("Reflector lists in pages when the server cannot list at its version", "[runtime][reflector]") {
  Fixture f;
  f.api.lists.push_back({410, status_json(410, "Expired")});
  f.api.lists.push_back({200, list_json({{.name = "a"}}, 90, "page two")});
  f.api.lists.push_back({200, list_json({{.name = "b"}}, 90)});
  f.run_until([&] { return f.api.open_watches() == 1; });
  CHECK(f.target.log == std::vector<std::string>{"list@90 a,b"});
  CHECK(f.api.requests[1].param("limit") == "500");
  CHECK_FALSE(f.api.requests[1].has_param("resourceVersion"));
  CHECK(f.api.requests[2].param("continue") == "page two");
}

TEST_CASE("Reflector forgets the pages it has when one expires", "[runtime][reflector]") {
  Fixture f;
  f.api.lists.push_back({410, status_json(410, "Expired")});
  f.api.lists.push_back({200, list_json({{.name = "a"}}, 90, "page two")});
  f.api.lists.push_back({410, status_json(410, "Expired")});
  f.api.lists.push_back({200, list_json({{.name = "b"}}, 95)});
  f.run_until([&] { return f.api.open_watches() == 1; });
  CHECK(f.target.log == std::vector<std::string>{"list@95 b"});
}

TEST_CASE("Reflector says why a list fails and tries again", "[runtime][reflector]") {
  Fixture f;
  struct Case {
    FakeApi::Answer answer;
    const char* why;
  };
  const std::vector<Case> cases{
      {{403, status_json(403, "Forbidden")}, "Forbidden"},
      {{200, R"({"kind":"WidgetList","items":[{"metadata":)"}, "Decode"},
      {{200, R"({"kind":"WidgetList","metadata":{"resourceVersion":"10"},"items":[{"metadata":{}},{"metadata":7}]})"},
       "Decode"},
      {{200, R"({"kind":"WidgetList","metadata":{"resourceVersion":"ten"},"items":[]})"}, "resourceVersion"},
      {{200, "<html>"}, "Decode"},
  };
  for (const Case& wrong : cases) {
    CAPTURE(wrong.answer.body);
    f.api.lists = {wrong.answer};
    f.pass(3min);
    CHECK(f.reflector->last_error().find(wrong.why) != std::string::npos);
    CHECK(f.target.log.empty());
    CHECK(f.target.pending.empty());  // what was read is not kept until the next try
  }
  f.reach_watch();
  CHECK(f.target.log.size() == 1);
}

TEST_CASE("Reflector lists again when the watch sends what is no event", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch();
  SECTION("no JSON") { f.api.send("garbage\n"); }
  SECTION("an unknown type") {
    f.api.send(R"({"type":"WEIRD","object":{}})"
               "\n");
  }
  SECTION("an object that is none") {
    f.api.send(R"({"type":"ADDED","object":{"metadata":[]}})"
               "\n");
  }
  f.run_until([&] { return f.api.count(false) == 2 && f.api.open_watches() == 1; });
  CHECK(f.relists("undecodable") == 1);
  CHECK(f.api.last(false).param("resourceVersion") == "10");
}

TEST_CASE("Reflector reads an event that ends in the middle again", "[runtime][reflector]") {
  Fixture f;
  f.reach_watch();
  f.pass(5s);
  const std::string event = event_json("ADDED", {.name = "b", .version = 11});
  f.api.send(event.substr(0, event.size() / 2));
  f.pass(1s);
  f.api.end_watch();
  f.run_until([&] { return f.api.count(true) == 2; });
  CHECK(f.target.log.size() == 1);
  CHECK(f.api.last(true).param("resourceVersion") == "10");
  f.run_until([&] { return f.api.open_watches() == 1; });
  f.api.send(event);
  f.pass(1s);
  CHECK(f.target.log.back() == "ADDED b@11");
}

TEST_CASE("Reflector shows when it heard something last", "[runtime][reflector][metrics]") {
  Fixture f;
  f.reach_watch();
  f.pass(100s);
  f.api.send(bookmark_json(11));
  f.pass(100s);
  const double stamp =
      f.registry.gauge("kyma_operator_watch_last_event_timestamp_seconds", "", {"kind"}).with({"Widget"}).value();
  CHECK(stamp == Catch::Approx(1'700'000'100).margin(0.001));
  CHECK(f.registry.expose().find("kyma_operator_relists_total{kind=\"Widget\",reason=\"expired\"} 0") !=
        std::string::npos);
}

TEST_CASE("Reflector ends when it is cancelled, wherever it is", "[runtime][reflector]") {
  Fixture f;
  SECTION("before anything") {}
  SECTION("watching") { f.reach_watch(); }
  SECTION("backing off") {
    f.api.lists = {{403, status_json(403, "Forbidden")}};
    f.run_until([&] { return f.quiet.count("List failed") == 1; });
  }
  f.api.clock.run(f.api.loop, f.tasks.stop());
  CHECK(f.tasks.empty());
}
