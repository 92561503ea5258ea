#include "operator/apiserver/field_walk.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>

#include "operator/apiserver/merge_apply.hpp"
#include "operator/apiserver/schema_validator.hpp"
#include "operator/apiserver/type_table.hpp"
#include "operator/apiserver/typed_schema.hpp"

namespace kyma::apiserver {
namespace {

// One member of each kind of list and map.
constexpr std::string_view kSchema = R"json({"type":"object","properties":{"spec":{"type":"object","properties":{
"size":{"type":"integer"},
"atomic":{"type":"array","items":{"type":"string"}},
"set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
"map":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","protocol"],
  "items":{"type":"object","required":["port"],"properties":{"port":{"type":"integer"},
  "protocol":{"type":"string","default":"TCP"},"name":{"type":"string"}}}},
"labels":{"type":"object","additionalProperties":{"type":"string"}},
"one":{"type":"object","x-kubernetes-map-type":"atomic","properties":{"a":{"type":"string"},"b":{"type":"string"}}},
"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
"either":{"x-kubernetes-int-or-string":true}}}}})json";

const Schema& schema() {
  static const auto kCompiled = Schema::compile(json::parse(kSchema).value(), "schema").value();
  return kCompiled;
}
const MergeType& type() { return schema().merge_type(); }

std::string spec(std::string_view members) { return R"({"spec":{)" + std::string(members) + "}}"; }

std::string text_of(const FieldSet& fields) {
  json::Document document;
  return json::to_string(fields.to_json(document.GetAllocator()));
}

std::string fields(std::string_view object, const MergeType& of = type()) {
  return text_of(fields_of(of, json::parse(object).value()));
}

std::string compared(std::string_view before, std::string_view after) {
  const auto change = compare_fields(type(), json::parse(before).value(), json::parse(after).value());
  return "+" + text_of(change.added) + " *" + text_of(change.modified) + " -" + text_of(change.removed);
}

std::string merged(std::string_view object, std::string_view applied, const MergeType& of = type()) {
  auto document = json::parse(object).value();
  merge_applied(of, document, json::parse(applied).value(), document.GetAllocator());
  return json::to_string(document);
}

std::string without(std::string_view object, std::string_view removed) {
  auto document = json::parse(object).value();
  remove_fields(type(), document, FieldSet::from_json(json::parse(removed).value()).value());
  return json::to_string(document);
}

TEST_CASE("A configuration's fields follow the types of its lists and maps", "[apiserver][apply]") {
  REQUIRE(fields(spec(R"("size":1,"atomic":["x"],"either":"1","one":{"a":"1"})")) ==
          R"({"f:spec":{"f:atomic":{},"f:either":{},"f:one":{},"f:size":{}}})");
  REQUIRE(fields(spec(R"("set":["x","y"])")) == R"({"f:spec":{"f:set":{"v:\"x\"":{},"v:\"y\"":{}}}})");
  REQUIRE(fields(spec(R"("map":[{"port":1,"name":"n"}])")) ==
          R"({"f:spec":{"f:map":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}}}})");
  REQUIRE(fields(spec(R"("labels":{"a":"1"},"free":{"x":{"y":[1]},"z":null})")) ==
          R"({"f:spec":{"f:free":{"f:x":{".":{},"f:y":{}},"f:z":{}},"f:labels":{"f:a":{}}}})");
  REQUIRE(fields(spec(R"("labels":{},"free":null)")) == R"({"f:spec":{"f:free":{},"f:labels":{}}})");
  REQUIRE(fields(R"({"metadata":{"labels":{"a":"1"},"finalizers":["x/y"],"ownerReferences":[{"uid":"u"}]}})") ==
          R"({"f:metadata":{"f:finalizers":{"v:\"x/y\"":{}},"f:labels":{"f:a":{}},)"
          R"("f:ownerReferences":{"k:{\"uid\":\"u\"}":{".":{},"f:uid":{}}}}})");
}

TEST_CASE("A value that is not what its type says is one field", "[apiserver][apply][hostile]") {
  REQUIRE(fields(spec(R"("map":7,"set":{"a":1},"labels":["x"])")) ==
          R"({"f:spec":{"f:labels":{},"f:map":{},"f:set":{}}})");
  REQUIRE(fields(spec(R"("map":[7,null])")) == R"({"f:spec":{"f:map":{"v:7":{},"v:null":{}}}})");
  REQUIRE(fields(R"({"spec":7})") == R"({"f:spec":{}})");
  REQUIRE(merged(spec(R"("map":7)"), spec(R"("map":[{"port":1}])")) == spec(R"("map":[{"port":1}])"));
  REQUIRE(compared(spec(R"("map":7)"), spec(R"("map":[{"port":1}])")) == R"(+{} *{"f:spec":{"f:map":{}}} -{})");
}

TEST_CASE("A comparison tells what came, what changed and what went", "[apiserver][apply]") {
  REQUIRE(compared(spec(R"("size":1,"atomic":["x"])"), spec(R"("size":2,"labels":{"a":"1"})")) ==
          R"(+{"f:spec":{"f:labels":{".":{},"f:a":{}}}} *{"f:spec":{"f:size":{}}} -{"f:spec":{"f:atomic":{}}})");
  REQUIRE(compared(spec(R"("set":["x","y"])"), spec(R"("set":["y","z"])")) ==
          R"(+{"f:spec":{"f:set":{"v:\"z\"":{}}}} *{} -{"f:spec":{"f:set":{"v:\"x\"":{}}}})");
  REQUIRE(compared(spec(R"("map":[{"port":1,"name":"a"}])"),
                   spec(R"("map":[{"port":2},{"port":1,"protocol":"TCP","name":"b"}])")) ==
          R"(+{"f:spec":{"f:map":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{"f:protocol":{}},)"
          R"("k:{\"port\":2,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}})"
          R"( *{"f:spec":{"f:map":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{"f:name":{}}}}} -{})");
  REQUIRE(compared(spec(R"("one":{"a":"1"},"atomic":["x"])"), spec(R"("one":{"a":"1","b":"2"},"atomic":[])")) ==
          R"(+{} *{"f:spec":{"f:atomic":{},"f:one":{}}} -{})");
  REQUIRE(compared(spec(R"("set":["x","y"],"labels":{"b":"1","a":"2"})"),
                   spec(R"("labels":{"a":"2","b":"1"},"set":["y","x"])")) == "+{} *{} -{}");
  REQUIRE(compared(spec(R"("set":["x","x"])"), spec(R"("set":["x"])")) ==
          R"(+{} *{"f:spec":{"f:set":{"v:\"x\"":{}}}} -{})");
}

TEST_CASE("Merging sets what is applied and keeps the rest", "[apiserver][apply]") {
  REQUIRE(merged(spec(R"("size":1,"labels":{"a":"1","b":"2"},"one":{"a":"1"},"atomic":["x"])"),
                 spec(R"("labels":{"b":"3","c":"4"},"one":{"b":"1"},"atomic":["y"])")) ==
          spec(R"("size":1,"labels":{"a":"1","b":"3","c":"4"},"one":{"b":"1"},"atomic":["y"])"));
  REQUIRE(merged(spec(R"("free":{"a":{"b":1},"l":[1]})"), spec(R"("free":{"a":{"c":2},"l":[2]})")) ==
          spec(R"("free":{"a":{"b":1,"c":2},"l":[2]})"));
  REQUIRE(merged(spec(R"("map":[{"port":1,"name":"a"},{"port":1,"protocol":"UDP"}])"),
                 spec(R"("map":[{"port":1,"protocol":"TCP","name":"b"}])")) ==
          spec(R"("map":[{"port":1,"name":"b","protocol":"TCP"},{"port":1,"protocol":"UDP"}])"));
}

TEST_CASE("Merged lists have the order of the configuration, and others' elements in between", "[apiserver][apply]") {
  const auto set = [](std::string_view list) { return spec(R"("set":)" + std::string(list)); };
  REQUIRE(merged(set(R"(["a","b","c"])"), set(R"(["c","a"])")) == set(R"(["b","c","a"])"));
  REQUIRE(merged(set(R"(["x","a","y","b"])"), set(R"(["a","n","b"])")) == set(R"(["x","a","y","n","b"])"));
  REQUIRE(merged(set(R"(["x"])"), set(R"(["a","b"])")) == set(R"(["x","a","b"])"));
  REQUIRE(merged(set(R"([])"), set(R"(["a","b"])")) == set(R"(["a","b"])"));
  REQUIRE(merged(set(R"(["a","x"])"), set(R"(["n","a"])")) == set(R"(["n","a","x"])"));
}

TEST_CASE("Long lists are merged in no time", "[apiserver][apply][hostile]") {
  std::string live;
  std::string applied;
  for (int i = 0; i < 20'000; ++i) {
    live += (i > 0 ? ",\"a" : "\"a") + std::to_string(i) + '"';
    applied += (i > 0 ? ",\"" : "\"") + std::string(i % 2 == 0 ? "n" : "a") + std::to_string(20'000 - i) + '"';
  }
  const auto document = json::parse(merged(spec("\"set\":[" + live + "]"), spec("\"set\":[" + applied + "]"))).value();
  REQUIRE(json::find(document, {"spec", "set"})->Size() == 30'000);
}

TEST_CASE("Removing takes fields out with all that is in them", "[apiserver][apply]") {
  REQUIRE(without(spec(R"("size":1,"labels":{"a":"1","b":"2"})"), R"({"f:spec":{"f:labels":{"f:a":{}}}})") ==
          spec(R"("size":1,"labels":{"b":"2"})"));
  REQUIRE(without(spec(R"("size":1,"labels":{"a":"1"})"), R"({"f:spec":{"f:labels":{"f:a":{}}}})") ==
          spec(R"("size":1,"labels":{})"));
  REQUIRE(without(spec(R"("size":1,"labels":{"a":"1"})"), R"({"f:spec":{"f:labels":{".":{},"f:a":{}}}})") ==
          spec(R"("size":1)"));
  REQUIRE(without(spec(R"("map":[{"port":1},{"port":2,"name":"x"}],"set":["x","y"])"),
                  R"({"f:spec":{"f:map":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{},)"
                  R"("k:{\"port\":2,\"protocol\":\"TCP\"}":{"f:name":{}}},"f:set":{"v:\"y\"":{}}}})") ==
          spec(R"("map":[{"port":2}],"set":["x"])"));
  REQUIRE(without(spec(R"("one":{"a":"1"},"labels":{})"), R"({"f:spec":{"f:one":{"f:a":{}},"f:labels":{"f:a":{}}}})") ==
          spec(R"("one":{"a":"1"},"labels":{})"));
}

TEST_CASE("Elements that cannot be told apart are named", "[apiserver][apply]") {
  const auto wrong = [](std::string_view members) { return check_applied(type(), json::parse(spec(members)).value()); };
  REQUIRE(wrong(R"("map":[{"port":1},{"port":1,"protocol":"UDP"}],"set":["a","b"])").empty());
  REQUIRE(wrong(R"("map":[{"port":1},{"port":1,"protocol":"TCP"}])") ==
          R"(.spec.map: duplicate entries for key [port=1,protocol="TCP"])");
  REQUIRE(wrong(R"("set":["a","a"])") == R"(.spec.set: duplicate entries for key [="a"])");
  REQUIRE(wrong(R"("map":[{"name":"x"}])") ==
          R"(.spec.map: element 0: associative list with keys has an element that omits key field "port" )"
          "(and doesn't have default value)");
  REQUIRE(wrong(R"("map":[7])").find("non-map elements") != std::string::npos);
  REQUIRE(wrong(R"("map":[null])").find("null element") != std::string::npos);
}

TEST_CASE("Built-in types have the keys and the atomic parts that Kubernetes gives them", "[apiserver][apply]") {
  const auto built_in = [](std::string_view api_version, std::string_view kind, std::string_view object) {
    return fields(object, merge_type_of(*TypeTable::instance().find_kind(api_version, kind)));
  };
  REQUIRE(
      built_in("v1", "Service", R"({"spec":{"ports":[{"port":80}],"selector":{"a":"b"},"externalIPs":["1.2.3.4"]}})") ==
      R"({"f:spec":{"f:externalIPs":{},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}},)"
      R"("f:selector":{}}})");
  REQUIRE(built_in("apps/v1", "Deployment",
                   R"({"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"spec":{"containers":[{"name":"c",
                       "env":[{"name":"E","value":"1"}],"args":["x"]}],"tolerations":[{"key":"k"}],
                       "topologySpreadConstraints":[{"topologyKey":"z","whenUnsatisfiable":"DoNotSchedule"}]}}}})") ==
          R"({"f:spec":{"f:selector":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},)"
          R"("f:args":{},"f:env":{"k:{\"name\":\"E\"}":{".":{},"f:name":{},"f:value":{}}},"f:name":{}}},)"
          R"("f:tolerations":{},"f:topologySpreadConstraints":)"
          R"({"k:{\"topologyKey\":\"z\",\"whenUnsatisfiable\":\"DoNotSchedule\"}":)"
          R"({".":{},"f:topologyKey":{},"f:whenUnsatisfiable":{}}}}}}})");
  REQUIRE(built_in("v1", "ConfigMap", R"({"data":{"a":"1"}})") == R"({"f:data":{"f:a":{}}})");
  REQUIRE(built_in("rbac.authorization.k8s.io/v1", "RoleBinding",
                   R"({"subjects":[{"name":"a"}],"roleRef":{"name":"r"}})") == R"({"f:roleRef":{},"f:subjects":{}})");
}

}  // namespace
}  // namespace kyma::apiserver
