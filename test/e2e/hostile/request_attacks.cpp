// Attacks by what a single request says: the table is the list of them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "operator/base/utf8.hpp"
#include "operator/kube/meta/json.hpp"
#include "test/e2e/hostile/attack.hpp"

namespace kyma::hostile {
namespace {

using namespace std::chrono_literals;

// What one request may take, on a slow and busy machine.
constexpr auto kLongestAnswer = 5s;
// What an error may be long, whatever it is about.
constexpr std::size_t kLargestError = 1'200'000;

constexpr std::string_view kMaps = "/api/v1/namespaces/default/configmaps";
constexpr std::string_view kDeployments = "/apis/apps/v1/namespaces/default/deployments";
constexpr std::string_view kDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kMerge = "application/merge-patch+json";
constexpr std::string_view kStrategic = "application/strategic-merge-patch+json";
constexpr std::string_view kJsonPatch = "application/json-patch+json";
constexpr std::string_view kApply = "application/apply-patch+yaml";
constexpr std::string_view kProtobuf = "application/vnd.kubernetes.protobuf";

struct Request {
  std::string_view what;
  std::string_view method;
  std::string path;
  std::string body = {};
  std::string_view type = kJson;
  std::set<unsigned> answers = {};  // none: any of 2xx and 4xx
};

std::string many(std::size_t count, std::string_view separator, const std::function<std::string(std::size_t)>& each) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += separator;
    text += each(i);
  }
  return text;
}

std::string repeated(std::string_view text, std::size_t count) {
  return many(count, "", [&](std::size_t) { return std::string(text); });
}

std::string in(std::string_view collection, std::string_view name) { return fmt::format("{}/{}", collection, name); }

std::string config_map(std::string_view name, std::string_view more) {
  return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}}{}}})", name, more);
}

std::string with_metadata(std::string_view more) {
  return fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"m",{}}}}})", more);
}

std::string members(std::size_t count, std::string_view prefix = "k") {
  return many(count, ",", [&](std::size_t i) { return fmt::format(R"("{}{}":"")", prefix, i); });
}

std::string containers(std::size_t count, std::string_view prefix) {
  return many(count, ",", [&](std::size_t i) { return fmt::format(R"({{"name":"{}{}","image":"x"}})", prefix, i); });
}

std::string deployment(std::string_view name, std::string_view of) {
  return fmt::format(R"({{"apiVersion":"apps/v1","kind":"Deployment","metadata":{{"name":"{}"}},"spec":{{"selector":)"
                     R"({{"matchLabels":{{"a":"b"}}}},"template":{{"metadata":{{"labels":{{"a":"b"}}}},"spec":)"
                     R"({{"containers":[{}]}}}}}}}})",
                     name, of);
}

std::string pod_spec_patch(std::string_view of) {
  return fmt::format(R"({{"spec":{{"template":{{"spec":{{{}}}}}}}}})", of);
}

std::string definition(std::string_view plural, std::string_view schema, std::string_view more = {}) {
  return fmt::format(
      R"({{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":)"
      R"({{"name":"{0}.hostile.example.com"}},"spec":{{"group":"hostile.example.com","scope":"Namespaced",)"
      R"("names":{{"plural":"{0}","kind":"K{0}"}},"versions":[{{"name":"v1","served":true,"storage":true{2},)"
      R"("schema":{{"openAPIV3Schema":{1}}}}}]}}}})",
      plural, schema, more);
}

std::string custom(std::string_view plural, std::string_view spec) {
  return fmt::format(R"({{"apiVersion":"hostile.example.com/v1","kind":"K{}","metadata":{{"name":"a"}},{}}})", plural,
                     spec);
}

std::string customs(std::string_view plural) {
  return fmt::format("/apis/hostile.example.com/v1/namespaces/default/{}", plural);
}

std::vector<Request> bodies() {
  return {
      {"an object of many members, to be patched",
       "POST",
       std::string(kMaps),
       config_map("big", ",\"data\":{" + members(100'000) + "}"),
       kJson,
       {201}},
      {"a Deployment of many containers",
       "POST",
       std::string(kDeployments),
       deployment("big", containers(5000, "c")),
       kJson,
       {201}},
      {"arrays 100,000 deep",
       "POST",
       std::string(kMaps),
       config_map("m", ",\"x\":" + std::string(100'000, '[') + std::string(100'000, ']')),
       kJson,
       {400}},
      {"objects 100,000 deep",
       "POST",
       std::string(kMaps),
       repeated("{\"a\":", 100'000) + "1" + std::string(100'000, '}'),
       kJson,
       {400}},
      {"an array that is never closed", "POST", std::string(kMaps), std::string(3'000'000, '['), kJson, {400}},
      {"230,000 members",
       "POST",
       std::string(kMaps),
       config_map("m", ",\"data\":{" + members(200'000) + "}"),
       kJson,
       {413}},
      {"400,000 members of one name",
       "POST",
       std::string(kMaps),
       config_map("m", ",\"data\":{" + many(400'000, ",", [](auto) { return std::string(R"("a":"")"); }) + "}"),
       kJson,
       {201}},
      {"230,000 labels",
       "POST",
       std::string(kMaps),
       with_metadata("\"labels\":{" + members(200'000) + "}"),
       kJson,
       {413, 422}},
      {"200,000 finalizers",
       "POST",
       std::string(kMaps),
       with_metadata("\"finalizers\":[" + many(200'000, ",", [](auto i) { return fmt::format("\"a.b/{}\"", i); }) +
                     "]"),
       kJson,
       {413, 422}},
      {"40,000 owners",
       "POST",
       std::string(kMaps),
       with_metadata("\"ownerReferences\":[" +
                     many(40'000, ",",
                          [](auto i) {
                            return fmt::format(R"({{"apiVersion":"v1","kind":"A","name":"n{0}","uid":"u{0}"}})", i);
                          }) +
                     "]"),
       kJson,
       {413, 422}},
      {"60,000 managedFields", "POST", std::string(kMaps),
       with_metadata(
           "\"managedFields\":[" +
           many(60'000, ",", [](auto i) { return fmt::format(R"({{"apiVersion":"v1","manager":"n{}"}})", i); }) + "]")},
      {"a name of a megabyte", "POST", std::string(kMaps), config_map(std::string(1'000'000, 'n'), ""), kJson, {422}},
      {"invalid UTF-8", "POST", std::string(kMaps), config_map("a\xff", ""), kJson, {400}},
      {"no JSON", "POST", std::string(kMaps), std::string(1000, '\0'), kJson, {400}},
      {"protobuf garbage",
       "POST",
       std::string(kMaps),
       "k8s" + std::string(1, '\0') + repeated("\x0a\xff\xff\x7f\x91", 500'000),
       kProtobuf,
       {400}},
      {"protobuf of protobuf",
       "POST",
       std::string(kMaps),
       "k8s" + std::string(1, '\0') + repeated("\x12\x7f\x0a\x7d", 500'000),
       kProtobuf,
       {400, 415}},
      {"a compressed body", "POST", std::string(kMaps), "\x1f\x8b\x08", "application/gzip", {415}},
  };
}

std::vector<Request> patches() {
  const auto map = in(kMaps, "big");
  const auto deployed = in(kDeployments, "big");
  const auto operations = [](std::size_t count, std::string_view one) {
    return "[" + many(count, ",", [&](auto) { return std::string(one); }) + "]";
  };
  return {
      {"a merge of 200,000 members", "PATCH", map, "{\"data\":{" + members(200'000, "x") + "}}", kMerge, {413}},
      {"a strategic merge of 200,000 members",
       "PATCH",
       map,
       "{\"data\":{" + members(200'000, "x") + "}}",
       kStrategic,
       {413}},
      {"10,000 tests of the last member",
       "PATCH",
       map,
       operations(10'000, R"({"op":"test","path":"/data/k99999","value":""})"),
       kJsonPatch,
       {422}},
      {"20,000 operations",
       "PATCH",
       map,
       operations(20'000, R"({"op":"test","path":"/kind","value":"ConfigMap"})"),
       kJsonPatch,
       {413}},
      {"a copy that doubles and doubles",
       "PATCH",
       map,
       operations(60, R"({"op":"copy","from":"/metadata","path":"/metadata/annotations"})"),
       kJsonPatch,
       {400, 422}},
      {"copies of the largest part",
       "PATCH",
       map,
       operations(1000, R"({"op":"copy","from":"/data","path":"/data/copy"})"),
       kJsonPatch,
       {422}},
      {"moves back and forth",
       "PATCH",
       map,
       operations(5000, R"({"op":"move","from":"/data","path":"/a"},{"op":"move","from":"/a","path":"/data"})"),
       kJsonPatch,
       {413, 422}},
      {"a test of the largest part",
       "PATCH",
       map,
       "[{\"op\":\"test\",\"path\":\"/data\",\"value\":{" + members(100'000) + "}}]",
       kJsonPatch,
       {200}},
      {"a pointer of two megabytes",
       "PATCH",
       map,
       "[{\"op\":\"test\",\"path\":\"" + repeated("/a", 1'000'000) + "\",\"value\":1}]",
       kJsonPatch,
       {422}},
      {"paths deeper and deeper",
       "PATCH",
       map,
       "[" +
           many(1000, ",",
                [](auto i) {
                  return fmt::format(R"({{"op":"add","path":"/metadata{}","value":{{}}}})", repeated("/a", i + 1));
                }) +
           "]",
       kJsonPatch,
       {422}},
      {"60,000 more containers",
       "PATCH",
       deployed,
       pod_spec_patch("\"containers\":[" + containers(60'000, "z") + "]"),
       kStrategic,
       {413}},
      {"one container 60,000 times", "PATCH", deployed,
       pod_spec_patch("\"containers\":[" +
                      many(60'000, ",", [](auto i) { return fmt::format(R"({{"name":"c1","image":"x{}"}})", i); }) +
                      "]"),
       kStrategic},
      {"80,000 containers taken out", "PATCH", deployed,
       pod_spec_patch(
           "\"containers\":[" +
           many(70'000, ",", [](auto i) { return fmt::format(R"({{"name":"q{}","$patch":"delete"}})", i); }) + "]"),
       kStrategic},
      {"an order of 100,000 containers", "PATCH", deployed,
       pod_spec_patch("\"$setElementOrder/containers\":[" +
                      many(100'000, ",", [](auto i) { return fmt::format(R"({{"name":"c{}"}})", i); }) +
                      R"(],"containers":[{"name":"c1","image":"y"}])"),
       kStrategic},
      {"100,000 finalizers taken out", "PATCH", deployed,
       "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[" +
           many(100'000, ",", [](auto i) { return fmt::format("\"f{}\"", i); }) + "]}}",
       kStrategic},
      {"YAML 100,000 deep, applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       repeated("[", 100'000),
       kApply,
       {400, 413, 415, 422}},
      {"YAML mappings in a row, applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       many(2000, "\n", [](auto i) { return std::string(std::min<std::size_t>(i, 1000), ' ') + "a:"; }),
       kApply,
       {400, 413, 415, 422}},
      {"a billion laughs, applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\na0: &a0 [x,x,x,x,x,x,x,x,x]\n" +
           many(12, "\n",
                [](auto i) {
                  return fmt::format("a{0}: &a{0} [*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1}]", i + 1, i);
                }) +
           "\n",
       kApply,
       {400, 413, 415, 422}},
      {"a YAML list of 1,400,000 elements, applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       "a: [" + repeated("x,", 1'400'000) + "]",
       kApply,
       {400, 413, 415, 422}},
      {"200,000 lines of YAML, applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       many(200'000, "\n", [](auto i) { return fmt::format("a{}: b", i); }),
       kApply,
       {400, 413, 415, 422}},
      {"YAML of itself, applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       "a: &a [*a]\n",
       kApply,
       {400, 413, 415, 422}},
      {"200,000 members applied",
       "PATCH",
       map + "?fieldManager=h&force=true",
       config_map("big", ",\"data\":{" + members(200'000, "y") + "}"),
       kApply,
       {413, 415, 422}},
  };
}

std::vector<Request> queries() {
  const auto list = [](std::string_view query) { return fmt::format("{}?{}", kMaps, query); };
  return {
      {"a selector of 9,000 absent labels",
       "GET",
       list("labelSelector=" + many(8000, ",", [](auto i) { return fmt::format("!k{}", i); })),
       {},
       kJson,
       {200}},
      {"a selector of one label and 9,000 values",
       "GET",
       list("labelSelector=a+notin+(" + many(8000, ",", [](auto i) { return fmt::format("k{}", i); }) + ")"),
       {},
       kJson,
       {200}},
      {"a selector that looks like a pattern",
       "GET",
       list("labelSelector=(a*)*" + repeated("(a|a)*", 5000)),
       {},
       kJson,
       {400}},
      {"a selector of parentheses", "GET", list("labelSelector=" + repeated("(", 60'000)), {}, kJson, {400}},
      {"a field selector of 2,000 terms",
       "GET",
       list("fieldSelector=" + many(2000, ",", [](auto i) { return fmt::format("metadata.name!=k{}", i); })),
       {},
       kJson,
       {200}},
      {"an unknown field selector",
       "GET",
       list("fieldSelector=spec." + repeated("a.", 20'000) + "=1"),
       {},
       kJson,
       {400}},
      {"30,000 parameters", "GET", list(repeated("a&", 30'000)), {}, kJson, {200}},
      {"a broken continue token", "GET", list("limit=1&continue=" + std::string(50'000, 'A')), {}, kJson, {400, 410}},
      {"a limit beyond all bounds", "GET", list("limit=99999999999999999999"), {}, kJson, {400, 422, 200}},
      {"a negative limit", "GET", list("limit=-1"), {}, kJson, {400, 422, 200}},
      {"a resourceVersion of garbage", "GET", list("resourceVersion=%ff%00"), {}, kJson, {400, 422}},
      {"a selector of invalid UTF-8", "GET", list("labelSelector=%ff"), {}, kJson, {400}},
      {"a name of invalid UTF-8", "GET", in(kMaps, "%ff%fe"), {}, kJson, {404}},
      {"a name of raw bytes", "GET", in(kMaps, "\xff\xfe"), {}, kJson, {400, 404}},
      {"a name with a zero byte", "GET", in(kMaps, "a%00b"), {}, kJson, {404}},
      {"a path that climbs", "GET", "/api/v1/namespaces/default/../../../metrics", {}, kJson, {404}},
      {"a path that climbs in disguise", "GET", "/healthz/%2e%2e/metrics", {}, kJson, {404}},
      {"a path of slashes", "GET", "/" + repeated("/", 50'000), {}, kJson},
      {"a path of parts", "GET", repeated("/a", 30'000), {}, kJson, {404}},
      {"a bad escape", "GET", "/api/%zz", {}, kJson, {400}},
      {"the document of all types", "GET", "/openapi/v2", {}, kJson, {200}},
  };
}

// Definitions and what they define, the one after the other.
std::vector<Request> definitions() {
  const auto list_of = [](std::string_view item) {
    return fmt::format(R"({{"type":"object","properties":{{"l":{{"type":"array","items":{}}}}}}})", item);
  };
  const auto strings = [](std::size_t count, std::string_view text) {
    return "\"l\":[" + many(count, ",", [&](auto) { return fmt::format("\"{}\"", text); }) + "]";
  };
  return {
      {"a schema 90 levels deep",
       "POST",
       std::string(kDefinitions),
       definition("deeps",
                  repeated(R"({"type":"object","properties":{"a":)", 90) + R"({"type":"string"})" + repeated("}}", 90)),
       kJson,
       {201}},
      {"a schema 5,000 levels deep",
       "POST",
       std::string(kDefinitions),
       definition("deepers", repeated(R"({"type":"object","properties":{"a":)", 5000) + R"({"type":"string"})" +
                                 repeated("}}", 5000)),
       kJson,
       {400}},
      {"a schema of 60,000 fields",
       "POST",
       std::string(kDefinitions),
       definition("wides",
                  R"({"type":"object","properties":{)" +
                      many(60'000, ",", [](auto i) { return fmt::format(R"("p{}":{{"type":"string"}})", i); }) + "}}"),
       kJson,
       {422}},
      {"40,000 alternatives",
       "POST",
       std::string(kDefinitions),
       definition(
           "anys",
           list_of(R"({"type":"string","anyOf":[)" +
                   many(40'000, ",", [](auto i) { return fmt::format(R"({{"minLength":{}}})", i + 5); }) + "]}")),
       kJson,
       {201}},
      {"3,000 values under 40,000 alternatives",
       "POST",
       customs("anys"),
       custom("anys", strings(3000, "")),
       kJson,
       {422}},
      {"60,000 allowed values",
       "POST",
       std::string(kDefinitions),
       definition("enums", list_of(R"({"type":"string","enum":[)" +
                                   many(60'000, ",", [](auto i) { return fmt::format("\"e{}\"", i); }) + "]}")),
       kJson,
       {201}},
      {"20,000 values under 60,000 allowed ones",
       "POST",
       customs("enums"),
       custom("enums", strings(20'000, "e59999")),
       kJson,
       {422}},
      {"patterns that would run for ever elsewhere",
       "POST",
       std::string(kDefinitions),
       definition(
           "patterns",
           list_of(
               R"({"type":"string","pattern":"^(a+)+$","allOf":[{"pattern":"(x+x+)+y"},{"pattern":"(.*.*.*=.*){1,10}z"}]})")),
       kJson,
       {201}},
      {"a megabyte for them",
       "POST",
       customs("patterns"),
       custom("patterns", strings(1, std::string(1'400'000, 'a') + "!")),
       kJson,
       {422}},
      {"a pattern too large",
       "POST",
       std::string(kDefinitions),
       definition("toolarges", list_of(R"({"type":"string","pattern":"((a{1000}){1000}){1000}"})")),
       kJson,
       {422}},
      {"a large default for each item",
       "POST",
       std::string(kDefinitions),
       definition("defaults", list_of(R"({"type":"object","properties":{"x":{"type":"string","default":")" +
                                      std::string(1'000'000, 'y') + "\"}}}")),
       kJson,
       {201}},
      {"2,000 items that get it",
       "POST",
       customs("defaults"),
       custom("defaults", "\"l\":[" + many(2000, ",", [](auto) { return std::string("{}"); }) + "]"),
       kJson,
       {413}},
      {"300 columns of paths through everything",
       "POST",
       std::string(kDefinitions),
       definition("columns", R"({"type":"object","x-kubernetes-preserve-unknown-fields":true})",
                  ",\"additionalPrinterColumns\":[" +
                      many(300, ",",
                           [](auto i) {
                             return fmt::format(R"({{"name":"c{}","type":"string","jsonPath":"..*..*..*..*"}})", i);
                           }) +
                      "]"),
       kJson,
       {201, 422}},
      {"an object for them",
       "POST",
       customs("columns"),
       custom("columns",
              "\"spec\":{" + many(20'000, ",", [](auto i) { return fmt::format("\"k{}\":[1,2,3]", i); }) + "}"),
       kJson,
       {201, 404}},
      {"a list of documents of all that", "GET", "/openapi/v3/apis/hostile.example.com/v1", {}, kJson, {200}},
  };
}

// Longer texts than these are the client's own, told back.
std::string check(const Request& request, const http::Response& answer, Duration took) {
  const auto expected =
      request.answers.empty() ? answer.status >= 200 && answer.status < 500 : request.answers.contains(answer.status);
  if (!expected) return fmt::format("answered {}: {}", answer.status, answer.body.substr(0, 300));
  if (took > kLongestAnswer) return fmt::format("took {:.1f} s", std::chrono::duration<double>(took).count());
  if (answer.status < 400) return {};
  if (answer.body.size() > kLargestError) return fmt::format("an error of {} bytes", answer.body.size());
  if (!is_utf8(answer.body)) return "an error that is not UTF-8";
  const auto status = json::parse(answer.body);
  if (!status || json::string_at(*status, {"kind"}) != "Status") return "an error that is no Status";
  return json::string_at(*status, {"message"}).empty() ? "an error without a message" : "";
}

asio::awaitable<std::string> ask_all(Siege& siege, std::vector<Request> requests) {
  std::vector<std::pair<Duration, std::string_view>> slowest;
  for (const auto& request : requests) {
    const auto begin = siege.clock().now();
    const auto answer =
        co_await siege.ask(std::string(request.method), request.path, request.body, std::string(request.type));
    const auto took = siege.clock().now() - begin;
    if (auto fault = check(request, answer, took); !fault.empty()) {
      siege.fault(fmt::format("{}: {}", request.what, fault));
    }
    slowest.emplace_back(took, request.what);
  }
  std::sort(slowest.rbegin(), slowest.rend());
  std::string told = fmt::format("{} requests", requests.size());
  for (std::size_t i = 0; i < std::min<std::size_t>(slowest.size(), 3); ++i) {
    told += fmt::format("; {}: {:.0f} ms", slowest[i].second,
                        std::chrono::duration<double, std::milli>(slowest[i].first).count());
  }
  co_return told;
}

asio::awaitable<std::string> forget_objects(Siege& siege) {
  for (const auto path : {kMaps, kDeployments, kDefinitions}) {
    const auto answer = co_await siege.ask("DELETE", std::string(path));
    if (answer.status != 200) siege.fault(fmt::format("deleting {}: {}", path, answer.status));
  }
  co_return "what was left behind";
}

}  // namespace

std::vector<Attack> request_attacks() {
  return {
      {"hostile bodies", 250, [](Siege& siege) { return ask_all(siege, bodies()); }},
      {"hostile patches", 250, [](Siege& siege) { return ask_all(siege, patches()); }},
      {"hostile paths and queries", 100, [](Siege& siege) { return ask_all(siege, queries()); }},
      {"hostile definitions", 250, [](Siege& siege) { return ask_all(siege, definitions()); }},
      {"deletion of all of it", 100, forget_objects},
  };
}

}  // namespace kyma::hostile
