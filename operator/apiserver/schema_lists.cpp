#include <algorithm>
#include <array>
#include <utility>

#include "operator/apiserver/schema_node.hpp"

namespace kyma::apiserver {
namespace {

// Up to here, comparing each key with each other is cheaper than sorting, and needs no memory.
constexpr std::size_t kFewItems = 64;

// What tells an item of the list from another: the item itself in a set; in a map, its key members as an object.
std::string identity(const SchemaNode& node, const json::Value& item) {
  if (node.list_type == ListType::set) return json::canonical(item);
  json::Writer writer;
  writer.object([&] {
    for (const std::string& key : node.list_map_keys) {
      if (const json::Value* value = json::find(item, key); value != nullptr)
        writer.key(key).raw(json::canonical(*value));
    }
  });
  return writer.str();
}

// The usual case without memory: a short list whose items differ in one string. True when it is that, and unique.
bool evidently_unique(const SchemaNode& node, const json::Value& list) {
  if (list.Size() > kFewItems || (node.list_type == ListType::map && node.list_map_keys.size() != 1)) return false;
  std::array<std::string_view, kFewItems> texts;
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    const json::Value* key = node.list_type == ListType::set ? &list[i] : json::find(list[i], node.list_map_keys[0]);
    if (key == nullptr || !key->IsString()) return false;
    texts[i] = json::view(*key);
    if (std::find(texts.begin(), texts.begin() + i, texts[i]) != texts.begin() + i) return false;
  }
  return true;
}

void check_unique(const SchemaNode& node, const json::Value& list, const FieldPath& path,
                  std::vector<kube::StatusCause>& causes) {
  if (node.list_type == ListType::map) {
    for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
      if (list[i].IsObject() || list[i].IsNull()) continue;
      causes.push_back(cause::invalid(FieldPath(path, i).str(), printed(list[i]),
                                      "must be an object for an array of list-type map"));
      return;
    }
  }
  if (list.Size() < 2 || evidently_unique(node, list)) return;
  std::vector<std::pair<std::string, rapidjson::SizeType>> keys;
  keys.reserve(list.Size());
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) keys.emplace_back(identity(node, list[i]), i);
  std::sort(keys.begin(), keys.end());
  // Of several equal items, the second is the one to name.
  std::vector<std::pair<rapidjson::SizeType, std::size_t>> duplicates;
  for (std::size_t i = 1; i < keys.size(); ++i) {
    const bool again = keys[i].first == keys[i - 1].first;
    if (again && (i == 1 || keys[i].first != keys[i - 2].first)) duplicates.emplace_back(keys[i].second, i);
  }
  std::sort(duplicates.begin(), duplicates.end());
  for (const auto& [index, key] : duplicates) {
    causes.push_back(cause::duplicate(FieldPath(path, index).str(), keys[key].first));
  }
}

}  // namespace

void validate_lists(const SchemaNode& node, const json::Value& value, const FieldPath& path,
                    std::vector<kube::StatusCause>& causes) {
  if (!node.lists_within) return;
  if (value.IsArray()) {
    if (node.list_type != ListType::atomic) check_unique(node, value, path, causes);
    if (!node.items || !node.items->lists_within) return;
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i) {
      validate_lists(*node.items, value[i], FieldPath(path, i), causes);
    }
  } else if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      const std::string_view name = json::view(member.name);
      if (const SchemaNode* known = node.property(name); known != nullptr) {
        validate_lists(*known, member.value, FieldPath(path, name), causes);
      } else if (node.additional) {
        validate_lists(*node.additional, member.value, FieldPath::key(path, name), causes);
      }
    }
  }
}

}  // namespace kyma::apiserver
