#include <algorithm>
#include <optional>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/schema_node.hpp"

namespace kyma::apiserver {
namespace {

bool is_type_or_metadata(std::string_view name) { return name == "apiVersion" || name == "kind" || name == "metadata"; }

// Compacts the members in one pass: erasing them one by one would be quadratic.
template <class Predicate>
void erase_if(json::Value& object, Predicate&& unwanted) {
  auto kept = object.MemberBegin();
  for (auto member = object.MemberBegin(); member != object.MemberEnd(); ++member) {
    if (unwanted(*member)) continue;
    if (kept != member) {
      kept->name = std::move(member->name);
      kept->value = std::move(member->value);
    }
    ++kept;
  }
  object.EraseMember(kept, object.MemberEnd());
}

class Pruner {
 public:
  explicit Pruner(std::vector<std::string>& removed) : removed_(removed) {}

  // `node` null: nothing is known of the value, so all members of all objects in it go.
  void prune(const SchemaNode* node, json::Value& value, const FieldPath& path, bool resource) {
    if (node != nullptr && node->preserve_unknown) {
      keep_unknown(*node, value, path, resource);
    } else if (value.IsArray()) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
        prune_child(node != nullptr ? node->items.get() : nullptr, value[i], FieldPath(path, i));
      }
    } else if (value.IsObject()) {
      prune_members(node, value, path, resource);
    }
  }

 private:
  void prune_child(const SchemaNode* node, json::Value& value, const FieldPath& path) {
    prune(node, value, path, node != nullptr && node->embedded);
  }

  void prune_members(const SchemaNode* node, json::Value& value, const FieldPath& path, bool resource) {
    bool unknown = false;
    for (auto& member : value.GetObject()) {
      const std::string_view name = json::view(member.name);
      if (resource && is_type_or_metadata(name)) continue;
      const SchemaNode* known = node != nullptr ? node->property(name) : nullptr;
      if (known != nullptr) {
        prune_child(known, member.value, FieldPath(path, name));
      } else if (node != nullptr && (node->additional || node->additional_any)) {
        prune_child(node->additional.get(), member.value, FieldPath(path, name));
      } else {
        if (removed_.size() < kMaxNamedFields) removed_.push_back(FieldPath(path, name).str());
        unknown = true;
      }
    }
    if (!unknown) return;
    erase_if(value, [&](const auto& member) {
      const std::string_view name = json::view(member.name);
      return !(resource && is_type_or_metadata(name)) && (node == nullptr || node->property(name) == nullptr);
    });
  }

  // x-kubernetes-preserve-unknown-fields: only what the schema names is looked into.
  void keep_unknown(const SchemaNode& node, json::Value& value, const FieldPath& path, bool resource) {
    if (value.IsArray() && node.items) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
        keep_unknown(*node.items, value[i], FieldPath(path, i), false);
    } else if (value.IsObject() && (!node.properties.empty() || node.additional)) {
      for (auto& member : value.GetObject()) {
        const std::string_view name = json::view(member.name);
        if (resource && is_type_or_metadata(name)) continue;
        const SchemaNode* known = node.property(name);
        if (known == nullptr) known = node.additional.get();
        if (known != nullptr) prune_child(known, member.value, FieldPath(path, name));
      }
    }
  }

  std::vector<std::string>& removed_;
};

const SchemaNode* member_schema(const SchemaNode& node, std::string_view name) {
  const SchemaNode* known = node.property(name);
  return known != nullptr ? known : node.additional.get();
}

class Filler {
 public:
  explicit Filler(json::Allocator& allocator) : allocator_(allocator) {}

  void fill(const SchemaNode& node, json::Value& value) {
    if (value.IsArray()) {
      if (!node.items) return;
      for (json::Value& item : value.GetArray()) fill(*node.items, item);
    } else if (value.IsObject()) {
      drop_nulls(node, value);
      add_missing(node, value);
      fill_members(node, value);
    }
  }

 private:
  bool is_full() const noexcept { return filled_bytes_ > kMaxObjectBytes; }

  // A null that is not allowed counts as absent.
  static void drop_nulls(const SchemaNode& node, json::Value& value) {
    const auto is_absent = [&](const auto& member) {
      if (!member.value.IsNull()) return false;
      const SchemaNode* known = member_schema(node, json::view(member.name));
      return known != nullptr && !known->nullable && !known->default_value;
    };
    if (std::any_of(value.MemberBegin(), value.MemberEnd(), is_absent)) erase_if(value, is_absent);
  }

  void add_missing(const SchemaNode& node, json::Value& value) {
    std::optional<MemberNames> names;  // most schemas have no defaults
    std::vector<const SchemaProperty*> missing;
    for (const SchemaProperty& property : node.properties) {
      if (!property.node.default_value) continue;
      if (!names) names.emplace(value);
      if (!names->contains(property.name)) missing.push_back(&property);
    }
    for (const SchemaProperty* property : missing) {
      if (is_full()) return;
      value.AddMember(json::make_string(property->name, allocator_), copy_of_default(property->node), allocator_);
    }
  }

  void fill_members(const SchemaNode& node, json::Value& value) {
    for (auto& member : value.GetObject()) {
      const SchemaNode* known = member_schema(node, json::view(member.name));
      if (known == nullptr || is_full()) continue;
      if (member.value.IsNull() && !known->nullable && known->default_value) member.value = copy_of_default(*known);
      fill(*known, member.value);
    }
  }

  json::Value copy_of_default(const SchemaNode& node) {
    filled_bytes_ += node.default_bytes;
    return json::Value(*node.default_value, allocator_);
  }

  json::Allocator& allocator_;
  std::size_t filled_bytes_ = 0;
};

}  // namespace

void prune_unknown(const SchemaNode& node, json::Value& value, bool root, std::vector<std::string>& removed) {
  Pruner(removed).prune(&node, value, FieldPath(), root || node.embedded);
}

void fill_defaults(const SchemaNode& node, json::Value& value, json::Allocator& allocator) {
  Filler(allocator).fill(node, value);
}

}  // namespace kyma::apiserver
