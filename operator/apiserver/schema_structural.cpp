#include <algorithm>
#include <array>
#include <set>

#include "operator/apiserver/schema_faults.hpp"
#include "operator/apiserver/schema_node.hpp"

namespace kyma::apiserver {
namespace {

enum class Level { root, item, field };

constexpr std::string_view kPreserve = "x-kubernetes-preserve-unknown-fields";
constexpr std::string_view kEmbedded = "x-kubernetes-embedded-resource";
constexpr std::string_view kIntOrString = "x-kubernetes-int-or-string";
constexpr std::string_view kListType = "x-kubernetes-list-type";
constexpr std::string_view kListMapKeys = "x-kubernetes-list-map-keys";
constexpr std::string_view kMapType = "x-kubernetes-map-type";
// Each is looked up among the properties.
constexpr rapidjson::SizeType kMaxListMapKeys = 32;
constexpr std::array<std::string_view, 6> kTypes = {"array", "boolean", "integer", "number", "object", "string"};

// "anyOf: [{type: integer}, {type: string}]" may stand beside x-kubernetes-int-or-string.
bool is_int_or_string_any_of(const json::Value& schema) {
  const json::Value* list = array(schema, "anyOf");
  if (list == nullptr || list->Size() != 2) return false;
  const auto is_only = [](const json::Value& branch, std::string_view type) {
    return branch.IsObject() && branch.MemberCount() == 1 && text(branch, "type") == type;
  };
  return is_only((*list)[0], "integer") && is_only((*list)[1], "string");
}

class Check : SchemaFaults {
 public:
  Check(SchemaBudget& budget, std::vector<kube::StatusCause>& causes) : SchemaFaults(causes), budget_(budget) {}

  void structural(const json::Value& schema, Level level, const FieldPath& path) {
    if (!take(schema, path)) return;
    forms(schema, path);
    unsupported(schema, path);
    types(schema, level, path);
    extensions(schema, path);
    list_type(schema, path);
    map_type(schema, path);
    metadata(schema, level, path);
    validations(schema, level, path);
    members(schema, level, path);
  }

 private:
  // False: the schema is not looked at any further.
  bool take(const json::Value& schema, const FieldPath& path) {
    if (is_full() || budget_.is_spent()) return false;
    if (!budget_.take_node()) {
      refuse_rest(path);
      return false;
    }
    if (!schema.IsObject()) wrong_form(path, schema, "object");
    return schema.IsObject();
  }
  void refuse_rest(const FieldPath& path) { add(cause::forbidden(path.str(), budget_.why_spent())); }

  // Each member has the JSON type that the API defines for it, so that nothing is overlooked silently.
  void forms(const json::Value& schema, const FieldPath& path) {
    for (const auto& member : schema.GetObject()) {
      const std::string_view key = json::view(member.name);
      const json::Value& value = member.value;
      if (value.IsNull()) continue;
      const FieldPath here(path, key);
      static constexpr std::array<std::string_view, 7> kTexts = {
          "type", "format", "pattern", "description", "title", "x-kubernetes-list-type", "$ref"};
      static constexpr std::array<std::string_view, 9> kNumbers = {"minimum",   "maximum",       "multipleOf",
                                                                   "minLength", "maxLength",     "minItems",
                                                                   "maxItems",  "minProperties", "maxProperties"};
      static constexpr std::array<std::string_view, 6> kFlags = {"nullable", "exclusiveMinimum", "exclusiveMaximum",
                                                                 kPreserve,  kEmbedded,          kIntOrString};
      static constexpr std::array<std::string_view, 6> kLists = {"required", "enum",  "allOf",
                                                                 "anyOf",    "oneOf", kListMapKeys};
      const auto among = [&](const auto& keys) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
      if (among(kTexts) && !value.IsString()) wrong_form(here, value, "string");
      if (among(kNumbers) && !value.IsNumber()) wrong_form(here, value, "number");
      if (among(kFlags) && !value.IsBool()) wrong_form(here, value, "boolean");
      if (among(kLists) && !value.IsArray()) wrong_form(here, value, "array");
      if ((key == "properties" || key == "not") && !value.IsObject()) wrong_form(here, value, "object");
      if (key == "items" && !value.IsObject() && !value.IsArray()) wrong_form(here, value, "object");
      if (key == "additionalProperties" && !value.IsObject() && !value.IsBool()) wrong_form(here, value, "object");
      if ((key == "required" || key == kListMapKeys) && value.IsArray()) {
        for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
          if (!value[i].IsString()) wrong_form(FieldPath(here, i), value[i], "string");
        }
      }
      if (key == "enum" && value.IsArray() && value.Empty()) add(cause::required(here.str(), "must not be empty"));
    }
  }

  void unsupported(const json::Value& schema, const FieldPath& path) {
    for (const std::string_view key :
         {"$ref", "id", "$schema", "patternProperties", "definitions", "dependencies", "additionalItems"}) {
      if (has(schema, key)) forbid(path, key, std::string(key) + " is not supported");
    }
    if (flag(schema, "uniqueItems")) {
      forbid(path, "uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    if (const json::Value* items = json::find(schema, "items"); items != nullptr && items->IsArray()) {
      forbid(path, "items", "items must be a schema object and not an array");
    }
    const json::Value* additional = json::find(schema, "additionalProperties");
    if (additional == nullptr) return;
    const json::Value* properties = object(schema, "properties");
    if (additional->IsFalse()) {
      forbid(path, "additionalProperties", "additionalProperties cannot be set to false");
    } else if (additional->IsObject() && properties != nullptr && properties->MemberCount() > 0) {
      forbid(path, "additionalProperties", "additionalProperties and properties are mutual exclusive");
    }
  }

  void types(const json::Value& schema, Level level, const FieldPath& path) {
    const std::string_view type = text(schema, "type");
    if (type == "null") {
      forbid(path, "type", "type cannot be set to null, use nullable as an alternative");
    } else if (!type.empty() && std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
      add(cause::not_supported(FieldPath(path, "type").str(), go_quote(type), kTypes));
    }
    if (type == "array" && !has(schema, "items")) require(path, "items", "must be specified");
    if (flag(schema, kEmbedded) && type != "object") {
      static constexpr std::string_view kWhy = "must be object if x-kubernetes-embedded-resource is true";
      type.empty() ? require(path, "type", kWhy) : reject(path, "type", go_quote(type), kWhy);
    } else if (type.empty() && !flag(schema, kIntOrString) && !flag(schema, kPreserve)) {
      require(path, "type",
              level == Level::root   ? "must not be empty at the root"
              : level == Level::item ? "must not be empty for specified array items"
                                     : "must not be empty for specified object fields");
    }
    if (level == Level::root && !type.empty() && type != "object") {
      reject(path, "type", go_quote(type), "must be object at the root");
    }
  }

  void extensions(const json::Value& schema, const FieldPath& path) {
    const json::Value* preserve = json::find(schema, kPreserve);
    if (preserve != nullptr && preserve->IsFalse()) reject(path, kPreserve, "false", "must be true or undefined");
    if (flag(schema, kIntOrString)) {
      static constexpr std::string_view kWhy = "must be false if x-kubernetes-int-or-string is true";
      if (flag(schema, kPreserve)) reject(path, kPreserve, "true", kWhy);
      if (flag(schema, kEmbedded)) reject(path, kEmbedded, "true", kWhy);
      if (has(schema, "type")) {
        reject(path, "type", go_quote(text(schema, "type")), "must be empty if x-kubernetes-int-or-string is true");
      }
    }
    if (!flag(schema, kEmbedded)) return;
    if (has(schema, "additionalProperties")) {
      forbid(path, "additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (!flag(schema, kPreserve) && !has(schema, "properties")) {
      require(
          path, "properties",
          "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
    }
  }

  void list_type(const json::Value& schema, const FieldPath& path) {
    const std::string_view list = text(schema, kListType);
    const json::Value* keys = array(schema, kListMapKeys);
    if (keys != nullptr && !keys->Empty() && list != "map") {
      static constexpr std::string_view kWhy = "must be map if x-kubernetes-list-map-keys is non-empty";
      list.empty() ? require(path, kListType, kWhy) : reject(path, kListType, go_quote(list), kWhy);
    }
    if (list.empty()) return;
    static constexpr std::array<std::string_view, 3> kListTypes = {"atomic", "map", "set"};
    if (std::find(kListTypes.begin(), kListTypes.end(), list) == kListTypes.end()) {
      add(cause::not_supported(FieldPath(path, kListType).str(), go_quote(list), kListTypes));
    }
    if (const std::string_view type = text(schema, "type"); type != "array") {
      static constexpr std::string_view kWhy = "must be array if x-kubernetes-list-type is specified";
      type.empty() ? require(path, "type", kWhy) : reject(path, "type", go_quote(type), kWhy);
    }
    const json::Value* items = object(schema, "items");
    if (items != nullptr && list != "atomic" && flag(*items, "nullable")) {
      forbid(FieldPath(path, "items"), "nullable",
             "cannot be nullable when x-kubernetes-list-type is " + std::string(list));
    }
    if (list == "map") list_map(keys, items, path);
    if (list == "set" && items != nullptr) list_set(*items, FieldPath(path, "items"));
  }

  void list_set(const json::Value& items, const FieldPath& path) {
    const std::string_view type = text(items, "type");
    if (type == "object" && text(items, kMapType) != "atomic") {
      reject(path, kMapType, go_quote(text(items, kMapType)),
             "must be atomic as item of a list with x-kubernetes-list-type=set");
    } else if (type == "array" && has(items, kListType) && text(items, kListType) != "atomic") {
      reject(path, kListType, go_quote(text(items, kListType)),
             "must be atomic as item of a list with x-kubernetes-list-type=set");
    }
  }

  void list_map(const json::Value* keys, const json::Value* items, const FieldPath& path) {
    if (keys == nullptr || keys->Empty()) {
      require(path, kListMapKeys, "must not be empty if x-kubernetes-list-type is map");
      return;
    }
    if (items == nullptr) {
      require(path, "items", "must have a schema if x-kubernetes-list-type is map");
      return;
    }
    const FieldPath items_path(path, "items");
    if (text(*items, "type") != "object") {
      reject(items_path, "type", go_quote(text(*items, "type")),
             "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    if (keys->Size() > kMaxListMapKeys) {
      add(cause::too_many(FieldPath(path, kListMapKeys).str(), keys->Size(), kMaxListMapKeys));
      return;
    }
    std::set<std::string_view> seen;
    for (const json::Value& entry : keys->GetArray()) {
      if (!entry.IsString()) continue;
      const std::string_view key = json::view(entry);
      if (!seen.insert(key).second) {
        reject(path, kListMapKeys, json::to_string(*keys), "must not contain duplicate entries");
      }
      const json::Value* property = json::find(*items, {"properties", key});
      if (property == nullptr) {
        reject(path, kListMapKeys, json::to_string(*keys), "entries must all be names of item properties");
        continue;
      }
      list_map_key(*items, *property, key, items_path);
    }
  }

  void list_map_key(const json::Value& items, const json::Value& property, std::string_view key,
                    const FieldPath& path) {
    const FieldPath properties(path, "properties");
    const FieldPath here = FieldPath::key(properties, key);
    if (const std::string_view type = text(property, "type"); type == "array" || type == "object") {
      reject(here, "type", go_quote(type), "must be a scalar type if parent array's x-kubernetes-list-type is map");
    }
    if (flag(property, "nullable"))
      forbid(here, "nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
    const json::Value* required = array(items, "required");
    const bool is_required = required != nullptr &&
                             std::any_of(required->Begin(), required->End(),
                                         [&](const auto& name) { return name.IsString() && json::view(name) == key; });
    if (!is_required && !has(property, "default")) {
      require(here, "default",
              "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
    }
  }

  void map_type(const json::Value& schema, const FieldPath& path) {
    if (!has(schema, kMapType)) return;
    const std::string_view map = text(schema, kMapType);
    static constexpr std::array<std::string_view, 2> kMapTypes = {"atomic", "granular"};
    if (std::find(kMapTypes.begin(), kMapTypes.end(), map) == kMapTypes.end()) {
      add(cause::not_supported(FieldPath(path, kMapType).str(), go_quote(map), kMapTypes));
    }
    if (const std::string_view type = text(schema, "type"); type != "object") {
      static constexpr std::string_view kWhy = "must be object if x-kubernetes-map-type is specified";
      type.empty() ? require(path, "type", kWhy) : reject(path, "type", go_quote(type), kWhy);
    }
  }

  // apiVersion, kind and metadata of a resource belong to the API; a schema may restrict the name only.
  void metadata(const json::Value& schema, Level level, const FieldPath& path) {
    const json::Value* properties = object(schema, "properties");
    if (properties == nullptr || (level != Level::root && !flag(schema, kEmbedded))) return;
    const FieldPath properties_path(path, "properties");
    for (const std::string_view name : {"kind", "apiVersion"}) {
      const json::Value* property = object(*properties, name);
      if (property == nullptr || text(*property, "type") == "string") continue;
      reject(FieldPath::key(properties_path, name), "type", go_quote(text(*property, "type")), "must be string");
    }
    const json::Value* meta = object(*properties, "metadata");
    if (meta == nullptr) return;
    const FieldPath here = FieldPath::key(properties_path, "metadata");
    if (text(*meta, "type") != "object") reject(here, "type", go_quote(text(*meta, "type")), "must be object");
    if (level != Level::root) return;
    bool plain = true;
    for (const auto& member : meta->GetObject()) {
      const std::string_view key = json::view(member.name);
      plain = plain && (key == "type" || key == "description" || key == "properties");
    }
    if (const json::Value* inner = object(*meta, "properties"); inner != nullptr) {
      for (const auto& member : inner->GetObject()) {
        plain = plain && (json::view(member.name) == "name" || json::view(member.name) == "generateName");
      }
    }
    if (!plain) {
      add(cause::forbidden(here.str(),
                           "must not specify anything other than name and generateName, but metadata is "
                           "implicitly specified"));
    }
  }

  void members(const json::Value& schema, Level level, const FieldPath& path) {
    if (const json::Value* properties = object(schema, "properties"); properties != nullptr) {
      const FieldPath here(path, "properties");
      for (const auto& member : properties->GetObject()) {
        structural(member.value, Level::field, FieldPath::key(here, json::view(member.name)));
      }
    }
    if (const json::Value* additional = json::find(schema, "additionalProperties");
        additional != nullptr && !additional->IsFalse() && !additional->IsNull()) {
      if (level == Level::root) forbid(path, "additionalProperties", "must not be used at the root");
      if (additional->IsObject()) structural(*additional, Level::field, FieldPath(path, "additionalProperties"));
    }
    if (const json::Value* items = object(schema, "items"); items != nullptr) {
      structural(*items, Level::item, FieldPath(path, "items"));
    }
  }

  void pattern(std::string_view text, const FieldPath& path) {
    const bool was_spent = budget_.is_spent();
    const auto compiled = budget_.pattern(text);
    if (!was_spent && budget_.is_spent()) refuse_rest(FieldPath(path, "pattern"));
    if (!compiled) return;
    if (const std::string error = pattern_error(*compiled); !error.empty()) {
      reject(path, "pattern", go_quote(text), "must be a valid regular expression, but isn't: " + error);
    }
  }

  // What may stand in a schema and in the branches of allOf, anyOf, oneOf and not.
  void validations(const json::Value& schema, Level level, const FieldPath& path) {
    if (const std::string_view pattern = text(schema, "pattern"); !pattern.empty()) {
      this->pattern(pattern, path);
    }
    for (const std::string_view key : {"allOf", "anyOf", "oneOf"}) {
      const json::Value* list = array(schema, key);
      if (list == nullptr || (key == "anyOf" && flag(schema, kIntOrString) && is_int_or_string_any_of(schema)))
        continue;
      const FieldPath here(path, key);
      for (rapidjson::SizeType i = 0; i < list->Size(); ++i) {
        const bool exempt = key == "allOf" && i == 0 && flag(schema, kIntOrString);
        branch((*list)[i], level, FieldPath(here, i), exempt);
      }
    }
    if (const json::Value* negated = object(schema, "not"); negated != nullptr) {
      branch(*negated, level, FieldPath(path, "not"), false);
    }
  }

  // `exempt`: the branch may hold the int-or-string pattern.
  void branch(const json::Value& schema, Level level, const FieldPath& path, bool exempt) {
    if (!take(schema, path)) return;
    forms(schema, path);
    unsupported(schema, path);
    for (const std::string_view key : {"type", "title", "description"}) {
      if (!text(schema, key).empty()) forbid(path, key, "must be empty to be structural");
    }
    for (const std::string_view key :
         {std::string_view("additionalProperties"), std::string_view("default"), kListType, kMapType}) {
      if (has(schema, key)) forbid(path, key, "must be undefined to be structural");
    }
    for (const std::string_view key : {std::string_view("nullable"), kPreserve, kEmbedded, kIntOrString}) {
      if (flag(schema, key)) forbid(path, key, "must be false to be structural");
    }
    for (const std::string_view key : {kListMapKeys, std::string_view("x-kubernetes-validations")}) {
      if (const json::Value* list = array(schema, key); list != nullptr && !list->Empty()) {
        forbid(path, key, "must be empty to be structural");
      }
    }
    if (!(exempt && is_int_or_string_any_of(schema))) validations(schema, level, path);
    if (const json::Value* properties = object(schema, "properties"); properties != nullptr) {
      const FieldPath here(path, "properties");
      for (const auto& member : properties->GetObject()) {
        const FieldPath name = FieldPath::key(here, json::view(member.name));
        if (json::view(member.name) == "metadata")
          add(cause::forbidden(name.str(), "must not be specified in a nested context"));
        branch(member.value, Level::field, name, false);
      }
    }
    if (const json::Value* items = object(schema, "items"); items != nullptr) {
      branch(*items, level, FieldPath(path, "items"), false);
    }
  }

  SchemaBudget& budget_;
};

}  // namespace

void check_structural(const json::Value& schema, const FieldPath& path, SchemaBudget& budget,
                      std::vector<kube::StatusCause>& causes) {
  Check(budget, causes).structural(schema, Level::root, path);
}

}  // namespace kyma::apiserver
