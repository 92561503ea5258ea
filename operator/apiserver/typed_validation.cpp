// TypedSchema: whether values are what their types say.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "operator/apiserver/quantity.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/apiserver/typed_schema.hpp"
#include "operator/base/base64.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

using Causes = std::vector<kube::StatusCause>;

std::string_view wanted_type(FieldType type) {
  switch (type) {
    case FieldType::text:
    case FieldType::time:
    case FieldType::micro_time:
    case FieldType::bytes: return "string";
    case FieldType::int32:
    case FieldType::int64: return "integer";
    case FieldType::number: return "number";
    case FieldType::boolean: return "boolean";
    case FieldType::quantity:
    case FieldType::int_or_string: return "integer,string";
    case FieldType::object: return "object";
    case FieldType::any: break;
  }
  return "any";
}

bool fits_int32(const json::Value& value) {
  return value.IsInt64() && value.GetInt64() >= std::numeric_limits<std::int32_t>::min() &&
         value.GetInt64() <= std::numeric_limits<std::int32_t>::max();
}

bool has_type(FieldType type, const json::Value& value) {
  switch (type) {
    case FieldType::text:
    case FieldType::time:
    case FieldType::micro_time:
    case FieldType::bytes: return value.IsString();
    case FieldType::int32: return fits_int32(value);
    case FieldType::int64: return value.IsInt64();
    case FieldType::number: return value.IsNumber();
    case FieldType::boolean: return value.IsBool();
    case FieldType::quantity: return value.IsString() || value.IsNumber();
    case FieldType::int_or_string: return value.IsString() || fits_int32(value);
    case FieldType::object: return value.IsObject();
    case FieldType::any: break;
  }
  return true;
}

bool is_empty(const json::Value* value) {
  if (!value || value->IsNull()) return true;
  return (value->IsString() && value->GetStringLength() == 0) || (value->IsArray() && value->Empty());
}

class Validator {
 public:
  explicit Validator(Causes& causes) : causes_(causes) {}

  void object(const TypeDef& type, const json::Value& value, const FieldPath& path) {
    for (const auto* field : type.members) {
      if (path.root() && field->name == "metadata") continue;
      const auto* member = json::find(value, field->name);
      if (field->required && is_empty(member)) {
        if (more()) causes_.push_back(cause::required(FieldPath(path, field->name).str()));
        continue;
      }
      if (member && !member->IsNull()) check_field(*field, *member, FieldPath(path, field->name));
    }
  }

 private:
  bool more() const { return causes_.size() < kMaxCauses; }

  void wrong_type(std::string_view wanted, const json::Value& value, const FieldPath& path) {
    if (!more()) return;
    const auto field = path.str();
    const auto found = go_quote(type_name(value));
    causes_.push_back(
        cause::type_invalid(field, found, fmt::format("{} in body must be of type {}: {}", field, wanted, found)));
  }

  void invalid(const json::Value& value, const FieldPath& path, std::string_view why) {
    if (more()) causes_.push_back(cause::invalid(path.str(), printed(value), why));
  }

  void check_field(const FieldDef& field, const json::Value& value, const FieldPath& path) {
    if (field.form == FieldForm::single) {
      check_value(field, value, path);
    } else if (field.form == FieldForm::list) {
      if (!value.IsArray()) return wrong_type("array", value, path);
      for (rapidjson::SizeType i = 0; i < value.Size() && more(); ++i) check_value(field, value[i], FieldPath(path, i));
    } else {
      if (!value.IsObject()) return wrong_type("object", value, path);
      for (const auto& member : value.GetObject()) {
        if (more()) check_value(field, member.value, FieldPath::key(path, json::view(member.name)));
      }
    }
  }

  void check_value(const FieldDef& field, const json::Value& value, const FieldPath& path) {
    if (!has_type(field.type, value)) return wrong_type(wanted_type(field.type), value, path);
    if (value.IsString()) check_text(field, value, path);
    if (value.IsInt64()) check_range(field, value, path);
    if (field.type == FieldType::object) object(*field.object, value, path);
  }

  void check_text(const FieldDef& field, const json::Value& value, const FieldPath& path) {
    const auto text = json::view(value);
    const bool is_time = field.type == FieldType::time || field.type == FieldType::micro_time;
    if (is_time && !kube::parse_time(text)) invalid(value, path, "must be a time in RFC 3339, as 2006-01-02T15:04:05Z");
    if (field.type == FieldType::bytes && !decode_base64(text)) invalid(value, path, "must be base64");
    if (field.type == FieldType::quantity && !is_quantity(text)) {
      invalid(value, path,
              "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
    if (text.empty() || field.choices.empty()) return;
    if (std::find(field.choices.begin(), field.choices.end(), text) != field.choices.end()) return;
    if (more()) causes_.push_back(cause::not_supported(path.str(), printed(value), field.choices));
  }

  void check_range(const FieldDef& field, const json::Value& value, const FieldPath& path) {
    const auto number = value.GetInt64();
    const bool low = field.minimum && number < *field.minimum;
    const bool high = field.maximum && number > *field.maximum;
    if (!low && !high) return;
    if (field.minimum && field.maximum) {
      invalid(value, path, fmt::format("must be between {} and {}, inclusive", *field.minimum, *field.maximum));
    } else if (low) {
      invalid(value, path, fmt::format("must be greater than or equal to {}", *field.minimum));
    } else {
      invalid(value, path, fmt::format("must be less than or equal to {}", *field.maximum));
    }
  }

  Causes& causes_;
};

}  // namespace

Causes TypedSchema::validate(const json::Value& object) const {
  Causes causes;
  Validator(causes).object(type_, object, FieldPath());
  return causes;
}

}  // namespace kyma::apiserver
