#include "operator/apiserver/strategic_merge_patch.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kDeleteFromList = "$deleteFromPrimitiveList/";

struct KeyedList {
  std::string_view member;
  std::string_view key;  // empty: a list of primitives, merged as a set
};

constexpr std::array kLists = {
    KeyedList{"finalizers", ""},           KeyedList{"ownerReferences", "uid"}, KeyedList{"secrets", "name"},
    KeyedList{"imagePullSecrets", "name"}, KeyedList{"conditions", "type"},
};

const KeyedList* keyed_list(std::string_view member) {
  const auto found = std::find_if(kLists.begin(), kLists.end(), [&](const auto& l) { return l.member == member; });
  return found == kLists.end() ? nullptr : &*found;
}

json::Value* element_with_key(json::Value& list, std::string_view key, std::string_view value) {
  for (auto& element : list.GetArray()) {
    if (json::string_at(element, {key}) == value) return &element;
  }
  return nullptr;
}

void merge_primitives(json::Value& target, const json::Value& patch, json::Allocator& allocator) {
  for (const auto& element : patch.GetArray()) {
    if (std::find(target.Begin(), target.End(), element) == target.End()) {
      target.PushBack(json::Value(element, allocator), allocator);
    }
  }
}

void merge_objects(json::Value& target, const json::Value& patch, std::string_view key, json::Allocator& allocator) {
  for (const auto& element : patch.GetArray()) {
    auto* present = element_with_key(target, key, json::string_at(element, {key}));
    if (json::string_at(element, {"$patch"}) == "delete") {
      if (present) target.Erase(present);
    } else if (present) {
      apply_strategic_merge_patch(*present, element, allocator);
    } else {
      target.PushBack(json::Value(element, allocator), allocator);
    }
  }
}

void merge_list(json::Value& target, const json::Value& patch, const KeyedList& list, json::Allocator& allocator) {
  const auto replaces = [](const json::Value& e) { return json::string_at(e, {"$patch"}) == "replace"; };
  const auto directive = std::find_if(patch.Begin(), patch.End(), replaces);
  if (directive != patch.End()) {
    target.Clear();
    for (auto element = patch.Begin(); element != patch.End(); ++element) {
      if (element != directive) target.PushBack(json::Value(*element, allocator), allocator);
    }
  } else if (list.key.empty()) {
    merge_primitives(target, patch, allocator);
  } else {
    merge_objects(target, patch, list.key, allocator);
  }
}

void delete_from_list(json::Value& target, std::string_view member, const json::Value& values) {
  auto* list = json::find(target, member);
  if (!list || !list->IsArray() || !values.IsArray()) return;
  for (const auto& value : values.GetArray()) {
    const auto found = std::find(list->Begin(), list->End(), value);
    if (found != list->End()) list->Erase(found);
  }
}

void retain_keys(json::Value& target, const json::Value& keys) {
  if (!keys.IsArray()) return;
  for (auto member = target.MemberBegin(); member != target.MemberEnd();) {
    const bool kept = std::find(keys.Begin(), keys.End(), member->name) != keys.End();
    member = kept ? member + 1 : target.EraseMember(member);
  }
}

}  // namespace

void apply_strategic_merge_patch(json::Value& target, const json::Value& patch, json::Allocator& allocator) {
  if (!target.IsObject()) target.SetObject();
  const auto directive = json::string_at(patch, {"$patch"});
  if (directive == "replace" || directive == "delete") target.RemoveAllMembers();
  if (directive == "delete") return;
  for (const auto& member : patch.GetObject()) {
    const auto name = json::view(member.name);
    if (name == "$retainKeys") {
      retain_keys(target, member.value);
      continue;
    }
    if (name.starts_with(kDeleteFromList)) {
      delete_from_list(target, name.substr(kDeleteFromList.size()), member.value);
      continue;
    }
    if (name.starts_with('$')) continue;  // $patch, and $setElementOrder: the order of these lists means nothing
    if (member.value.IsNull()) {
      if (const auto found = target.FindMember(member.name); found != target.MemberEnd()) target.EraseMember(found);
      continue;
    }
    auto* present = json::find(target, name);
    const auto* list = keyed_list(name);
    if (member.value.IsObject()) {
      if (!present || !present->IsObject()) {
        json::set(target, name, json::Value(rapidjson::kObjectType), allocator);
        present = json::find(target, name);
      }
      apply_strategic_merge_patch(*present, member.value, allocator);
    } else if (list && present && present->IsArray() && member.value.IsArray()) {
      merge_list(*present, member.value, *list, allocator);
    } else {
      json::set(target, name, json::Value(member.value, allocator), allocator);
    }
  }
}

}  // namespace kyma::apiserver
