#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/apiserver/json_path.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kObject = R"({
  "metadata":{"name":"x","labels":{"app.kubernetes.io/name":"demo"}},
  "spec":{"a":{"b":1},"list":[10,11,12,13],"items":[{"name":"p","n":1},{"name":"q","n":2},{"n":3}]},
  "status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Other","status":"False"}]}})";

// The values found, as JSON texts in a row.
std::string found(std::string_view path, std::string_view object = kObject) {
  const auto parsed = JsonPath::parse(path);
  if (!parsed) return "error: " + parsed.error().message;
  const auto document = json::parse(object);
  std::string text;
  for (const json::Value* value : parsed->find(*document)) text += (text.empty() ? "" : " ") + json::to_string(*value);
  const json::Value* first = parsed->first(*document);
  CHECK((first == nullptr) == text.empty());
  if (first != nullptr) CHECK(text.starts_with(json::to_string(*first)));
  return text;
}

bool refused(std::string_view path) { return !JsonPath::parse(path).has_value(); }

}  // namespace

TEST_CASE("JsonPath follows names and indexes", "[apiserver][jsonpath]") {
  CHECK(found(".spec.a.b") == "1");
  CHECK(found("{.spec.a.b}") == "1");
  CHECK(found("$.spec.a.b") == "1");
  CHECK(found("spec.a.b") == "1");
  CHECK(found(".metadata.labels['app.kubernetes.io/name']") == R"("demo")");
  CHECK(found(R"(.metadata.labels.app\.kubernetes\.io/name)") == R"("demo")");
  CHECK(found(R"(.metadata["name"])") == R"("x")");
  CHECK(found(".spec.list[0]") == "10");
  CHECK(found(".spec.list[-1]") == "13");
  CHECK(found(".spec.list[4]") == "");
  CHECK(found(".spec.list[-5]") == "");
  CHECK(found(".nothing.here") == "");
  CHECK(found(".spec.list.name") == "");
  CHECK(found(".spec.a[0]") == "");
}

TEST_CASE("JsonPath selects several values", "[apiserver][jsonpath]") {
  CHECK(found(".spec.items[*].name") == R"("p" "q")");
  CHECK(found(".spec.list[1:3]") == "11 12");
  CHECK(found(".spec.list[:2]") == "10 11");
  CHECK(found(".spec.list[-2:]") == "12 13");
  CHECK(found(".spec.list[::3]") == "10 13");
  CHECK(found(".spec.list[0:9223372036854775807:9223372036854775807]") == "10");
  CHECK(found(".spec.list[3:1]") == "");
  CHECK(found(".spec.a.*") == "1");
  CHECK(found("..name") == R"("x" "p" "q")");
  CHECK(found("..items[0].n") == "1");
}

TEST_CASE("JsonPath filters lists", "[apiserver][jsonpath]") {
  CHECK(found(R"(.status.conditions[?(@.type=="Ready")].status)") == R"("True")");
  CHECK(found(R"(.status.conditions[?( @.type == 'Other' )].status)") == R"("False")");
  CHECK(found(R"(.status.conditions[?(@.type!="Ready")].status)") == R"("False")");
  CHECK(found(".spec.items[?(@.n>1)].n") == "2 3");
  CHECK(found(".spec.items[?(@.n<=2)].n") == "1 2");
  CHECK(found(".spec.items[?(@.name)].n") == "1 2");
  CHECK(found(".spec.list[?(@>=12)]") == "12 13");
  CHECK(found(R"(.spec.items[?(@.n=="1")].n)") == "");
}

TEST_CASE("JsonPath refuses what is no path, and says where", "[apiserver][jsonpath]") {
  for (const char* path : {"",
                           "{}",
                           ".a[",
                           ".a[]",
                           ".a[x]",
                           ".a['b]",
                           ".a[?(@.b==)]",
                           ".a[?(b)]",
                           ".a[?@.b]",
                           "..",
                           ".a..",
                           ".a b",
                           "{range .items[*]}",
                           ".a]",
                           ".a[1:2:0]",
                           ".a[1:2:3:4]",
                           ".a['b','c']",
                           ".a[0,1]",
                           ".a[?(@.b[?(@.c)])]",
                           ".a{.b}",
                           ".a[99999999999999999999]",
                           ".a.[?(@.x==[1])]"}) {
    INFO(path);
    CHECK(refused(path));
  }
  CHECK(JsonPath::parse(".spec.a[").error().message == R"(unterminated [ at 7 in ".spec.a[")");
}

TEST_CASE("JsonPath bounds what a hostile path finds", "[apiserver][jsonpath]") {
  std::string list = "[0";
  for (int i = 0; i < 300; ++i) list += ",[[1,2],[3,4]]";
  const auto document = json::parse(list + "]");
  const auto path = JsonPath::parse("..*..*..*..*");
  REQUIRE(path.has_value());
  CHECK(path->find(*document).size() <= JsonPath::kMaxResults);
  CHECK(refused(std::string(100'000, '.')));
  CHECK(refused(std::string(100'000, '[')));
  std::string long_path;
  for (int i = 0; i < 1'000; ++i) long_path += ".a";
  CHECK(refused(long_path));
}

}  // namespace kyma::apiserver
