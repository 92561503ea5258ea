// Server-side apply, ownership and the writes next to them, as hostile and careless clients use them.
#include <fmt/format.h>
#include <catch2/catch_test_macros.hpp>

#include <array>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "operator/apiserver/field_set.hpp"
#include "operator/apiserver/stored_object.hpp"
#include "operator/kube/meta/yaml.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kDeployments = "/apis/apps/v1/namespaces/default/deployments";
constexpr std::string_view kServices = "/api/v1/namespaces/default/services";

constexpr std::string_view kDeployment = R"({"apiVersion":"apps/v1","kind":"Deployment",
"metadata":{"name":"a","labels":{"l":"1"},"annotations":{"n":"1"},"finalizers":["example.com/f"],
"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"u"}]},
"spec":{"replicas":1,"selector":{"matchLabels":{"l":"1"}},"template":{"metadata":{"labels":{"l":"1"}},
"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"env":[{"name":"e","value":"v"}]}]}}}})";
constexpr std::string_view kService = R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},
"spec":{"selector":{"l":"1"},"ports":[{"name":"web","port":80,"targetPort":8080}]}})";

// Processor time, which other programs do not lengthen.
double seconds_of(const std::function<void()>& work) {
  const auto begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

Answer apply(TestApi& api, std::string_view path, std::string_view body, std::string_view manager = "m",
             std::string_view more = {}) {
  return api.call("PATCH", fmt::format("{}?fieldManager={}{}", path, manager, more), body,
                  {{"Content-Type", "application/apply-patch+yaml"}});
}

std::string member(const Answer& answer, std::initializer_list<std::string_view> path) {
  const auto* value = json::find(answer.json, path);
  return value ? json::canonical(*value) : "none";
}

// Calls visit with every text that comes from replacing one value of the document by something of another type.
template <class Visit>
void each_spoilt(json::Document& document, json::Value& value, Visit visit) {
  static constexpr std::array<std::string_view, 9> kOthers = {"null", "true",   "-1",      "1.5", R"("x")",
                                                              "[]",   "[null]", R"([{}])", "{}"};
  for (const auto other : kOthers) {
    const auto parsed = json::parse(other);
    json::Value spoilt(*parsed, document.GetAllocator());
    value.Swap(spoilt);
    visit(json::to_string(document));
    value.Swap(spoilt);
  }
  if (value.IsObject()) {
    for (auto& part : value.GetObject()) each_spoilt(document, part.value, visit);
  } else if (value.IsArray()) {
    for (auto& part : value.GetArray()) each_spoilt(document, part, visit);
  }
}

void spoil(std::string_view text, const std::function<void(const std::string&)>& send) {
  auto document = json::parse(text).value();
  each_spoilt(document, document, send);
}

TEST_CASE("No configuration, however spoilt, is a fault of the server", "[apiserver][apply][hostile]") {
  TestApi api;
  const auto path = std::string(kDeployments) + "/a";
  const auto check = [&](const std::string& body) {
    const auto answer = apply(api, path, body, "m", "&force=true");
    if (answer.status >= 500) FAIL(body << " -> " << answer.body);
    const auto dry = api.call("POST", std::string(kDeployments) + "?fieldManager=x&dryRun=All", body);
    if (dry.status >= 500) FAIL(body << " -> " << dry.body);
  };
  REQUIRE(apply(api, path, kDeployment).status == 201);
  spoil(kDeployment, check);
  const auto status = [&](const std::string& body) {
    const auto answer = apply(api, path + "/status", body, "m", "&force=true");
    if (answer.status >= 500) FAIL(body << " -> " << answer.body);
  };
  spoil(R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a","uid":""},
"status":{"replicas":1,"conditions":[{"type":"A","status":"True"}]}})",
        status);
  const auto scale = [&](const std::string& body) {
    for (const auto type : {"application/apply-patch+yaml", "application/merge-patch+json"}) {
      const auto answer = api.call("PATCH", path + "/scale?fieldManager=m", body, {{"Content-Type", type}});
      if (answer.status >= 500) FAIL(body << " -> " << answer.body);
    }
    const auto answer = api.put(path + "/scale", body);
    if (answer.status >= 500) FAIL(body << " -> " << answer.body);
  };
  spoil(R"({"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a","resourceVersion":"0"},
"spec":{"replicas":1}})",
        scale);
}

TEST_CASE("No managedFields, however spoilt, are a fault of the server", "[apiserver][apply][hostile]") {
  TestApi api;
  const std::string text = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[
{"manager":"m","operation":"Apply","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1",
"fieldsV1":{"f:data":{".":{},"f:k":{},"k:{\"a\":1}":{},"v:1":{},"i:1":{}}}}]},"data":{"k":"v"}})";
  int accepted = 0;
  spoil(text, [&](const std::string& body) {
    const auto made = api.post(kConfigMaps, body);
    if (made.status == 201) ++accepted;
    if (made.status >= 500) FAIL(body << " -> " << made.body);
    const auto put = api.put(std::string(kConfigMaps) + "/a", body);
    if (put.status >= 500) FAIL(body << " -> " << put.body);
    const auto applied = apply(api, std::string(kConfigMaps) + "/a", config_map("a"), "m", "&force=true");
    if (applied.status >= 500) FAIL(body << " -> " << applied.body);
    api.remove(std::string(kConfigMaps) + "/a");
  });
  REQUIRE(accepted > 20);
}

TEST_CASE("No eviction, approval or finalisation, however spoilt, is a fault of the server", "[apiserver][hostile]") {
  TestApi api;
  REQUIRE(api.post("/api/v1/namespaces", R"({"metadata":{"name":"n"}})").status == 201);
  const std::string pods = "/api/v1/namespaces/default/pods";
  const auto no_fault = [](const Answer& answer, const std::string& body) {
    if (answer.status >= 500) FAIL(body << " -> " << answer.body);
  };
  spoil(R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"n"},"spec":{"finalizers":["kubernetes"]}})",
        [&](const std::string& body) { no_fault(api.put("/api/v1/namespaces/n/finalize", body), body); });
  spoil(R"({"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"p","namespace":"default"},
"deleteOptions":{"gracePeriodSeconds":0,"preconditions":{"uid":"x","resourceVersion":"1"},"dryRun":["All"]}})",
        [&](const std::string& body) {
          api.post(pods, R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
          no_fault(api.post(pods + "/p/eviction", body), body);
        });
  const std::string requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const std::string request = R"({"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest",
"metadata":{"name":"r"},"spec":{"request":"eA==","signerName":"example.com/s","usages":["client auth"]},
"status":{"conditions":[{"type":"Approved","status":"True","reason":"r","message":"m"}]}})";
  REQUIRE(api.post(requests, request).status == 201);
  spoil(request, [&](const std::string& body) {
    no_fault(api.put(requests + "/r/approval", body), body);
    no_fault(api.patch(requests + "/r/approval", body), body);
    no_fault(apply(api, requests + "/r/approval", body), body);
  });
}

TEST_CASE("A YAML configuration that is no UTF-8 is refused", "[apiserver][apply][hostile]") {
  TestApi api;
  const auto applied = apply(api, std::string(kConfigMaps) + "/a",
                             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: \"\xff\xfe\x80\"}\n");
  REQUIRE(applied.status == 400);
}

TEST_CASE("Aliases of long texts do not expand without end", "[kube][yaml][hostile]") {
  std::string text = "a: &a " + std::string(1'000'000, 'x') + "\nb: [*a";
  for (int i = 0; i < 300; ++i) text += ",*a";
  REQUIRE_FALSE(kube::parse_yaml_object(text + "]\n").has_value());
}

TEST_CASE("Many merges into one YAML object take linear time", "[kube][yaml][hostile]") {
  std::string text = "a: &a {z: 1}\n";
  for (int i = 0; i < 40'000; ++i) text += fmt::format("k{}: 1\n", i);
  for (int i = 0; i < 40'000; ++i) text += "<<: *a\n";
  REQUIRE(seconds_of([&] { kube::parse_yaml_object(text); }) < 20);
}

TEST_CASE("FieldSet unites many spellings of one step in no time", "[apiserver][apply][fields][hostile]") {
  std::string text = "{";
  for (int i = 0; i < 30'000; ++i) {
    if (i > 0) text += ',';
    text += "\"v:1";
    for (int bit = 0; bit < 16; ++bit) text += (i >> bit) & 1 ? " " : "\\t";
    text += fmt::format("\":{{\"f:{}\":{{}}}}", i);
  }
  const auto document = json::parse(text + "}").value();
  std::optional<FieldSet> set;
  REQUIRE(seconds_of([&] { set = FieldSet::from_json(document); }) < 5);
  REQUIRE(set.value().find("v:1")->branches().size() == 30'000);
}

TEST_CASE("Conflicts below very long names are told in bounded space", "[apiserver][apply][hostile]") {
  TestApi api;
  REQUIRE(api.post(kDefinitions, R"json({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
"metadata":{"name":"anys.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
"names":{"plural":"anys","kind":"Any"},"versions":[{"name":"v1","served":true,"storage":true,
"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}})json")
              .status == 201);
  const auto body = [](std::string_view value) {
    std::string text = R"({"apiVersion":"example.com/v1","kind":"Any","metadata":{"name":"a"},"spec":{")" +
                       std::string(300'000, 'n') + R"(":{)";
    for (int i = 0; i < 5'000; ++i) text += fmt::format(R"({}"{}":{})", i > 0 ? "," : "", i, value);
    return text + "}}}";
  };
  const std::string path = "/apis/example.com/v1/namespaces/default/anys/a";
  REQUIRE(apply(api, path, body("1"), "first").status == 201);
  Answer refused;
  REQUIRE(seconds_of([&] { refused = apply(api, path, body("2"), "second"); }) < 2);
  REQUIRE(refused.status == 409);
  REQUIRE(refused.body.size() < 1'000'000);
  REQUIRE(seconds_of([&] { refused = apply(api, path, body("{}"), "second"); }) < 2);
}

TEST_CASE("Very many owners of very many fields cost little", "[apiserver][apply][hostile]") {
  TestApi api;
  std::string data;
  std::string fields;
  for (int i = 0; i < 20'000; ++i) {
    data += fmt::format(R"({}"key-number-{}":"v")", i > 0 ? "," : "", i);
    fields += fmt::format(R"({}"f:key-number-{}":{{}})", i > 0 ? "," : "", i);
  }
  for (const std::string operation : {"Apply", "Update"}) {
    std::string entries;
    for (int i = 0; i < 1'000; ++i) {
      entries += fmt::format(R"({}{{"manager":"m{}","operation":"{}","apiVersion":"v1","fieldsType":"FieldsV1",
"time":"2026-01-01T00:00:00Z","fieldsV1":{{"f:data":{{{}}}}}}})",
                             i > 0 ? "," : "", i, operation, i == 0 ? fields : R"("f:key-number-0":{})");
    }
    const auto name = operation == "Apply" ? "a" : "b";
    const auto body = fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}",
"managedFields":[{}]}},"data":{{{}}}}})",
                                  name, entries, data);
    REQUIRE(seconds_of([&] { REQUIRE(api.post(std::string(kConfigMaps), body).status == 201); }) < 5);
    REQUIRE(seconds_of([&] {
              const auto applied = apply(api, fmt::format("{}/{}", kConfigMaps, name),
                                         config_map(name, R"(,"data":{"key-number-1":"x"})"), "m1", "&force=true");
              REQUIRE(applied.status == 200);
            }) < 5);
  }
}

TEST_CASE("An applier who names nothing any more leaves the object its identity", "[apiserver][apply]") {
  TestApi api;
  const auto path = std::string(kConfigMaps) + "/a";
  const std::string labelled =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"l":"1"},"annotations":{"n":"1"},
"finalizers":["example.com/f"]},"data":{"k":"v"}})";
  const auto made = apply(api, path, labelled);
  REQUIRE(made.status == 201);
  const auto bare = apply(api, path, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})");
  REQUIRE(bare.status == 200);
  REQUIRE(member(bare, {"metadata", "labels"}) == "none");
  REQUIRE(member(bare, {"metadata", "annotations"}) == "none");
  REQUIRE(member(bare, {"metadata", "finalizers"}) == "none");
  REQUIRE(member(bare, {"data"}) == "none");
  REQUIRE(bare.text({"metadata", "uid"}) == made.text({"metadata", "uid"}));
  REQUIRE(bare.text({"metadata", "creationTimestamp"}) == made.text({"metadata", "creationTimestamp"}));
  REQUIRE(member(bare, {"metadata", "managedFields"}) == "none");
}

TEST_CASE("A dry run of an apply stores nothing", "[apiserver][apply]") {
  TestApi api;
  const auto path = std::string(kServices) + "/a";
  REQUIRE(apply(api, path, kService, "m", "&dryRun=All").status == 201);
  REQUIRE(api.get(path).status == 404);
  const auto made = apply(api, path, kService);
  REQUIRE(made.status == 201);
  auto other = std::string(kService);
  other.replace(other.find("8080"), 4, "8081");
  REQUIRE(apply(api, path, other, "m", "&dryRun=All").status == 200);
  REQUIRE(api.get(path).body == made.body);
  const auto same = apply(api, path, kService);
  REQUIRE(same.version() == made.version());
}

TEST_CASE("Ports of a Service are told apart by their defaulted protocol", "[apiserver][apply]") {
  TestApi api;
  const auto path = std::string(kServices) + "/a";
  const auto with_ports = [](std::string_view ports) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"Service","metadata":{{"name":"a"}},"spec":{{"ports":[{}]}}}})",
                       ports);
  };
  REQUIRE(apply(api, path, with_ports(R"({"name":"t","port":53},{"name":"u","port":53,"protocol":"UDP"})")).status ==
          201);
  const auto added = apply(api, path, with_ports(R"({"name":"w","port":80,"protocol":"TCP"})"), "other");
  REQUIRE(added.status == 200);
  REQUIRE(json::find(added.json, {"spec", "ports"})->Size() == 3);
  const auto same = apply(api, path, with_ports(R"({"name":"w","port":80})"), "other");
  REQUIRE(member(same, {"spec", "ports"}) == member(added, {"spec", "ports"}));
  const auto less = apply(api, path, with_ports(R"({"name":"u","port":53,"protocol":"UDP"})"));
  REQUIRE(less.status == 200);
  REQUIRE(json::find(less.json, {"spec", "ports"})->Size() == 2);
  REQUIRE(apply(api, path, with_ports(R"({"name":"t","port":53},{"name":"u","port":53,"protocol":"TCP"})")).status ==
          400);
  REQUIRE(apply(api, path, with_ports(R"({"name":"t","port":"53"})")).status == 422);
}

}  // namespace
}  // namespace kyma::apiserver::test
