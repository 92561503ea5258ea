#include "operator/apiserver/strategic_merge_patch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/member_editor.hpp"

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

// Elements are compared each with each. No honest list comes near the limit, and one that does would hold the loop.
kube::Outcome<void> check_lengths(std::string_view member, const json::Value& target, const json::Value& patch) {
  constexpr std::size_t kMaxComparisons = 10'000'000;
  if (std::size_t{target.Size()} * patch.Size() <= kMaxComparisons) return {};
  auto error = kube::bad_request(
      fmt::format("the lists \"{}\" are too long to be merged ({} and {} elements); use a JSON merge patch, which "
                  "replaces a list",
                  member, target.Size(), patch.Size()));
  error.reason = kube::Reason::invalid;
  error.http_status = 422;
  return error;
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

kube::Outcome<void> merge_objects(json::Value& target, const json::Value& patch, std::string_view key,
                                  json::Allocator& allocator) {
  for (const auto& element : patch.GetArray()) {
    auto* present = element_with_key(target, key, json::string_at(element, {key}));
    if (json::string_at(element, {"$patch"}) == "delete") {
      if (present) target.Erase(present);
    } else if (!present) {
      target.PushBack(json::Value(element, allocator), allocator);
    } else if (auto merged = apply_strategic_merge_patch(*present, element, allocator); !merged) {
      return merged;
    }
  }
  return {};
}

kube::Outcome<void> merge_list(json::Value& target, const json::Value& patch, const KeyedList& list,
                               json::Allocator& allocator) {
  const auto replaces = [](const json::Value& e) { return json::string_at(e, {"$patch"}) == "replace"; };
  const auto directive = std::find_if(patch.Begin(), patch.End(), replaces);
  if (directive != patch.End()) {
    target.Clear();
    for (auto element = patch.Begin(); element != patch.End(); ++element) {
      if (element != directive) target.PushBack(json::Value(*element, allocator), allocator);
    }
    return {};
  }
  // What is appended on the way has to be compared as well.
  if (auto fits = check_lengths(list.member, target, patch); !fits) return fits;
  if (auto fits = check_lengths(list.member, patch, patch); !fits) return fits;
  if (!list.key.empty()) return merge_objects(target, patch, list.key, allocator);
  merge_primitives(target, patch, allocator);
  return {};
}

kube::Outcome<void> delete_from_list(json::Value* list, std::string_view member, const json::Value& values) {
  if (!list || !list->IsArray() || !values.IsArray()) return {};
  if (auto fits = check_lengths(member, *list, values); !fits) return fits;
  for (const auto& value : values.GetArray()) {
    const auto found = std::find(list->Begin(), list->End(), value);
    if (found != list->End()) list->Erase(found);
  }
  return {};
}

void retain_keys(json::Value& target, const json::Value& keys, json::Allocator& allocator) {
  if (!keys.IsArray()) return;
  std::set<std::string_view> kept;
  for (const auto& key : keys.GetArray()) {
    if (key.IsString()) kept.insert(json::view(key));
  }
  std::vector<std::string> dropped;
  for (const auto& member : target.GetObject()) {
    if (!kept.contains(json::view(member.name))) dropped.emplace_back(json::view(member.name));
  }
  kube::MemberEditor members(target, dropped.size(), allocator);
  for (const auto& key : dropped) members.remove(key);
  members.finish();
}

kube::Outcome<void> merge_member(kube::MemberEditor& target, const json::Value::Member& member,
                                 json::Allocator& allocator) {
  const auto name = json::view(member.name);
  if (name.starts_with(kDeleteFromList)) {
    const auto list = name.substr(kDeleteFromList.size());
    return delete_from_list(target.find(list), list, member.value);
  }
  if (name.starts_with('$')) return {};  // $patch, and $setElementOrder: the order of these lists means nothing
  if (member.value.IsNull()) {
    target.remove(name);
    return {};
  }
  auto& present = target.find_or_add(name);
  if (member.value.IsObject()) return apply_strategic_merge_patch(present, member.value, allocator);
  const auto* list = keyed_list(name);
  if (list && present.IsArray() && member.value.IsArray()) return merge_list(present, member.value, *list, allocator);
  present.CopyFrom(member.value, allocator);
  return {};
}

}  // namespace

kube::Outcome<void> apply_strategic_merge_patch(json::Value& target, const json::Value& patch,
                                                json::Allocator& allocator) {
  if (!target.IsObject()) target.SetObject();
  const auto directive = json::string_at(patch, {"$patch"});
  if (directive == "replace" || directive == "delete") target.RemoveAllMembers();
  if (directive == "delete") return {};
  if (const auto* keys = json::find(patch, "$retainKeys")) retain_keys(target, *keys, allocator);
  kube::MemberEditor members(target, patch.MemberCount(), allocator);
  for (const auto& member : patch.GetObject()) {
    if (auto merged = merge_member(members, member, allocator); !merged) return merged;
  }
  members.finish();
  return {};
}

}  // namespace kyma::apiserver
