#include "operator/runtime/informer.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

#include "operator/base/task_group.hpp"
#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace kyma::test;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  Fixture() {
    by_color = informer.add_index([](const Widget& widget, const auto& emit) { emit(widget.color); });
    informer.add_handler({
        .on_add = [this](const ObjectPtr<Widget>& o,
                         bool initial) { say(fmt::format("{} {}", initial ? "initial" : "add", text(o))); },
        .on_update = [this](const ObjectPtr<Widget>& a,
                            const ObjectPtr<Widget>& b) { say(fmt::format("update {} {}", text(a), text(b))); },
        .on_delete = [this](const ObjectPtr<Widget>& o) { say("delete " + text(o)); },
    });
  }
  ~Fixture() { api.clock.run(api.loop, tasks.stop()); }

  static std::string text(const ObjectPtr<Widget>& object) {
    return object ? fmt::format("{}@{}", object->metadata.name.view(), object->metadata.resource_version) : "none";
  }
  void say(std::string line) {
    // The store is always ahead of the handlers.
    events.push_back(std::move(line));
  }
  // Lists these, watches from `version`.
  void start(std::vector<WidgetSpec> items = {}, std::uint64_t version = 10) {
    api.lists = {{200, list_json(items, version)}};
    tasks.spawn(informer.run());
    api.clock.run_until(api.loop, [&] { return api.open_watches() == 1; });
    events.clear();
  }
  void event(std::string_view type, const WidgetSpec& widget) {
    api.send(event_json(type, widget));
    settle();
  }
  void settle() { api.clock.run_for(api.loop, 1s); }
  // 410 on the stream, then this list.
  void relist(std::vector<WidgetSpec> items, std::uint64_t version) {
    api.lists = {{200, list_json(items, version)}};
    const auto lists = api.count(false);
    api.send(R"({"type":"ERROR","object":)" + status_json(410, "Expired") + "}\n");
    api.clock.run_until(api.loop, [&] { return api.count(false) > lists && api.open_watches() == 1; });
    settle();
  }
  ObjectPtr<Widget> get(std::string_view name) const { return informer.get({"default", name}); }
  std::string seen(std::string_view name) const { return text(get(name)); }
  std::vector<std::string> of_color(std::string_view color) const {
    std::vector<std::string> found;
    for (const auto& object : informer.by_index(by_color, color)) found.push_back(text(object));
    std::sort(found.begin(), found.end());
    return found;
  }

  QuietLog quiet;
  FakeApi api;
  metrics::Registry registry;
  Informer<Widget> informer{*api.client, api.clock, {.random_seed = 42}, &registry};
  IndexId by_color;
  std::vector<std::string> events;
  TaskGroup tasks{api.loop.get_executor()};
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("Informer fills its store from the first list and says so once", "[runtime][informer]") {
  Fixture f;
  f.api.lists = {{200, list_json({{.name = "a", .version = 3}, {.name = "b", .version = 4}}, 10)}};
  CHECK_FALSE(f.informer.synced());
  f.tasks.spawn(f.informer.run());
  f.api.clock.run(f.api.loop, f.informer.wait_for_sync());
  CHECK(f.informer.synced());
  CHECK(f.informer.size() == 2);
  CHECK(f.events == Names{"initial a@3", "initial b@4"});
  CHECK(f.registry.expose().find("kyma_operator_informer_objects{kind=\"Widget\"} 2") != std::string::npos);
  f.api.clock.run(f.api.loop, f.informer.wait_for_sync());  // from now on it returns at once
}

TEST_CASE("Informer follows the watch and tells its handlers after the store has changed", "[runtime][informer]") {
  Fixture f;
  Names stored;
  f.informer.add_handler({
      .on_add = [&](const auto& o, bool) { stored.push_back(f.text(f.informer.store().get(key_of(*o)))); },
      .on_update = [&](const auto&, const auto& o) { stored.push_back(f.text(f.informer.store().get(key_of(*o)))); },
      .on_delete = [&](const auto& o) { stored.push_back(f.text(f.informer.store().get(key_of(*o)))); },
  });
  f.start({{.name = "a", .version = 3}});
  stored.clear();
  f.event("ADDED", {.name = "b", .version = 11});
  f.event("MODIFIED", {.name = "a", .version = 12, .color = "red"});
  f.event("DELETED", {.name = "b", .version = 13});
  CHECK(f.events == Names{"add b@11", "update a@3 a@12", "delete b@13"});
  CHECK(stored == Names{"b@11", "a@12", "none"});
  CHECK(f.of_color("red") == Names{"a@12"});
  CHECK(f.informer.size() == 1);
}

TEST_CASE("Informer reports each change once, however often the watch delivers it", "[runtime][informer]") {
  Fixture f;
  f.start({{.name = "a", .version = 3}});
  f.event("MODIFIED", {.name = "a", .version = 11});
  f.event("MODIFIED", {.name = "a", .version = 11});
  f.event("ADDED", {.name = "a", .version = 3});
  f.event("DELETED", {.name = "b", .version = 12});
  CHECK(f.events == Names{"update a@3 a@11"});
  CHECK(f.seen("a") == "a@11");
}

TEST_CASE("Informer compares a new list with what it has", "[runtime][informer]") {
  Fixture f;
  f.start({{.name = "same", .version = 3},
           {.name = "changed", .version = 4},
           {.name = "vanished", .version = 5},
           {.name = "replaced", .version = 6}});
  const auto same = f.get("same");
  f.relist({{.name = "same", .version = 3},
            {.name = "changed", .version = 40},
            {.name = "replaced", .version = 41, .uid = "another"},
            {.name = "new", .version = 42}},
           50);
  CHECK(f.events ==
        Names{"update changed@4 changed@40", "update replaced@6 replaced@41", "add new@42", "delete vanished@5"});
  CHECK(f.get("same") == same);  // the very object: a re-list does not double the memory
  CHECK(f.informer.size() == 4);
  CHECK(f.seen("vanished") == "none");
}

TEST_CASE("Informer keeps what it has while a new list fails, and what that told before", "[runtime][informer]") {
  Fixture f;
  f.start({{.name = "a", .version = 3}});
  f.api.lists = {
      {200,
       R"({"kind":"WidgetList","metadata":{"resourceVersion":"50"},"items":[{"metadata":{"name":"b","resourceVersion":"8"}},7]})"}};
  f.api.send(R"({"type":"ERROR","object":)" + status_json(410, "Expired") + "}\n");
  f.api.clock.run_for(f.api.loop, 1min);
  CHECK(f.seen("a") == "a@3");
  CHECK(f.events == Names{"add b@8"});
  CHECK_FALSE(f.informer.last_error().empty());
}

TEST_CASE("Informer refuses an object without a name", "[runtime][informer]") {
  Fixture f;
  f.api.lists = {{200, R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{}}]})"}};
  f.tasks.spawn(f.informer.run());
  f.api.clock.run_until(f.api.loop, [&] { return !f.informer.last_error().empty(); });
  CHECK(f.informer.last_error().find("Widget without a name") != std::string::npos);
}

// --- Read your writes -----------------------------------------------------------------------------------------------

TEST_CASE("Informer shows an own write until the watch has passed it", "[runtime][informer][overlay]") {
  Fixture f;
  f.start({{.name = "a", .version = 3, .color = "red"}});
  f.informer.observe_write(make_widget({.name = "a", .version = 12, .color = "blue"}));
  CHECK(f.seen("a") == "a@12");
  CHECK(f.text(f.informer.store().get({"default", "a"})) == "a@3");
  CHECK(f.of_color("red").empty());
  CHECK(f.of_color("blue") == Names{"a@12"});
  CHECK(f.events.empty());
  SECTION("an older event changes only the store") {
    f.event("MODIFIED", {.name = "a", .version = 11, .color = "green"});
    CHECK(f.events == Names{"update a@3 a@11"});
    CHECK(f.seen("a") == "a@12");
    CHECK(f.of_color("green").empty());
  }
  SECTION("the echo is reported as any change") {
    f.event("MODIFIED", {.name = "a", .version = 12, .color = "blue"});
    CHECK(f.events == Names{"update a@3 a@12"});
    CHECK(f.seen("a") == "a@12");
    CHECK(f.of_color("blue") == Names{"a@12"});
  }
  SECTION("a later event wins") {
    f.event("MODIFIED", {.name = "a", .version = 15, .color = "green"});
    CHECK(f.seen("a") == "a@15");
    CHECK(f.of_color("blue").empty());
  }
  SECTION("a deletion wins") {
    f.event("DELETED", {.name = "a", .version = 14});
    CHECK(f.seen("a") == "none");
    CHECK(f.of_color("blue").empty());
  }
  SECTION("a list at its version or later wins") {
    f.relist({}, 12);
    CHECK(f.seen("a") == "none");
  }
  SECTION("an older list does not") {
    f.relist({{.name = "a", .version = 11}}, 11);
    CHECK(f.seen("a") == "a@12");
  }
  SECTION("a bookmark that is past it wins, whatever the watch has withheld") {
    f.api.send(bookmark_json(12));
    f.settle();
    CHECK(f.seen("a") == "a@3");
  }
}

TEST_CASE("Informer shows an own create at once", "[runtime][informer][overlay]") {
  Fixture f;
  f.start();
  CHECK(f.informer.observe_write(to_json({.name = "a", .version = 11, .color = "red"})) != nullptr);
  CHECK(f.seen("a") == "a@11");
  CHECK(f.of_color("red") == Names{"a@11"});
  CHECK(f.informer.size() == 0);
  f.event("ADDED", {.name = "a", .version = 11, .color = "red"});
  CHECK(f.events == Names{"add a@11"});
  CHECK(f.of_color("red") == Names{"a@11"});
}

TEST_CASE("Informer takes the newest of own writes whose answers overtake each other", "[runtime][informer][overlay]") {
  Fixture f;
  f.start({{.name = "a", .version = 3}});
  f.informer.observe_write(make_widget({.name = "a", .version = 13}));
  f.informer.observe_write(make_widget({.name = "a", .version = 12}));
  CHECK(f.seen("a") == "a@13");
}

TEST_CASE("Informer ignores an answer that the watch has overtaken", "[runtime][informer][overlay]") {
  Fixture f;
  f.start({{.name = "a", .version = 3}});
  SECTION("by a later change") {
    f.event("MODIFIED", {.name = "a", .version = 15});
    f.informer.observe_write(make_widget({.name = "a", .version = 12}));
    CHECK(f.seen("a") == "a@15");
  }
  SECTION("by the deletion: what is dead stays dead") {
    f.event("ADDED", {.name = "b", .version = 11});
    f.event("DELETED", {.name = "b", .version = 12});
    f.informer.observe_write(make_widget({.name = "b", .version = 11}));
    CHECK(f.seen("b") == "none");
    CHECK(f.of_color("").size() == 1);
  }
  SECTION("without a version it says nothing") {
    f.informer.observe_write(make_widget({.name = "b", .version = 0}));
    CHECK(f.seen("b") == "none");
  }
}

TEST_CASE("Informer ignores an undecodable answer and says so", "[runtime][informer][overlay]") {
  Fixture f;
  f.start();
  CHECK(f.informer.observe_write("nonsense") == nullptr);
  CHECK(f.informer.observe_write(R"({"metadata":{}})") == nullptr);
  CHECK(f.quiet.count("undecodable") == 2);
}

TEST_CASE("Informer shows an own delete until the watch says so", "[runtime][informer][overlay]") {
  Fixture f;
  f.start({{.name = "a", .version = 3, .color = "red"}});
  f.informer.observe_delete(*f.get("a"));
  CHECK(f.seen("a") == "none");
  CHECK(f.of_color("red").empty());
  CHECK(f.informer.size() == 1);
  SECTION("an event from before it changes nothing") {
    f.event("MODIFIED", {.name = "a", .version = 11, .color = "red"});
    CHECK(f.seen("a") == "none");
    CHECK(f.of_color("red").empty());
  }
  SECTION("the deletion arrives") {
    f.event("DELETED", {.name = "a", .version = 12});
    CHECK(f.events == Names{"delete a@12"});
    f.event("ADDED", {.name = "a", .version = 13, .uid = "new"});
    CHECK(f.seen("a") == "a@13");
  }
  SECTION("another object of the name arrives") {
    f.event("ADDED", {.name = "a", .version = 13, .uid = "new"});
    CHECK(f.seen("a") == "a@13");
  }
  SECTION("the object turns out to wait for its finalizers") {
    f.event("MODIFIED", {.name = "a", .version = 12, .color = "red", .deleting = true});
    CHECK(f.seen("a") == "a@12");
    CHECK(f.of_color("red") == Names{"a@12"});
  }
  SECTION("it is made anew here") {
    f.informer.observe_write(make_widget({.name = "a", .version = 14, .uid = "new", .color = "blue"}));
    CHECK(f.seen("a") == "a@14");
    f.event("DELETED", {.name = "a", .version = 13, .uid = "uid-a"});
    CHECK(f.seen("a") == "a@14");
    CHECK(f.of_color("blue") == Names{"a@14"});
    f.event("ADDED", {.name = "a", .version = 14, .uid = "new", .color = "blue"});
    CHECK(f.of_color("blue") == Names{"a@14"});
  }
  SECTION("a late answer of an earlier patch does not bring it back") {
    f.informer.observe_write(make_widget({.name = "a", .version = 11}));
    CHECK(f.seen("a") == "none");
  }
  SECTION("a list without it") {
    f.relist({}, 12);
    CHECK(f.seen("a") == "none");
    f.event("ADDED", {.name = "a", .version = 13, .uid = "uid-a"});  // restored from a backup, say
    CHECK(f.seen("a") == "a@13");
  }
  SECTION("a list that still has it") {
    f.relist({{.name = "a", .version = 3, .color = "red"}}, 11);
    CHECK(f.seen("a") == "none");
  }
}

TEST_CASE("Informer follows a create and a delete that the watch has shown neither of",
          "[runtime][informer][overlay]") {
  Fixture f;
  f.start();
  f.informer.observe_write(make_widget({.name = "a", .version = 11}));
  f.informer.observe_delete(*f.get("a"));
  CHECK(f.seen("a") == "none");
  f.event("ADDED", {.name = "a", .version = 11});
  CHECK(f.events == Names{"add a@11"});
  CHECK(f.seen("a") == "none");
  f.event("DELETED", {.name = "a", .version = 12});
  CHECK(f.events == Names{"add a@11", "delete a@12"});
  CHECK(f.informer.size() == 0);
}

TEST_CASE("Informer ignores a delete's answer that comes too late to matter", "[runtime][informer][overlay]") {
  Fixture f;
  f.start({{.name = "a", .version = 3}});
  const auto old = f.get("a");
  SECTION("the watch has shown it") {
    f.event("DELETED", {.name = "a", .version = 11});
    f.informer.observe_delete(*old);
    f.event("ADDED", {.name = "a", .version = 12});
    CHECK(f.seen("a") == "a@12");
  }
  SECTION("there is another object of the name") {
    f.event("MODIFIED", {.name = "a", .version = 12, .uid = "new"});
    f.informer.observe_delete(*old);
    CHECK(f.seen("a") == "a@12");
  }
  SECTION("another one was made here") {
    f.informer.observe_write(make_widget({.name = "a", .version = 12, .uid = "new"}));
    f.informer.observe_delete(*old);
    CHECK(f.seen("a") == "a@12");
  }
  SECTION("it is known to be terminating") {
    f.event("MODIFIED", {.name = "a", .version = 12, .deleting = true});
    f.informer.observe_delete(*f.get("a"));
    CHECK(f.seen("a") == "a@12");
  }
}

TEST_CASE("Informer remembers what was written before the first list", "[runtime][informer][overlay]") {
  Fixture f;
  f.informer.observe_write(make_widget({.name = "a", .version = 12}));
  f.informer.observe_write(make_widget({.name = "b", .version = 9}));
  CHECK(f.seen("a") == "a@12");
  f.start({{.name = "a", .version = 3}}, 10);
  CHECK(f.seen("a") == "a@12");
  CHECK(f.seen("b") == "none");  // the list knows better
}

TEST_CASE("Informer reads stay quick with tens of thousands of writes in flight", "[runtime][informer][overlay]") {
  Fixture f;
  f.start();
  constexpr int kMany = 20'000;
  for (int i = 0; i < kMany; ++i) {
    f.informer.observe_write(
        make_widget({.name = std::to_string(i), .version = 11 + std::uint64_t(i), .color = std::to_string(i / 18)}));
  }
  std::size_t found = 0;
  // 20,000 look-ups among 20,000: scanning would be 400 million steps.
  for (int i = 0; i < kMany; ++i) found += f.informer.by_index(f.by_color, std::to_string(i / 18)).size();
  CHECK(found >= std::size_t{17} * kMany);
}
