#include <catch2/catch_test_macros.hpp>

#include "operator/apiserver/storage.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

const std::string kCollection(kConfigMaps);

std::string path(std::string_view name) { return kCollection + "/" + std::string(name); }

std::string owned(std::string_view name, std::initializer_list<std::pair<std::string, std::string>> owners,
                  bool block = false, std::string_view kind = "ConfigMap") {
  std::string references;
  for (const auto& [owner, uid] : owners) {
    if (!references.empty()) references += ',';
    references += R"({"apiVersion":"v1","kind":")" + std::string(kind) + R"(","name":")" + owner + R"(","uid":")" +
                  uid + R"(","blockOwnerDeletion":)" + (block ? "true" : "false") + "}";
  }
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + std::string(name) +
         R"(","ownerReferences":[)" + references + "]}}";
}

std::string uid_of(const Answer& answer) { return answer.text({"metadata", "uid"}); }

asio::awaitable<void> first_size_below(Table& table, std::size_t limit, std::size_t& seen) {
  while (table.size() >= limit) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  seen = table.size();
}

TEST_CASE("Delete honours its preconditions", "[apiserver][delete]") {
  TestApi api;
  const auto made = api.post(kCollection, config_map("a"));
  const auto uid = api.remove(path("a"), R"({"preconditions":{"uid":"00000000-0000-4000-8000-000000000000"}})");
  REQUIRE(uid.status == 409);
  REQUIRE(
      uid.message().find(
          "the UID in the precondition (00000000-0000-4000-8000-000000000000) does not match the UID in record (") !=
      std::string::npos);
  const auto version = api.remove(path("a"), R"({"preconditions":{"resourceVersion":"1"}})");
  REQUIRE(version.status == 409);
  REQUIRE(version.message().find("the ResourceVersion in the precondition (1) does not match") != std::string::npos);
  REQUIRE(api.remove(path("a"), R"({"propagationPolicy":"Sideways"})").status == 422);
  REQUIRE(api.remove(path("a"), R"({"propagationPolicy":"Orphan","orphanDependents":true})").status == 422);
  REQUIRE(api.remove(path("a"), R"({"kind":"Pod"})").status == 400);
  REQUIRE(api.remove(path("a"), R"({"preconditions":{"uid":")" + uid_of(made) + R"(","resourceVersion":")" +
                                    made.version() + R"("}})")
              .status == 200);
  REQUIRE(api.remove(path("a")).status == 404);
}

TEST_CASE("Delete takes any whole number of seconds as its grace period", "[apiserver][delete]") {
  TestApi api;
  api.post(kCollection, config_map("a"));
  for (const auto* body : {R"({"gracePeriodSeconds":"30"})", R"({"gracePeriodSeconds":1.5})",
                           R"({"gracePeriodSeconds":[0]})", R"({"gracePeriodSeconds":9223372036854775808})"}) {
    INFO(body);
    const auto refused = api.remove(path("a"), body);
    REQUIRE(refused.status == 400);
    REQUIRE(refused.message().find("gracePeriodSeconds must be a 64-bit integer, not ") != std::string::npos);
  }
  for (const auto* text : {"soon", "1.5", "30s", "9223372036854775808"}) {
    INFO(text);
    const auto refused = api.remove(path("a") + "?gracePeriodSeconds=" + text);
    REQUIRE(refused.status == 400);
    REQUIRE(refused.message().find("gracePeriodSeconds") != std::string::npos);
  }
  REQUIRE(api.remove(path("a"), R"({"gracePeriodSeconds":30})").status == 200);
  api.post(kCollection, config_map("a"));
  REQUIRE(api.remove(path("a") + "?gracePeriodSeconds=0").status == 200);
  // A second, to Kubernetes.
  api.post(kCollection, config_map("a"));
  REQUIRE(api.remove(path("a"), R"({"gracePeriodSeconds":-1})").status == 200);
  REQUIRE(api.get(path("a")).status == 404);
}

TEST_CASE("Object with finalizers goes when the last is removed", "[apiserver][delete][finalizer]") {
  TestApi api;
  api.post(kCollection,
           R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["x.io/a","x.io/b"]}})");
  const auto watch = api.watch(kCollection + "?watch=true");
  const auto deleted = api.remove(path("a"));
  REQUIRE(deleted.status == 200);
  REQUIRE(deleted.text({"kind"}) == "ConfigMap");
  REQUIRE_FALSE(deleted.text({"metadata", "deletionTimestamp"}).empty());
  // Again is no change, and new finalizers are refused.
  REQUIRE(api.remove(path("a")).version() == deleted.version());
  const auto added = api.patch(path("a"), R"({"metadata":{"finalizers":["x.io/a","x.io/b","x.io/c"]}})");
  REQUIRE(added.status == 422);
  REQUIRE(
      added.message().find(
          "no new finalizers can be added if the object is being deleted, found new finalizers []string{\"x.io/c\"}") !=
      std::string::npos);
  REQUIRE(api.patch(path("a"), R"({"metadata":{"deletionTimestamp":null}})").version() == deleted.version());
  REQUIRE(api.patch(path("a"), R"({"metadata":{"finalizers":["x.io/b"]}})").status == 200);
  REQUIRE(api.get(path("a")).status == 200);
  const auto last = api.patch(path("a"), R"({"metadata":{"finalizers":[]}})");
  REQUIRE(last.status == 200);
  REQUIRE(json::find(last.json, {"metadata", "finalizers"}) == nullptr);
  REQUIRE(api.get(path("a")).status == 404);
  api.settle();
  REQUIRE(watch->str() == "ADDED a, MODIFIED a, MODIFIED a, DELETED a");
}

TEST_CASE("DeleteCollection deletes what is selected", "[apiserver][delete]") {
  TestApi api;
  for (int i = 0; i < 200; ++i) {
    const auto name = "a" + std::to_string(i);
    api.post(kCollection, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name +
                              R"(","labels":{"half":")" + (i % 2 ? "one" : "two") + R"("}}})");
  }
  const auto removed = api.remove(kCollection + "?labelSelector=half%3Done");
  REQUIRE(removed.status == 200);
  REQUIRE(json::find(removed.json, "items")->Size() == 100);
  REQUIRE(json::find(api.get(kCollection).json, "items")->Size() == 100);
  REQUIRE(api.remove(kCollection + "?dryRun=All").status == 200);
  REQUIRE(json::find(api.get(kCollection).json, "items")->Size() == 100);
  REQUIRE(api.remove(kCollection).status == 200);
  REQUIRE(json::find(api.get(kCollection).json, "items")->Empty());
}

TEST_CASE("Dependents go with their last owner", "[apiserver][gc]") {
  TestApi api;
  const auto one = uid_of(api.post(kCollection, config_map("one")));
  const auto two = uid_of(api.post(kCollection, config_map("two")));
  api.post(kCollection, owned("both", {{"one", one}, {"two", two}}));
  api.post(kCollection, owned("first", {{"one", one}}));
  const auto grand = uid_of(api.get(path("first")));
  api.post(kCollection, owned("grandchild", {{"first", grand}}));
  api.settle();
  REQUIRE(api.get(path("grandchild")).status == 200);
  api.remove(path("one"));
  api.settle();
  REQUIRE(api.get(path("first")).status == 404);
  REQUIRE(api.get(path("grandchild")).status == 404);
  const auto both = api.get(path("both"));
  REQUIRE(both.status == 200);
  // The reference that means nothing any more is gone.
  REQUIRE(json::find(both.json, {"metadata", "ownerReferences"})->Size() == 1);
  api.remove(path("two"));
  api.settle();
  REQUIRE(api.get(path("both")).status == 404);
}

TEST_CASE("Object of an owner that does not exist is collected", "[apiserver][gc]") {
  TestApi api;
  const std::string unknown = "00000000-0000-4000-8000-000000000000";
  const auto made = uid_of(api.post(kCollection, config_map("real")));
  api.post(kCollection, owned("orphan", {{"nobody", unknown}}));
  api.post(kCollection, owned("stale", {{"real", unknown}}));  // the name exists, under another uid
  api.post(kCollection, owned("mystery", {{"x", unknown}}, false, "Unheard"));
  api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"}})");
  api.post("/api/v1/namespaces/other/configmaps", owned("abroad", {{"real", made}}));
  api.settle();
  REQUIRE(api.get(path("orphan")).status == 404);
  REQUIRE(api.get(path("stale")).status == 404);
  // An owner in another namespace does not count as one; an unknown kind gets the benefit of the doubt.
  REQUIRE(api.get("/api/v1/namespaces/other/configmaps/abroad").status == 404);
  REQUIRE(api.get(path("mystery")).status == 200);
}

TEST_CASE("Orphan propagation frees the dependents", "[apiserver][gc]") {
  TestApi api;
  const auto owner = uid_of(api.post(kCollection, config_map("owner")));
  api.post(kCollection, owned("child", {{"owner", owner}}));
  REQUIRE(api.remove(path("owner"), R"({"propagationPolicy":"Orphan"})").status == 200);
  api.settle();
  REQUIRE(api.get(path("owner")).status == 404);
  const auto child = api.get(path("child"));
  REQUIRE(child.status == 200);
  REQUIRE(json::find(child.json, {"metadata", "ownerReferences"}) == nullptr);
}

TEST_CASE("Hundreds of dependents are orphaned, or deleted before their owner", "[apiserver][gc]") {
  TestApi api;
  for (const auto* policy : {"Orphan", "Foreground"}) {
    const auto owner = uid_of(api.post(kCollection, config_map("owner")));
    for (int i = 0; i < 300; ++i) {
      REQUIRE(api.server.create(owned(std::string("c") + std::to_string(i), {{"owner", owner}}, true)).has_value());
    }
    REQUIRE(api.remove(path("owner") + "?propagationPolicy=" + policy).status == 200);
    api.settle();
    REQUIRE(api.get(path("owner")).status == 404);
    const auto left = api.get(kCollection);
    const bool orphaned = std::string_view(policy) == "Orphan";
    REQUIRE(json::find(left.json, "items")->Size() == (orphaned ? 300u : 0u));
    REQUIRE(left.body.find("ownerReferences") == std::string::npos);
    api.remove(kCollection);
  }
}

TEST_CASE("Foreground propagation waits for blocking dependents", "[apiserver][gc]") {
  TestApi api;
  const auto owner = uid_of(api.post(kCollection, config_map("owner")));
  api.post(kCollection, owned("child", {{"owner", owner}}, true));
  api.patch(path("child"), R"({"metadata":{"finalizers":["x.io/wait"]}})");
  api.post(kCollection, owned("other", {{"owner", owner}}));
  REQUIRE(api.remove(path("owner") + "?propagationPolicy=Foreground").status == 200);
  api.settle();
  REQUIRE(api.get(path("other")).status == 404);
  REQUIRE_FALSE(api.get(path("child")).text({"metadata", "deletionTimestamp"}).empty());
  REQUIRE(api.get(path("owner")).status == 200);
  api.patch(path("child"), R"({"metadata":{"finalizers":null}})");
  api.settle();
  REQUIRE(api.get(path("owner")).status == 404);
}

TEST_CASE("Foreground propagation goes on when a dependent lets go of its owner", "[apiserver][gc]") {
  for (const auto* change : {R"({"metadata":{"ownerReferences":null}})", "unblock"}) {
    TestApi api;
    const auto owner = uid_of(api.post(kCollection, config_map("owner")));
    api.post(kCollection, owned("child", {{"owner", owner}}, true));
    api.patch(path("child"), R"({"metadata":{"finalizers":["x.io/wait"]}})");
    api.remove(path("owner") + "?propagationPolicy=Foreground");
    api.settle();
    REQUIRE(api.get(path("owner")).status == 200);
    const bool unblock = std::string_view(change) == "unblock";
    REQUIRE(api.patch(path("child"), unblock ? owned("child", {{"owner", owner}}) : change).status == 200);
    api.settle();
    REQUIRE(api.get(path("owner")).status == 404);
    REQUIRE(api.get(path("child")).status == 200);
  }
}

TEST_CASE("Foreground propagation ends although two objects own each other", "[apiserver][gc]") {
  TestApi api;
  const auto a = uid_of(api.post(kCollection, config_map("a")));
  const auto b = uid_of(api.post(kCollection, owned("b", {{"a", a}}, true)));
  REQUIRE(api.patch(path("a"), owned("a", {{"b", b}}, true)).status == 200);
  api.settle();
  REQUIRE(api.remove(path("a") + "?propagationPolicy=Foreground").status == 200);
  api.settle();
  REQUIRE(api.get(path("a")).status == 404);
  REQUIRE(api.get(path("b")).status == 404);
}

TEST_CASE("Dependents made too late do not survive their owner", "[apiserver][gc]") {
  TestApi api;
  // Of an owner that is made anew under the same name.
  const auto old = uid_of(api.post(kCollection, config_map("owner")));
  api.remove(path("owner"));
  const auto owner = uid_of(api.post(kCollection, config_map("owner")));
  api.post(kCollection, owned("late", {{"owner", old}}));
  api.post(kCollection, owned("child", {{"owner", owner}}, true));
  api.settle();
  REQUIRE(api.get(path("late")).status == 404);
  REQUIRE(api.get(path("child")).status == 200);
  // Of an owner that waits for the dependents it had.
  api.patch(path("child"), R"({"metadata":{"finalizers":["x.io/wait"]}})");
  api.remove(path("owner") + "?propagationPolicy=Foreground");
  api.settle();
  REQUIRE(api.post(kCollection, owned("late", {{"owner", owner}})).status == 201);
  api.settle();
  REQUIRE(api.get(path("late")).status == 404);
  REQUIRE(api.get(path("owner")).status == 200);
}

TEST_CASE("Owner of a definition that went takes its dependents along", "[apiserver][gc][crd]") {
  TestApi api;
  define_widgets(api);
  const auto owner = uid_of(api.post(kWidgets, widget("w")));
  api.post(
      kCollection,
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"child","ownerReferences":[{"apiVersion":"example.com/v1","kind":"Widget","name":"w","uid":")" +
          owner + R"("}]}})");
  api.settle();
  REQUIRE(api.get(path("child")).status == 200);
  api.remove(std::string(kDefinitions) + "/widgets.example.com");
  api.settle();
  REQUIRE(api.get(path("child")).status == 404);
}

TEST_CASE("Thousands of dependents are collected in batches", "[apiserver][gc]") {
  TestApi api;
  const auto owner = uid_of(api.post(kCollection, config_map("owner")));
  for (int i = 0; i < 3000; ++i)
    REQUIRE(api.server.create(owned("c" + std::to_string(i), {{"owner", owner}})).has_value());
  // Others get their turn in between: somebody who only looks on sees the collection half done.
  auto& table = api.server.storage().table("configmaps");
  std::size_t between = 0;
  api.tasks.spawn(first_size_below(table, 2990, between));
  api.remove(path("owner"));
  api.settle();
  REQUIRE(between > 2000);
  REQUIRE(json::find(api.get(kCollection).json, "items")->Empty());
}

TEST_CASE("Namespace must exist and not be terminating", "[apiserver][namespace]") {
  TestApi api;
  const auto none = api.post("/api/v1/namespaces/nowhere/configmaps", config_map("a"));
  REQUIRE(none.status == 404);
  REQUIRE(none.message() == "namespaces \"nowhere\" not found");
  api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})");
  api.post("/api/v1/namespaces/n/configmaps",
           R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["x.io/a"]}})");
  api.post("/api/v1/namespaces/n/configmaps", config_map("free"));
  const auto deleted = api.remove("/api/v1/namespaces/n");
  REQUIRE(deleted.status == 200);
  REQUIRE(deleted.text({"status", "phase"}) == "Terminating");
  const auto refused = api.post("/api/v1/namespaces/n/configmaps", config_map("a"));
  REQUIRE(refused.status == 403);
  REQUIRE(refused.message() ==
          "configmaps \"a\" is forbidden: unable to create new content in namespace n because it is being terminated");
  api.settle();
  REQUIRE(api.get("/api/v1/namespaces/n/configmaps/free").status == 404);
  REQUIRE(api.get("/api/v1/namespaces/n").status == 200);
  api.patch("/api/v1/namespaces/n/configmaps/held", R"({"metadata":{"finalizers":null}})");
  api.settle();
  REQUIRE(api.get("/api/v1/namespaces/n").status == 404);
  REQUIRE(api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})").status ==
          201);
}

TEST_CASE("Object that waits for its finalizers keeps no other from going with its namespace",
          "[apiserver][namespace]") {
  TestApi api;
  define_widgets(api);
  api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})");
  api.post("/api/v1/namespaces/n/configmaps",
           R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["x.io/a"]}})");
  api.post("/api/v1/namespaces/n/secrets", R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  api.post("/apis/example.com/v1/namespaces/n/widgets", widget("w"));
  api.remove("/api/v1/namespaces/n");
  api.settle();
  REQUIRE(api.get("/api/v1/namespaces/n/secrets/s").status == 404);
  REQUIRE(api.get("/apis/example.com/v1/namespaces/n/widgets/w").status == 404);
  REQUIRE(api.get("/api/v1/namespaces/n/configmaps/held").status == 200);
}

TEST_CASE("Namespaces have their rules", "[apiserver][namespace]") {
  TestApi api;
  for (const auto* name : {"default", "kube-system", "kube-public", "kube-node-lease"}) {
    const auto answer = api.get("/api/v1/namespaces/" + std::string(name));
    REQUIRE(answer.status == 200);
    REQUIRE(answer.text({"status", "phase"}) == "Active");
    REQUIRE(answer.text({"metadata", "labels", "kubernetes.io/metadata.name"}) == name);
    REQUIRE(api.remove("/api/v1/namespaces/" + std::string(name)).status == 403);
  }
  REQUIRE(
      api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a.b"}})").status ==
      422);
  // The server's finalizer is not for clients to remove.
  api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"}})");
  const auto patched = api.patch("/api/v1/namespaces/n", R"({"spec":{"finalizers":null}})");
  REQUIRE(json::find(patched.json, {"spec", "finalizers"})->Size() == 1);
}

TEST_CASE("Events are removed an hour after their last change", "[apiserver][events]") {
  TestApi api;
  const std::string events = "/api/v1/namespaces/default/events";
  const std::string body =
      R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"e"},"involvedObject":{"kind":"Widget","namespace":"default","name":"w"},"reason":"Done","type":"Normal"})";
  REQUIRE(api.post(events, body).status == 201);
  api.pass(std::chrono::minutes{50});
  REQUIRE(api.patch(events + "/e", R"({"count":2})").status == 200);
  api.pass(std::chrono::minutes{50});
  REQUIRE(api.get(events + "/e").status == 200);
  REQUIRE(json::find(api.get(events + "?fieldSelector=involvedObject.name%3Dw,type%3DNormal").json, "items")->Size() ==
          1);
  REQUIRE(json::find(api.get(events + "?fieldSelector=involvedObject.name!%3Dw").json, "items")->Empty());
  api.pass(std::chrono::minutes{11});
  REQUIRE(api.get(events + "/e").status == 404);
  const auto foreign = api.post(
      events, R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"f"},"involvedObject":{"namespace":"other"}})");
  REQUIRE(foreign.status == 422);
}

}  // namespace
}  // namespace kyma::apiserver::test
