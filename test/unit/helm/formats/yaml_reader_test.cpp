#include <catch2/catch_test_macros.hpp>

#include <catch2/matchers/catch_matchers.hpp>
#include <string>

#include "operator/helm/formats/yaml.hpp"
#include "test/unit/helm/formats/yaml_documents.hpp"

namespace kyma::helm {
namespace {

std::string json_of(std::string_view yaml) {
  Heap heap;
  try {
    return to_json(from_yaml_map(yaml, heap));
  } catch (const FormatError& error) {
    auto& map = gotemplate::make_map(heap);
    map.set(heap, "Error", gotemplate::make_string(heap, error.what()));
    return to_json(Value::map(&map));
  }
}

TEST_CASE("fromYaml reads, and refuses, what Helm does", "[helm][formats][yaml]") {
  for (const auto& [yaml, expected] : kYamlDocuments) {
    CAPTURE(yaml);
    CHECK(json_of(yaml) == expected);
  }
}

TEST_CASE("fromYaml refuses a document that aliases blow up", "[helm][formats][yaml]") {
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += std::string("*") + static_cast<char>(c - 1) + ", ";
    bomb += "]\n";
  }
  CHECK(json_of(bomb) == R"({"Error":"error converting YAML to JSON: yaml: document contains excessive aliasing"})");
}

TEST_CASE("fromYaml bounds nesting", "[helm][formats][yaml]") {
  std::string deep;
  for (int i = 0; i < 10'001; ++i) deep += "- ";
  CHECK(json_of(deep) == R"({"Error":"error converting YAML to JSON: yaml: exceeded max depth of 10000"})");
  CHECK(json_of(std::string(100'000, '[')).find("exceeded max depth") != std::string::npos);
}

TEST_CASE("fromYaml ends the rendering when the heap is full", "[helm][formats][yaml]") {
  Heap heap(std::size_t{1} << 20);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "- some text that takes a place of its own\n";
  CHECK_THROWS_AS(from_yaml(text, heap), gotemplate::HeapExhausted);
}

TEST_CASE("fromYamlArray takes lists alone", "[helm][formats][yaml]") {
  Heap heap;
  CHECK(to_json(from_yaml_list("- 1\n- a", heap)) == R"([1,"a"])");
  CHECK(to_json(from_yaml_list("", heap)) == "[]");
  CHECK_THROWS_WITH(from_yaml_list("a: 1", heap),
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go value of type "
                    "[]interface {}");
}

TEST_CASE("Integers keep their digits only as far as a float64 does", "[helm][formats][yaml]") {
  Heap heap;
  CHECK(from_yaml("9007199254740993", heap).as_float() == 9007199254740992.0);
  CHECK(from_yaml("18446744073709551615", heap).as_float() == 18446744073709551616.0);
}

}  // namespace
}  // namespace kyma::helm
