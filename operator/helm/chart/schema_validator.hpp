// Holds values against a compiled schema, with gojsonschema's messages in its order (objects' members by name: there it
// is random).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/chart/schema_tree.hpp"
#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

class SchemaValidator {
 public:
  // One line per complaint, without its end: "a.b: Invalid type. ...". Throws ChartFailure when there is no end to it.
  std::vector<std::string> validate(const SchemaPart& schema, gotemplate::Value values);

 private:
  using Value = gotemplate::Value;

  // Where in the values: the names from the top.
  struct Place {
    const Place* parent;
    std::string_view name;
    std::string str() const;
  };
  // The score tells which of several schemas came closest.
  struct Result {
    std::vector<std::string> complaints;
    int score = 0;
    bool is_valid() const noexcept { return complaints.empty(); }
    void merge(Result other);
  };

  Result check(const SchemaPart& part, Value value, const Place& place);
  void check_into(const SchemaPart& part, Value value, Result& result, const Place& place);
  bool check_type(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_combinations(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_any_of(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_one_of(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_all_of(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_dependencies(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_condition(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_common(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_number(const SchemaPart& part, Value value, Result& result, const Place& place);
  void check_string(const SchemaPart& part, std::string_view text, Result& result, const Place& place);
  void check_list(const SchemaPart& part, const gotemplate::List& list, Result& result, const Place& place);
  void check_items(const SchemaPart& part, const gotemplate::List& list, Result& result, const Place& place);
  void check_unique(const gotemplate::List& list, Result& result, const Place& place);
  void check_contains(const SchemaPart& part, const gotemplate::List& list, Result& result, const Place& place);
  void check_map(const SchemaPart& part, const gotemplate::Map& map, Result& result, const Place& place);
  void check_member(const SchemaPart& part, std::string_view name, Value value, Result& result, const Place& place);

  static void complain(Result& result, const Place& place, std::string_view text);

  std::uint64_t steps_ = 0;
  gotemplate::StackRoom stack_ = gotemplate::StackRoom::of_this_thread();
};

}  // namespace kyma::helm
