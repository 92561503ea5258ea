// Makes a SchemaPart tree of a JSON document, with gojsonschema's checks and messages.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "operator/helm/chart/json_node.hpp"
#include "operator/helm/chart/schema_pool.hpp"
#include "operator/helm/chart/schema_tree.hpp"
#include "operator/helm/gotemplate/execute.hpp"

namespace kyma::helm {

class SchemaCompiler {
 public:
  // `document` is changed, and must outlive the compiler. Throws ChartFailure.
  explicit SchemaCompiler(JsonNode& document);

  // Lives as long as the compiler. Throws ChartFailure.
  const SchemaPart& compile();

 private:
  // Each reads a group of keywords.
  void compile(JsonNode& node, SchemaPart& part);
  void identity(JsonNode& node, const SchemaPart& part);
  void definitions(JsonNode& node, const SchemaPart& part);
  bool reference(JsonNode& node, SchemaPart& part);
  void types(JsonNode& node, SchemaPart& part);
  void objects(JsonNode& node, SchemaPart& part);
  void properties(JsonNode& node, SchemaPart& part);
  void pattern_properties(JsonNode& node, SchemaPart& part);
  void dependencies(JsonNode& node, SchemaPart& part);
  void items(JsonNode& node, SchemaPart& part);
  void numbers(JsonNode& node, SchemaPart& part);
  void texts(JsonNode& node, SchemaPart& part);
  void counts(JsonNode& node, SchemaPart& part);
  void constants(JsonNode& node, SchemaPart& part);
  void combinations(JsonNode& node, SchemaPart& part);

  SchemaPart& new_part(const SchemaPart& parent);
  const SchemaPart* child(JsonNode& node, const SchemaPart& parent);
  SchemaPart::Rest rest(JsonNode& node, std::string_view keyword, const SchemaPart& parent);
  void list(JsonNode& node, std::string_view keyword, std::string_view called, const SchemaPart& parent,
            std::vector<const SchemaPart*>& out);
  const SchemaPart* single(JsonNode& node, std::string_view keyword, const SchemaPart& parent);

  JsonNode& document_;
  SchemaPool pool_;
  std::deque<SchemaPart> parts_;
  std::map<std::string, SchemaPart*, std::less<>> references_;
  gotemplate::StackRoom stack_ = gotemplate::StackRoom::of_this_thread();
};

}  // namespace kyma::helm
