#include "operator/helm/chart/schema_compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/regex.hpp"
#include "operator/helm/chart/url.hpp"

namespace kyma::helm {
namespace {

using Kind = JsonNode::Kind;

constexpr std::size_t kStackReserve = std::size_t{128} << 10;
constexpr std::string_view kSchema = "valid schema";
constexpr std::array<std::string_view, 7> kTypes{"array", "boolean", "integer", "number", "null", "object", "string"};

[[noreturn]] void fail_type(std::string_view expected, std::string_view given) {
  throw ChartFailure(fmt::format("Invalid type. Expected: {}, given: {}", expected, given));
}
[[noreturn]] void fail_of_type(std::string_view keyword, std::string_view type) {
  throw ChartFailure(fmt::format("{} must be of type {}", keyword, type));
}
[[noreturn]] void fail_of_a(std::string_view keyword, std::string_view article, std::string_view type) {
  throw ChartFailure(fmt::format("{} must be of {} {}", keyword, article, type));
}
// A conversion that the library makes without a look, and Helm's report of the panic.
[[noreturn]] void fail_conversion(const JsonNode& node, std::string_view wanted) {
  throw ChartFailure(fmt::format("unable to validate schema: interface conversion: interface {{}} is {}, not {}",
                                 node.go_type(), wanted));
}

void expect_string(JsonNode& node, std::string_view keyword) {
  const JsonNode* member = node.find(keyword);
  if (member != nullptr && !member->is_string()) fail_type("string", keyword);
}

std::optional<ExactDecimal> number(const JsonNode& node) {
  return node.is_number() ? ExactDecimal::parse(node.text) : std::nullopt;
}

std::optional<std::int64_t> count(JsonNode& node, std::string_view keyword) {
  const JsonNode* member = node.find(keyword);
  if (member == nullptr) return std::nullopt;
  const auto value = member->is_number() && member->text.find_first_of(".eE") == std::string::npos
                         ? ExactDecimal::parse(member->text)
                         : std::nullopt;
  if (!value || member->text.size() > 18) fail_of_a(keyword, "an", "integer");
  if (value->is_negative()) throw ChartFailure(fmt::format("{} must be greater than or equal to 0", keyword));
  return std::stoll(member->text);
}

}  // namespace

SchemaCompiler::SchemaCompiler(JsonNode& document) : document_(document), pool_(document) {}

const SchemaPart& SchemaCompiler::compile() {
  SchemaPart& root = parts_.emplace_back();
  root.draft = pool_.draft().value_or(SchemaDraft::hybrid);
  compile(document_, root);
  return root;
}

SchemaPart& SchemaCompiler::new_part(const SchemaPart& parent) {
  SchemaPart& part = parts_.emplace_back();
  part.draft = parent.draft;
  return part;
}

const SchemaPart* SchemaCompiler::child(JsonNode& node, const SchemaPart& parent) {
  SchemaPart& part = new_part(parent);
  compile(node, part);
  return &part;
}

void SchemaCompiler::compile(JsonNode& node, SchemaPart& part) {
  if (!stack_.has(kStackReserve)) throw ChartFailure("the schema is nested too deeply");
  if (part.draft != SchemaDraft::draft4 && node.is(Kind::boolean)) {
    part.verdict = node.flag;
    return;
  }
  if (!node.is_object()) throw ChartFailure(fmt::format("Expected: {}, given: Invalid JSON", kSchema));
  identity(node, part);
  definitions(node, part);
  expect_string(node, "title");
  expect_string(node, "description");
  if (reference(node, part)) return;
  types(node, part);
  objects(node, part);
  items(node, part);
  numbers(node, part);
  texts(node, part);
  counts(node, part);
  constants(node, part);
  combinations(node, part);
}

void SchemaCompiler::identity(JsonNode& node, const SchemaPart& part) {
  const bool old_name =
      part.draft == SchemaDraft::draft4 || (part.draft == SchemaDraft::hybrid && node.find("id") != nullptr);
  const std::string_view keyword = old_name ? "id" : "$id";
  expect_string(node, keyword);
  if (const JsonNode* id = node.find(keyword)) {
    std::string error;
    if (!Url::parse(id->text, &error)) throw ChartFailure(error);
  }
}

// They are only checked: references look them up by themselves.
void SchemaCompiler::definitions(JsonNode& node, const SchemaPart& part) {
  JsonNode* member = node.find("definitions");
  if (member == nullptr) return;
  if (member->is(Kind::boolean)) fail_conversion(*member, "map[string]interface {}");
  if (!member->is_object()) fail_type("array of schemas", "definitions");
  for (auto& [name, definition] : member->members) {
    if (!definition.is_schema()) fail_type("array of schemas", "definitions");
    child(definition, part);
  }
}

// True if nothing else is to be read.
bool SchemaCompiler::reference(JsonNode& node, SchemaPart& part) {
  expect_string(node, "$ref");
  const JsonNode* member = node.find("$ref");
  if (member == nullptr) return false;
  std::string error;
  const auto url = Url::parse(member->text, &error);
  if (!url) throw ChartFailure(error);
  const std::string name = url->str();
  if (const auto known = references_.find(name); known != references_.end()) {
    part.reference = known->second;
    return false;
  }
  SchemaPart& target = new_part(part);
  references_.emplace(name, &target);
  const SchemaPool::Document document = pool_.find(name);
  if (document.draft) target.draft = *document.draft;
  if (!document.node->is_schema()) fail_of_type(kSchema, "object");
  compile(*document.node, target);
  part.reference = &target;
  return true;
}

void SchemaCompiler::types(JsonNode& node, SchemaPart& part) {
  const JsonNode* member = node.find("type");
  if (member == nullptr) return;
  const auto add = [&](const std::string& type) {
    if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
      throw ChartFailure(
          fmt::format("has a primitive type that is NOT VALID -- given: /{}/ Expected valid values are:[{}]", type,
                      fmt::join(kTypes, " ")));
    }
    if (part.has_type(type)) throw ChartFailure(fmt::format("{} type is duplicated", type));
    part.types.push_back(type);
  };
  if (member->is_string()) return add(member->text);
  if (!member->is(Kind::array)) fail_type("string/array of strings", "type");
  for (const JsonNode& type : member->items) {
    if (!type.is_string()) fail_conversion(type, "string");
    add(type.text);
  }
}

SchemaPart::Rest SchemaCompiler::rest(JsonNode& node, std::string_view keyword, const SchemaPart& parent) {
  JsonNode* member = node.find(keyword);
  if (member == nullptr) return {};
  if (member->is(Kind::boolean)) return member->flag;
  if (!member->is_object()) fail_type(fmt::format("boolean/{}", kSchema), keyword);
  return child(*member, parent);
}

void SchemaCompiler::objects(JsonNode& node, SchemaPart& part) {
  properties(node, part);
  part.additional_properties = rest(node, "additionalProperties", part);
  pattern_properties(node, part);
  if (JsonNode* names = node.find("propertyNames"); names != nullptr && part.draft != SchemaDraft::draft4) {
    if (!names->is_schema()) fail_type(kSchema, "patternProperties");  // the library's slip
    part.property_names = child(*names, part);
  }
  dependencies(node, part);
}

void SchemaCompiler::properties(JsonNode& node, SchemaPart& part) {
  JsonNode* member = node.find("properties");
  if (member == nullptr) return;
  if (!member->is_object()) fail_of_type("properties", "object");
  for (auto& [name, property] : member->members) {
    SchemaPart& inner = new_part(part);
    inner.property = name;
    part.properties.push_back(&inner);
    compile(property, inner);
  }
}

void SchemaCompiler::pattern_properties(JsonNode& node, SchemaPart& part) {
  JsonNode* member = node.find("patternProperties");
  if (member == nullptr) return;
  if (!member->is_object()) fail_type(kSchema, "patternProperties");
  for (auto& [text, property] : member->members) {
    auto pattern = compile_regex(text);
    if (!pattern) throw ChartFailure(fmt::format("Invalid regex pattern '{}'", text));
    part.pattern_properties.emplace_back(std::move(pattern), child(property, part));
  }
}

void SchemaCompiler::dependencies(JsonNode& node, SchemaPart& part) {
  JsonNode* member = node.find("dependencies");
  if (member == nullptr) return;
  if (!member->is_object()) fail_of_type("dependencies", "object");
  for (auto& [name, dependency] : member->members) {
    if (dependency.is_schema()) {
      part.dependencies.emplace(name, child(dependency, part));
      continue;
    }
    std::vector<std::string> keys;
    bool fits = dependency.is(Kind::array);
    for (const JsonNode& key : dependency.items) {
      fits = fits && key.is_string();
      keys.push_back(key.text);
    }
    if (!fits) fail_of_type("dependency", "schema or array of strings");
    part.dependencies.emplace(name, std::move(keys));
  }
}

void SchemaCompiler::items(JsonNode& node, SchemaPart& part) {
  JsonNode* member = node.find("items");
  if (member != nullptr && member->is(Kind::array)) {
    for (JsonNode& item : member->items) {
      if (!item.is_schema()) fail_type(fmt::format("{}/array of schemas", kSchema), "items");
      part.items.push_back(child(item, part));
    }
  } else if (member != nullptr) {
    if (!member->is_schema()) fail_type(fmt::format("{}/array of schemas", kSchema), "items");
    part.items.push_back(child(*member, part));
    part.one_for_all_items = true;
  }
  part.additional_items = rest(node, "additionalItems", part);
}

namespace {

// exclusiveMinimum and exclusiveMaximum: a boolean that changes the limit's meaning in draft 4, a limit of its own
// later.
void exclusive_limit(JsonNode& node, std::string_view keyword, std::string_view limit_keyword, SchemaDraft draft,
                     std::optional<ExactDecimal>& limit, std::optional<ExactDecimal>& exclusive) {
  const JsonNode* member = node.find(keyword);
  if (member == nullptr) return;
  const bool is_boolean = member->is(Kind::boolean);
  if (draft == SchemaDraft::draft4) {
    if (!is_boolean) fail_type("boolean", keyword);
    if (!limit) throw ChartFailure(fmt::format("{} cannot be used without {}", keyword, limit_keyword));
  }
  if (is_boolean && (draft == SchemaDraft::draft4 || draft == SchemaDraft::hybrid)) {
    if (member->flag) exclusive = std::exchange(limit, std::nullopt);
    return;
  }
  if (!member->is_number()) fail_type(draft == SchemaDraft::hybrid ? "boolean/number" : "number", keyword);
  exclusive = number(*member);
}

}  // namespace

void SchemaCompiler::numbers(JsonNode& node, SchemaPart& part) {
  if (const JsonNode* member = node.find("multipleOf")) {
    part.multiple_of = number(*member);
    if (!part.multiple_of) fail_type("number", "multipleOf");
    if (part.multiple_of->is_zero() || part.multiple_of->is_negative()) {
      throw ChartFailure("multipleOf must be strictly greater than 0");
    }
  }
  const auto limit = [&](std::string_view keyword, std::optional<ExactDecimal>& out) {
    const JsonNode* member = node.find(keyword);
    if (member == nullptr) return;
    out = number(*member);
    if (!out) fail_of_a(keyword, "a", "number");
  };
  limit("minimum", part.minimum);
  exclusive_limit(node, "exclusiveMinimum", "minimum", part.draft, part.minimum, part.exclusive_minimum);
  limit("maximum", part.maximum);
  exclusive_limit(node, "exclusiveMaximum", "maximum", part.draft, part.maximum, part.exclusive_maximum);
}

void SchemaCompiler::texts(JsonNode& node, SchemaPart& part) {
  part.length = {count(node, "minLength"), count(node, "maxLength")};
  if (part.length.least && part.length.most && *part.length.least > *part.length.most) {
    throw ChartFailure("minLength cannot be greater than maxLength");
  }
  if (const JsonNode* member = node.find("pattern")) {
    if (!member->is_string()) fail_of_a("pattern", "a", "string");
    part.pattern = compile_regex(member->text);
    part.pattern_text = member->text;
    if (!part.pattern) throw ChartFailure("pattern must be a valid regex");
  }
  if (const JsonNode* member = node.find("format")) {
    if (!member->is_string()) fail_of_type("format", "string");
    part.format = member->text;
  }
}

void SchemaCompiler::counts(JsonNode& node, SchemaPart& part) {
  part.property_count = {count(node, "minProperties"), count(node, "maxProperties")};
  if (part.property_count.least && part.property_count.most && *part.property_count.least > *part.property_count.most) {
    throw ChartFailure("minProperties cannot be greater than maxProperties");
  }
  if (const JsonNode* member = node.find("required")) {
    if (!member->is(Kind::array)) fail_of_a("required", "an", "array");
    for (const JsonNode& name : member->items) {
      if (!name.is_string()) throw ChartFailure("required items must be string");
      if (std::find(part.required.begin(), part.required.end(), name.text) != part.required.end()) {
        throw ChartFailure("required items must be unique");
      }
      part.required.push_back(name.text);
    }
  }
  part.item_count = {count(node, "minItems"), count(node, "maxItems")};
  if (const JsonNode* member = node.find("uniqueItems")) {
    if (!member->is(Kind::boolean)) fail_of_a("uniqueItems", "a", "boolean");
    part.unique_items = member->flag;
  }
  if (JsonNode* member = node.find("contains"); member != nullptr && part.draft != SchemaDraft::draft4) {
    part.contains = child(*member, part);
  }
}

void SchemaCompiler::constants(JsonNode& node, SchemaPart& part) {
  if (const JsonNode* member = node.find("const"); member != nullptr && part.draft != SchemaDraft::draft4) {
    part.constant = member->canonical();
  }
  const JsonNode* member = node.find("enum");
  if (member == nullptr) return;
  if (!member->is(Kind::array)) fail_of_a("enum", "an", "array");
  for (const JsonNode& item : member->items) {
    std::string text = item.canonical();
    if (std::find(part.enumeration.begin(), part.enumeration.end(), text) != part.enumeration.end()) {
      throw ChartFailure("enum items must be unique");
    }
    part.enumeration.push_back(std::move(text));
  }
}

// `called`: how the message names the keyword.
void SchemaCompiler::list(JsonNode& node, std::string_view keyword, std::string_view called, const SchemaPart& parent,
                          std::vector<const SchemaPart*>& out) {
  JsonNode* member = node.find(keyword);
  if (member == nullptr) return;
  if (!member->is(Kind::array)) fail_of_a(called, "an", "array");
  for (JsonNode& item : member->items) out.push_back(child(item, parent));
}

const SchemaPart* SchemaCompiler::single(JsonNode& node, std::string_view keyword, const SchemaPart& parent) {
  JsonNode* member = node.find(keyword);
  if (member == nullptr) return nullptr;
  if (!member->is_schema()) fail_of_a(keyword, "an", "object");
  return child(*member, parent);
}

void SchemaCompiler::combinations(JsonNode& node, SchemaPart& part) {
  list(node, "oneOf", "oneOf", part, part.one_of);
  list(node, "anyOf", "anyOf", part, part.any_of);
  list(node, "allOf", "anyOf", part, part.all_of);  // the library's slip
  part.negation = single(node, "not", part);
  if (part.draft != SchemaDraft::draft7 && part.draft != SchemaDraft::hybrid) return;
  part.condition = single(node, "if", part);
  part.consequence = single(node, "then", part);
  part.alternative = single(node, "else", part);
}

}  // namespace kyma::helm
