// Input that is meant to hurt: it may be refused, but must neither crash the server, nor hold its loop, nor leave
// anything behind that others stumble over. What takes too long here shows as a test that does not end in time.
#include <catch2/catch_test_macros.hpp>

#include <string>

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

}  // namespace
}  // namespace kyma::apiserver::test
