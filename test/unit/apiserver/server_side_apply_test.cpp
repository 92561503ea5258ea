// Server-side apply and the ownership of fields, through the API.
#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "operator/apiserver/stored_object.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kDeployments = "/apis/apps/v1/namespaces/default/deployments";
constexpr std::string_view kKubectl = "kubectl/v1.32.0";

std::string at(std::string_view collection, std::string_view name) { return fmt::format("{}/{}", collection, name); }

Answer apply(TestApi& api, std::string path, std::string_view body, std::string_view manager,
             std::string_view more = {}) {
  return api.call("PATCH", fmt::format("{}?fieldManager={}{}", path, manager, more), body,
                  {{"Content-Type", "application/apply-patch+yaml"}});
}

Answer apply_map(TestApi& api, std::string_view data, std::string_view manager, std::string_view more = {}) {
  return apply(api, at(kConfigMaps, "a"), config_map("a", fmt::format(R"(,"data":{})", data)), manager, more);
}

std::string data_of(const Answer& answer) {
  const auto* data = json::find(answer.json, "data");
  return data ? json::canonical(*data) : "none";
}

// "manager:Operation[:subresource]={fieldsV1}", sorted as they are kept.
std::vector<std::string> owners(const Answer& answer) {
  std::vector<std::string> result;
  const auto* list = json::find(answer.json, {"metadata", "managedFields"});
  if (!list) return result;
  for (const auto& entry : list->GetArray()) {
    auto text = std::string(json::string_at(entry, {"manager"}));
    text += ":" + std::string(json::string_at(entry, {"operation"}));
    const auto subresource = json::string_at(entry, {"subresource"});
    if (!subresource.empty()) text += ":" + std::string(subresource);
    result.push_back(text + "=" + json::canonical(*json::find(entry, "fieldsV1")));
  }
  return result;
}

using Owners = std::vector<std::string>;

TEST_CASE("Apply creates what is absent and says so", "[apiserver][apply]") {
  TestApi api;
  const auto made = apply_map(api, R"({"k":"1"})", "m");
  REQUIRE(made.status == 201);
  REQUIRE(owners(made) == Owners{R"(m:Apply={"f:data":{"f:k":{}}})"});
  REQUIRE(json::string_at((*json::find(made.json, {"metadata", "managedFields"}))[0], {"time"}) ==
          made.text({"metadata", "creationTimestamp"}));
  REQUIRE(api.get(at(kConfigMaps, "a")).body == made.body);
}

TEST_CASE("Applying the same again changes nothing", "[apiserver][apply]") {
  TestApi api;
  const auto made = apply_map(api, R"({"k":"1"})", "m");
  api.pass(std::chrono::seconds{10});
  const auto again = apply_map(api, R"({"k":"1"})", "m");
  REQUIRE(again.status == 200);
  REQUIRE(again.body == made.body);
}

TEST_CASE("Apply understands YAML", "[apiserver][apply]") {
  TestApi api;
  const auto made = apply(api, at(kConfigMaps, "a"),
                          "# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {on: \"yes\"}\n"
                          "data:\n  text: |\n    two\n    lines\n",
                          "m");
  REQUIRE(made.status == 201);
  REQUIRE(data_of(made) == R"({"text":"two\nlines\n"})");
  REQUIRE(made.text({"metadata", "labels", "on"}) == "yes");
  const auto broken = apply(api, at(kConfigMaps, "b"), "a: [", "m");
  REQUIRE(broken.status == 400);
  REQUIRE(broken.message().starts_with("error decoding YAML: "));
  REQUIRE(apply(api, at(kConfigMaps, "b"), "- a", "m").status == 400);
}

TEST_CASE("Apply refuses to change what belongs to others, in Kubernetes' words", "[apiserver][apply]") {
  TestApi api;
  const auto made = apply_map(api, R"({"x":"1","y":"1"})", "first");
  const auto one = apply_map(api, R"({"x":"2","z":"1"})", "second");
  REQUIRE(one.status == 409);
  REQUIRE(one.reason() == "Conflict");
  REQUIRE(one.message() == R"(Apply failed with 1 conflict: conflict with "first": .data.x)");
  const auto* causes = json::find(one.json, {"details", "causes"});
  REQUIRE(causes->Size() == 1);
  REQUIRE(json::canonical((*causes)[0]) ==
          R"({"field":".data.x","message":"conflict with \"first\"","reason":"FieldManagerConflict"})");
  REQUIRE(api.get(at(kConfigMaps, "a")).body == made.body);

  api.call("PATCH", at(kConfigMaps, "a"), R"({"data":{"w":"1"}})",
           {{"Content-Type", "application/merge-patch+json"}, {"User-Agent", "tool/1.0"}});
  const auto many = apply_map(api, R"({"w":"2","x":"2","y":"2"})", "second");
  REQUIRE(many.message() ==
          "Apply failed with 3 conflicts: conflicts with \"first\":\n- .data.x\n- .data.y\n"
          "conflicts with \"tool\" using v1 at 2023-11-14T22:13:20Z:\n- .data.w");
}

TEST_CASE("Apply takes fields over by force, and equal values without", "[apiserver][apply]") {
  TestApi api;
  apply_map(api, R"({"x":"1","y":"1"})", "first");
  const auto shared = apply_map(api, R"({"x":"1"})", "second");
  REQUIRE(owners(shared) ==
          Owners{R"(first:Apply={"f:data":{"f:x":{},"f:y":{}}})", R"(second:Apply={"f:data":{"f:x":{}}})"});
  const auto forced = apply_map(api, R"({"x":"2"})", "second", "&force=true");
  REQUIRE(forced.status == 200);
  REQUIRE(data_of(forced) == R"({"x":"2","y":"1"})");
  REQUIRE(owners(forced) == Owners{R"(first:Apply={"f:data":{"f:y":{}}})", R"(second:Apply={"f:data":{"f:x":{}}})"});
}

TEST_CASE("What an applier names no more goes, unless it has another owner", "[apiserver][apply]") {
  TestApi api;
  apply_map(api, R"({"mine":"1","ours":"1"})", "first");
  apply_map(api, R"({"ours":"1","theirs":"1"})", "second");
  const auto left = apply_map(api, "{}", "first");
  REQUIRE(data_of(left) == R"({"ours":"1","theirs":"1"})");
  REQUIRE(owners(left) ==
          Owners{R"(first:Apply={"f:data":{}})", R"(second:Apply={"f:data":{"f:ours":{},"f:theirs":{}}})"});
  const auto all = apply(api, at(kConfigMaps, "a"), config_map("a", ""), "second");
  REQUIRE(data_of(all) == "{}");
  REQUIRE(owners(all) == Owners{R"(first:Apply={"f:data":{}})"});
}

TEST_CASE("An ordinary write takes fields from their owners without asking", "[apiserver][apply]") {
  TestApi api;
  apply_map(api, R"({"x":"1","y":"1"})", "applier");
  const auto patched = api.patch(at(kConfigMaps, "a") + "?fieldManager=patcher", R"({"data":{"x":"2","n":"1"}})");
  REQUIRE(owners(patched) ==
          Owners{R"(applier:Apply={"f:data":{"f:y":{}}})", R"(patcher:Update={"f:data":{"f:n":{},"f:x":{}}})"});
  const auto removed = api.patch(at(kConfigMaps, "a") + "?fieldManager=other", R"({"data":{"x":null}})");
  REQUIRE(owners(removed) ==
          Owners{R"(applier:Apply={"f:data":{"f:y":{}}})", R"(patcher:Update={"f:data":{"f:n":{}}})"});
  const auto put = api.put(at(kConfigMaps, "a") + "?fieldManager=put", config_map("a", R"(,"data":{"y":"2"})"));
  REQUIRE(owners(put) == Owners{R"(put:Update={"f:data":{"f:y":{}}})"});
  const auto json_patched = api.patch(at(kConfigMaps, "a") + "?fieldManager=j",
                                      R"([{"op":"add","path":"/data/j","value":"1"}])", "application/json-patch+json");
  REQUIRE(owners(json_patched) == Owners{R"(j:Update={"f:data":{"f:j":{}}})", R"(put:Update={"f:data":{"f:y":{}}})"});
}

TEST_CASE("An ordinary write that changes nothing leaves owners and times alone", "[apiserver][apply]") {
  TestApi api;
  const auto made = apply_map(api, R"({"x":"1"})", "applier");
  api.pass(std::chrono::seconds{10});
  REQUIRE(api.patch(at(kConfigMaps, "a") + "?fieldManager=p", R"({"data":{"x":"1"}})").body == made.body);
  // stringData is gone once it is stored, so that every apply of it is a change at first.
  constexpr std::string_view kSecrets = "/api/v1/namespaces/default/secrets";
  const std::string_view secret =
      R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"v"}})";
  const auto stored = apply(api, at(kSecrets, "s"), secret, "m");
  REQUIRE(stored.status == 201);
  api.pass(std::chrono::seconds{10});
  REQUIRE(apply(api, at(kSecrets, "s"), secret, "m").body == stored.body);
}

TEST_CASE("Ownership is tracked for who names a manager, and not for others", "[apiserver][apply]") {
  TestApi api;
  REQUIRE(owners(api.post(kConfigMaps, config_map("plain"))).empty());
  REQUIRE(owners(api.patch(at(kConfigMaps, "plain") + "?fieldManager=m", R"({"data":{"x":"1"}})")).empty());
  const auto named = api.post(std::string(kConfigMaps) + "?fieldManager=m", config_map("named"));
  REQUIRE(owners(named) == Owners{R"(m:Update={"f:data":{".":{},"f:k":{}}})"});
  const auto anonymous = api.call("PATCH", at(kConfigMaps, "named"), R"({"data":{"k":"2"}})",
                                  {{"Content-Type", "application/merge-patch+json"}, {"User-Agent", kKubectl.data()}});
  REQUIRE(owners(anonymous) == Owners{R"(kubectl:Update={"f:data":{"f:k":{}}})", R"(m:Update={"f:data":{}})"});
}

TEST_CASE("What there was before the first apply belongs to before-first-apply", "[apiserver][apply]") {
  TestApi api;
  api.post(kConfigMaps, config_map("a", R"(,"data":{"k":"1","l":"1"})"));
  REQUIRE(apply_map(api, R"({"k":"2"})", "m")
              .message()
              .starts_with(R"(Apply failed with 1 conflict: conflict with "before-first-apply" using v1 at )"));
  REQUIRE(owners(api.get(at(kConfigMaps, "a"))).empty());
  const auto applied = apply_map(api, R"({"k":"1","n":"1"})", "m");
  REQUIRE(owners(applied) == Owners{R"(m:Apply={"f:data":{"f:k":{},"f:n":{}}})",
                                    R"(before-first-apply:Update={"f:data":{".":{},"f:k":{},"f:l":{}}})"});
}

TEST_CASE("managedFields are cleared by [{}], kept by [], and refused when malformed", "[apiserver][apply]") {
  TestApi api;
  const auto made = apply_map(api, R"({"k":"1"})", "m");
  const auto path = at(kConfigMaps, "a");
  REQUIRE(api.patch(path, R"({"metadata":{"managedFields":[]}})").body == made.body);
  REQUIRE(api.patch(path, R"({"metadata":{"managedFields":null}})").body == made.body);
  for (const auto* malformed : {R"([{"manager":"m"}])", R"([7])",
                                R"([{"operation":"Update","apiVersion":"v1",)"
                                R"("fieldsType":"FieldsV1","fieldsV1":{"f:a":7}}])"}) {
    REQUIRE(api.patch(path, fmt::format(R"({{"metadata":{{"managedFields":{}}}}})", malformed)).status == 422);
  }
  REQUIRE(api.patch(path, R"({"metadata":{"managedFields":{}}})").status == 200);
  REQUIRE(api.patch(path, R"({"metadata":{"managedFields":"x"}})").status == 400);
  REQUIRE(api.get(path).body == made.body);
  REQUIRE(owners(api.patch(path, R"({"metadata":{"managedFields":[{}]}})")).empty());
  REQUIRE(owners(api.patch(path, R"({"data":{"k":"3"}})")).empty());

  const auto said =
      api.patch(path, R"({"metadata":{"managedFields":[{"manager":"x","operation":"Apply",)"
                      R"("apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:k":{}}}}]}})");
  REQUIRE(owners(said) == Owners{R"(x:Apply={"f:data":{"f:k":{}}})"});
  REQUIRE(data_of(apply(api, path, config_map("a", ""), "x")) == "none");
}

TEST_CASE("Apply refuses requests that make no sense", "[apiserver][apply][hostile]") {
  TestApi api;
  const auto path = at(kConfigMaps, "a");
  const auto type = http::Headers{{"Content-Type", "application/apply-patch+yaml"}};
  const auto nameless = api.call("PATCH", path, config_map("a"), type);
  REQUIRE(nameless.status == 422);
  REQUIRE(nameless.message().find("fieldManager: Required value: is required for apply patch") != std::string::npos);
  REQUIRE(apply(api, path, config_map("a"), std::string(129, 'm')).status == 422);
  REQUIRE(apply(api, path, config_map("a"), "a%0Ab").status == 422);
  REQUIRE(apply(api, path, config_map("a"), "%ff").status == 422);
  REQUIRE(apply(api, path, config_map("b"), "m").status == 400);
  REQUIRE(apply(api, path, R"({"kind":"ConfigMap"})", "m").status == 400);
  REQUIRE(apply(api, path, R"({"apiVersion":"v2","kind":"ConfigMap"})", "m").status == 400);
  REQUIRE(apply(api, path, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":7})", "m").status == 400);
  REQUIRE(apply(api, path, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"a":1}}})", "m").status ==
          400);
  REQUIRE(apply(api, path, std::string(100'000, '['), "m").status == 400);
  REQUIRE(apply(api, path, "", "m").status == 400);
  const auto unknown = apply(api, path, config_map("a", R"(,"daat":{})"), "m");
  REQUIRE(unknown.status == 400);
  REQUIRE(unknown.message() ==
          "failed to create typed patch object (default/a; v1, Kind=ConfigMap): .daat: field not declared in schema");
  const auto managed =
      apply(api, path, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[]}})", "m");
  REQUIRE(managed.status == 400);
  REQUIRE(managed.message() == "metadata.managedFields must be nil");
  REQUIRE(api.patch(path + "?force=true", "{}").status == 422);
  REQUIRE(api.get(path).status == 404);
  REQUIRE(apply(api, "/api/v1/namespaces/none/configmaps/a", config_map("a"), "m").status == 404);
  REQUIRE(apply(api, path, config_map("a"), "m", "&dryRun=All").status == 201);
  REQUIRE(api.get(path).status == 404);
}

TEST_CASE("Objects of very many fields are applied in linear time", "[apiserver][apply][hostile]") {
  TestApi api;
  const auto data = [](int begin, int end) {
    std::string text = "{";
    for (int i = begin; i < end; ++i) text += fmt::format("{}\"key-{}\":\"\"", i > begin ? "," : "", i);
    return text + "}";
  };
  REQUIRE(apply_map(api, data(0, 20'000), "a").status == 201);
  REQUIRE(apply_map(api, data(10'000, 25'000), "b").status == 200);
  const auto left = apply_map(api, data(0, 1), "a");
  REQUIRE(json::find(left.json, "data")->MemberCount() == 15'001);
  std::string conflicts;
  for (int i = 10'000; i < 25'000; ++i) conflicts += fmt::format("{}\"key-{}\":\"x\"", i > 10'000 ? "," : "", i);
  const auto refused = apply_map(api, "{" + conflicts + "}", "c");
  REQUIRE(refused.status == 409);
  REQUIRE(json::find(refused.json, {"details", "causes"})->Size() <= 500);
}

TEST_CASE("A resourceVersion or a uid in a configuration must match", "[apiserver][apply]") {
  TestApi api;
  const auto with = [&](std::string_view member, std::string_view value) {
    return apply(
        api, at(kConfigMaps, "a"),
        fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"a","{}":"{}"}}}})", member, value),
        "m");
  };
  REQUIRE(with("resourceVersion", "5").status == 409);
  REQUIRE(with("uid", "u").status == 409);
  const auto made = apply_map(api, "{}", "m");
  REQUIRE(with("resourceVersion", "5").status == 409);
  REQUIRE(with("uid", "u").status == 409);
  REQUIRE(with("resourceVersion", made.version()).status == 200);
  REQUIRE(with("uid", made.text({"metadata", "uid"})).status == 200);
}

TEST_CASE("Defaults are nobody's, and come back when an applied value goes", "[apiserver][apply]") {
  TestApi api;
  const auto deployment = [](std::string_view more) {
    return fmt::format(
        R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"d"}},"spec":{{{}"selector":)"
        R"({{"matchLabels":{{"a":"b"}}}},"template":{{"metadata":{{"labels":{{"a":"b"}}}},"spec":{{"containers":)"
        R"([{{"name":"c","image":"i"}}]}}}}}}}})",
        more);
  };
  const auto made = apply(api, at(kDeployments, "d"), deployment(R"("revisionHistoryLimit":3,)"), "m");
  REQUIRE(made.status == 201);
  REQUIRE(json::int_at(made.json, {"spec", "progressDeadlineSeconds"}) == 600);
  REQUIRE(owners(made).front().find("progressDeadlineSeconds") == std::string::npos);
  const auto less = apply(api, at(kDeployments, "d"), deployment(""), "m");
  REQUIRE(json::int_at(less.json, {"spec", "revisionHistoryLimit"}) == 10);
  const auto other =
      apply(api, at(kDeployments, "d"),
            R"({"apiVersion":"apps/v1","kind":"Deployment","spec":{"progressDeadlineSeconds":60}})", "n");
  REQUIRE(other.status == 200);
  REQUIRE(json::int_at(other.json, {"metadata", "generation"}) == 3);
}

TEST_CASE("Status and the rest of an object have owners of their own", "[apiserver][apply]") {
  TestApi api;
  define_widgets(api);
  const auto path = at(kWidgets, "w");
  const auto status = R"({"apiVersion":"example.com/v1","kind":"Widget","status":{"phase":"Good"},"spec":{"size":9}})";
  REQUIRE(apply(api, path + "/status", status, "controller").status == 404);
  REQUIRE(apply(api, path, widget("w", R"({"size":1})", "", R"(,"status":{"phase":"Bad"})"), "user").status == 201);
  const auto reported = apply(api, path + "/status", status, "controller");
  REQUIRE(reported.status == 200);
  REQUIRE(reported.text({"status", "phase"}) == "Good");
  REQUIRE(json::int_at(reported.json, {"spec", "size"}) == 1);
  REQUIRE(json::int_at(reported.json, {"metadata", "generation"}) == 1);
  REQUIRE(owners(reported) ==
          Owners{R"(controller:Apply:status={"f:status":{"f:phase":{}}})", R"(user:Apply={"f:spec":{"f:size":{}}})"});
  const auto patched = api.patch(path + "/status?fieldManager=p", R"({"status":{"phase":"Fair"}})");
  REQUIRE(owners(patched) ==
          Owners{R"(user:Apply={"f:spec":{"f:size":{}}})", R"(p:Update:status={"f:status":{"f:phase":{}}})"});
  REQUIRE(apply(api, path, widget("w", R"({"size":1})"), "user").text({"status", "phase"}) == "Fair");
  const auto unknown = apply(api, path, widget("w", R"({"size":1,"sise":1})"), "user");
  REQUIRE(unknown.message() ==
          "failed to create typed patch object (default/w; example.com/v1, Kind=Widget): .spec.sise: field not "
          "declared in schema");
}

TEST_CASE("Replicas are applied and owned through scale", "[apiserver][apply]") {
  TestApi api;
  const auto path = at(kDeployments, "d");
  apply(api, path,
        R"({"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},)"
        R"("template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})",
        "user");
  const auto scale = [&](std::string_view replicas, std::string_view more = {}) {
    return apply(api, path + "/scale", fmt::format("apiVersion: autoscaling/v1\nkind: Scale\nspec: {{{}}}", replicas),
                 "hpa", more);
  };
  REQUIRE(scale("replicas: 4").status == 409);
  const auto scaled = scale("replicas: 4", "&force=true");
  REQUIRE(scaled.text({"kind"}) == "Scale");
  REQUIRE(json::int_at(scaled.json, {"spec", "replicas"}) == 4);
  REQUIRE(owners(api.get(path)).front() == R"(hpa:Apply:scale={"f:spec":{"f:replicas":{}}})");
  REQUIRE(scale("replicas: -1").status == 422);
  REQUIRE(scale("").status == 200);
  REQUIRE(owners(api.get(path)).size() == 1);
}

TEST_CASE("A kind of two forms is applied in either", "[apiserver][apply]") {
  TestApi api;
  const auto in = [&](std::string_view version, std::string_view spec) {
    return apply(
        api, fmt::format("/apis/autoscaling/{}/namespaces/default/horizontalpodautoscalers/h", version),
        fmt::format(R"({{"apiVersion":"autoscaling/{}","kind":"HorizontalPodAutoscaler","metadata":{{"name":"h"}},)"
                    R"("spec":{{"maxReplicas":3,{}"scaleTargetRef":{{"kind":"Deployment","name":"d"}}}}}})",
                    version, spec),
        "m");
  };
  const auto made = in("v1", R"("targetCPUUtilizationPercentage":50,)");
  REQUIRE(made.status == 201);
  REQUIRE(in("v1", R"("targetCPUUtilizationPercentage":50,)").body == made.body);
  const auto other = in("v2", R"("minReplicas":2,)");
  REQUIRE(other.status == 200);
  REQUIRE(owners(other) ==
          Owners{R"(m:Apply={"f:spec":{"f:maxReplicas":{},"f:minReplicas":{},"f:scaleTargetRef":{}}})"});
  REQUIRE(in("v2", R"("minReplicas":2,)").body == other.body);
}

TEST_CASE("kubectl moves from client-side to server-side apply without a conflict", "[apiserver][apply]") {
  TestApi api;
  const auto annotated = [](std::string_view data, std::string_view last) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"a","annotations":)"
                       R"({{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}},"data":{}}})",
                       last, data);
  };
  const std::string last = R"({\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"},)"
                           R"(\"data\":{\"k\":\"1\",\"l\":\"1\"}})";
  api.post(std::string(kConfigMaps) + "?fieldManager=kubectl-client-side-apply",
           annotated(R"({"k":"1","l":"2"})", last));
  REQUIRE(apply_map(api, R"({"k":"2"})", "someone").status == 409);
  // What differs from the annotation was changed by somebody else since.
  REQUIRE(
      apply_map(api, R"({"k":"2","l":"3"})", "kubectl").message() ==
      R"(Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1 at 2023-11-14T22:13:20Z: .data.l)");
  const auto moved = apply_map(api, R"({"k":"2"})", "kubectl");
  REQUIRE(moved.status == 200);
  REQUIRE(data_of(moved) == R"({"k":"2","l":"2"})");
  REQUIRE(moved.text({"metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"}) ==
          R"({"apiVersion":"v1","data":{"k":"2"},"kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}})"
          "\n");
}

TEST_CASE("Who may patch but not create cannot create by applying", "[apiserver][apply][rbac]") {
  ApiServerOptions options;
  options.authorization = AuthorizationMode::rbac;
  options.credentials.push_back({"patcher-token", "patcher", {}});
  TestApi api(options);
  constexpr std::string_view kRbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
  const auto must = [&](std::string_view plural, std::string_view body) {
    REQUIRE(api.post(std::string(kRbac) + std::string(plural), body).status == 201);
  };
  must("roles", R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"p"},)"
                R"("rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["patch"]}]})");
  must("rolebindings", R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"p"},)"
                       R"("roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"p"},)"
                       R"("subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"patcher"}]})");
  const auto as_patcher = [&] {
    return api.call("PATCH", at(kConfigMaps, "a") + "?fieldManager=m", config_map("a"),
                    {{"Content-Type", "application/apply-patch+yaml"}, {"Authorization", "Bearer patcher-token"}});
  };
  const auto refused = as_patcher();
  REQUIRE(refused.status == 403);
  REQUIRE(refused.message().find("cannot create resource \"configmaps\"") != std::string::npos);
  api.post(kConfigMaps, config_map("a"));
  REQUIRE(as_patcher().status == 200);
}

TEST_CASE("A definition's owners outlast what the server writes to its status", "[apiserver][apply]") {
  TestApi api;
  const auto path = std::string(kDefinitions) + "/widgets.example.com";
  const auto made = apply(api, path, kWidgetDefinition, "m");
  REQUIRE(made.status == 201);
  api.settle();
  const auto established = api.get(path);
  REQUIRE(json::find(established.json, {"status", "conditions"}) != nullptr);
  REQUIRE(owners(established).front().starts_with("m:Apply={\"f:spec\""));
  REQUIRE(apply(api, path, kWidgetDefinition, "m").body == established.body);
}

TEST_CASE("An object that is read from storage is tracked as before", "[apiserver][apply][durable]") {
  auto document = json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n",)"
                              R"("resourceVersion":"1700000000000001","managedFields":[{"manager":"m"}]}})")
                      .value();
  const auto draft = encode_object(document, document.GetAllocator());
  REQUIRE(draft->tracked);
  stamp(*draft, 1'700'000'000'000'001);
  const auto decoded = decode_object(draft->json);
  REQUIRE(decoded);
  REQUIRE(decoded->tracked);
  REQUIRE(decoded->json == draft->json);
}

}  // namespace
}  // namespace kyma::apiserver::test
