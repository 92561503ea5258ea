// What real clients do and expect beside the verbs: bodies without a kind, pods to connect to, old kinds.
#include <catch2/catch_test_macros.hpp>

#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kServices = "/api/v1/namespaces/default/services";
constexpr std::string_view kPods = "/api/v1/namespaces/default/pods";
constexpr std::string_view kControllers = "/api/v1/namespaces/default/replicationcontrollers";
constexpr std::string_view kRequests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

std::string at(std::string_view collection, std::string_view name) {
  return std::string(collection) + "/" + std::string(name);
}

std::string node_port(std::string_view name, int number, std::string_view protocol = "TCP") {
  return R"({"metadata":{"name":")" + std::string(name) +
         R"("},"spec":{"type":"NodePort","ports":[{"port":80,"protocol":")" + std::string(protocol) +
         R"(","nodePort":)" + std::to_string(number) + "}]}}";
}

TEST_CASE("Body of a built-in kind need not say what the path says", "[apiserver][verbs]") {
  TestApi api;
  const auto made = api.post(kConfigMaps, R"({"metadata":{"name":"bare"},"data":{"k":"v"}})");
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"kind"}) == "ConfigMap");
  REQUIRE(made.text({"apiVersion"}) == "v1");
  REQUIRE(api.put(at(kConfigMaps, "bare"), R"({"kind":null,"metadata":{"name":"bare"},"data":{"k":"w"}})").status ==
          200);
  REQUIRE(api.post(kConfigMaps, R"({"kind":"Secret","metadata":{"name":"odd"}})").status == 400);
  REQUIRE(api.post(kConfigMaps, R"({"apiVersion":"v2","metadata":{"name":"odd"}})").status == 400);
  define_widgets(api);
  const auto custom = api.post(kWidgets, R"({"metadata":{"name":"bare"},"spec":{"size":1}})");
  REQUIRE(custom.status == 400);
  REQUIRE(custom.message() == "Object 'Kind' is missing in the object provided");
}

TEST_CASE("Node port belongs to one service and lies in the range", "[apiserver][kinds]") {
  TestApi api;
  REQUIRE(api.post(kServices, node_port("one", 31234)).status == 201);
  const auto taken = api.post(kServices, node_port("two", 31234));
  REQUIRE(taken.status == 422);
  REQUIRE(
      taken.message() ==
      "Service \"two\" is invalid: spec.ports[0].nodePort: Invalid value: 31234: provided port is already allocated");
  const auto outside = api.post(kServices, node_port("two", 80));
  REQUIRE(outside.status == 422);
  REQUIRE(outside.message().find("The range of valid ports is 30000-32767") != std::string::npos);
  REQUIRE(api.patch(at(kServices, "one"), R"({"metadata":{"labels":{"a":"b"}}})").status == 200);
  REQUIRE(api.remove(at(kServices, "one")).status == 200);
  REQUIRE(api.post(kServices, node_port("two", 31234)).status == 201);
  const auto both = api.put(at(kServices, "two"), R"({"metadata":{"name":"two"},"spec":{"type":"NodePort","ports":[
    {"name":"t","port":80,"protocol":"TCP","nodePort":31234},{"name":"u","port":80,"protocol":"UDP","nodePort":31234}]}})");
  REQUIRE(both.status == 200);
}

TEST_CASE("Connecting to a pod is refused as to one that has no host", "[apiserver][pods]") {
  TestApi api;
  api.post(kPods, R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  api.post(kPods, R"({"metadata":{"name":"q"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}})");
  for (const std::string_view part : {"log", "exec?command=true", "attach", "portforward"}) {
    const auto refused = api.get(at(kPods, "p") + "/" + std::string(part));
    REQUIRE(refused.status == 400);
    REQUIRE(refused.message() == "pod p does not have a host assigned");
  }
  REQUIRE(api.post(at(kPods, "p") + "/exec?command=true", "").status == 400);
  REQUIRE(api.post(at(kPods, "p") + "/log", "").status == 405);
  REQUIRE(api.get(at(kPods, "q") + "/log").message() ==
          "pod q is not running on node n: this server stores pods and runs none");
  REQUIRE(api.get(at(kPods, "none") + "/log").message() == "pods \"none\" not found");
  const auto unknown = api.get(at(kPods, "p") + "/ephemeralcontainers");
  REQUIRE(unknown.status == 404);
  REQUIRE(json::find(unknown.json, {"details", "causes"}) != nullptr);
  const auto resources = api.get("/api/v1").body;
  REQUIRE(resources.find(R"("name":"pods/exec","singularName":"","namespaced":true,"kind":"PodExecOptions")") !=
          std::string::npos);
}

TEST_CASE("Eviction deletes a pod when its disruption budget allows it", "[apiserver][pods]") {
  TestApi api;
  const std::string budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
  const auto pod = [&](const std::string& name, std::string_view phase) {
    api.post(kPods, R"({"metadata":{"name":")" + name +
                        R"(","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}})");
    api.patch(at(kPods, name) + "/status", R"({"status":{"phase":")" + std::string(phase) + R"("}})");
  };
  const auto evict = [&](const std::string& name, std::string_view options = "{}") {
    return api.post(at(kPods, name) + "/eviction",
                    R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":")" + name +
                        R"("},"deleteOptions":)" + std::string(options) + "}");
  };
  pod("free", "Running");
  REQUIRE(evict("free", R"({"preconditions":{"uid":"other"}})").status == 409);
  REQUIRE(evict("free", R"({"dryRun":["All"]})").status == 201);
  const auto done = evict("free");
  REQUIRE(done.status == 201);
  REQUIRE(done.text({"status"}) == "Success");
  REQUIRE(evict("free").status == 404);
  REQUIRE(api.get(at(kPods, "free") + "/eviction").status == 405);

  api.post(budgets, R"({"metadata":{"name":"guard"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}}})");
  for (const char* name : {"one", "two"}) pod(name, "Running");
  pod("idle", "Pending");
  REQUIRE(evict("idle").status == 201);
  const auto early = evict("one");
  REQUIRE(early.status == 429);
  REQUIRE(early.message() == "Cannot evict pod as it would violate the pod's disruption budget.");
  REQUIRE(early.headers.get("Retry-After") == "10");
  api.patch(budgets + "/guard/status",
            R"({"status":{"observedGeneration":1,"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1}})");
  REQUIRE(evict("one").status == 201);
  const auto guard = api.get(budgets + "/guard");
  REQUIRE(json::int_at(guard.json, {"status", "disruptionsAllowed"}) == 0);
  REQUIRE(json::find(guard.json, {"status", "disruptedPods", "one"}) != nullptr);
  const auto refused = evict("two");
  REQUIRE(refused.status == 429);
  REQUIRE(json::string_at((*json::find(refused.json, {"details", "causes"}))[0], {"message"}) ==
          "The disruption budget guard needs 1 healthy pods and has 2 currently");
  api.post(budgets, R"({"metadata":{"name":"second"},"spec":{"selector":{}}})");
  REQUIRE(evict("two").status == 500);
  REQUIRE(api.get(at(kPods, "two")).status == 200);
  REQUIRE(api.post(at(kPods, "two") + "/eviction", R"({"kind":"Pod"})").status == 400);
  REQUIRE(api.post(at(kPods, "two") + "/eviction", R"({"metadata":{"name":"other"}})").status == 400);
}

TEST_CASE("ReplicationController goes by the labels of its template", "[apiserver][kinds]") {
  TestApi api;
  const auto made =
      api.post(kControllers, R"({"metadata":{"name":"r"},"spec":{"template":{"metadata":{"labels":{"a":"b"}},
    "spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"spec", "selector", "a"}) == "b");
  REQUIRE(made.text({"metadata", "labels", "a"}) == "b");
  REQUIRE(json::int_at(made.json, {"spec", "replicas"}) == 1);
  const auto scaled = api.patch(at(kControllers, "r") + "/scale", R"({"spec":{"replicas":4}})");
  REQUIRE(json::int_at(scaled.json, {"spec", "replicas"}) == 4);
  const auto other = api.post(kControllers, R"({"metadata":{"name":"s"},"spec":{"selector":{"a":"c"},"template":{
    "metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  REQUIRE(other.status == 422);
  REQUIRE(other.message().find("`selector` does not match template `labels`") != std::string::npos);
  REQUIRE(api.post(kControllers, R"({"metadata":{"name":"t"},"spec":{}})").status == 422);
}

TEST_CASE("Finalize frees a namespace that cannot end by itself", "[apiserver][namespace]") {
  TestApi api;
  const std::string path = "/api/v1/namespaces/stuck";
  api.post("/api/v1/namespaces", R"({"metadata":{"name":"stuck"}})");
  api.post(path + "/configmaps", R"({"metadata":{"name":"held","finalizers":["example.com/never"]}})");
  api.remove(path);
  api.settle();
  const auto stuck = api.get(path);
  REQUIRE(stuck.text({"status", "phase"}) == "Terminating");
  REQUIRE(api.get(path + "/finalize").status == 405);
  REQUIRE(api.put(path + "/finalize", R"({"metadata":{"name":"other"},"spec":{}})").status == 400);
  REQUIRE(api.put(path + "/finalize", R"({"metadata":{"name":"stuck","resourceVersion":"1"},"spec":{}})").status ==
          409);
  REQUIRE(api.put("/api/v1/namespaces/none/finalize", R"({"metadata":{"name":"none"},"spec":{}})").status == 404);
  REQUIRE(api.put(path + "/finalize", R"({"metadata":{"name":"stuck"},"spec":{"finalizers":["kubernetes"]}})").status ==
          200);
  REQUIRE(api.get(path).status == 200);
  REQUIRE(api.put(path + "/finalize?dryRun=All", R"({"metadata":{"name":"stuck"},"spec":{}})").status == 200);
  REQUIRE(api.get(path).status == 200);
  REQUIRE(api.put(path + "/finalize", R"({"metadata":{"name":"stuck"},"spec":{}})").status == 200);
  REQUIRE(api.get(path).status == 404);
}

TEST_CASE("Built-in kinds show a status from the beginning", "[apiserver][kinds]") {
  TestApi api;
  const std::string deployments = "/apis/apps/v1/namespaces/default/deployments";
  const auto made = api.post(deployments, R"({"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},
    "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":3}})");
  REQUIRE(json::to_string(*json::find(made.json, "status")) == "{}");
  REQUIRE(json::to_string(
              *json::find(api.patch(at(deployments, "d") + "/status", R"({"status":null})").json, "status")) == "{}");
  const auto budget =
      api.post("/apis/policy/v1/namespaces/default/poddisruptionbudgets", R"({"metadata":{"name":"b"},"spec":{}})");
  REQUIRE(json::to_string(*json::find(budget.json, {"status", "disruptionsAllowed"})) == "0");
  const auto service = api.post(kServices, R"({"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}})");
  REQUIRE(json::to_string(*json::find(service.json, "status")) == R"({"loadBalancer":{}})");
  define_widgets(api);
  REQUIRE(json::find(api.post(kWidgets, widget("w")).json, "status") == nullptr);
}

TEST_CASE("Metadata of objects can be had alone", "[apiserver][http]") {
  TestApi api;
  define_widgets(api);
  api.post(kWidgets, widget("a", R"({"size":1})", R"(,"labels":{"l":"m"})"));
  const auto as = [](std::string_view kind, std::string_view version = "v1") {
    return http::Headers{{"Accept", "application/vnd.kubernetes.protobuf;as=" + std::string(kind) +
                                        ";g=meta.k8s.io;v=v1,application/json;as=" + std::string(kind) +
                                        ";g=meta.k8s.io;v=" + std::string(version)}};
  };
  const auto one = api.call("GET", at(kWidgets, "a"), {}, as("PartialObjectMetadata"));
  REQUIRE(one.status == 200);
  REQUIRE(one.text({"kind"}) == "PartialObjectMetadata");
  REQUIRE(one.text({"apiVersion"}) == "meta.k8s.io/v1");
  REQUIRE(one.text({"metadata", "labels", "l"}) == "m");
  REQUIRE(json::find(one.json, "spec") == nullptr);
  const auto list = api.call("GET", kWidgets, {}, as("PartialObjectMetadataList", "v1beta1"));
  REQUIRE(list.text({"kind"}) == "PartialObjectMetadataList");
  REQUIRE(list.text({"apiVersion"}) == "meta.k8s.io/v1beta1");
  REQUIRE(json::string_at((*json::find(list.json, "items"))[0], {"kind"}) == "PartialObjectMetadata");
  REQUIRE(json::find((*json::find(list.json, "items"))[0], "spec") == nullptr);
  REQUIRE(list.version() == one.version());
  const auto wrong = api.call("GET", kWidgets, {}, as("PartialObjectMetadata"));
  REQUIRE(wrong.status == 406);
  REQUIRE(wrong.reason() == "NotAcceptable");

  const auto watch = api.watch(
      std::string(kWidgets) + "?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&resourceVersion=" + list.version(),
      as("PartialObjectMetadata"));
  auto patch = as("PartialObjectMetadata");
  patch.add("Content-Type", "application/merge-patch+json");
  REQUIRE(json::find(api.call("PATCH", at(kWidgets, "a"), R"({"spec":{"size":2}})", patch).json, "spec") == nullptr);
  api.pass(std::chrono::seconds{2});
  const auto events = watch->events();
  REQUIRE(events.size() == 2);
  REQUIRE(events.front().str() == "MODIFIED a");
  REQUIRE(json::find(events.front().object, "spec") == nullptr);
  REQUIRE(events.back().type == "BOOKMARK");
  REQUIRE(json::string_at(events.back().object, {"kind"}) == "PartialObjectMetadata");
}

TEST_CASE("Bodies may be YAML", "[apiserver][http]") {
  TestApi api;
  const http::Headers yaml{{"Content-Type", "application/yaml"}};
  const auto made = api.call("POST", kConfigMaps, "metadata:\n  name: plain\ndata:\n  k: 'on'\n", yaml);
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"data", "k"}) == "on");
  REQUIRE(
      api.call("PUT", at(kConfigMaps, "plain"), "metadata: {name: plain}\ndata: {k: v}", yaml).text({"data", "k"}) ==
      "v");
  REQUIRE(api.call("POST", kConfigMaps, "metadata: [", yaml).status == 400);
  REQUIRE(api.call("POST", kConfigMaps, "- a\n", yaml).status == 400);
  define_widgets(api);
  REQUIRE(api.call("POST", kWidgets,
                   "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: plain}\nspec: {size: 3}", yaml)
              .status == 201);
}

TEST_CASE("Deprecated version of a custom resource says so with every answer", "[apiserver][crd][versions]") {
  TestApi api;
  const auto version = [](std::string_view name, bool storage, std::string_view more) {
    return R"({"name":")" + std::string(name) + R"(","served":true,"storage":)" + (storage ? "true" : "false") +
           std::string(more) + R"(,"schema":{"openAPIV3Schema":{"type":"object"}}})";
  };
  REQUIRE(api.post(kDefinitions,
                   R"({"metadata":{"name":"cars.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
    "names":{"plural":"cars","kind":"Car"},"versions":[)" +
                       version("v1", true, "") + "," + version("v1alpha1", false, R"(,"deprecated":true)") + "," +
                       version("v1beta1", false, R"(,"deprecated":true,"deprecationWarning":"walk instead")") + "]}}")
              .status == 201);
  const std::string group = "/apis/example.com/";
  const std::string cars = "/namespaces/default/cars";
  REQUIRE_FALSE(api.get(group + "v1" + cars).headers.contains("Warning"));
  REQUIRE(api.get(group + "v1alpha1" + cars).headers.get("Warning") ==
          R"(299 - "example.com/v1alpha1 Car is deprecated")");
  const auto made = api.post(group + "v1beta1" + cars,
                             R"({"apiVersion":"example.com/v1beta1","kind":"Car","metadata":{"name":"c"}})");
  REQUIRE(made.status == 201);
  REQUIRE(made.headers.get("Warning") == R"(299 - "walk instead")");
}

TEST_CASE("Only a deprecated version has a warning of its own, a short one", "[apiserver][crd][validation]") {
  TestApi api;
  const auto refused = [&](std::string_view more) {
    const auto answer = api.post(
        kDefinitions, R"({"metadata":{"name":"cars.example.com"},"spec":{"group":"example.com","scope":"Cluster",
    "names":{"plural":"cars","kind":"Car"},"versions":[{"name":"v1","served":true,"storage":true,)" +
                          std::string(more) + R"(,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})");
    REQUIRE(answer.status == 422);
    return answer.message();
  };
  const std::string field = "spec.versions[0].deprecationWarning: Invalid value: ";
  const std::string only = field + R"("walk": can only be set for deprecated versions)";
  REQUIRE(refused(R"("deprecationWarning":"walk")").find(only) != std::string::npos);
  REQUIRE(refused(R"("deprecated":false,"deprecationWarning":"walk")").find(only) != std::string::npos);
  const auto deprecated = [&](const std::string& text) {
    return refused(R"("deprecated":true,"deprecationWarning":")" + text + "\"");
  };
  REQUIRE(deprecated("").find(field + R"("": must not be an empty string)") != std::string::npos);
  REQUIRE(deprecated(std::string(257, 'w')).find("must be <= 256 characters long") != std::string::npos);
  REQUIRE(deprecated(R"(a\nb)").find("must only contain printable UTF-8 characters") != std::string::npos);
}

TEST_CASE("Request for a certificate is decided by its approval", "[apiserver][kinds]") {
  TestApi api;
  const auto made =
      api.post(kRequests, R"({"metadata":{"name":"c"},"spec":{"signerName":"example.com/x","usages":["client auth"],
    "request":"eA=="}})");
  REQUIRE(made.status == 201);
  auto decided = api.patch(
      at(kRequests, "c") + "/approval",
      R"({"spec":{"signerName":"other.com/x"},"status":{"conditions":[{"type":"Approved","status":"True"}]}})");
  REQUIRE(decided.status == 200);
  REQUIRE(decided.text({"spec", "signerName"}) == "example.com/x");
  REQUIRE(json::string_at((*json::find(decided.json, {"status", "conditions"}))[0], {"type"}) == "Approved");
  REQUIRE(api.patch(at(kRequests, "c"), R"({"spec":{"signerName":"other.com/x"}})").status == 422);
  REQUIRE(api.get(at(kPods, "p") + "/approval").status == 404);
}

}  // namespace
}  // namespace kyma::apiserver::test
