// Input that is meant to hurt: it may be refused, but must neither crash the server, nor hold its loop, nor leave
// anything behind that others stumble over. What takes too long here shows as a test that does not end in time.
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kJsonPatch = "application/json-patch+json";
constexpr std::string_view kStrategicPatch = "application/strategic-merge-patch+json";

std::string path(std::string_view name) { return std::string(kConfigMaps) + "/" + std::string(name); }

// {"k0":"","k1":"", ...}
std::string many_members(std::size_t count, std::string_view prefix = "k") {
  std::string text = "{";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text.append("\"").append(prefix).append(std::to_string(i)).append("\":\"\"");
  }
  return text + "}";
}

std::string repeated(std::string_view operation, std::size_t count) {
  std::string patch = "[";
  for (std::size_t i = 0; i < count; ++i) patch.append(i > 0 ? "," : "").append(operation);
  return patch + "]";
}

TEST_CASE("JSON patch cannot nest an object deeper and deeper by copying it into itself", "[apiserver][hostile]") {
  TestApi api;
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  std::string patch = R"([{"op":"add","path":"/x","value":)" + std::string(100, '[') + std::string(100, ']') + "}";
  std::string deepest = "/x";
  std::size_t depth = 100;
  for (std::size_t i = 1; i < depth; ++i) deepest += "/0";
  for (int doubling = 0; doubling < 12; ++doubling) {
    patch += R"(,{"op":"copy","from":"/x","path":")" + deepest + R"(/-"})";
    for (std::size_t i = 0; i < depth; ++i) deepest += "/0";
    depth *= 2;
  }
  REQUIRE(api.patch(path("a"), patch + "]", kJsonPatch).status == 422);
  REQUIRE(api.get(path("a")).status == 200);
}

TEST_CASE("JSON patch values may not bring a field twice", "[apiserver][hostile]") {
  TestApi api;
  api.post(kConfigMaps, config_map("a"));
  const auto strict = api.patch(path("a") + "?fieldValidation=Strict",
                                R"([{"op":"add","path":"/data","value":{"k":"1","k":"2"}}])", kJsonPatch);
  REQUIRE(strict.status == 400);
  const auto patched = api.patch(path("a"), R"([{"op":"add","path":"/data","value":{"k":"1","k":"2"}}])", kJsonPatch);
  REQUIRE(patched.status == 200);
  REQUIRE(json::find(patched.json, "data")->MemberCount() == 1);
  REQUIRE(patched.text({"data", "k"}) == "2");
}

TEST_CASE("JSON patch that takes too much work is refused", "[apiserver][hostile]") {
  TestApi api;
  api.post(kConfigMaps, config_map("a"));
  std::string zeros = "[0";
  for (int i = 0; i < 300'000; ++i) zeros += ",0";
  const std::string insertions = repeated(R"({"op":"add","path":"/x/0","value":0})", 9000);
  const auto patch = R"([{"op":"add","path":"/x","value":)" + zeros + "]}," + insertions.substr(1);
  REQUIRE(api.patch(path("a"), patch, kJsonPatch).status == 422);
}

TEST_CASE("JSON patch of the status honours a resourceVersion that it sets", "[apiserver][status][concurrency]") {
  TestApi api;
  define_widgets(api);
  const auto made = api.post(kWidgets, widget("w"));
  const std::string status = std::string(kWidgets) + "/w/status";
  const auto patch = [&](const std::string& version) {
    return api.patch(status,
                     R"([{"op":"add","path":"/status","value":{"phase":")" + version +
                         R"("}},{"op":"replace","path":"/metadata/resourceVersion","value":")" + version + R"("}])",
                     kJsonPatch);
  };
  REQUIRE(patch("1000000000000001").status == 409);
  REQUIRE(patch(made.version()).status == 200);
}

TEST_CASE("Merging two objects with very many members takes linear time", "[apiserver][hostile]") {
  TestApi api;
  const std::size_t count = 60'000;
  api.post(kConfigMaps, config_map("a", ",\"data\":" + many_members(count)));
  const std::string patch = R"({"data":)" + many_members(count, "n") + "}";
  for (const auto type : {std::string_view("application/merge-patch+json"), kStrategicPatch}) {
    const auto answer = api.patch(path("a"), patch, type);
    REQUIRE(answer.status == 200);
    REQUIRE(json::find(answer.json, "data")->MemberCount() == 2 * count);
  }
}

TEST_CASE("Strategic merge of very long lists takes no quadratic time", "[apiserver][hostile]") {
  TestApi api;
  const auto finalizers = [](std::string_view prefix) {
    std::string text = "[";
    for (int i = 0; i < 40'000; ++i) {
      text.append(i > 0 ? ",\"" : "\"").append(prefix).append(std::to_string(i)).append("\"");
    }
    return text + "]";
  };
  REQUIRE(api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":)" +
                                    finalizers("x.y/a") + "}}")
              .status == 201);
  const std::string patch = R"({"metadata":{"finalizers":)" + finalizers("x.y/b") + "}}";
  const auto answer = api.patch(path("a"), patch, kStrategicPatch);
  REQUIRE(answer.status == 200);
  REQUIRE(json::find(answer.json, {"metadata", "finalizers"})->Size() == 80'000);
}

TEST_CASE("Warnings and errors about fields are cut before they grow without bounds", "[apiserver][hostile]") {
  TestApi api;
  define_widgets(api);
  auto unknown = many_members(5000);
  unknown = unknown.substr(1, unknown.size() - 2);
  const std::string collection(kWidgets);
  const auto made = api.post(collection + "?fieldValidation=Warn",
                             widget("w", R"({"size":1})", {}, ",\"x" + std::string(5000, 'x') + "\":1," + unknown));
  REQUIRE(made.status == 201);
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const auto& [name, value] : made.headers) {
    if (name != "Warning") continue;
    bytes += value.size();
    ++count;
  }
  REQUIRE(count > 1);
  REQUIRE(bytes < 8 * 1024);
  const auto strict = api.post(collection + "?fieldValidation=Strict", widget("v", R"({"size":1})", {}, "," + unknown));
  REQUIRE(strict.status == 400);
  REQUIRE(strict.body.size() < 16 * 1024);
}

TEST_CASE("A thousand duplicate fields under a long key are not told with the key each time", "[apiserver][hostile]") {
  std::string twice = "{\"x\":0";
  for (int i = 0; i < 1000; ++i) twice += ",\"x\":0";
  FieldProblems problems;
  const auto object = parse_object("{\"" + std::string(100'000, 'k') + "\":" + twice + "}}", problems);
  REQUIRE(object.has_value());
  REQUIRE(object->MemberBegin()->value.MemberCount() == 1);
  REQUIRE(problems.size() == kMaxNamedFields);
  REQUIRE(std::ranges::all_of(problems, [](const auto& problem) { return problem.size() < 2 * kMaxFieldPathBytes; }));
}

TEST_CASE("Paths of fields are cut between characters", "[apiserver][hostile]") {
  const FieldPath root;
  const FieldPath spec(root, "spec");
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "\xe2\x82\xac";
  const FieldPath key = FieldPath::key(spec, euros);
  for (const auto& text : {key.str(), FieldPath(key, "deeper").str(), FieldPath(FieldPath(root, euros), 1).str()}) {
    REQUIRE(text.size() <= kMaxFieldPathBytes + 16);
    REQUIRE(text.ends_with("..."));
    REQUIRE(json::parse("\"" + text + "\"").has_value());
  }
  REQUIRE(FieldPath(FieldPath(spec, "a"), 3).str() == "spec.a[3]");
}

TEST_CASE("Very many wrong labels take neither quadratic time nor an endless answer", "[apiserver][hostile]") {
  TestApi api;
  const auto refused =
      api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":)" +
                                many_members(200'000, "!") + "}}");
  REQUIRE(refused.status == 422);
  REQUIRE(json::find(refused.json, {"details", "causes"})->Size() == kMaxToldCauses);
  REQUIRE(refused.body.size() < 1024 * 1024);
}

TEST_CASE("Very many members that go are taken out in linear time", "[apiserver][hostile]") {
  TestApi api;
  define_widgets(api);
  auto unknown = many_members(200'000);
  unknown = unknown.substr(1, unknown.size() - 2);
  REQUIRE(api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a",)" + unknown + "}}")
              .status == 201);
  REQUIRE(api.post(kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","ownerReferences":[{
      "apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"00000000-0000-4000-8000-000000000001",)" +
                                    unknown + "}]}}")
              .status == 201);
  REQUIRE(api.post(kWidgets, widget("w")).status == 201);
  REQUIRE(api.patch(std::string(kWidgets) + "/w/status", R"({"status":{"phase":"x"},)" + unknown + "}").status == 200);
}

TEST_CASE("Very many finalizers of what is being deleted are compared in linear time", "[apiserver][hostile]") {
  TestApi api;
  std::string finalizers = "\"x.y/a\"";
  for (int i = 0; i < 40'000; ++i) finalizers += ",\"x.y/a" + std::to_string(i) + "\"";
  const auto object = [&](const std::string& data) {
    return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":[)" + finalizers +
           R"(]},"data":{"k":")" + data + "\"}}";
  };
  REQUIRE(api.post(kConfigMaps, object("1")).status == 201);
  REQUIRE(api.remove(path("a")).status == 200);
  REQUIRE(api.put(path("a"), object("2")).status == 200);
}

TEST_CASE("Limits of very many kinds of resources become requests in linear time", "[apiserver][hostile][kinds]") {
  TestApi api;
  std::string limits = many_members(60'000);
  for (auto at = limits.find("\"\""); at != limits.npos; at = limits.find("\"\"", at)) limits.replace(at, 2, "1");
  const auto made = api.post("/api/v1/namespaces/default/pods",
                             R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{
      "name":"c","image":"i","resources":{"limits":)" +
                                 limits + "}}]}}");
  REQUIRE(made.status == 201);
  const auto& container = (*json::find(made.json, {"spec", "containers"}))[0];
  REQUIRE(json::find(container, {"resources", "requests"})->MemberCount() == 60'000);
}

TEST_CASE("A selector of very many labels is compared in linear time", "[apiserver][hostile][kinds]") {
  TestApi api;
  const auto labels = many_members(50'000);
  const auto made = api.post("/apis/apps/v1/namespaces/default/replicasets",
                             R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"r"},"spec":{
      "selector":{"matchLabels":)" +
                                 labels + R"(},"template":{"metadata":{"labels":)" + labels +
                                 R"(},"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  REQUIRE(made.status == 201);
}

TEST_CASE("A service that asks for more node ports than there are is refused at once", "[apiserver][hostile][kinds]") {
  TestApi api;
  std::string ports;
  for (int i = 1; i <= 20'000; ++i) {
    ports += (i > 1 ? "," : "") + std::string(R"({"port":)") + std::to_string(i) + R"(,"name":"p)" + std::to_string(i) +
             "\"}";
  }
  const auto answer = api.post("/api/v1/namespaces/default/services",
                               R"({"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{
      "type":"NodePort","ports":[)" +
                                   ports + "]}}");
  REQUIRE(answer.status == 422);
  REQUIRE(answer.message().find("failed to allocate a nodePort: range is full") != std::string::npos);
}

// A definition of hostiles.example.com, whose objects have a list of this.
std::string definition_of(std::string_view item) {
  return R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",)"
         R"("metadata":{"name":"hostiles.example.com"},"spec":{"group":"example.com","scope":"Namespaced",)"
         R"("names":{"plural":"hostiles","kind":"Hostile"},"versions":[{"name":"v1","served":true,"storage":true,)"
         R"("schema":{"openAPIV3Schema":{"type":"object","properties":{"l":{"type":"array","items":)" +
         std::string(item) + "}}}}}]}}";
}

std::string list_of(std::string_view item, std::size_t count) {
  std::string text = R"({"apiVersion":"example.com/v1","kind":"Hostile","metadata":{"name":"a"},"l":[)";
  for (std::size_t i = 0; i < count; ++i) text.append(i > 0 ? "," : "").append(item);
  return text + "]}";
}

constexpr std::string_view kHostiles = "/apis/example.com/v1/namespaces/default/hostiles";

TEST_CASE("Very many items under very many alternatives are given up", "[apiserver][hostile][schema]") {
  TestApi api;
  std::string alternatives;
  for (int i = 0; i < 20'000; ++i)
    alternatives += (i > 0 ? R"(,{"minLength":)" : R"({"minLength":)") + std::to_string(i + 5) + "}";
  REQUIRE(api.post(kDefinitions, definition_of(R"({"type":"string","anyOf":[)" + alternatives + "]}")).status == 201);
  api.settle();
  const auto refused = api.post(kHostiles, list_of(R"("")", 100'000));
  REQUIRE(refused.status == 422);
  REQUIRE(refused.message().find("too much work") != std::string::npos);
  REQUIRE(api.post(kHostiles, list_of(R"("a text that fits the first of them")", 30'000)).status == 201);
}

// "p0":{...},"p1":{...}: properties whose schema is `schema` with its # replaced by a number.
std::string numbered_properties(std::string_view schema, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const auto number = std::to_string(i);
    text += (i > 0 ? ",\"p" : "\"p") + number + "\":";
    for (const char c : schema) text += c == '#' ? number : std::string(1, c);
  }
  return R"({"type":"object","properties":{)" + text + "}}";
}

TEST_CASE("A definition has a bounded number of schemas", "[apiserver][hostile][schema]") {
  TestApi api;
  const auto with = [&](int count) {
    std::string branches = "{}";
    for (int i = 1; i < count; ++i) branches += ",{}";
    return api.post(kDefinitions, definition_of(R"({"type":"string","allOf":[)" + branches + "]}"));
  };
  const auto refused = with(200'000);
  REQUIRE(refused.status == 422);
  REQUIRE(refused.message().find("Forbidden: the schemas of the definition are too large") != std::string::npos);
  REQUIRE(refused.body.size() < 2'000);
  REQUIRE(with(49'000).status == 201);
}

TEST_CASE("A definition of ten thousand schemas and five thousand patterns is accepted", "[apiserver][schema]") {
  TestApi api;
  constexpr std::string_view kQuantity =
      R"({"type":"object","properties":{"x":{"anyOf":[{"type":"integer"},{"type":"string"}],)"
      R"("x-kubernetes-int-or-string":true,)"
      R"("pattern":"^([+-])?(([0-9]+([.][0-9]*)?)|([.][0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE][0-9]+))?$"}}})";
  REQUIRE(api.post(kDefinitions, definition_of(numbered_properties(kQuantity, 5'000))).status == 201);
}

TEST_CASE("The patterns of a definition have a bounded size together", "[apiserver][hostile][schema]") {
  TestApi api;
  const auto with = [&](std::string_view pattern, int count) {
    const auto schema = R"({"type":"string","pattern":")" + std::string(pattern) + "\"}";
    return api.post(kDefinitions, definition_of(numbered_properties(schema, count)));
  };
  for (const auto* pattern : {"#[^a]{1000}", "#(a{1000}){1000}", "#([^a]{1000}){100}"}) {
    INFO(pattern);
    REQUIRE(with(pattern, 10'000).status == 422);
  }
  const auto refused = with("#[^a]{900}", 1'000);
  REQUIRE(refused.status == 422);
  REQUIRE(refused.message().find("the patterns of the definition are too large") != std::string::npos);
  // One pattern is one, however often it occurs.
  REQUIRE(with("[^a]{900}", 1'000).status == 201);
}

TEST_CASE("A list map has few keys", "[apiserver][hostile][schema]") {
  TestApi api;
  std::string keys = R"("k")";
  for (int i = 0; i < 100'000; ++i) keys += R"(,"k")";
  const auto refused =
      api.post(kDefinitions,
               definition_of(R"({"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":[)" + keys +
                             R"(],"items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"}}}})"));
  REQUIRE(refused.status == 422);
  REQUIRE(refused.message().find("must have at most 32 items") != std::string::npos);
}

TEST_CASE("Defaults fill no object beyond its largest size", "[apiserver][hostile][schema]") {
  TestApi api;
  const std::string text(200'000, 'd');
  REQUIRE(api.post(kDefinitions,
                   definition_of(R"({"type":"object","properties":{"x":{"type":"string","default":")" + text + "\"}}}"))
              .status == 201);
  api.settle();
  REQUIRE(api.post(kHostiles, list_of("{}", 100'000)).status == 413);
  REQUIRE(api.post(kHostiles, list_of("{}", 8)).status == 413);
  const auto fits = api.post(kHostiles, list_of("{}", 7));
  REQUIRE(fits.status == 201);
  REQUIRE(fits.body.size() > 7 * text.size());
}

TEST_CASE("Many required members and many defaults are looked up in less than quadratic time", "[apiserver][hostile]") {
  TestApi api;
  std::string properties;
  std::string required;
  std::string members;
  for (int i = 0; i < 12'000; ++i) {
    const std::string comma = i > 0 ? "," : "";
    const std::string name = "\"p" + std::to_string(i) + "\"";
    properties += comma + name + R"(:{"type":"integer","default":1})";
    required += comma + name;
    members += comma + name + ":2";
  }
  REQUIRE(api.post(kDefinitions, definition_of(R"({"type":"object","required":[)" + required + R"(],"properties":{)" +
                                               properties + "}}"))
              .status == 201);
  api.settle();
  const auto made = api.post(kHostiles, list_of("{" + members + "}", 5));
  REQUIRE(made.status == 201);
  const auto filled =
      api.post(kHostiles, std::string(list_of("{}", 1)).replace(list_of("{}", 1).find("\"a\""), 3, "\"b\""));
  REQUIRE(filled.status == 201);
  REQUIRE(json::find(filled.json, "l")->GetArray()[0].MemberCount() == 12'000);
}

TEST_CASE("A selector of very many terms is read in linear time", "[apiserver][hostile]") {
  TestApi api;
  std::string terms;
  for (int i = 0; i < 100'000; ++i) terms += (i > 0 ? ",!k" : "!k") + std::to_string(i);
  REQUIRE(api.post(kConfigMaps, config_map("a")).status == 201);
  const auto listed = api.get(std::string(kConfigMaps) + "?labelSelector=" + terms);
  REQUIRE(listed.status == 200);
  REQUIRE(json::find(listed.json, "items")->Size() == 1);
}

TEST_CASE("Names that are no UTF-8 are told back as UTF-8", "[apiserver][hostile]") {
  TestApi api;
  for (const std::string name : {"%ff%fe", "\xff\xfe", "a%00b", "%c3%28"}) {
    const auto answer = api.get(path(name));
    REQUIRE(answer.status == 404);
    REQUIRE(answer.reason() == "NotFound");  // it was parsed, which takes UTF-8 alone
  }
}

TEST_CASE("An object is as large as what is kept of it", "[apiserver][hostile]") {
  TestApi api;
  const auto labels = many_members(200'000, "some-label-");
  const auto refused = api.post(
      kConfigMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":)" + labels + "}}");
  REQUIRE(refused.status == 413);
  REQUIRE(refused.message().find("1572864 bytes for an object") != std::string::npos);
  REQUIRE(api.post(kConfigMaps, std::string(2'000'000, ' ') + config_map("a")).status == 201);
}

TEST_CASE("A long Table is sent in pieces, and is one", "[apiserver][tables]") {
  ApiServerOptions options;
  options.stream_chunk_bytes = 1000;
  TestApi api(options);
  for (int i = 0; i < 50; ++i) api.post(kConfigMaps, config_map("map-" + std::to_string(100 + i)));
  const http::Headers table{{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}};
  const auto listed = api.call("GET", std::string(kConfigMaps) + "?includeObject=Object", {}, table);
  REQUIRE(listed.status == 200);
  REQUIRE(listed.text({"kind"}) == "Table");
  const auto& rows = json::find(listed.json, "rows")->GetArray();
  REQUIRE(rows.Size() == 50);
  for (int i = 0; i < 50; ++i) {
    const auto& row = rows[static_cast<rapidjson::SizeType>(i)];
    REQUIRE(json::string_at(row, {"object", "metadata", "name"}) == "map-" + std::to_string(100 + i));
  }
}

}  // namespace
}  // namespace kyma::apiserver::test
