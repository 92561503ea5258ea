#include "operator/kube/meta/yaml.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kyma::kube {
namespace {

std::string object(const std::string& text) {
  const auto document = parse_yaml_object(text);
  return document ? json::to_string(*document) : document.error().message;
}

TEST_CASE("YAML of objects has the types that Kubernetes gives plain scalars", "[kube][yaml]") {
  REQUIRE(object("[true, True, yes, on, y, false, No, OFF, n]") ==
          "[true,true,true,true,true,false,false,false,false]");
  REQUIRE(object("[null, ~, Null, '']") == R"([null,null,null,""])");
  REQUIRE(object("a:") == R"({"a":null})");
  REQUIRE(object("[0, 42, -7, +7, 0644, 0o17, 0x1F, 0b101, 1_000, 18446744073709551615]") ==
          "[0,42,-7,7,420,15,31,5,1000,18446744073709551615]");
  REQUIRE(object("[1.5, -.5, 1e3, 6.02e+23]") == "[1.5,-0.5,1000,6.02e23]");
  REQUIRE(object("[1.2.3, 1:2, 0x, '1', \"true\", !!str 1, 2026-01-02, .inf, 1-2, 100m]") ==
          R"(["1.2.3","1:2","0x","1","true","1","2026-01-02",".inf","1-2","100m"])");
  REQUIRE(object("{1: a, true: b}") == R"({"1":"a","true":"b"})");
}

TEST_CASE("YAML of objects merges with <<", "[kube][yaml]") {
  REQUIRE(object("base: &b {a: 1, b: 2}\nx: {b: 3, <<: *b}\ny: {<<: [{c: 4, a: 9}, *b]}") ==
          R"({"base":{"a":1,"b":2},"x":{"b":3,"a":1},"y":{"c":4,"a":9,"b":2}})");
  REQUIRE(object("base: &b {a: 1}\nx: {<<: *b, a: 3}") == R"({"base":{"a":1},"x":{"a":3}})");
  REQUIRE(object("'<<': 1") == R"({"<<":1})");
}

TEST_CASE("YAML of configuration has texts only", "[kube][yaml]") {
  REQUIRE(json::to_string(parse_yaml("a: 1\nb: yes\nc:\nextension: {d: 1, e: yes}").value()) ==
          R"({"a":"1","b":"yes","c":null,"extension":{"d":1,"e":"yes"}})");
}

TEST_CASE("YAML that is hostile is refused with a place, never quoted", "[kube][yaml][hostile]") {
  REQUIRE(object("a: {secret") == "invalid YAML: line 1, column 1");
  REQUIRE(object(std::string(100'000, '[')).starts_with("invalid YAML: "));
  std::string deep = "x";
  for (int i = 0; i < 250; ++i) deep = "[" + deep + "]";
  REQUIRE(object(deep) == "invalid YAML: nested deeper than 200 levels");
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'j'; ++c) {
    const std::string last(1, static_cast<char>(c - 1));
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) laughs += (i > 0 ? ", *" : "*") + last;
    laughs += "]\n";
  }
  REQUIRE(object(laughs) == "invalid YAML: its aliases expand to too much");
}

}  // namespace
}  // namespace kyma::kube
