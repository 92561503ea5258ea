#include <catch2/catch_test_macros.hpp>

#include <set>

#include "operator/apiserver/continue_token.hpp"
#include "operator/apiserver/storage.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

const std::string kCollection(kConfigMaps);

std::string names(const Answer& answer) {
  std::string result;
  for (const auto& item : json::find(answer.json, "items")->GetArray()) {
    result += std::string(json::string_at(item, {"metadata", "name"})) + " ";
  }
  return result;
}

void fill(TestApi& api, int count) {
  for (int i = 0; i < count; ++i) {
    const auto name = std::string(1, static_cast<char>('a' + i));
    api.post(kCollection, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                              R"(","labels":{"odd":")" + (i % 2 ? "yes" : "no") + R"("}}})");
  }
}

TEST_CASE("List shows a consistent state under the newest version", "[apiserver][list]") {
  TestApi api;
  fill(api, 3);
  const auto list = api.get(kCollection);
  REQUIRE(list.status == 200);
  REQUIRE(list.text({"kind"}) == "ConfigMapList");
  REQUIRE(list.text({"apiVersion"}) == "v1");
  REQUIRE(names(list) == "a b c ");
  REQUIRE(list.version() == api.get(kCollection + "/c").version());
  REQUIRE(names(api.get("/api/v1/configmaps")) == "a b c ");
  REQUIRE(names(api.get("/api/v1/namespaces/kube-system/configmaps")).empty());
  // Items are the same text as a GET's.
  REQUIRE(list.body.find(api.get(kCollection + "/b").body) != std::string::npos);
}

TEST_CASE("List selects by labels and by name", "[apiserver][list][selector]") {
  TestApi api;
  fill(api, 4);
  REQUIRE(names(api.get(kCollection + "?labelSelector=odd%3Dyes")) == "b d ");
  REQUIRE(names(api.get(kCollection + "?labelSelector=odd+in+(no)")) == "a c ");
  REQUIRE(names(api.get(kCollection + "?labelSelector=!odd")).empty());
  REQUIRE(names(api.get(kCollection + "?fieldSelector=metadata.name%3Dc")) == "c ");
  REQUIRE(names(api.get("/api/v1/configmaps?fieldSelector=metadata.namespace%3Ddefault,metadata.name!%3Da")) ==
          "b c d ");
  const auto unknown = api.get(kCollection + "?fieldSelector=spec.x%3Dc");
  REQUIRE(unknown.status == 400);
  REQUIRE(unknown.message() == "field label not supported: spec.x");
  REQUIRE(api.get(kCollection + "?labelSelector=a+b+c").status == 400);
}

TEST_CASE("Paged list shows one version, whatever happens meanwhile", "[apiserver][list][paging]") {
  TestApi api;
  fill(api, 5);
  const auto first = api.get(kCollection + "?limit=2");
  REQUIRE(names(first) == "a b ");
  REQUIRE(json::int_at(first.json, {"metadata", "remainingItemCount"}) == 3);
  api.remove(kCollection + "/c");
  api.post(kCollection, config_map("cc"));
  const auto second = api.get(kCollection + "?limit=2&continue=" + first.text({"metadata", "continue"}));
  REQUIRE(names(second) == "c d ");
  REQUIRE(second.version() == first.version());
  const auto third = api.get(kCollection + "?limit=2&continue=" + second.text({"metadata", "continue"}));
  REQUIRE(names(third) == "e ");
  REQUIRE(third.text({"metadata", "continue"}).empty());
  REQUIRE(names(api.get(kCollection)) == "a b cc d e ");
  // The version is one that a watch can go on from.
  const auto watch = api.watch(kCollection + "?watch=true&resourceVersion=" + first.version());
  REQUIRE(watch->str() == "DELETED c, ADDED cc");
}

TEST_CASE("Continue tokens grow old and cannot be made up", "[apiserver][list][paging]") {
  TestApi api;
  fill(api, 3);
  const auto token = api.get(kCollection + "?limit=1").text({"metadata", "continue"});
  REQUIRE(api.get(kCollection + "?limit=1&resourceVersion=1700000000000001&continue=" + token).status == 400);
  REQUIRE(api.get("/api/v1/configmaps?limit=1&continue=" + token).status == 410);
  api.pass(std::chrono::minutes{6});
  const auto late = api.get(kCollection + "?limit=1&continue=" + token);
  REQUIRE(late.status == 410);
  REQUIRE(late.reason() == "Expired");
  for (const std::string& forged :
       {std::string("x"), std::string("eyJ2IjoxfQ"), encode_continue_token({7, "default/a"})}) {
    const auto answer = api.get(kCollection + "?continue=" + forged);
    REQUIRE((answer.status == 400 || answer.status == 410));
  }
}

TEST_CASE("List with selector and limit pages through what matches", "[apiserver][list][paging]") {
  TestApi api;
  fill(api, 6);
  const auto first = api.get(kCollection + "?limit=2&labelSelector=odd%3Dyes");
  REQUIRE(names(first) == "b d ");
  REQUIRE(json::find(first.json, {"metadata", "remainingItemCount"}) == nullptr);
  const auto second =
      api.get(kCollection + "?limit=2&labelSelector=odd%3Dyes&continue=" + first.text({"metadata", "continue"}));
  REQUIRE(names(second) == "f ");
  REQUIRE(second.text({"metadata", "continue"}).empty());
}

TEST_CASE("List obeys resourceVersion and its match", "[apiserver][list]") {
  TestApi api;
  fill(api, 3);
  const auto now = api.get(kCollection).version();
  REQUIRE(names(api.get(kCollection + "?limit=1&resourceVersion=0")) == "a b c ");
  REQUIRE(names(api.get(kCollection + "?resourceVersion=" + now + "&resourceVersionMatch=Exact")) == "a b c ");
  REQUIRE(names(api.get(kCollection + "?resourceVersion=1&resourceVersionMatch=NotOlderThan")) == "a b c ");
  REQUIRE(api.get(kCollection + "?resourceVersion=1&resourceVersionMatch=Exact").status == 410);
  const auto future = api.get(kCollection + "?resourceVersion=9000000000000000");
  REQUIRE(future.status == 504);
  REQUIRE(future.message().starts_with("Too large resource version: 9000000000000000, current: "));
  REQUIRE(api.get(kCollection + "?resourceVersionMatch=Exact").status == 422);
  REQUIRE(api.get(kCollection + "?resourceVersion=0&resourceVersionMatch=Exact").status == 422);
  REQUIRE(api.get(kCollection + "?resourceVersion=1&resourceVersionMatch=Never").status == 422);
  REQUIRE(api.get(kCollection + "?resourceVersion=-1").status == 422);
  REQUIRE(api.get(kCollection + "?limit=many").status == 400);
}

asio::awaitable<void> change_while_listed(TestApi& api, Table& table, bool& done) {
  // Runs between the batches of the list that is being taken.
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  table.remove("default/c00001", {}).value();
  table.remove("default/c08999", {}).value();
  const auto change = [&](std::string_view name) {
    auto document = json::parse(table.get("default/" + std::string(name))->json);
    json::set(*document, "data", json::Value(rapidjson::kObjectType), document->GetAllocator());
    table.update(encode_object(*document, document->GetAllocator()), {}).value();
  };
  change("c00002");
  change("c08998");
  api.server.create(config_map("a-new")).value();
  api.server.create(config_map("z-new")).value();
  api.server.create(config_map("c08997-new")).value();
  table.remove("default/z-new", {}).value();
  done = true;
}

TEST_CASE("List of many objects is consistent although others write while it is taken", "[apiserver][list]") {
  TestApi api;
  constexpr int kCount = 9000;
  for (int i = 0; i < kCount; ++i) {
    const auto digits = std::to_string(100'000 + i).substr(1);
    api.server.create(config_map("c" + digits)).value();
  }
  const auto version = api.server.storage().revision();
  const auto before = api.get(kCollection);
  bool changed = false;
  api.tasks.spawn(change_while_listed(api, api.server.storage().table("configmaps"), changed));
  const auto during = api.get(kCollection);
  REQUIRE(changed);
  REQUIRE(api.server.storage().revision() > version);
  REQUIRE(during.version() == std::to_string(version));
  REQUIRE(during.body == before.body);
  const auto watch = api.watch(kCollection + "?watch=true&resourceVersion=" + during.version());
  REQUIRE(watch->events().size() == 8);
}

TEST_CASE("Big list is written in pieces", "[apiserver][list]") {
  ApiServerOptions options;
  options.stream_chunk_bytes = 2000;
  TestApi api(options);
  fill(api, 26);
  const auto whole = api.get(kCollection);
  REQUIRE(whole.status == 200);
  REQUIRE(json::find(whole.json, "items")->Size() == 26);
}

TEST_CASE("List and get answer with tables to those who accept them", "[apiserver][table]") {
  TestApi api;
  define_widgets(api);
  api.post(kWidgets, widget("a", R"({"size":7})"));
  api.patch(std::string(kWidgets) + "/a/status", R"({"status":{"phase":"up"}})");
  const http::Headers accept{{"Accept",
                              "application/json;as=Table;v=v1;g=meta.k8s.io,application/"
                              "json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"}};
  for (const auto& target :
       {std::string(kWidgets), std::string(kWidgets) + "/a", std::string(kWidgets) + "?limit=500"}) {
    const auto table = api.call("GET", target, {}, accept);
    REQUIRE(table.status == 200);
    REQUIRE(table.text({"kind"}) == "Table");
    REQUIRE(table.text({"apiVersion"}) == "meta.k8s.io/v1");
    REQUIRE_FALSE(table.version().empty());
    const auto& cells = (*json::find(table.json, "rows"))[0]["cells"];
    REQUIRE(cells[0] == "a");
    REQUIRE(cells[1] == 7);
    REQUIRE(cells[2] == "up");
  }
  REQUIRE(api.call("GET", std::string(kWidgets) + "?includeObject=Everything", {}, accept).status == 422);
  REQUIRE(api.call("GET", kWidgets, {}, {{"Accept", "application/json;as=Table;v=v9;g=meta.k8s.io"}}).status == 406);
  REQUIRE(api.call("GET", std::string(kWidgets) + "/none", {}, accept).text({"kind"}) == "Status");
}

}  // namespace
}  // namespace kyma::apiserver::test
