#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "operator/apiserver/protobuf_body.hpp"
#include "operator/apiserver/request_info.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

const json::Value* named(const json::Value& list, std::string_view member, std::string_view name) {
  for (const auto& entry : list.GetArray()) {
    if (json::string_at(entry, {member}) == name) return &entry;
  }
  return nullptr;
}

TEST_CASE("Discovery lists groups, versions and resources", "[apiserver][discovery]") {
  TestApi api;
  define_widgets(api);
  const auto core = api.get("/api");
  REQUIRE(core.text({"kind"}) == "APIVersions");
  REQUIRE((*json::find(core.json, "versions"))[0] == "v1");
  const auto groups = api.get("/apis");
  REQUIRE(groups.text({"kind"}) == "APIGroupList");
  const auto* group = named(*json::find(groups.json, "groups"), "name", "example.com");
  REQUIRE(group);
  REQUIRE(json::string_at(*group, {"preferredVersion", "groupVersion"}) == "example.com/v1");
  REQUIRE(api.get("/apis/example.com").text({"kind"}) == "APIGroup");
  const auto list = api.get("/apis/example.com/v1");
  REQUIRE(list.text({"groupVersion"}) == "example.com/v1");
  const auto* widgets = named(*json::find(list.json, "resources"), "name", "widgets");
  REQUIRE(widgets);
  REQUIRE(json::string_at(*widgets, {"singularName"}) == "widget");
  REQUIRE(json::string_at(*widgets, {"kind"}) == "Widget");
  REQUIRE((*json::find(*widgets, "shortNames"))[0] == "wd");
  REQUIRE((*json::find(*widgets, "categories"))[0] == "all");
  REQUIRE(json::find(*widgets, "namespaced")->GetBool());
  REQUIRE(json::find(*widgets, "verbs")->Size() == 8);
  REQUIRE(named(*json::find(list.json, "resources"), "name", "widgets/status"));
  REQUIRE(api.get("/api/v1/").status == 200);
  REQUIRE(api.get("/apis/example.com/v2").status == 404);
}

TEST_CASE("Discovery has an aggregated form for those who ask for it", "[apiserver][discovery]") {
  TestApi api;
  define_widgets(api);
  const http::Headers accept{{"Accept",
                              "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/"
                              "json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"}};
  const auto groups = api.call("GET", "/apis", {}, accept);
  REQUIRE(groups.text({"kind"}) == "APIGroupDiscoveryList");
  REQUIRE(groups.text({"apiVersion"}) == "apidiscovery.k8s.io/v2");
  REQUIRE(groups.headers.get("Content-Type") == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
  REQUIRE(
      groups.body.find(
          R"("resource":"widgets","responseKind":{"group":"example.com","version":"v1","kind":"Widget"},"scope":"Namespaced")") !=
      std::string::npos);
  REQUIRE(api.call("GET", "/api", {}, accept).body.find(R"("resource":"namespaces")") != std::string::npos);
  REQUIRE(api.get("/apis").text({"kind"}) == "APIGroupList");
}

TEST_CASE("OpenAPI shows each kind's schema and that patches take fieldValidation", "[apiserver][openapi]") {
  TestApi api;
  const auto before = api.get("/openapi/v3").body;
  define_widgets(api);
  const auto index = api.get("/openapi/v3");
  REQUIRE(index.body != before);
  const auto url = index.text({"paths", "apis/example.com/v1", "serverRelativeURL"});
  REQUIRE(url.starts_with("/openapi/v3/apis/example.com/v1?hash="));
  const auto document = api.get(url);
  REQUIRE(document.status == 200);
  const auto* patch =
      json::find(document.json, {"paths", "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}", "patch"});
  REQUIRE(patch);
  REQUIRE(json::string_at(*patch, {"x-kubernetes-group-version-kind", "kind"}) == "Widget");
  REQUIRE(named(*json::find(*patch, "parameters"), "name", "fieldValidation"));
  const auto* schema = json::find(document.json, {"components", "schemas", "com.example.v1.Widget"});
  REQUIRE(schema);
  REQUIRE(json::string_at((*json::find(*schema, "x-kubernetes-group-version-kind"))[0], {"kind"}) == "Widget");
  REQUIRE(json::find(*schema, {"properties", "spec", "properties", "size"}));
  REQUIRE(json::string_at(*schema, {"properties", "metadata", "$ref"}) ==
          "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  REQUIRE(api.get("/openapi/v3/api/v1").status == 200);
  REQUIRE(api.get("/openapi/v3/apis/none/v1").status == 404);
  REQUIRE(api.get("/openapi/v2").text({"swagger"}) == "2.0");
  const http::Headers protobuf{{"Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"}};
  REQUIRE(api.call("GET", "/openapi/v2", {}, protobuf).body ==
          "\x0a\x03"
          "2.0");
}

TEST_CASE("Health and version are for everybody, metrics are counted", "[apiserver][health]") {
  TestApi api;
  for (const auto* path : {"/healthz", "/livez", "/readyz"}) {
    REQUIRE(api.get(path).body == "ok");
    const auto verbose = api.get(std::string(path) + "?verbose");
    REQUIRE(verbose.body.starts_with("[+]ping ok\n"));
    REQUIRE(verbose.body.ends_with(std::string(path).substr(1) + " check passed\n"));
  }
  REQUIRE(api.get("/version").text({"gitVersion"}).starts_with("v1.32."));
  api.post(kConfigMaps, config_map("a"));
  api.post(kConfigMaps, config_map("a"));
  api.get("/api/v1/namespaces/default/inventions/x");
  const auto metrics = api.get("/metrics");
  REQUIRE(metrics.headers.get("Content-Type") == metrics::Registry::kContentType);
  const auto has = [&](std::string_view line) { return metrics.body.find(line) != std::string::npos; };
  REQUIRE(has(
      R"(apiserver_request_total{verb="POST",dry_run="",group="",version="v1",resource="configmaps",subresource="",scope="resource",component="apiserver",code="201"} 1)"));
  REQUIRE(has(
      R"(apiserver_request_total{verb="POST",dry_run="",group="",version="v1",resource="configmaps",subresource="",scope="resource",component="apiserver",code="409"} 1)"));
  REQUIRE(has(R"(apiserver_storage_objects{resource="namespaces"} 4)"));
  REQUIRE_FALSE(has("inventions"));
}

TEST_CASE("Requests and watches are counted under Kubernetes' names and labels", "[apiserver][metrics]") {
  TestApi api;
  define_widgets(api);
  const std::string maps(kConfigMaps);
  const auto watch = api.watch(maps + "?watch=true");
  api.post(maps, config_map("a"));
  api.post(maps + "?dryRun=All", config_map("b"));
  api.patch(maps + "/a", "{}");
  api.get(maps);
  api.get("/api/v1/configmaps");
  api.get(maps + "/a/inventedpart");
  api.get("/invented");
  api.call("TRACE", "/invented");
  api.get("/apis/example.com/v1/namespaces/default/widgets/x/status");
  api.settle();
  const auto text = api.get("/metrics").body;
  const auto has = [&](std::string_view line) { return text.find(line) != std::string::npos; };
  const auto request = [](std::string_view verb, std::string_view dry_run, std::string_view what,
                          std::string_view scope) {
    return fmt::format(R"(verb="{}",dry_run="{}",{},scope="{}",component="apiserver")", verb, dry_run, what, scope);
  };
  const std::string_view of_maps = R"(group="",version="v1",resource="configmaps",subresource="")";
  const std::string_view of_nothing = R"(group="",version="",resource="",subresource="")";
  const auto total = [&](const std::string& labels, int code, int count) {
    return has(fmt::format("apiserver_request_total{{{},code=\"{}\"}} {}\n", labels, code, count));
  };
  CHECK(total(request("POST", "", of_maps, "resource"), 201, 1));
  CHECK(total(request("POST", "All", of_maps, "resource"), 201, 1));
  CHECK(total(request("PATCH", "", of_maps, "resource"), 200, 1));
  CHECK(total(request("LIST", "", of_maps, "namespace"), 200, 1));
  CHECK(total(request("LIST", "", of_maps, "cluster"), 200, 1));
  CHECK(total(request("GET", "", of_maps, "resource"), 404, 1));
  CHECK(total(request("GET", "", of_nothing, ""), 404, 1));
  CHECK(total(request("other", "", of_nothing, ""), 404, 1));
  CHECK(total(
      request("GET", "", R"(group="example.com",version="v1",resource="widgets",subresource="status")", "resource"),
      404, 1));
  CHECK(has("apiserver_request_duration_seconds_count{" + request("LIST", "", of_maps, "namespace") + "} 1"));
  CHECK(
      has("apiserver_request_duration_seconds_bucket{" + request("LIST", "", of_maps, "namespace") + ",le=\"0.005\"}"));
  CHECK_FALSE(has("apiserver_request_duration_seconds_count{verb=\"WATCH\""));
  CHECK(has(R"(apiserver_watch_events_total{group="",version="v1",kind="ConfigMap"} 1)"));
  CHECK(has(
      R"(apiserver_longrunning_requests{verb="WATCH",group="",version="v1",resource="configmaps",subresource="",scope="namespace",component="apiserver"} 1)"));
  CHECK(has(R"(apiserver_current_inflight_requests{request_kind="readOnly"} 1)"));
  CHECK(has(R"(apiserver_storage_objects{resource="configmaps"} 1)"));
  CHECK(has("process_resident_memory_bytes "));
  CHECK_FALSE(has("invented"));
}

TEST_CASE("A definition that comes again is counted under its own name", "[apiserver][metrics]") {
  TestApi api;
  for (int i = 0; i < 3; ++i) {
    define_widgets(api);
    api.post(kWidgets, widget("w"));
    api.remove(std::string(kDefinitions) + "/widgets.example.com");
    api.settle();
  }
  const auto text = api.get("/metrics").body;
  const std::string_view labels =
      R"(apiserver_request_total{verb="POST",dry_run="",group="example.com",version="v1",resource="widgets",subresource="",scope="resource",component="apiserver",code="201"} 3)";
  CHECK(text.find(labels) != std::string::npos);
}

TEST_CASE("Request paths are taken apart", "[apiserver][requestinfo]") {
  const auto info = parse_request_info("GET", "/apis/g.io/v1/namespaces/n/things/x/status", false);
  REQUIRE(info.is_resource);
  REQUIRE(info.group == "g.io");
  REQUIRE(info.name_space == "n");
  REQUIRE(info.resource == "things");
  REQUIRE(info.name == "x");
  REQUIRE(info.subresource == "status");
  REQUIRE(info.verb == Verb::get);
  REQUIRE(parse_request_info("GET", "/api/v1/namespaces/n/things", true).verb == Verb::watch);
  REQUIRE(parse_request_info("GET", "/api/v1/namespaces/n/things/x", true).verb == Verb::get);
  REQUIRE(parse_request_info("DELETE", "/api/v1/namespaces/n/things", false).verb == Verb::remove_collection);
  const auto own = parse_request_info("PUT", "/api/v1/namespaces/n/status", false);
  REQUIRE(own.resource == "namespaces");
  REQUIRE(own.name == "n");
  REQUIRE(own.subresource == "status");
  REQUIRE(parse_request_info("GET", "/api/v1/namespaces", false).resource == "namespaces");
  REQUIRE(parse_request_info("GET", "/api/v1/namespaces/n", false).name == "n");
  REQUIRE_FALSE(parse_request_info("GET", "/api/v1", false).is_resource);
  REQUIRE_FALSE(parse_request_info("GET", "/apis/g.io/v1", false).is_resource);
  REQUIRE_FALSE(parse_request_info("GET", "/metrics", false).is_resource);
  REQUIRE(parse_request_info("GET", "/api/v1/a/b/c/d", false).too_long);
  REQUIRE(parse_request_info("GET", "/api/v1/a/b/c/d/e/f/g/h/i/j/k", false).too_long);
}

std::string field(unsigned number, const std::string& bytes) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(bytes.size())} + bytes;
}

std::string envelope(const std::string& kind, const std::string& raw) {
  return std::string("k8s\0", 4) + field(1, field(1, "v1") + field(2, kind)) + field(2, raw);
}

TEST_CASE("Protobuf bodies of built-in kinds are read", "[apiserver][protobuf]") {
  TestApi api;
  const auto entry = [](const std::string& key, const std::string& value) { return field(1, key) + field(2, value); };
  const auto secret = envelope("Secret", field(1, field(1, "s") + field(11, entry("a", "b"))) +
                                             field(2, entry("k", "v\x01")) + field(3, "Opaque"));
  const http::Headers headers{{"Content-Type", "application/vnd.kubernetes.protobuf"}};
  const auto made = api.call("POST", "/api/v1/namespaces/default/secrets", secret, headers);
  REQUIRE(made.status == 201);
  REQUIRE(made.text({"data", "k"}) == "dgE=");
  REQUIRE(made.text({"metadata", "labels", "a"}) == "b");
  const auto options = envelope("DeleteOptions", field(2, field(1, "00000000-0000-4000-8000-000000000000")));
  REQUIRE(api.call("DELETE", "/api/v1/namespaces/default/secrets/s", options, headers).status == 409);
  REQUIRE(api.call("POST", "/api/v1/namespaces/default/secrets", envelope("Potato", ""), headers).status == 415);
  // Cut anywhere, it is refused or read, and never more than that.
  for (std::size_t size = 0; size < secret.size(); ++size) {
    const auto result = json_from_protobuf(std::string_view(secret).substr(0, size));
    if (result)
      REQUIRE(json::parse(*result).has_value());
    else
      REQUIRE((result.error().http_status == 400 || result.error().http_status == 415));
  }
  REQUIRE_FALSE(json_from_protobuf(std::string("k8s\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 15)).has_value());
}

}  // namespace
}  // namespace kyma::apiserver::test
