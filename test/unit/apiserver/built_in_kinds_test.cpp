#include <catch2/catch_test_macros.hpp>

#include <set>

#include "operator/apiserver/protobuf_body.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kDeployments = "/apis/apps/v1/namespaces/default/deployments";
constexpr std::string_view kServices = "/api/v1/namespaces/default/services";
constexpr std::string_view kStrategic = "application/strategic-merge-patch+json";

std::string at(std::string_view collection, std::string_view name) {
  return std::string(collection) + "/" + std::string(name);
}

std::string deployment(std::string_view name, std::string_view spec = {}) {
  return R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":")" + std::string(name) +
         R"("},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},)"
         R"("spec":{"containers":[{"name":"c","image":"i:1"}]}})" +
         std::string(spec) + "}}";
}

std::string service(std::string_view name, std::string_view spec) {
  return R"({"apiVersion":"v1","kind":"Service","metadata":{"name":")" + std::string(name) + R"("},"spec":)" +
         std::string(spec) + "}";
}

TEST_CASE("A Deployment gets its defaults and counts the changes of its spec", "[apiserver][kinds]") {
  TestApi api;
  const auto made = api.post(kDeployments, deployment("d"));
  REQUIRE(made.status == 201);
  REQUIRE(json::int_at(made.json, {"spec", "replicas"}) == 1);
  REQUIRE(made.text({"spec", "strategy", "type"}) == "RollingUpdate");
  REQUIRE(made.text({"spec", "strategy", "rollingUpdate", "maxSurge"}) == "25%");
  const auto& pod = *json::find(made.json, {"spec", "template", "spec"});
  REQUIRE(json::string_at(pod, {"dnsPolicy"}) == "ClusterFirst");
  REQUIRE(json::string_at((*json::find(pod, "containers"))[0], {"imagePullPolicy"}) == "IfNotPresent");
  REQUIRE(json::find(made.json, "status")->ObjectEmpty());
  REQUIRE(json::int_at(made.json, {"metadata", "generation"}) == 1);
  REQUIRE(api.put(at(kDeployments, "d"), deployment("d")).version() == made.version());

  const auto status =
      api.patch(at(kDeployments, "d") + "/status", R"({"status":{"replicas":3},"spec":{"replicas":9}})");
  REQUIRE(json::int_at(status.json, {"metadata", "generation"}) == 1);
  REQUIRE(json::int_at(status.json, {"spec", "replicas"}) == 1);
  const auto main = api.patch(at(kDeployments, "d"), R"({"status":{"replicas":4},"spec":{"replicas":2}})");
  REQUIRE(json::int_at(main.json, {"metadata", "generation"}) == 2);
  REQUIRE(json::int_at(main.json, {"status", "replicas"}) == 3);
}

TEST_CASE("A Deployment that cannot work is refused", "[apiserver][kinds][validation]") {
  TestApi api;
  const auto refused = [&](const std::string& body) {
    const auto answer = api.post(kDeployments, body);
    REQUIRE(answer.status == 422);
    return answer.message();
  };
  const auto with = [](std::string_view from, std::string_view to) {
    auto text = deployment("d");
    return text.replace(text.find(from), from.size(), to);
  };
  REQUIRE(refused(with(R"("labels":{"a":"b"})", R"("labels":{"a":"x"})")).find("does not match template") !=
          std::string::npos);
  REQUIRE(refused(with(R"({"name":"c","image":"i:1"})", "")).find("spec.template.spec.containers: Required value") !=
          std::string::npos);
  REQUIRE(refused(with(R"("image":"i:1")", R"("image":"")")).find("containers[0].image: Required value") !=
          std::string::npos);
  REQUIRE(refused(deployment("d", R"(,"replicas":-1)")).find("must be greater than or equal to 0") !=
          std::string::npos);
  REQUIRE(refused(deployment("d", R"(,"replicas":"two")")).find("must be of type integer") != std::string::npos);
  REQUIRE(refused(deployment("d", R"(,"strategy":{"type":"Odd"})")).find("Unsupported value") != std::string::npos);
  REQUIRE(refused(with(R"("image":"i:1")", R"("image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}])"))
              .find("Not found: \"v\"") != std::string::npos);
  REQUIRE(refused(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"}})").find("spec") !=
          std::string::npos);
  for (const std::string_view garbage :
       {"7", "[]", "\"x\"", R"({"template":[],"selector":7})", R"({"strategy":[1]})"}) {
    refused(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":)" + std::string(garbage) +
            "}");
  }
  REQUIRE(api.post(std::string(kDeployments) + "?fieldValidation=Strict", deployment("d", R"(,"colour":1)")).status ==
          400);
  REQUIRE(api.post(kDeployments, deployment("d")).status == 201);
  REQUIRE(api.patch(at(kDeployments, "d"), R"({"spec":{"selector":{"matchLabels":{"c":"d"}},
      "template":{"metadata":{"labels":{"c":"d"}}}}})")
              .message()
              .find("field is immutable") != std::string::npos);
}

TEST_CASE("Every kind survives garbage in the place of its spec", "[apiserver][kinds][hostile]") {
  TestApi api;
  const auto list = api.get("/apis");
  std::vector<std::string> paths{"/api/v1"};
  for (const auto& group : json::find(list.json, "groups")->GetArray()) {
    for (const auto& version : json::find(group, "versions")->GetArray()) {
      paths.push_back("/apis/" + std::string(json::string_at(version, {"groupVersion"})));
    }
  }
  int kinds = 0;
  for (const auto& path : paths) {
    const auto resources = api.get(path);
    for (const auto& resource : json::find(resources.json, "resources")->GetArray()) {
      const std::string plural(json::string_at(resource, {"name"}));
      if (plural.find('/') != std::string::npos || path.starts_with("/apis/auth")) continue;
      ++kinds;
      const bool namespaced = json::find(resource, "namespaced")->GetBool();
      const auto collection = path + (namespaced ? "/namespaces/default/" : "/") + plural;
      const auto version = path.starts_with("/apis/") ? path.substr(6) : "v1";
      for (const std::string_view value : {"7", "null", "\"x\"", "[]", "[[]]", "{}", R"({"a":{}})", R"([{"a":[]}])"}) {
        std::string body = R"({"apiVersion":")" + version + R"(","kind":")" +
                           std::string(json::string_at(resource, {"kind"})) + R"(","metadata":{"name":"x"})";
        for (const std::string_view member :
             {"spec", "status", "data", "rules", "subjects", "roleRef", "webhooks", "subsets", "involvedObject",
              "regarding", "value", "stringData", "endpoints", "series"}) {
          body += ",\"" + std::string(member) + "\":" + std::string(value);
        }
        const auto answer = api.post(collection, body + "}");
        INFO(collection << " " << value << " " << answer.body);
        REQUIRE((answer.status == 201 || answer.status == 422 || answer.status == 400 || answer.status == 409));
        for (const auto type : {std::string_view("application/merge-patch+json"), kStrategic}) {
          const auto patched = api.patch(collection + "/x", R"({"spec":)" + std::string(value) + "}", type);
          INFO(patched.body);
          REQUIRE((patched.status < 500));
        }
        const auto read = api.call("GET", collection, {}, {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}});
        REQUIRE(read.status == 200);
      }
    }
  }
  REQUIRE(kinds > 35);
}

TEST_CASE("Scale reads and writes the replicas alone", "[apiserver][kinds][scale]") {
  TestApi api;
  api.post(kDeployments, deployment("d"));
  const auto path = at(kDeployments, "d") + "/scale";
  const auto scale = api.get(path);
  REQUIRE(scale.text({"kind"}) == "Scale");
  REQUIRE(scale.text({"status", "selector"}) == "a=b");
  const auto put = api.put(path, R"({"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d",
      "resourceVersion":")" + scale.version() +
                                     R"("},"spec":{"replicas":4}})");
  REQUIRE(put.status == 200);
  REQUIRE(json::int_at(put.json, {"spec", "replicas"}) == 4);
  REQUIRE(api.put(path, scale.body).status == 409);
  REQUIRE(json::int_at(api.patch(path, R"({"spec":{"replicas":0}})").json, {"spec", "replicas"}) == 0);
  REQUIRE(json::int_at(
              api.patch(path, R"([{"op":"replace","path":"/spec/replicas","value":7}])", "application/json-patch+json")
                  .json,
              {"spec", "replicas"}) == 7);
  REQUIRE(api.patch(path, R"({"spec":{"replicas":-1}})").status == 422);
  REQUIRE(api.patch(path, R"({"spec":{"replicas":"x"}})").status == 422);
  REQUIRE(api.patch(path, R"({"kind":"Deployment"})").status == 400);
  REQUIRE(api.patch(path, "[", kStrategic).status == 400);
  REQUIRE(api.put(path, "{}").status == 400);
  REQUIRE(api.get(at(kDeployments, "none") + "/scale").status == 404);
  REQUIRE(api.get(at(kConfigMaps, "x") + "/scale").status == 404);
  REQUIRE(json::int_at(api.get(at(kDeployments, "d")).json, {"metadata", "generation"}) == 4);
}

TEST_CASE("Services get addresses of their own and keep them", "[apiserver][kinds][services]") {
  TestApi api;
  std::set<std::string> addresses;
  for (int i = 0; i < 300; ++i) {
    const auto made =
        api.post(kServices, service("s" + std::to_string(i), R"({"ports":[{"port":80}],"type":"NodePort"})"));
    REQUIRE(made.status == 201);
    addresses.insert(made.text({"spec", "clusterIP"}));
    const auto port = json::int_at((*json::find(made.json, {"spec", "ports"}))[0], {"nodePort"});
    addresses.insert(std::to_string(port));
    REQUIRE(json::int_at((*json::find(made.json, {"spec", "ports"}))[0], {"targetPort"}) == 80);
  }
  REQUIRE(addresses.size() == 600);
  const auto before = api.get(at(kServices, "s7"));
  const auto replaced = api.put(at(kServices, "s7"),
                                service("s7", R"({"ports":[{"port":80},{"port":81,"name":"x"}],"type":"NodePort"})"));
  REQUIRE(replaced.status == 422);  // two ports need names
  const auto kept = api.put(at(kServices, "s7"), service("s7", R"({"ports":[{"port":80}],"type":"NodePort"})"));
  REQUIRE(kept.version() == before.version());
  REQUIRE(api.patch(at(kServices, "s7"), R"({"spec":{"clusterIP":"10.96.0.9"}})").message().find("may not change") !=
          std::string::npos);
  REQUIRE(api.post(kServices, service("taken", R"({"ports":[{"port":1}],"clusterIP":")" +
                                                   before.text({"spec", "clusterIP"}) + R"("})"))
              .message()
              .find("already allocated") != std::string::npos);
  REQUIRE(api.post(kServices, service("odd", R"({"ports":[{"port":1}],"clusterIP":"x"})")).status == 422);
  REQUIRE(api.post(kServices, service("1x", R"({"ports":[{"port":1}]})")).status == 422);
  const auto headless = api.post(kServices, service("none", R"({"clusterIP":"None"})"));
  REQUIRE(headless.text({"spec", "clusterIP"}) == "None");
  const auto external = api.post(kServices, service("ext", R"({"type":"ExternalName","externalName":"x.io"})"));
  REQUIRE(external.status == 201);
  REQUIRE(external.text({"spec", "clusterIP"}).empty());
  // A free address is one again when its service has gone.
  api.remove(at(kServices, "s7"));
  REQUIRE(api.post(kServices, service("again", R"({"ports":[{"port":1}],"clusterIP":")" +
                                                   before.text({"spec", "clusterIP"}) + R"("})"))
              .status == 201);
}

TEST_CASE("An event is one object in two groups", "[apiserver][kinds][events]") {
  TestApi api;
  const std::string core = "/api/v1/namespaces/default/events";
  const std::string group = "/apis/events.k8s.io/v1/namespaces/default/events";
  const auto watch = api.watch(group + "?watch=true");
  const auto made = api.post(core, R"({"apiVersion":"v1","kind":"Event","metadata":{"name":"e"},"message":"m","count":2,
      "involvedObject":{"kind":"Pod","name":"p","namespace":"default"},"source":{"component":"c"},
      "reportingComponent":"r","lastTimestamp":"2026-01-01T00:00:00Z","reason":"R","type":"Normal"})");
  REQUIRE(made.status == 201);
  const auto seen = api.get(group + "/e");
  REQUIRE(seen.text({"apiVersion"}) == "events.k8s.io/v1");
  REQUIRE(seen.text({"note"}) == "m");
  REQUIRE(seen.text({"regarding", "name"}) == "p");
  REQUIRE(seen.text({"deprecatedSource", "component"}) == "c");
  REQUIRE(seen.text({"reportingController"}) == "r");
  REQUIRE(json::int_at(seen.json, {"deprecatedCount"}) == 2);
  REQUIRE(json::find(seen.json, "message") == nullptr);
  REQUIRE(api.patch(group + "/e", R"({"note":"changed"})").text({"note"}) == "changed");
  REQUIRE(api.get(core + "/e").text({"message"}) == "changed");
  REQUIRE(api.put(group + "/e", api.get(group + "/e").body).version() == api.get(core + "/e").version());
  REQUIRE(api.get(group).body.find("\"note\":\"changed\"") != std::string::npos);
  api.settle();
  REQUIRE(watch->str() == "ADDED e, MODIFIED e");
  REQUIRE(json::string_at(watch->events().back().object, {"note"}) == "changed");
  REQUIRE(api.remove(group + "/e").status == 200);
  REQUIRE(api.get(core + "/e").status == 404);
}

TEST_CASE("An autoscaler of v1 is one of v2, and loses nothing on the way", "[apiserver][kinds][autoscaling]") {
  TestApi api;
  const auto path = [](std::string_view version) {
    return "/apis/autoscaling/" + std::string(version) + "/namespaces/default/horizontalpodautoscalers";
  };
  const auto made = api.post(path("v2"), R"({"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler",
      "metadata":{"name":"h"},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d"},"metrics":[
      {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},
      {"type":"Resource","resource":{"name":"memory","target":{"type":"Utilization","averageUtilization":70}}}]}})");
  REQUIRE(made.status == 201);
  const auto old = api.get(path("v1") + "/h");
  REQUIRE(json::int_at(old.json, {"spec", "targetCPUUtilizationPercentage"}) == 60);
  REQUIRE(old.text({"metadata", "annotations", "autoscaling.alpha.kubernetes.io/metrics"}).find("memory") !=
          std::string::npos);
  REQUIRE(api.patch(path("v1") + "/h", R"({"spec":{"targetCPUUtilizationPercentage":50}})").status == 200);
  const auto now = api.get(path("v2") + "/h");
  REQUIRE(json::find(now.json, {"spec", "metrics"})->Size() == 2);
  REQUIRE(now.body.find("\"averageUtilization\":50") != std::string::npos);
  REQUIRE(now.body.find("\"averageUtilization\":70") != std::string::npos);
  REQUIRE(json::find(now.json, {"metadata", "annotations"}) == nullptr);
  REQUIRE(
      api.patch(path("v1") + "/h", R"({"metadata":{"annotations":{"autoscaling.alpha.kubernetes.io/metrics":"{"}}})")
          .status == 200);
}

TEST_CASE("No directive of a strategic patch reaches the status through the main resource",
          "[apiserver][kinds][patch]") {
  TestApi api;
  REQUIRE(api.post(kDeployments, deployment("d")).status == 201);
  REQUIRE(api.patch(at(kDeployments, "d") + "/status", R"({"status":{"replicas":3}})").status == 200);
  const auto whole = deployment("d");
  for (const std::string& patch : {std::string(R"({"$retainKeys":["apiVersion","kind","metadata","spec"]})"),
                                   R"({"$patch":"replace",)" + whole.substr(1)}) {
    INFO(patch);
    const auto patched = api.patch(at(kDeployments, "d"), patch, kStrategic);
    REQUIRE(patched.status == 200);
    REQUIRE(json::int_at(patched.json, {"status", "replicas"}) == 3);
  }
}

TEST_CASE("Annotations of an autoscaler of v1 bring nothing into v2 that v2 refuses",
          "[apiserver][kinds][autoscaling]") {
  TestApi api;
  const std::string v1 = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
  const std::string v2 = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
  const auto post = [&](std::string_view name, std::string_view member, std::string_view text) {
    return api.post(v1, R"({"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","metadata":{"name":")" +
                            std::string(name) + R"(","annotations":{"autoscaling.alpha.kubernetes.io/)" +
                            std::string(member) + R"(":")" + std::string(text) +
                            R"("}},"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d"}}})");
  };
  for (const std::string_view text : {"5", R"({\"a\":1})", "[1]", R"([{\"type\":7}])", "null"}) {
    INFO(text);
    REQUIRE(post("h", "metrics", text).status == 201);
    const auto shown = api.get(v2 + "/h");
    // As if it were not there.
    REQUIRE(json::find(shown.json, {"spec", "metrics"})->Size() == 1);
    REQUIRE(shown.body.find("\"averageUtilization\":80") != std::string::npos);
    REQUIRE(api.remove(v2 + "/h").status == 200);
  }
  REQUIRE(post("b", "behavior", R"([\"x\"])").status == 201);
  REQUIRE(json::find(api.get(v2 + "/b").json, {"spec", "behavior"}) == nullptr);
  REQUIRE(post("g", "behavior", R"({\"scaleUp\":{\"selectPolicy\":\"Max\",\"odd\":1}})").status == 201);
  REQUIRE(json::to_string(*json::find(api.get(v2 + "/g").json, {"spec", "behavior", "scaleUp"})) ==
          R"({"selectPolicy":"Max"})");
}

TEST_CASE("Secrets, roles and jobs have their rules", "[apiserver][kinds]") {
  TestApi api;
  const std::string bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";
  REQUIRE(
      api.post(bindings, R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b"},
      "roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"}]})")
          .status == 201);
  REQUIRE(api.get(bindings + "/b").text({"roleRef", "apiGroup"}) == "rbac.authorization.k8s.io");
  REQUIRE(api.patch(bindings + "/b", R"({"roleRef":{"name":"x"}})").message().find("cannot change roleRef") !=
          std::string::npos);
  REQUIRE(api.patch(bindings + "/b", R"({"subjects":[{"kind":"Robot","name":"u"}]})").status == 422);
  const std::string roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
  REQUIRE(api.post(roles, R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"system:x"},
      "rules":[{"verbs":["get"],"nonResourceURLs":["/x"]}]})")
              .message()
              .find("namespaced rules cannot apply to non-resource URLs") != std::string::npos);
  const std::string jobs = "/apis/batch/v1/namespaces/default/jobs";
  const auto job = [](std::string_view policy) {
    return R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":")" +
           std::string(policy) + R"(","containers":[{"name":"c","image":"i"}]}}}})";
  };
  REQUIRE(api.post(jobs, job("Always")).status == 422);
  const auto made = api.post(jobs, job("Never"));
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid"}) ==
          made.text({"metadata", "uid"}));
  REQUIRE(made.text({"spec", "template", "metadata", "labels", "job-name"}) == "j");
}

TEST_CASE("A Deployment as protobuf is the same as JSON", "[apiserver][kinds][protobuf]") {
  const auto varint = [](unsigned number, unsigned value) { return std::string{char(number << 3), char(value)}; };
  const auto bytes = [](unsigned number, const std::string& text) {
    return std::string{char(number << 3 | 2), char(text.size())} + text;
  };
  const auto port = varint(3, 80) + varint(2, 0) + bytes(4, "TCP");
  const auto limits = bytes(1, bytes(1, "cpu") + bytes(2, bytes(1, "100m")));
  const auto probe = bytes(1, bytes(2, bytes(1, "/") + bytes(2, varint(1, 1) + varint(2, 0) + bytes(3, "http"))));
  const auto container = bytes(1, "c") + bytes(2, "i:1") + bytes(6, port) + bytes(8, limits) + bytes(10, probe) +
                         std::string("\x90\x01\x00", 3);
  const auto spec = varint(1, 0) + bytes(3, bytes(2, bytes(2, container)));
  const std::string magic("k8s\0", 4);
  const auto text = json_from_protobuf(magic + bytes(1, bytes(1, "apps/v1") + bytes(2, "Deployment")) +
                                       bytes(2, bytes(1, bytes(1, "d")) + bytes(2, spec)));
  REQUIRE(text.has_value());
  REQUIRE(*text ==
          R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":0,"template":)"
          R"({"spec":{"containers":[{"name":"c","image":"i:1","ports":[{"containerPort":80,"protocol":"TCP"}],)"
          R"("resources":{"limits":{"cpu":"100m"}},"livenessProbe":{"httpGet":{"path":"/","port":"http"}}}]}}}})");
}

TEST_CASE("Switches turn features and versions off", "[apiserver][kinds][switches]") {
  ApiServerOptions options;
  REQUIRE(options.switches.set_features("WatchList=false,AggregatedDiscovery=false").has_value());
  REQUIRE(options.switches.set_versions("events.k8s.io/v1=false").has_value());
  TestApi api(std::move(options));
  const auto refused = api.get(
      "/api/v1/pods?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
  REQUIRE(refused.status == 422);
  REQUIRE(
      refused.message().find("sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled") !=
      std::string::npos);
  REQUIRE(api.get("/apis/events.k8s.io/v1/namespaces/default/events").status == 404);
  REQUIRE(api.get("/apis/events.k8s.io").status == 404);
  REQUIRE(api.get("/api/v1/namespaces/default/events").status == 200);
  const auto plain = api.call("GET", "/apis", {},
                              {{"Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}});
  REQUIRE(plain.text({"kind"}) == "APIGroupList");

  ApiSwitches switches;
  REQUIRE(switches.set_features("Teleport=true").error().message.find("unknown feature") != std::string::npos);
  REQUIRE(switches.set_features("WatchList=maybe").error().message.find("NAME=true or NAME=false") !=
          std::string::npos);
  REQUIRE(switches.set_versions("v1=false").error().message.find("cannot be switched") != std::string::npos);
  REQUIRE(switches.set_features("WatchList=false,WatchList").has_value());
  REQUIRE(switches.watch_list);
}

TEST_CASE("OpenAPI documents are whole and tell how lists are merged", "[apiserver][openapi]") {
  TestApi api;
  for (const auto* path : {"/openapi/v3/apis/apps/v1", "/openapi/v3/api/v1", "/openapi/v3/apis/autoscaling/v2"}) {
    const auto document = api.get(path);
    REQUIRE(document.status == 200);
    const auto& schemas = *json::find(document.json, {"components", "schemas"});
    // Every reference leads somewhere.
    std::string_view rest = document.body;
    const std::string_view mark = "\"#/components/schemas/";
    for (auto begin = rest.find(mark); begin != rest.npos; begin = rest.find(mark)) {
      rest.remove_prefix(begin + mark.size());
      const auto name = rest.substr(0, rest.find('"'));
      INFO(path << " " << name);
      REQUIRE(json::find(schemas, name) != nullptr);
    }
  }
  const auto apps = api.get("/openapi/v3/apis/apps/v1");
  const auto& containers =
      *json::find(apps.json, {"components", "schemas", "io.k8s.api.core.v1.PodSpec", "properties", "containers"});
  REQUIRE(json::string_at(containers, {"x-kubernetes-patch-merge-key"}) == "name");
  REQUIRE(json::string_at(containers, {"x-kubernetes-patch-strategy"}) == "merge");
}

}  // namespace
}  // namespace kyma::apiserver::test
