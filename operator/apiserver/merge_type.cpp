#include "operator/apiserver/merge_type.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "operator/apiserver/schema_node.hpp"
#include "operator/apiserver/type_table.hpp"

namespace kyma::apiserver {
namespace {

using Form = MergeType::Form;

constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1";

void copy_to(json::Document& target, const json::Value* value) {
  if (value) target.CopyFrom(*value, target.GetAllocator());
}

void sort_by_name(MergeType& type) {
  std::sort(type.members.begin(), type.members.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::sort(type.keys.begin(), type.keys.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

const MergeType& object_meta() {
  static const MergeType& kType = merge_type_of(*TypeTable::instance().find(kMeta, "ObjectMeta"));
  return kType;
}

// From structural schemas.
class SchemaReader {
 public:
  explicit SchemaReader(MergeTypes& owner) : owner_(owner) {}

  const MergeType& read(const SchemaNode& node, bool resource) {
    if (is_object(node, resource)) return read_object(node, resource || node.embedded);
    if (node.items && node.list_type == ListType::set) return add({.form = Form::set});
    if (node.items && node.list_type == ListType::map) return read_keyed(node);
    const bool unknown = node.preserve_unknown && (node.types == 0 || node.types == kObject);
    return unknown && !node.atomic_map ? MergeType::deduced() : MergeType::leaf();
  }

 private:
  static bool is_object(const SchemaNode& node, bool resource) {
    if (node.atomic_map) return false;
    return resource || node.embedded || !node.properties.empty() || node.additional || node.additional_any;
  }

  const MergeType& read_object(const SchemaNode& node, bool resource) {
    auto& type = owner_.emplace_back();
    type.form = Form::object;
    for (const auto& property : node.properties) {
      if (resource && property.name == "metadata") continue;
      type.members.push_back({property.name, &read(property.node, false)});
    }
    if (resource) {
      type.members.push_back({"metadata", &object_meta()});
      for (const char* name : {"apiVersion", "kind"}) {
        if (!node.property(name)) type.members.push_back({name, &MergeType::leaf()});
      }
    }
    if (node.additional)
      type.others = &read(*node.additional, false);
    else if (node.preserve_unknown || node.additional_any)
      type.others = &MergeType::deduced();
    sort_by_name(type);
    return type;
  }

  const MergeType& read_keyed(const SchemaNode& node) {
    auto& type = owner_.emplace_back();
    type.form = Form::keyed;
    type.others = &read(*node.items, false);
    for (const auto& name : node.list_map_keys) {
      const auto* key = node.items->property(name);
      copy_to(type.keys.emplace_back(MergeType::Key{name}).fallback, key ? key->default_value.get() : nullptr);
    }
    sort_by_name(type);
    return type;
  }

  const MergeType& add(MergeType type) { return owner_.emplace_back(std::move(type)); }

  MergeTypes& owner_;
};

// From the table of built-in types, all at once.
class BuiltInTypes {
 public:
  BuiltInTypes() {
    for (const auto& type : TypeTable::instance().types()) by_definition_[&type] = &owner_.emplace_back();
    for (const auto& [definition, type] : by_definition_) read(*definition, *type);
  }

  const MergeType& find(const TypeDef& definition) const { return *by_definition_.at(&definition); }

 private:
  void read(const TypeDef& definition, MergeType& type) {
    if (definition.atomic) return;
    type.form = Form::object;
    for (const auto* field : definition.members) type.members.push_back({std::string(field->name), &read(*field)});
  }

  const MergeType& read(const FieldDef& field) {
    if (field.atomic) return MergeType::leaf();
    if (field.form == FieldForm::list) return read_list(field);
    const auto& value = value_of(field);
    if (field.form == FieldForm::single) return value;
    auto& map = owner_.emplace_back();
    map.form = Form::object;
    map.others = &value;
    return map;
  }

  const MergeType& value_of(const FieldDef& field) const {
    if (field.type == FieldType::object) return find(*field.object);
    return field.type == FieldType::any ? MergeType::deduced() : MergeType::leaf();
  }

  const MergeType& read_list(const FieldDef& field) {
    const auto keys = field.apply_keys();
    if (keys.empty() && !field.merges && !field.is_set) return MergeType::leaf();
    auto& list = owner_.emplace_back();
    list.form = keys.empty() ? Form::set : Form::keyed;
    if (keys.empty()) return list;
    list.others = &find(*field.object);
    for (const auto name : keys) {
      const auto* key = field.object->member(name);
      copy_to(list.keys.emplace_back(MergeType::Key{std::string(name)}).fallback, key ? key->fallback : nullptr);
    }
    sort_by_name(list);
    return list;
  }

  MergeTypes owner_;
  std::unordered_map<const TypeDef*, MergeType*> by_definition_;
};

}  // namespace

const MergeType* MergeType::member(std::string_view name) const noexcept {
  const auto found = std::lower_bound(members.begin(), members.end(), name,
                                      [](const auto& candidate, auto wanted) { return candidate.name < wanted; });
  return found != members.end() && found->name == name ? found->type : nullptr;
}

const MergeType& MergeType::leaf() {
  static const MergeType kLeaf;
  return kLeaf;
}

const MergeType& MergeType::deduced() {
  static const MergeType& kDeduced = []() -> MergeType& {
    static MergeType type;
    type.form = Form::deduced;
    type.others = &type;
    return type;
  }();
  return kDeduced;
}

const MergeType& make_merge_type(const SchemaNode& root, MergeTypes& owner) {
  return SchemaReader(owner).read(root, true);
}

const MergeType& merge_type_of(const TypeDef& type) {
  static const auto* const kTypes = new BuiltInTypes;  // never destroyed, as the table
  return kTypes->find(type);
}

bool is_granular(const MergeType& type, const json::Value& value) noexcept {
  switch (type.form) {
    case Form::leaf: return false;
    case Form::object:
    case Form::deduced: return value.IsObject();
    case Form::set:
    case Form::keyed: return value.IsArray();
  }
  return false;
}

}  // namespace kyma::apiserver
