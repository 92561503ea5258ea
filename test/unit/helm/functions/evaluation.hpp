// Evaluates template texts with all functions, over values.yaml of this folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/parser.hpp"

namespace kyma::helm::test {

struct Evaluation {
  std::string text;
  std::string error;  // empty: none
};

inline std::filesystem::path test_file(std::string_view name) {
  return std::filesystem::path("test/unit/helm/functions") / name;
}

// What chartutil.Values has that functions can tell.
inline const gotemplate::Function kValuesMethods[] = {
    {"AsMap", "", [](gotemplate::Call& call) {
       return Value::map(call.heap.make<gotemplate::Map>(call[0].as_map(), gotemplate::kAnyMap));
     }}};
inline const gotemplate::Type kValuesType{.name = "chartutil.Values", .methods = kValuesMethods, .method_count = 1};

inline Evaluation evaluate(std::string text, std::size_t heap_limit = Heap::kDefaultLimit,
                           gotemplate::Limits limits = {}) {
  static const std::string values = [] {
    std::stringstream content;
    content << std::ifstream(test_file("values.yaml")).rdbuf();
    return content.str();
  }();
  Evaluation result;
  try {
    Heap heap(heap_limit);
    gotemplate::Environment environment;
    gotemplate::Run run(heap, environment, limits);
    gotemplate::Map& top = gotemplate::make_map(heap, kValuesType);
    top.set(heap, "Values", Value::map(heap.make<gotemplate::Map>(from_yaml(values, heap).as_map(), kValuesType)));
    gotemplate::TemplateSet set;
    set.add(gotemplate::parse("t", std::move(text), sprig_functions()));
    gotemplate::execute(set, "t", Value::map(&top), run, result.text);
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  return result;
}

}  // namespace kyma::helm::test
