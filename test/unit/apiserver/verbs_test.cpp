#include <catch2/catch_test_macros.hpp>

#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

std::string at(std::string_view collection, std::string_view name) {
  return std::string(collection) + "/" + std::string(name);
}

TEST_CASE("ApiServer creates, reads, replaces and deletes an object", "[apiserver][verbs]") {
  TestApi api;
  const auto made = api.post(kConfigMaps, config_map("a"));
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"metadata", "namespace"}) == "default");
  REQUIRE(made.text({"metadata", "uid"}).size() == 36);
  REQUIRE(made.text({"metadata", "uid"})[14] == '4');
  REQUIRE(made.text({"metadata", "creationTimestamp"}) == "2023-11-14T22:13:20Z");
  REQUIRE(made.version().size() == 16);

  const auto read = api.get(at(kConfigMaps, "a"));
  REQUIRE(read.status == 200);
  REQUIRE(read.body == made.body);
  REQUIRE(read.headers.get("Content-Type") == "application/json");

  const auto replaced = api.put(at(kConfigMaps, "a"), config_map("a", R"(,"data":{"k":"w"})"));
  REQUIRE(replaced.status == 200);
  REQUIRE(replaced.text({"data", "k"}) == "w");
  REQUIRE(replaced.text({"metadata", "uid"}) == made.text({"metadata", "uid"}));
  REQUIRE(std::stoull(replaced.version()) > std::stoull(made.version()));

  const auto deleted = api.remove(at(kConfigMaps, "a"));
  REQUIRE(deleted.status == 200);
  REQUIRE(deleted.text({"status"}) == "Success");
  REQUIRE(deleted.text({"details", "name"}) == "a");
  REQUIRE(deleted.text({"details", "kind"}) == "configmaps");
  REQUIRE(deleted.text({"details", "uid"}) == made.text({"metadata", "uid"}));
  const auto gone = api.get(at(kConfigMaps, "a"));
  REQUIRE(gone.status == 404);
  REQUIRE(gone.message() == "configmaps \"a\" not found");
  REQUIRE(gone.reason() == "NotFound");
}

TEST_CASE("ApiServer refuses a second object of the same name", "[apiserver][verbs]") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  const auto again = api.post(kConfigMaps, config_map("a"));
  REQUIRE(again.status == 409);
  REQUIRE(again.reason() == "AlreadyExists");
  REQUIRE(again.message() == "configmaps \"a\" already exists");
}

TEST_CASE("ApiServer makes names from generateName", "[apiserver][verbs]") {
  TestApi api;
  const std::string body = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"x-"}})";
  const auto one = api.post(kConfigMaps, body);
  const auto two = api.post(kConfigMaps, body);
  REQUIRE(one.status == 201);
  REQUIRE(one.text({"metadata", "name"}).size() == 7);
  REQUIRE(one.text({"metadata", "name"}).starts_with("x-"));
  REQUIRE(one.text({"metadata", "name"}) != two.text({"metadata", "name"}));
  const auto none = api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{}})");
  REQUIRE(none.status == 422);
  REQUIRE(none.message().find("metadata.name: Required value: name or generateName is required") != std::string::npos);
}

TEST_CASE("ApiServer refuses an update at an old version in Kubernetes' words", "[apiserver][verbs][concurrency]") {
  TestApi api;
  const auto made = api.post(kConfigMaps, config_map("a"));
  REQUIRE(api.put(at(kConfigMaps, "a"), config_map("a", R"(,"data":{"k":"2"})")).status == 200);
  const auto stale = api.put(at(kConfigMaps, "a"), made.body);
  REQUIRE(stale.status == 409);
  REQUIRE(stale.reason() == "Conflict");
  REQUIRE(
      stale.message() ==
      "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to "
      "the latest version and try again");
  const auto patched =
      api.patch(at(kConfigMaps, "a"), R"({"metadata":{"resourceVersion":")" + made.version() + R"("}})");
  REQUIRE(patched.status == 409);
  const auto foreign =
      api.patch(at(kConfigMaps, "a"), R"({"metadata":{"uid":"11111111-2222-4333-8444-555555555555"}})");
  REQUIRE(foreign.status == 409);
  REQUIRE(foreign.message().find("Precondition failed: UID in precondition") != std::string::npos);
}

TEST_CASE("ApiServer stores nothing when nothing changes", "[apiserver][verbs]") {
  TestApi api;
  const auto made = api.post(kConfigMaps, config_map("a"));
  const auto watch = api.watch(std::string(kConfigMaps) + "?watch=true&resourceVersion=" + made.version());
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"({"data":{"k":"v"}})").body == made.body);
  REQUIRE(api.put(at(kConfigMaps, "a"), made.body).body == made.body);
  // The order of members means nothing.
  const auto same = api.put(at(kConfigMaps, "a"),
                            R"({"data":{"k":"v"},"metadata":{"name":"a"},"kind":"ConfigMap","apiVersion":"v1"})");
  REQUIRE(same.version() == made.version());
  api.settle();
  REQUIRE(watch->str().empty());
}

TEST_CASE("ApiServer applies merge patches", "[apiserver][patch]") {
  TestApi api;
  api.post(kConfigMaps, config_map("a", R"(,"data":{"k":"v","l":"w"})"));
  const auto patched =
      api.patch(at(kConfigMaps, "a"), R"({"data":{"k":null,"m":"x"},"metadata":{"labels":{"a":"b"}}})");
  REQUIRE(patched.status == 200);
  REQUIRE(patched.text({"data", "l"}) == "w");
  REQUIRE(patched.text({"data", "m"}) == "x");
  REQUIRE(json::find(patched.json, {"data", "k"}) == nullptr);
  REQUIRE(patched.text({"metadata", "labels", "a"}) == "b");
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"({"data":{"k":7}})").status == 422);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"({"metadata":{"name":"b"}})").status == 400);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"({"kind":"Secret"})").status == 400);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"([1])").status == 400);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"({"a)").status == 400);
  REQUIRE(api.patch(at(kConfigMaps, "none"), R"({})").status == 404);
}

TEST_CASE("ApiServer applies JSON patches whole or not at all", "[apiserver][patch]") {
  TestApi api;
  api.post(kConfigMaps, config_map("a"));
  const std::string type = "application/json-patch+json";
  const auto patched =
      api.patch(at(kConfigMaps, "a"),
                R"([{"op":"test","path":"/data/k","value":"v"},{"op":"add","path":"/data/a~1b","value":"1"},
                                     {"op":"move","from":"/data/k","path":"/data/l"}])",
                type);
  // A key with a slash is no valid key, which shows that the pointer was read right.
  REQUIRE(patched.status == 422);
  REQUIRE(patched.message().find("data[a/b]") != std::string::npos);
  const auto moved =
      api.patch(at(kConfigMaps, "a"),
                R"([{"op":"copy","from":"/data/k","path":"/data/l"},{"op":"remove","path":"/data/k"}])", type);
  REQUIRE(moved.status == 200);
  REQUIRE(moved.text({"data", "l"}) == "v");
  const auto failed = api.patch(at(kConfigMaps, "a"), R"([{"op":"test","path":"/data/l","value":"x"}])", type);
  REQUIRE(failed.status == 422);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"([{"op":"remove","path":"/data/none"}])", type).status == 422);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"([{"op":"add","path":"/metadata","value":1}])", type).status == 400);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"([{"op":"replace","path":"","value":[]}])", type).status == 400);
  REQUIRE(api.patch(at(kConfigMaps, "a"), R"({"op":"remove"})", type).status == 400);
}

TEST_CASE("ApiServer merges the lists that strategic merge patches have keys for", "[apiserver][patch]") {
  TestApi api;
  api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["x.io/a"]}})");
  const std::string type = "application/strategic-merge-patch+json";
  const auto merged =
      api.patch(at(kConfigMaps, "a"),
                R"({"metadata":{"finalizers":["x.io/b"],"$setElementOrder/finalizers":["x.io/a","x.io/b"]}})", type);
  REQUIRE(merged.status == 200);
  REQUIRE(json::find(merged.json, {"metadata", "finalizers"})->Size() == 2);
  const auto removed = api.patch(at(kConfigMaps, "a"),
                                 R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["x.io/a","x.io/b"]}})", type);
  REQUIRE(json::find(removed.json, {"metadata", "finalizers"}) == nullptr);
}

TEST_CASE("ApiServer checks content types, accepted types and methods", "[apiserver][http]") {
  TestApi api;
  REQUIRE(api.call("POST", kConfigMaps, "a: b", {{"Content-Type", "text/plain"}}).status == 415);
  api.post(kConfigMaps, config_map("a"));
  REQUIRE(api.call("PATCH", at(kConfigMaps, "a"), "{}", {{"Content-Type", "application/json"}}).status == 415);
  REQUIRE(api.call("GET", kConfigMaps, {}, {{"Accept", "application/vnd.kubernetes.protobuf"}}).status == 406);
  REQUIRE(
      api.call("GET", kConfigMaps, {}, {{"Accept", "application/vnd.kubernetes.protobuf, application/json"}}).status ==
      200);
  REQUIRE(api.call("POST", at(kConfigMaps, "a"), config_map("a")).status == 405);
  REQUIRE(api.call("PUT", kConfigMaps, config_map("a")).status == 405);
  REQUIRE(api.call("OPTIONS", kConfigMaps).status == 405);
  REQUIRE(api.call("POST", "/api/v1/configmaps", config_map("a")).status == 405);
  REQUIRE(api.call("DELETE", "/api/v1/namespaces").status == 405);
  for (const auto* path :
       {"/nothing", "/api/v1/potatoes", "/apis/x.io/v1/foos", "/api/v2", "/apis/x.io", "/api/v1/configmaps/a",
        "/api/v1/namespaces/default/configmaps/a/status", "/api/v1/namespaces/default/configmaps/a/b/c",
        "/apis/coordination.k8s.io/v1/namespaces/default/configmaps"}) {
    const auto answer = api.get(path);
    INFO(path);
    REQUIRE(answer.status == 404);
    REQUIRE(answer.message() == "the server could not find the requested resource");
  }
}

TEST_CASE("ApiServer answers nothing without a valid token", "[apiserver][authentication]") {
  TestApi api;
  for (const auto* path : {"/", "/api", "/api/v1", "/apis", "/apis/coordination.k8s.io", "/metrics", "/openapi/v2",
                           "/openapi/v3", "/api/v1/namespaces", "/api/v1/namespaces/default/secrets/x",
                           "/api/v1/configmaps?watch=true", "/nothing", "/debug/pprof"}) {
    for (const auto* header : {"", "Bearer ", "Bearer wrong-token", "Bearer test-toke", "Bearer test-tokenx",
                               "Basic dGVzdC10b2tlbg==", "test-token"}) {
      const auto answer = api.call("GET", path, {}, {{"Authorization", header}});
      INFO(path << " with '" << header << "'");
      REQUIRE(answer.status == 401);
      REQUIRE(answer.reason() == "Unauthorized");
    }
  }
  REQUIRE(api.call("DELETE", "/api/v1/namespaces/default", {}, {{"Authorization", "Bearer x"}}).status == 401);
  for (const auto* path : {"/healthz", "/livez", "/readyz", "/readyz?verbose", "/version"}) {
    REQUIRE(api.call("GET", path, {}, {{"Authorization", ""}}).status == 200);
  }
}

TEST_CASE("ApiServer validates without storing on dryRun=All", "[apiserver][dryrun]") {
  TestApi api;
  REQUIRE(api.post(std::string(kConfigMaps) + "?dryRun=All", config_map("a")).status == 201);
  REQUIRE(api.get(at(kConfigMaps, "a")).status == 404);
  const auto made = api.post(kConfigMaps, config_map("a"));
  REQUIRE(api.post(std::string(kConfigMaps) + "?dryRun=All", config_map("a")).status == 409);
  const auto patched = api.patch(at(kConfigMaps, "a") + "?dryRun=All", R"({"data":{"k":"2"}})");
  REQUIRE(patched.text({"data", "k"}) == "2");
  REQUIRE(api.remove(at(kConfigMaps, "a") + "?dryRun=All").status == 200);
  REQUIRE(api.remove(at(kConfigMaps, "a"), R"({"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]})").status ==
          200);
  REQUIRE(api.get(at(kConfigMaps, "a")).body == made.body);
  REQUIRE(api.post(std::string(kConfigMaps) + "?dryRun=Some", config_map("b")).status == 422);
}

TEST_CASE("ApiServer protects identity and checks metadata", "[apiserver][metadata]") {
  TestApi api;
  const auto made = api.post(kConfigMaps, config_map("a"));
  const auto changed =
      api.patch(at(kConfigMaps, "a"), R"({"metadata":{"creationTimestamp":"2020-01-01T00:00:00Z","generation":9,
    "deletionTimestamp":"2020-01-01T00:00:00Z","selfLink":"/x"}})");
  REQUIRE(changed.body == made.body);
  const auto create = [&](std::string_view metadata) {
    return api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":)" + std::string(metadata) + "}");
  };
  REQUIRE(create(R"({"name":"UPPER"})").message().find("a lowercase RFC 1123 subdomain must consist of") !=
          std::string::npos);
  REQUIRE(create(R"({"name":"x","labels":{"a b":"c"}})").status == 422);
  REQUIRE(create(R"({"name":"x","labels":{"a":"-"}})").status == 422);
  REQUIRE(create(R"({"name":"x","labels":{"a":1}})").status == 400);
  REQUIRE(create(R"({"name":"x","labels":[]})").status == 201);  // an empty value is an absent one
  REQUIRE(create(R"({"name":"y","namespace":"other"})").status == 400);
  REQUIRE(create(R"({"name":"y","resourceVersion":"5"})").status == 400);
  REQUIRE(create(R"({"name":"y","ownerReferences":[{"name":"o"}]})").status == 422);
  REQUIRE(create(R"({"name":"y","ownerReferences":["o"]})").status == 400);
  REQUIRE(create("7").status == 400);
}

TEST_CASE("ApiServer reports unknown and duplicate fields as fieldValidation asks", "[apiserver][validation]") {
  TestApi api;
  const auto body = config_map("a", R"(,"data":{"k":"1","k":"2"},"foo":1)");
  const auto strict = api.post(std::string(kConfigMaps) + "?fieldValidation=Strict", body);
  REQUIRE(strict.status == 400);
  REQUIRE(strict.message().find(R"(strict decoding error: duplicate field "data.k", unknown field "foo")") !=
          std::string::npos);
  const auto warned = api.post(kConfigMaps, body);
  REQUIRE(warned.status == 201);
  REQUIRE(warned.text({"data", "k"}) == "2");
  REQUIRE(json::find(warned.json, "foo") == nullptr);
  REQUIRE(warned.headers.get("Warning") == R"(299 - "duplicate field \"data.k\"")");
  const auto ignored = api.post(std::string(kConfigMaps) + "?fieldValidation=Ignore", config_map("b", R"(,"foo":1)"));
  REQUIRE(ignored.status == 201);
  REQUIRE_FALSE(ignored.headers.contains("Warning"));
  REQUIRE(api.post(std::string(kConfigMaps) + "?fieldValidation=Maybe", body).status == 422);
}

TEST_CASE("ApiServer survives hostile bodies", "[apiserver][hostile]") {
  TestApi api;
  const std::string deep(100'000, '[');
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string("\"x\""), std::string("{"), deep,
        std::string("{\"apiVersion\":1,\"kind\":2}"), std::string("{\"kind\":\"Widget\"}"),
        std::string("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"x\"}}"),
        std::string("\xff\xfe{}"), std::string("{\"a\":\"\xc3\x28\"}"), std::string(1, '\0')}) {
    REQUIRE(api.post(kConfigMaps, body).status == 400);
    if (!body.empty()) REQUIRE(api.remove(at(kConfigMaps, "x"), body).status != 200);
  }
  REQUIRE(api.get("/api/v1/namespaces/default/configmaps/%zz").status == 400);
  const auto big =
      api.post(kConfigMaps, config_map("big", R"(,"binaryData":{"k":")" + std::string(2'000'000, 'A') + "\"}"));
  REQUIRE((big.status == 422 || big.status == 413));
}

}  // namespace
}  // namespace kyma::apiserver::test
