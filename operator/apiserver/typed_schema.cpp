#include "operator/apiserver/typed_schema.hpp"

#include "operator/apiserver/object_members.hpp"
#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {
namespace {

constexpr bool is_common(std::string_view name) { return name == "apiVersion" || name == "kind" || name == "metadata"; }

class Pruner {
 public:
  explicit Pruner(std::vector<std::string>& removed) : removed_(removed) {}

  void object(const TypeDef& type, json::Value& value, const FieldPath& path) {
    if (!value.IsObject()) return;
    keep_members(value, [&](auto& member) { return keep(type, member, path); });
  }

 private:
  bool keep(const TypeDef& type, json::Value::Member& member, const FieldPath& path) {
    const auto name = json::view(member.name);
    if (path.root() && is_common(name)) return true;
    const auto* field = type.member(name);
    if (!field && removed_.size() < kMaxNamedFields) removed_.push_back(FieldPath(path, name).str());
    if (!field || member.value.IsNull()) return false;
    if (field->type == FieldType::object) within(*field, member.value, FieldPath(path, name));
    return true;
  }

  void within(const FieldDef& field, json::Value& value, const FieldPath& path) {
    if (field.form == FieldForm::single) {
      object(*field.object, value, path);
    } else if (field.form == FieldForm::list && value.IsArray()) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i) object(*field.object, value[i], FieldPath(path, i));
    } else if (field.form == FieldForm::map && value.IsObject()) {
      for (auto& member : value.GetObject()) {
        object(*field.object, member.value, FieldPath::key(path, json::view(member.name)));
      }
    }
  }

  std::vector<std::string>& removed_;
};

// Kubernetes' own decoder cannot tell an empty value from none, except where the type says so.
bool lacks(const FieldDef& field, const json::Value* value) {
  if (!value || value->IsNull()) return true;
  if (value->IsString()) return value->GetStringLength() == 0;
  return !field.nullable && value->IsInt64() && value->GetInt64() == 0;
}

void fill_object(const TypeDef& type, json::Value& value, json::Allocator& allocator, bool root) {
  if (!value.IsObject()) return;
  for (const auto* field : type.members) {
    if (root && is_common(field->name)) continue;
    auto* member = json::find(value, field->name);
    if (field->fallback && lacks(*field, member)) {
      json::set(value, field->name, json::Value(*field->fallback, allocator), allocator);
      member = json::find(value, field->name);
    }
    if (!member || field->type != FieldType::object) continue;
    if (field->form == FieldForm::single) {
      fill_object(*field->object, *member, allocator, false);
    } else if (field->form == FieldForm::list && field->merges && member->IsArray()) {
      for (auto& element : member->GetArray()) fill_object(*field->object, element, allocator, false);
    }
  }
}

}  // namespace

std::vector<std::string> TypedSchema::prune(json::Value& object) const {
  std::vector<std::string> removed;
  Pruner(removed).object(type_, object, FieldPath());
  return removed;
}

void TypedSchema::apply_defaults(json::Value& object, json::Allocator& allocator) const {
  fill_object(type_, object, allocator, true);
}

}  // namespace kyma::apiserver
