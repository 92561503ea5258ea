#include "operator/apiserver/schema_validator.hpp"

#include <boost/throw_exception.hpp>

#include <stdexcept>

#include "operator/apiserver/schema_node.hpp"

namespace kyma::apiserver {
namespace {

// Defaults must be what the schema itself would accept and keep.
void check_default(const SchemaNode& node, const FieldPath& path, SchemaBudget& budget,
                   std::vector<kube::StatusCause>& causes) {
  const std::string field = FieldPath(path, "default").str();
  json::Document copy;
  copy.CopyFrom(*node.default_value, copy.GetAllocator());
  std::vector<std::string> unknown;
  prune_unknown(node, copy, false, unknown);
  if (!unknown.empty()) {
    causes.push_back(cause::invalid(field, printed(*node.default_value), "must not have unknown fields"));
  }
  std::vector<kube::StatusCause> wrong;
  if (validate_schema(node, copy, budget.default_work, wrong)) validate_lists(node, copy, FieldPath(), wrong);
  for (kube::StatusCause& found : wrong) {
    if (found.field.empty() || found.field == "<nil>") {
      found.field = field;
    } else {
      found.field.insert(0, found.field.front() == '[' ? field : field + ".");
    }
    causes.push_back(std::move(found));
  }
}

void check_defaults(const SchemaNode& node, const FieldPath& path, SchemaBudget& budget,
                    std::vector<kube::StatusCause>& causes) {
  if (causes.size() >= kMaxCauses) return;
  if (node.default_value != nullptr) check_default(node, path, budget, causes);
  const FieldPath properties(path, "properties");
  for (const SchemaProperty& property : node.properties) {
    check_defaults(property.node, FieldPath::key(properties, property.name), budget, causes);
  }
  if (node.additional) check_defaults(*node.additional, FieldPath(path, "additionalProperties"), budget, causes);
  if (node.items) check_defaults(*node.items, FieldPath(path, "items"), budget, causes);
}

}  // namespace

void throw_exception_from_error(const SchemaErrors& errors, const boost::source_location& location) {
  std::string text = "the schema is not usable";
  if (!errors.causes.empty()) text += ": " + errors.causes.front().field + ": " + errors.causes.front().message;
  boost::throw_exception(std::runtime_error(text), location);
}

Schema::Schema(std::shared_ptr<const SchemaNode> root) : root_(std::move(root)) {
  auto types = std::make_shared<MergeTypes>();
  merge_type_ = &make_merge_type(*root_, *types);
  merge_types_ = std::move(types);
}

boost::system::result<Schema, SchemaErrors> Schema::compile(const json::Value& open_api_v3_schema,
                                                            std::string_view field) {
  SchemaBudget budget;
  return compile(open_api_v3_schema, field, budget);
}

boost::system::result<Schema, SchemaErrors> Schema::compile(const json::Value& open_api_v3_schema,
                                                            std::string_view field, SchemaBudget& budget) {
  const FieldPath root;
  const FieldPath path(root, field);
  std::vector<kube::StatusCause> causes;
  check_structural(open_api_v3_schema, path, budget, causes);
  // Where an earlier schema has used the budget up, nobody has looked at this one.
  if (!causes.empty() || budget.is_spent()) return SchemaErrors{std::move(causes)};
  auto node = std::make_shared<const SchemaNode>(compile_schema(open_api_v3_schema, budget));
  check_defaults(*node, path, budget, causes);
  if (!causes.empty()) return SchemaErrors{std::move(causes)};
  return Schema(std::move(node));
}

std::vector<std::string> Schema::prune(json::Value& object) const {
  std::vector<std::string> removed;
  prune_unknown(*root_, object, true, removed);
  return removed;
}

void Schema::apply_defaults(json::Value& object, json::Allocator& allocator) const {
  fill_defaults(*root_, object, allocator);
}

std::vector<kube::StatusCause> Schema::validate(const json::Value& object) const {
  std::vector<kube::StatusCause> causes;
  std::size_t work = 0;
  validate_schema(*root_, object, work, causes);
  validate_embedded(*root_, object, FieldPath(), causes);
  validate_lists(*root_, object, FieldPath(), causes);
  return causes;
}

}  // namespace kyma::apiserver
