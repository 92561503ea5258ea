#include <catch2/catch_test_macros.hpp>

#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

const std::string kCollection(kWidgets);

std::string path(std::string_view name) { return kCollection + "/" + std::string(name); }

std::string condition(const Answer& answer, std::string_view type) {
  const auto* conditions = json::find(answer.json, {"status", "conditions"});
  if (!conditions) return {};
  for (const auto& entry : conditions->GetArray()) {
    if (json::string_at(entry, {"type"}) == type) return std::string(json::string_at(entry, {"status"}));
  }
  return {};
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the text: " + std::string(from));
  return text.replace(at, from.size(), to);
}

TEST_CASE("CustomResourceDefinition is served as soon as it is created", "[apiserver][crd]") {
  TestApi api;
  REQUIRE(api.get(kCollection).status == 404);
  const auto made = api.post(kDefinitions, kWidgetDefinition);
  REQUIRE(made.status == 201);
  REQUIRE(condition(made, "Established") == "True");
  REQUIRE(condition(made, "NamesAccepted") == "True");
  REQUIRE(made.text({"status", "acceptedNames", "listKind"}) == "WidgetList");
  REQUIRE(made.text({"spec", "names", "singular"}) == "widget");
  REQUIRE((*json::find(made.json, {"status", "storedVersions"}))[0] == "v1");
  const auto list = api.get(kCollection);
  REQUIRE(list.status == 200);
  REQUIRE(list.text({"kind"}) == "WidgetList");
  REQUIRE(api.post(kCollection, widget("a")).status == 201);
}

TEST_CASE("Custom resource is pruned, defaulted and validated", "[apiserver][crd][validation]") {
  TestApi api;
  define_widgets(api);
  const auto made = api.post(kCollection, widget("a", R"({"size":1,"extra":2})"));
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"spec", "color"}) == "red");
  REQUIRE(json::find(made.json, {"spec", "extra"}) == nullptr);
  REQUIRE(made.headers.get("Warning") == R"(299 - "unknown field \"spec.extra\"")");
  const auto strict = api.post(kCollection + "?fieldValidation=Strict", widget("b", R"({"size":1,"extra":2})"));
  REQUIRE(strict.status == 400);
  REQUIRE(strict.message().find(R"(strict decoding error: unknown field "spec.extra")") != std::string::npos);

  const auto small = api.post(kCollection, widget("b", R"({"size":0})"));
  REQUIRE(small.status == 422);
  REQUIRE(small.reason() == "Invalid");
  REQUIRE(small.message() ==
          "Widget.example.com \"b\" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than "
          "or equal to 1");
  REQUIRE(small.text({"details", "kind"}) == "Widget");
  REQUIRE(json::find(small.json, {"details", "causes"})->Size() == 1);
  const auto none = api.post(kCollection, widget("b", "{}"));
  REQUIRE(none.message() == "Widget.example.com \"b\" is invalid: spec.size: Required value");
}

TEST_CASE("Status and the rest of a custom resource are written apart", "[apiserver][status]") {
  TestApi api;
  define_widgets(api);
  const auto made = api.post(kCollection, widget("a", R"({"size":1})", "", R"(,"status":{"phase":"forged"})"));
  REQUIRE(json::find(made.json, "status") == nullptr);

  const auto patched = api.patch(path("a") + "/status",
                                 R"({"status":{"phase":"up"},"spec":{"size":9},"metadata":{"labels":{"a":"b"}}})");
  REQUIRE(patched.status == 200);
  REQUIRE(patched.text({"status", "phase"}) == "up");
  REQUIRE(json::int_at(patched.json, {"spec", "size"}) == 1);
  REQUIRE(json::find(patched.json, {"metadata", "labels"}) == nullptr);

  const auto main = api.patch(path("a"), R"({"status":{"phase":"forged"},"spec":{"size":2}})");
  REQUIRE(main.text({"status", "phase"}) == "up");
  REQUIRE(json::int_at(main.json, {"spec", "size"}) == 2);

  auto body = with(main.body, R"("size":2)", R"("size":3)");
  body = with(body, R"("phase":"up")", R"("phase":"down")");
  const auto put = api.put(path("a"), body);
  REQUIRE(json::int_at(put.json, {"spec", "size"}) == 3);
  REQUIRE(put.text({"status", "phase"}) == "up");
  const auto status = api.put(path("a") + "/status", with(with(put.body, R"("size":3)", R"("size":4)"),
                                                          R"("phase":"up")", R"("phase":"down")"));
  REQUIRE(json::int_at(status.json, {"spec", "size"}) == 3);
  REQUIRE(status.text({"status", "phase"}) == "down");
  REQUIRE(api.get(path("a") + "/status").body == status.body);

  const auto json_patch = api.patch(
      path("a") + "/status",
      R"([{"op":"replace","path":"/status/phase","value":"x"},{"op":"replace","path":"/spec/size","value":7}])",
      "application/json-patch+json");
  REQUIRE(json_patch.text({"status", "phase"}) == "x");
  REQUIRE(json::int_at(json_patch.json, {"spec", "size"}) == 3);
  REQUIRE(api.patch(path("a") + "/status", R"({"status":{"phase":7}})").status == 422);
  REQUIRE(api.patch(path("a"), R"({"spec":{}})", "application/strategic-merge-patch+json").status == 415);
}

TEST_CASE("Status patch at an old version is a conflict", "[apiserver][status][concurrency]") {
  TestApi api;
  define_widgets(api);
  const auto made = api.post(kCollection, widget("a"));
  const auto patch = R"({"metadata":{"resourceVersion":")" + made.version() + R"("},"status":{"phase":"up"}})";
  REQUIRE(api.patch(path("a") + "/status", patch).status == 200);
  const auto again = api.patch(path("a") + "/status", patch);
  REQUIRE(again.status == 409);
  REQUIRE(again.message().find(
              "the object has been modified; please apply your changes to the latest version and try again") !=
          std::string::npos);
  const auto uid = R"({"metadata":{"uid":"00000000-0000-4000-8000-000000000000"},"status":{"phase":"down"}})";
  REQUIRE(api.patch(path("a") + "/status", uid).status == 409);
}

TEST_CASE("Generation counts changes of the desired state only", "[apiserver][generation]") {
  TestApi api;
  define_widgets(api);
  const auto generation = [](const Answer& answer) { return json::int_at(answer.json, {"metadata", "generation"}); };
  REQUIRE(generation(api.post(kCollection, widget("a"))) == 1);
  REQUIRE(generation(api.patch(path("a"), R"({"metadata":{"labels":{"x":"y"}}})")) == 1);
  REQUIRE(generation(api.patch(path("a") + "/status", R"({"status":{"phase":"up"}})")) == 1);
  REQUIRE(generation(api.patch(path("a"), R"({"spec":{"size":2}})")) == 2);
  REQUIRE(generation(api.patch(path("a"), R"({"spec":{"size":2},"metadata":{"generation":77}})")) == 2);
  REQUIRE(generation(api.patch(path("a") + "/status", R"({"status":null})")) == 2);
}

TEST_CASE("Custom resources cannot be replaced blindly", "[apiserver][verbs]") {
  TestApi api;
  define_widgets(api);
  api.post(kCollection, widget("a"));
  const auto blind = api.put(path("a"), widget("a", R"({"size":2})"));
  REQUIRE(blind.status == 422);
  REQUIRE(blind.message().find("metadata.resourceVersion: Invalid value: 0x0: must be specified for an update") !=
          std::string::npos);
}

TEST_CASE("CustomResourceDefinition is validated in Kubernetes' words", "[apiserver][crd][validation]") {
  TestApi api;
  const std::string good(kWidgetDefinition);
  const auto refused = [&](std::string_view from, std::string_view to) {
    const auto answer = api.post(kDefinitions, with(good, from, to));
    REQUIRE(answer.status == 422);
    return answer.message();
  };
  REQUIRE(refused(R"("name":"widgets.example.com")", R"("name":"x.example.com")")
              .find(R"(metadata.name: Invalid value: "x.example.com": must be spec.names.plural+"."+spec.group)") !=
          std::string::npos);
  REQUIRE(refused(R"("scope":"Namespaced")", R"("scope":"Galaxy")")
              .find(R"(spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced")") !=
          std::string::npos);
  REQUIRE(refused(R"("storage":true)", R"("storage":false)")
              .find("must have exactly one version marked as storage version") != std::string::npos);
  REQUIRE(refused(R"("type":"integer","minimum":1)", R"("minimum":1)").find("type: Required value") !=
          std::string::npos);
  REQUIRE(refused(R"("kind":"Widget")", R"("kind":"Wid get")").find("spec.names.kind: Invalid value") !=
          std::string::npos);
  REQUIRE(refused(R"("shortNames":["wd"])", R"("shortNames":["WD"])").find("spec.names.shortNames[0]: Invalid value") !=
          std::string::npos);
  REQUIRE(refused(R"("jsonPath":".spec.size")", R"("jsonPath":".spec[")")
              .find("spec.versions[0].additionalPrinterColumns[0].jsonPath") != std::string::npos);
  REQUIRE(refused(R"("scope":"Namespaced")", R"("scope":"Namespaced","conversion":{"strategy":"Webhook"})")
              .find("spec.conversion.strategy") != std::string::npos);
  REQUIRE(refused(R"("scope":"Namespaced",)", "").find("spec.scope: Required value") != std::string::npos);
  REQUIRE(api.get(kCollection).status == 404);
}

TEST_CASE("Changed CustomResourceDefinition takes effect at once", "[apiserver][crd]") {
  TestApi api;
  define_widgets(api);
  const std::string definition = std::string(kDefinitions) + "/widgets.example.com";
  REQUIRE(api.post(kCollection, widget("a", R"({"size":5})")).status == 201);
  const auto watch = api.watch(kCollection + "?watch=true");
  const auto current = api.get(definition);
  const auto changed = api.put(definition, with(current.body, R"("minimum":1)", R"("minimum":10)"));
  REQUIRE(changed.status == 200);
  REQUIRE(json::int_at(changed.json, {"metadata", "generation"}) == 2);
  REQUIRE(api.post(kCollection, widget("b", R"({"size":5})")).status == 422);
  REQUIRE(api.post(kCollection, widget("b", R"({"size":10})")).status == 201);
  api.settle();
  // Watchers come again and see the new definition.
  REQUIRE(watch->ended);
  const auto moved = api.put(definition, with(changed.body, R"("scope":"Namespaced")", R"("scope":"Cluster")"));
  REQUIRE(moved.status == 422);
  REQUIRE(moved.message().find("spec.scope: Invalid value: \"Cluster\": field is immutable") != std::string::npos);
}

TEST_CASE("Several versions of a custom resource show the same objects", "[apiserver][crd][versions]") {
  TestApi api;
  const auto versions = std::string(
      R"("versions":[{"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},)");
  REQUIRE(api.post(kDefinitions, with(std::string(kWidgetDefinition), R"("versions":[)", versions)).status == 201);
  const auto made = api.post(kCollection, widget("a"));
  REQUIRE(made.text({"apiVersion"}) == "example.com/v1");
  const std::string other = "/apis/example.com/v2/namespaces/default/widgets";
  const auto read = api.get(other + "/a");
  REQUIRE(read.text({"apiVersion"}) == "example.com/v2");
  REQUIRE(read.version() == made.version());
  const auto list = api.get(other);
  REQUIRE(list.text({"apiVersion"}) == "example.com/v2");
  REQUIRE(json::string_at((*json::find(list.json, "items"))[0], {"apiVersion"}) == "example.com/v2");
  const auto watch = api.watch(other + "?watch=true");
  REQUIRE(json::string_at(watch->events()[0].object, {"apiVersion"}) == "example.com/v2");
  // Written through the other version, it is the same object still.
  const auto patched = api.patch(other + "/a", R"({"spec":{"size":2}})");
  REQUIRE(patched.text({"apiVersion"}) == "example.com/v2");
  REQUIRE(api.get(path("a")).text({"apiVersion"}) == "example.com/v1");
  REQUIRE(json::int_at(api.get(path("a")).json, {"spec", "size"}) == 2);
}

TEST_CASE("Deleted CustomResourceDefinition takes its objects with it", "[apiserver][crd]") {
  TestApi api;
  define_widgets(api);
  api.post(kCollection, widget("a"));
  api.post(kCollection, widget("b", R"({"size":1})", R"(,"finalizers":["x.io/keep"])"));
  const auto watch = api.watch(kCollection + "?watch=true");
  const auto deleted = api.remove(std::string(kDefinitions) + "/widgets.example.com");
  REQUIRE(deleted.status == 200);
  REQUIRE(condition(deleted, "Terminating") == "True");
  REQUIRE(api.post(kCollection, widget("c")).status == 405);
  api.settle();
  REQUIRE(api.get(path("a")).status == 404);
  REQUIRE(api.get(path("b")).status == 200);
  // The last finalizer gone, everything goes.
  REQUIRE(api.patch(path("b"), R"({"metadata":{"finalizers":null}})").status == 200);
  api.settle();
  REQUIRE(api.get(std::string(kDefinitions) + "/widgets.example.com").status == 404);
  REQUIRE(api.get(kCollection).status == 404);
  REQUIRE(api.get("/apis/example.com").status == 404);
  REQUIRE(watch->ended);
  REQUIRE(watch->str() == "ADDED a, ADDED b, DELETED a, MODIFIED b, DELETED b");
  // A new definition of that name starts empty.
  define_widgets(api);
  REQUIRE(json::find(api.get(kCollection).json, "items")->Empty());
}

TEST_CASE("CustomResourceDefinition waits for names that others hold", "[apiserver][crd]") {
  TestApi api;
  define_widgets(api);
  auto second =
      with(std::string(kWidgetDefinition), R"("name":"widgets.example.com")", R"("name":"gadgets.example.com")");
  second = with(second, R"("plural":"widgets")", R"("plural":"gadgets")");
  const auto made = api.post(kDefinitions, second);
  REQUIRE(made.status == 201);
  REQUIRE(condition(made, "NamesAccepted") == "False");
  REQUIRE(condition(made, "Established") == "False");
  REQUIRE(api.get("/apis/example.com/v1/gadgets").status == 404);
  api.remove(std::string(kDefinitions) + "/widgets.example.com");
  api.settle();
  REQUIRE(condition(api.get(std::string(kDefinitions) + "/gadgets.example.com"), "Established") == "True");
  REQUIRE(api.get("/apis/example.com/v1/gadgets").status == 200);
}

TEST_CASE("CustomResourceDefinition cannot take the place of a resource of the server", "[apiserver][crd]") {
  TestApi api;
  std::string definition = R"json({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"leases.coordination.k8s.io","annotations":{"api-approved.kubernetes.io":"unapproved"}},
"spec":{"group":"coordination.k8s.io","scope":"Namespaced","names":{"plural":"leases","kind":"Lease"},
"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})json";
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
  REQUIRE(
      api.post(leases, R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"}})").status ==
      201);
  const auto made = api.post(kDefinitions, definition);
  REQUIRE(made.status == 422);
  REQUIRE(made.message().find("is a resource that the server has without a definition") != std::string::npos);
  api.settle();
  REQUIRE(api.get(leases + "/l").status == 200);
}

TEST_CASE("Refused CustomResourceDefinition can be deleted", "[apiserver][crd]") {
  TestApi api;
  define_widgets(api);
  auto second =
      with(std::string(kWidgetDefinition), R"("name":"widgets.example.com")", R"("name":"gadgets.example.com")");
  api.post(kDefinitions, with(second, R"("plural":"widgets")", R"("plural":"gadgets")"));
  REQUIRE(api.remove(std::string(kDefinitions) + "/gadgets.example.com").status == 200);
  api.settle();
  REQUIRE(api.get(std::string(kDefinitions) + "/gadgets.example.com").status == 404);
  REQUIRE(api.get(kCollection).status == 200);
}

TEST_CASE("ApiServer creates objects in the process with the checks of a request", "[apiserver]") {
  TestApi api;
  REQUIRE(api.server.create(kWidgetDefinition).has_value());
  REQUIRE(api.server.create(widget("a")).has_value());
  REQUIRE(api.get(path("a")).status == 200);
  REQUIRE(api.server.create(widget("a")).error().is_already_exists());
  REQUIRE(api.server.create(widget("b", "{}")).error().is_invalid());
  REQUIRE(api.server.create(R"({"apiVersion":"v9","kind":"Thing"})").error().message ==
          "no matches for kind \"Thing\" in version \"v9\"");
}

}  // namespace
}  // namespace kyma::apiserver::test
