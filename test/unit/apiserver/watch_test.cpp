#include <catch2/catch_test_macros.hpp>

#include "operator/apiserver/storage.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

const std::string kCollection(kConfigMaps);

std::string path(std::string_view name) { return kCollection + "/" + std::string(name); }

std::string labelled(std::string_view name, std::string_view value) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + std::string(name) + R"(","labels":{"l":")" +
         std::string(value) + R"("}}})";
}

TEST_CASE("Watch delivers every change after the version it starts from", "[apiserver][watch]") {
  TestApi api;
  std::vector<std::string> versions{api.get(kCollection).version()};
  versions.push_back(api.post(kCollection, config_map("a")).version());
  versions.push_back(api.post(kCollection, config_map("b")).version());
  versions.push_back(api.patch(path("a"), R"({"data":{"k":"2"}})").version());
  api.remove(path("b"));
  versions.push_back(api.get(kCollection).version());
  const std::vector<std::string> expected{"ADDED a, ADDED b, MODIFIED a, DELETED b", "ADDED b, MODIFIED a, DELETED b",
                                          "MODIFIED a, DELETED b", "DELETED b", ""};
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const auto watch = api.watch(kCollection + "?watch=1&resourceVersion=" + versions[i]);
    INFO("from " << i);
    REQUIRE(watch->str() == expected[i]);
  }
}

TEST_CASE("Watch goes on with what happens later, and shares the bytes of a GET", "[apiserver][watch]") {
  TestApi api;
  const auto watch = api.watch(kCollection + "?watch=true&resourceVersion=" + api.get(kCollection).version());
  const auto made = api.post(kCollection, config_map("a"));
  api.settle();
  REQUIRE(watch->writer.body == "{\"type\":\"ADDED\",\"object\":" + made.body + "}\n");
  api.remove(path("a"));
  api.settle();
  const auto events = watch->events();
  REQUIRE(events.size() == 2);
  REQUIRE(events[1].type == "DELETED");
  // The last state under the version of its deletion.
  REQUIRE(json::string_at(events[1].object, {"data", "k"}) == "v");
  REQUIRE(std::stoull(events[1].version()) > std::stoull(made.version()));
  REQUIRE(events[1].version() == api.get(kCollection).version());
}

TEST_CASE("Watch without a version begins with what exists", "[apiserver][watch]") {
  TestApi api;
  api.post(kCollection, config_map("a"));
  api.post(kCollection, config_map("b"));
  for (const auto* query : {"?watch=true", "?watch=true&resourceVersion=0"}) {
    const auto watch = api.watch(kCollection + query);
    REQUIRE(watch->str() == "ADDED a, ADDED b");
  }
  const auto watch = api.watch("/api/v1/configmaps?watch=true&fieldSelector=metadata.name%3Db");
  api.patch(path("b"), R"({"data":{"k":"2"}})");
  api.patch(path("a"), R"({"data":{"k":"2"}})");
  api.settle();
  REQUIRE(watch->str() == "ADDED b, MODIFIED b");
}

TEST_CASE("Watch translates what enters and leaves its selection", "[apiserver][watch][selector]") {
  TestApi api;
  const auto watch =
      api.watch(kCollection + "?watch=true&labelSelector=l%3Din&resourceVersion=" + api.get(kCollection).version());
  api.post(kCollection, labelled("a", "out"));
  api.put(path("a"), labelled("a", "in"));
  api.patch(path("a"), R"({"data":{"k":"2"}})");
  const auto left = api.put(path("a"), labelled("a", "out"));
  api.put(path("a"), labelled("a", "in"));
  api.remove(path("a"));
  api.post(kCollection, labelled("a", "out"));
  api.remove(path("a"));
  api.settle();
  REQUIRE(watch->str() == "ADDED a, MODIFIED a, DELETED a, ADDED a, DELETED a");
  // Leaving shows the state that was still selected, under the version at which it left.
  const auto events = watch->events();
  REQUIRE(json::string_at(events[2].object, {"metadata", "labels", "l"}) == "in");
  REQUIRE(events[2].version() == left.version());
}

TEST_CASE("Watch is confined to its namespace", "[apiserver][watch]") {
  TestApi api;
  api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"}})");
  const auto version = api.get(kCollection).version();
  const auto here = api.watch(kCollection + "?watch=true&resourceVersion=" + version);
  const auto everywhere = api.watch("/api/v1/configmaps?watch=true&resourceVersion=" + version);
  api.post("/api/v1/namespaces/other/configmaps", config_map("x"));
  api.post(kCollection, config_map("a"));
  api.settle();
  REQUIRE(here->str() == "ADDED a");
  REQUIRE(everywhere->str() == "ADDED x, ADDED a");
}

TEST_CASE("Watch from a version that is no longer known gets 410", "[apiserver][watch][history]") {
  ApiServerOptions options;
  options.history_events = 3;
  TestApi api(options);
  const auto old = api.post(kCollection, config_map("a")).version();
  for (int i = 0; i < 5; ++i) api.patch(path("a"), R"({"data":{"k":")" + std::to_string(i) + R"("}})");
  const auto watch = api.watch(kCollection + "?watch=true&resourceVersion=" + old);
  REQUIRE(watch->ended);
  const auto events = watch->events();
  REQUIRE(events.size() == 1);
  REQUIRE(events[0].type == "ERROR");
  REQUIRE(json::int_at(events[0].object, {"code"}) == 410);
  REQUIRE(json::string_at(events[0].object, {"reason"}) == "Expired");
  // A version of an earlier life is old, one of the future is refused.
  REQUIRE(api.watch(kCollection + "?watch=true&resourceVersion=17")->str() == "ERROR ");
  const auto future = api.watch(kCollection + "?watch=true&resourceVersion=9000000000000000");
  REQUIRE(future->writer.status == 504);
  REQUIRE(api.watch(kCollection + "?watch=true&resourceVersion=x")->writer.status == 422);
}

TEST_CASE("Watch of a quiet resource is not cut off by the noise of another", "[apiserver][watch][history]") {
  ApiServerOptions options;
  options.history_events = 3;
  TestApi api(options);
  const auto version = api.get("/api/v1/namespaces/default/secrets").version();
  for (int i = 0; i < 10; ++i) api.post(kCollection, config_map("a" + std::to_string(i)));
  const auto watch = api.watch("/api/v1/namespaces/default/secrets?watch=true&resourceVersion=" + version);
  REQUIRE_FALSE(watch->ended);
  api.post("/api/v1/namespaces/default/secrets", R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  api.settle();
  REQUIRE(watch->str() == "ADDED s");
}

TEST_CASE("Watch that is too slow for the history ends with 410", "[apiserver][watch][history]") {
  ApiServerOptions options;
  options.history_events = 3;
  TestApi api(options);
  const auto watch = api.watch(kCollection + "?watch=true&resourceVersion=" + api.get(kCollection).version());
  watch->writer.paused = true;
  for (int i = 0; i < 8; ++i) {
    api.post(kCollection, config_map("a" + std::to_string(i)));
    api.settle();
  }
  watch->writer.paused = false;
  watch->writer.resumed.notify_all();
  api.settle();
  REQUIRE(watch->ended);
  REQUIRE(watch->str() == "ADDED a0, ERROR ");
  REQUIRE(json::int_at(watch->events()[1].object, {"code"}) == 410);
}

TEST_CASE("Watch sends bookmarks when asked for, and one at its end", "[apiserver][watch][bookmark]") {
  TestApi api;
  const auto version = api.get(kCollection).version();
  const auto silent = api.watch(kCollection + "?watch=true&timeoutSeconds=150&resourceVersion=" + version);
  const auto watch =
      api.watch(kCollection + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=150&resourceVersion=" + version);
  api.post("/api/v1/namespaces/default/secrets", R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  const auto newest = api.get(kCollection).version();
  api.pass(std::chrono::seconds{61});
  REQUIRE(watch->events().size() == 1);
  REQUIRE(watch->events()[0].type == "BOOKMARK");
  REQUIRE(watch->events()[0].version() == newest);
  REQUIRE(json::string_at(watch->events()[0].object, {"kind"}) == "ConfigMap");
  api.pass(std::chrono::seconds{60});
  REQUIRE(watch->events().size() == 2);
  REQUIRE_FALSE(watch->ended);
  api.pass(std::chrono::seconds{30});
  REQUIRE(watch->ended);
  REQUIRE(watch->events().size() == 3);
  REQUIRE(silent->ended);
  REQUIRE(silent->writer.body.empty());
}

TEST_CASE("Watch ends by itself after a random half hour to an hour", "[apiserver][watch]") {
  TestApi api;
  const auto watch = api.watch(kCollection + "?watch=true");
  api.pass(std::chrono::minutes{30});
  REQUIRE_FALSE(watch->ended);
  api.pass(std::chrono::minutes{30});
  REQUIRE(watch->ended);
}

TEST_CASE("Watch ends in time although it never catches up, with a bookmark of what it has sent",
          "[apiserver][watch][bookmark]") {
  TestApi api;
  const auto version = api.get(kCollection).version();
  const auto watch =
      api.watch(kCollection + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=5&resourceVersion=" + version);
  int made = 0;
  watch->writer.before_write = [&]() -> asio::awaitable<void> {
    co_await api.clock.sleep_for(std::chrono::seconds{1});
    if (made < 30) static_cast<void>(api.server.create(config_map("a" + std::to_string(++made))));
  };
  api.post(kCollection, config_map("a"));
  api.pass(std::chrono::seconds{10});
  REQUIRE(watch->ended);
  const auto events = watch->events();
  REQUIRE(events.size() > 2);
  REQUIRE(events.back().type == "BOOKMARK");
  REQUIRE(events.back().version() == events[events.size() - 2].version());
}

TEST_CASE("Watch can send the initial list, marked by a bookmark", "[apiserver][watch][watchlist]") {
  TestApi api;
  api.post(kCollection, config_map("a"));
  const auto watch = api.watch(
      kCollection + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan");
  const auto events = watch->events();
  REQUIRE(events.size() == 2);
  REQUIRE(events[0].str() == "ADDED a");
  REQUIRE(events[1].type == "BOOKMARK");
  REQUIRE(json::string_at(events[1].object, {"metadata", "annotations", "k8s.io/initial-events-end"}) == "true");
  REQUIRE(api.watch(kCollection + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true")->writer.status == 422);
  REQUIRE(api.watch(kCollection + "?watch=true&resourceVersionMatch=NotOlderThan&resourceVersion=1")->writer.status ==
          422);
  REQUIRE(
      api.watch(kCollection + "?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")->str().empty());
}

TEST_CASE("Watch ends when the server stops, and its place in the history with it", "[apiserver][watch]") {
  TestApi api;
  const auto watch = api.watch(kCollection + "?watch=true");
  auto& history = api.server.storage().table("configmaps").history();
  REQUIRE(history.watchers() == 1);
  api.clock.run(api.loop, api.server.stop());
  api.settle();
  REQUIRE(watch->ended);
  REQUIRE(history.watchers() == 0);
  const auto ready = api.call("GET", "/readyz");
  REQUIRE(ready.status == 500);
  REQUIRE(api.call("GET", "/livez").status == 200);
}

TEST_CASE("Watch of an object that a cancelled client asked for leaves nothing behind", "[apiserver][watch]") {
  TestApi api;
  const auto watch = api.watch(kCollection + "?watch=true");
  api.clock.run(api.loop, api.tasks.stop());
  REQUIRE_FALSE(watch->ended);
  REQUIRE(api.server.storage().table("configmaps").history().watchers() == 0);
  REQUIRE(api.post(kCollection, config_map("a")).status == 201);
}

TEST_CASE("Watch sends tables to those who accept them, column definitions once", "[apiserver][watch][table]") {
  TestApi api;
  api.post(kCollection, config_map("a"));
  api.post(kCollection, config_map("b"));
  const auto watch = api.watch(kCollection + "?watch=true",
                               {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"}});
  const auto events = watch->events();
  REQUIRE(events.size() == 2);
  REQUIRE(json::string_at(events[0].object, {"kind"}) == "Table");
  REQUIRE(json::find(events[0].object, "columnDefinitions")->Size() > 0);
  REQUIRE(json::find(events[1].object, "rows")->Size() == 1);
  const auto* definitions = json::find(events[1].object, "columnDefinitions");
  REQUIRE((!definitions || definitions->IsNull() || definitions->Empty()));
}

}  // namespace
}  // namespace kyma::apiserver::test
