#include "operator/kube/meta/json.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/kube/meta/merge_patch.hpp"

namespace {

using namespace kyma;

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string patched(std::string_view target, std::string_view patch) {
  auto document = json::parse(target).value();
  const auto change = json::parse(patch).value();
  kube::apply_merge_patch(document, change, document.GetAllocator());
  return json::to_string(document);
}

}  // namespace

TEST_CASE("JSON documents come back as they were written", "[kube][json]") {
  const std::string text = R"({"a":[1,-2,3.5,true,false,null,""],"b":{"c":"ä\n\"x\""},"big":9007199254740993})";
  REQUIRE(json::to_string(json::parse(text).value()) == text);
}

TEST_CASE("JSON parsing names what is wrong and where", "[kube][json]") {
  const auto message = [](std::string_view text) { return json::parse(text).error().message; };
  CHECK(message(R"({"a" 1})").starts_with("invalid JSON at byte 5: Missing a colon"));
  CHECK(message("").starts_with("invalid JSON at byte 0: "));
  CHECK(message("{} x").starts_with("invalid JSON at byte 3: "));
  CHECK(message("[1,]").starts_with("invalid JSON at byte 3"));
  CHECK(message(R"({"a":1,})").starts_with("invalid JSON at byte 7"));
  CHECK(message("[1e999]").starts_with("invalid JSON at byte "));
  CHECK(json::parse(R"({"a" 1})").error().offset == 5);
  CHECK_THROWS_AS(json::parse("x").value(), std::runtime_error);
}

TEST_CASE("JSON parsing refuses what is not UTF-8", "[kube][json]") {
  for (const char* text : {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\""}) {
    INFO(text);
    CHECK_FALSE(json::parse(text).has_value());
  }
  CHECK(json::parse("\"\xe2\x82\xac\"").has_value());
}

TEST_CASE("JSON parsing refuses a NUL byte that would hide what follows it", "[kube][json]") {
  using namespace std::string_view_literals;
  CHECK_FALSE(json::parse("{}\0{\"a\":1}"sv).has_value());
  CHECK_FALSE(json::parse("{\"a\":\"x\0y\"}"sv).has_value());
}

TEST_CASE("JSON parsing limits depth without using the stack", "[kube][json]") {
  CHECK(json::parse(nested(json::kMaxDepth)).has_value());
  CHECK(json::parse(nested(json::kMaxDepth + 1)).error().message.find("nested deeper than 200") != std::string::npos);
  CHECK_FALSE(json::parse(std::string(5'000'000, '[')).has_value());
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  CHECK_FALSE(json::parse(objects).has_value());
}

TEST_CASE("Documents of the greatest depth are written, compared and made canonical", "[kube][json]") {
  const auto text = nested(json::kMaxDepth);
  const auto a = json::parse(text).value();
  const auto b = json::parse(text).value();
  CHECK(json::to_string(a) == text);
  CHECK(json::equal(a, b));
  CHECK(json::canonical(a) == text);
}

TEST_CASE("Members are found along paths, and nothing where the path leaves the objects", "[kube][json]") {
  auto document = json::parse(R"({"a":{"b":"x","n":7},"l":[1],"d":1,"d":2})").value();
  CHECK(json::string_at(document, {"a", "b"}) == "x");
  CHECK(json::string_at(document, {"a", "n"}, "other") == "other");
  CHECK(json::string_at(document, {"l", "b"}, "other") == "other");
  CHECK(json::int_at(document, {"a", "n"}) == 7);
  CHECK(json::int_at(document, {"a", "b"}, -1) == -1);
  CHECK(json::find(document, {"a", "c"}) == nullptr);
  CHECK(json::int_at(document, {"d"}) == 1);
  json::set(document, "new", "value", document.GetAllocator());
  json::set(document, "d", json::Value(5), document.GetAllocator());
  CHECK(json::string_at(document, {"new"}) == "value");
  CHECK(json::int_at(document, {"d"}) == 5);
}

TEST_CASE("Equality does not ask for the order of members", "[kube][json]") {
  const auto same = [](std::string_view a, std::string_view b) {
    return json::equal(json::parse(a).value(), json::parse(b).value());
  };
  CHECK(same(R"({"a":1,"b":{"x":[1,2],"y":null}})", R"({"b":{"y":null,"x":[1,2]},"a":1})"));
  CHECK_FALSE(same(R"({"a":1,"b":2})", R"({"b":1,"a":2})"));
  CHECK_FALSE(same(R"({"a":1})", R"({"a":1,"b":2})"));
  CHECK_FALSE(same("[1,2]", "[2,1]"));
  CHECK_FALSE(same(R"({"a":1})", R"({"c":1})"));
  CHECK_FALSE(same("true", "false"));
  CHECK_FALSE(same("1", "\"1\""));
}

TEST_CASE("The canonical text is one for all orders of members", "[kube][json]") {
  const auto a = json::parse(R"({"b":[{"z":1,"a":2}],"a":"x"})").value();
  CHECK(json::canonical(a) == R"({"a":"x","b":[{"a":2,"z":1}]})");
}

TEST_CASE("Pretty printing indents by four", "[kube][json]") {
  CHECK(json::to_pretty_string(json::parse(R"({"a":[1],"b":{}})").value()) ==
        "{\n    \"a\": [\n        1\n    ],\n    \"b\": {}\n}");
}

TEST_CASE("Using a JSON value as what it is not throws instead of crashing", "[kube][json]") {
  const auto document = json::parse("[1]").value();
  CHECK_THROWS_AS(document.GetString(), std::logic_error);
}

TEST_CASE("The writer escapes text and nests", "[kube][json]") {
  json::Writer out;
  out.object([&] {
    out.key("a\"").string("x\n\x01");
    out.key("list").array([&] { out.integer(-5).boolean(true).null().number(0.5).raw(R"({"r":1})"); });
  });
  CHECK(out.view() == R"({"a\"":"x\n\u0001","list":[-5,true,null,0.5,{"r":1}]})");
}

TEST_CASE("A merge patch follows the examples of RFC 7386", "[kube][merge_patch]") {
  CHECK(patched(R"({"a":"b"})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(patched(R"({"a":"b"})", R"({"b":"c"})") == R"({"a":"b","b":"c"})");
  CHECK(patched(R"({"a":"b"})", R"({"a":null})") == "{}");
  CHECK(patched(R"({"a":"b","b":"c"})", R"({"a":null})") == R"({"b":"c"})");
  CHECK(patched(R"({"a":["b"]})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(patched(R"({"a":"c"})", R"({"a":["b"]})") == R"({"a":["b"]})");
  CHECK(patched(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})") == R"({"a":{"b":"d"}})");
  CHECK(patched(R"({"a":[{"b":"c"}]})", R"({"a":[1]})") == R"({"a":[1]})");
  CHECK(patched(R"(["a","b"])", R"(["c","d"])") == R"(["c","d"])");
  CHECK(patched(R"({"a":"b"})", R"(["c"])") == R"(["c"])");
  CHECK(patched(R"({"a":"foo"})", "null") == "null");
  CHECK(patched(R"({"a":"foo"})", R"("bar")") == R"("bar")");
  CHECK(patched(R"({"e":null})", R"({"a":1})") == R"({"e":null,"a":1})");
  CHECK(patched("[1,2]", R"({"a":"b","c":null})") == R"({"a":"b"})");
  CHECK(patched("{}", R"({"a":{"bb":{"ccc":null}}})") == R"({"a":{"bb":{}}})");
}

TEST_CASE("A merge patch removes every member of a doubled name", "[kube][merge_patch]") {
  CHECK(patched(R"({"a":1,"b":2,"a":3})", R"({"a":null})") == R"({"b":2})");
}
