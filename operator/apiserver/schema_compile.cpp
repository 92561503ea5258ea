#include <algorithm>
#include <utility>

#include "operator/apiserver/schema_node.hpp"

namespace kyma::apiserver {
namespace {

constexpr rapidjson::SizeType kFewMembers = 64;

unsigned type_bit(std::string_view name) {
  if (name == "object") return kObject;
  if (name == "array") return kArray;
  if (name == "string") return kString;
  if (name == "integer") return kInteger;
  if (name == "number") return kNumber;
  if (name == "boolean") return kBoolean;
  return 0;
}

bool flag(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  return value != nullptr && value->IsTrue();
}

std::optional<double> number(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  return value != nullptr && value->IsNumber() ? std::optional(value->GetDouble()) : std::nullopt;
}

std::optional<std::uint64_t> count(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  if (value == nullptr || !value->IsNumber()) return std::nullopt;
  if (value->IsUint64()) return value->GetUint64();
  return static_cast<std::uint64_t>(std::clamp(value->GetDouble(), 0.0, 9e18));
}

std::unique_ptr<const json::Document> copy(const json::Value* value) {
  if (value == nullptr || value->IsNull()) return nullptr;
  // Through text: a copied value could still refer to strings of the schema's document.
  return std::make_unique<const json::Document>(json::parse(json::to_string(*value)).value());
}

std::vector<std::string> strings(const json::Value& schema, std::string_view key) {
  std::vector<std::string> texts;
  const json::Value* list = json::find(schema, key);
  if (list == nullptr || !list->IsArray()) return texts;
  for (const json::Value& text : list->GetArray()) {
    if (text.IsString()) texts.emplace_back(json::view(text));
  }
  return texts;
}

std::unique_ptr<const SchemaNode> child(const json::Value& schema, std::string_view key, SchemaBudget& budget) {
  const json::Value* value = json::find(schema, key);
  if (value == nullptr || !value->IsObject()) return nullptr;
  return std::make_unique<SchemaNode>(compile_schema(*value, budget));
}

std::vector<SchemaNode> children(const json::Value& schema, std::string_view key, SchemaBudget& budget) {
  std::vector<SchemaNode> nodes;
  const json::Value* list = json::find(schema, key);
  if (list == nullptr || !list->IsArray()) return nodes;
  for (const json::Value& value : list->GetArray()) nodes.push_back(compile_schema(value, budget));
  return nodes;
}

void compile_scalars(const json::Value& schema, SchemaNode& node, SchemaBudget& budget) {
  node.format_text = json::string_at(schema, {"format"});
  node.format = find_string_format(node.format_text);
  node.minimum = number(schema, "minimum");
  node.maximum = number(schema, "maximum");
  node.multiple_of = number(schema, "multipleOf");
  node.exclusive_minimum = flag(schema, "exclusiveMinimum");
  node.exclusive_maximum = flag(schema, "exclusiveMaximum");
  node.min_length = count(schema, "minLength");
  node.max_length = count(schema, "maxLength");
  node.min_items = count(schema, "minItems");
  node.max_items = count(schema, "maxItems");
  node.min_properties = count(schema, "minProperties");
  node.max_properties = count(schema, "maxProperties");
  node.pattern_text = json::string_at(schema, {"pattern"});
  if (!node.pattern_text.empty()) node.pattern = budget.pattern(node.pattern_text);
  node.enumeration = copy(json::find(schema, "enum"));
}

void compile_members(const json::Value& schema, SchemaNode& node, SchemaBudget& budget) {
  if (const json::Value* properties = json::find(schema, "properties"); properties && properties->IsObject()) {
    for (const auto& member : properties->GetObject()) {
      node.properties.push_back({std::string(json::view(member.name)), compile_schema(member.value, budget)});
    }
    std::stable_sort(node.properties.begin(), node.properties.end(),
                     [](const SchemaProperty& a, const SchemaProperty& b) { return a.name < b.name; });
  }
  node.additional = child(schema, "additionalProperties", budget);
  node.additional_any = flag(schema, "additionalProperties");
  node.items = child(schema, "items", budget);
  node.required = strings(schema, "required");
  const std::string_view list_type = json::string_at(schema, {"x-kubernetes-list-type"});
  node.list_type = list_type == "map" ? ListType::map : list_type == "set" ? ListType::set : ListType::atomic;
  node.list_map_keys = strings(schema, "x-kubernetes-list-map-keys");
  node.atomic_map = json::string_at(schema, {"x-kubernetes-map-type"}) == "atomic";
}

void note_what_is_within(SchemaNode& node) {
  node.lists_within = node.list_type != ListType::atomic;
  node.embedded_within = node.embedded;
  const auto note = [&](const SchemaNode& child) {
    node.lists_within |= child.lists_within;
    node.embedded_within |= child.embedded_within;
  };
  for (const SchemaProperty& property : node.properties) note(property.node);
  if (node.additional) note(*node.additional);
  if (node.items) note(*node.items);
}

}  // namespace

MemberNames::MemberNames(const json::Value& object) : object_(object) {
  if (object.MemberCount() <= kFewMembers) return;
  sorted_.reserve(object.MemberCount());
  for (const auto& member : object.GetObject()) sorted_.push_back(json::view(member.name));
  std::sort(sorted_.begin(), sorted_.end());
}

bool MemberNames::contains(std::string_view name) const noexcept {
  if (sorted_.empty()) return json::find(object_, name) != nullptr;
  return std::binary_search(sorted_.begin(), sorted_.end(), name);
}

const SchemaNode* SchemaNode::property(std::string_view name) const noexcept {
  // A handful of names is searched faster in a row than by halves.
  if (properties.size() <= 8) {
    for (const SchemaProperty& candidate : properties) {
      if (candidate.name == name) return &candidate.node;
    }
    return nullptr;
  }
  const auto found = std::lower_bound(properties.begin(), properties.end(), name,
                                      [](const SchemaProperty& p, std::string_view wanted) { return p.name < wanted; });
  return found != properties.end() && found->name == name ? &found->node : nullptr;
}

SchemaNode compile_schema(const json::Value& schema, SchemaBudget& budget) {
  SchemaNode node;
  node.int_or_string = flag(schema, "x-kubernetes-int-or-string");
  node.type_text = json::string_at(schema, {"type"});
  node.types = type_bit(node.type_text);
  if (node.int_or_string) {
    node.types = kInteger | kString;
    node.type_text = "integer,string";
  }
  node.nullable = flag(schema, "nullable");
  node.preserve_unknown = flag(schema, "x-kubernetes-preserve-unknown-fields");
  node.embedded = flag(schema, "x-kubernetes-embedded-resource");
  compile_scalars(schema, node, budget);
  compile_members(schema, node, budget);
  node.all_of = children(schema, "allOf", budget);
  node.any_of = children(schema, "anyOf", budget);
  node.one_of = children(schema, "oneOf", budget);
  node.negated = child(schema, "not", budget);
  node.default_value = copy(json::find(schema, "default"));
  if (node.default_value) node.default_bytes = json::to_string(*node.default_value).size();
  note_what_is_within(node);
  return node;
}

}  // namespace kyma::apiserver
