// The compiled form of a schema: what the validator, the pruner and the defaulter walk. Only schema_*.cpp includes it.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/schema_budget.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/apiserver/schema_format.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Bits of SchemaNode::types.
enum JsonType : unsigned {
  kObject = 1,
  kArray = 2,
  kString = 4,
  kInteger = 8,
  kNumber = 16,
  kBoolean = 32,
};

enum class ListType { atomic, set, map };

struct SchemaProperty;

struct SchemaNode {
  // What the value may be.
  unsigned types = 0;     // JsonType bits; 0: anything
  std::string type_text;  // "string", "integer,string": how messages name it
  bool nullable = false;
  std::string format_text;
  const StringFormat* format = nullptr;  // null: none, or one that is not checked
  std::optional<double> minimum, maximum, multiple_of;
  bool exclusive_minimum = false, exclusive_maximum = false;
  std::optional<std::uint64_t> min_length, max_length, min_items, max_items, min_properties, max_properties;
  std::string pattern_text;
  std::shared_ptr<const RE2> pattern;
  std::unique_ptr<const json::Document> enumeration;  // an array; null: none

  // What is within it.
  std::vector<SchemaProperty> properties;  // sorted by name
  std::unique_ptr<const SchemaNode> additional;
  bool additional_any = false;  // additionalProperties: true
  std::unique_ptr<const SchemaNode> items;
  std::vector<std::string> required;
  ListType list_type = ListType::atomic;
  bool atomic_map = false;
  std::vector<std::string> list_map_keys;

  // What else must hold.
  std::vector<SchemaNode> all_of, any_of, one_of;
  std::unique_ptr<const SchemaNode> negated;

  // Extensions and defaults.
  bool preserve_unknown = false;
  bool embedded = false;
  bool int_or_string = false;
  std::unique_ptr<const json::Document> default_value;
  std::size_t default_bytes = 0;  // of its text
  bool lists_within = false;      // a set or map is here or below: validate_lists() has something to do
  bool embedded_within = false;   // the same for embedded resources, members only

  // The schema of a member; null when the schema does not name it.
  const SchemaNode* property(std::string_view name) const noexcept;
};

struct SchemaProperty {
  std::string name;
  SchemaNode node;
};

// The checks that the CustomResourceDefinition API makes; `path` is the schema's place in the definition.
// A schema beyond the budget is not structural.
void check_structural(const json::Value& schema, const FieldPath& path, SchemaBudget& budget,
                      std::vector<kube::StatusCause>& causes);
// Compiles a schema that check_structural() found right, with the same budget.
SchemaNode compile_schema(const json::Value& schema, SchemaBudget& budget);

// A value that takes too much work (very many items, each under very many alternatives) is not valid.
// `work` counts on; false: it was too much.
bool validate_schema(const SchemaNode& node, const json::Value& value, std::size_t& work,
                     std::vector<kube::StatusCause>& causes);
// List sets and maps hold no duplicates; embedded resources have an apiVersion and a kind.
void validate_lists(const SchemaNode& node, const json::Value& value, const FieldPath& path,
                    std::vector<kube::StatusCause>& causes);
void validate_embedded(const SchemaNode& node, const json::Value& value, const FieldPath& path,
                       std::vector<kube::StatusCause>& causes);
// `root`: the value is an object whose apiVersion, kind and metadata are nobody's business here.
void prune_unknown(const SchemaNode& node, json::Value& value, bool root, std::vector<std::string>& removed);
// Stops once more was filled in than an object may hold, which is then refused for its size.
void fill_defaults(const SchemaNode& node, json::Value& value, json::Allocator& allocator);

// Whether an object has members: searched in a row when they are few, by halves when there are many.
class MemberNames {
 public:
  // The object must outlive it, and keep its members.
  explicit MemberNames(const json::Value& object);
  bool contains(std::string_view name) const noexcept;

 private:
  const json::Value& object_;
  std::vector<std::string_view> sorted_;  // empty: few
};

}  // namespace kyma::apiserver
