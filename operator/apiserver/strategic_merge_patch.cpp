#include "operator/apiserver/strategic_merge_patch.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "operator/apiserver/strategic_list.hpp"
#include "operator/kube/meta/member_editor.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kDeleteFromList = "$deleteFromPrimitiveList/";
constexpr std::string_view kSetOrder = "$setElementOrder/";

// A field whose list is merged; null otherwise.
const FieldDef* merged_list(const TypeDef* type, std::string_view name) {
  const auto* field = type ? type->member(name) : nullptr;
  return field && field->merges ? field : nullptr;
}

kube::Outcome<void> retain_keys(json::Value& target, const json::Value& patch, const json::Value& keys,
                                json::Allocator& allocator) {
  if (!keys.IsArray()) return kube::bad_request("invalid patch format of retainKeys: it must be a list of names");
  std::unordered_set<std::string_view> kept;
  for (const auto& key : keys.GetArray()) {
    if (key.IsString()) kept.insert(json::view(key));
  }
  for (const auto& member : patch.GetObject()) {
    const auto name = json::view(member.name);
    if (member.value.IsNull() || is_directive(name) || kept.contains(name)) continue;
    return kube::bad_request(
        fmt::format("invalid patch format of retainKeys: the patch sets {}, which is not among them", name));
  }
  std::vector<std::string> dropped;
  for (const auto& member : target.GetObject()) {
    if (!kept.contains(json::view(member.name))) dropped.emplace_back(json::view(member.name));
  }
  kube::MemberEditor members(target, dropped.size(), allocator);
  for (const auto& key : dropped) members.remove(key);
  members.finish();
  return {};
}

// $setElementOrder/x names everything that the patch wants to be in the list.
kube::Outcome<void> check_order(std::string_view name, const json::Value& patch, const json::Value& order,
                                const FieldDef& field) {
  if (!order.IsArray()) return kube::bad_request(fmt::format("invalid patch format of setElementOrder list: {}", name));
  const auto* wanted = json::find(patch, name);
  if (!wanted || !wanted->IsArray()) return {};
  const auto key_of = [&](const json::Value& element) -> std::string {
    const auto* key = field.merge_key.empty() ? &element : json::find(element, field.merge_key);
    return key ? json::canonical(*key) : std::string();
  };
  std::unordered_set<std::string> named;
  for (const auto& element : order.GetArray()) named.insert(key_of(element));
  for (const auto& element : wanted->GetArray()) {
    if (!json::string_at(element, {"$patch"}).empty() || named.contains(key_of(element))) continue;
    return kube::bad_request(
        fmt::format("the order in patch list {} doesn't match its $setElementOrder list: {} is missing there", name,
                    key_of(element)));
  }
  return {};
}

class Merger {
 public:
  Merger(json::Value& target, const json::Value& patch, const TypeDef* type, json::Allocator& allocator)
      : members_(target, patch.MemberCount(), allocator), patch_(patch), type_(type), allocator_(allocator) {}

  kube::Outcome<void> run() {
    for (const auto& member : patch_.GetObject()) {
      if (!json::view(member.name).starts_with(kDeleteFromList)) continue;
      if (auto removed = remove_listed(member); !removed) return removed;
    }
    for (const auto& member : patch_.GetObject()) {
      if (is_directive(json::view(member.name))) continue;
      if (auto merged = merge(member); !merged) return merged;
    }
    // The order of lists that the patch does not change otherwise.
    for (const auto& member : patch_.GetObject()) {
      if (!json::view(member.name).starts_with(kSetOrder)) continue;
      if (auto ordered = reorder(member); !ordered) return ordered;
    }
    members_.finish();
    return {};
  }

 private:
  kube::Outcome<void> remove_listed(const json::Value::Member& member) {
    const auto name = json::view(member.name).substr(kDeleteFromList.size());
    if (!member.value.IsArray()) {
      return kube::bad_request(fmt::format("invalid patch format of primitive list: {}", json::view(member.name)));
    }
    auto* list = members_.find(name);
    if (list && list->IsArray()) remove_from_list(*list, member.value, allocator_);
    return {};
  }

  kube::Outcome<void> merge(const json::Value::Member& member) {
    const auto name = json::view(member.name);
    if (member.value.IsNull()) {
      members_.remove(name);
      return {};
    }
    const auto* field = type_ ? type_->member(name) : nullptr;
    auto* present = members_.find(name);
    const bool same_type = present && present->GetType() == member.value.GetType();
    if (same_type && member.value.IsObject() && !(field && field->replaces)) {
      const auto* type = field && field->form == FieldForm::single ? field->object : nullptr;
      return apply_strategic_merge_patch(*present, member.value, type, allocator_);
    }
    if (same_type && member.value.IsArray() && merged_list(type_, name)) return merge_list(*present, member, *field);
    members_.find_or_add(name) = without_directives(member.value, allocator_);
    return {};
  }

  kube::Outcome<void> merge_list(json::Value& list, const json::Value::Member& member, const FieldDef& field) {
    const auto* order = json::find(patch_, fmt::format("{}{}", kSetOrder, field.name));
    if (!order) return merge_strategic_list(list, member.value, field, allocator_);
    if (auto fits = check_order(field.name, patch_, *order, field); !fits) return fits;
    const json::Value before(list, allocator_);
    if (auto merged = merge_strategic_list(list, member.value, field, allocator_); !merged) return merged;
    order_strategic_list(list, *order, before, field, allocator_);
    return {};
  }

  kube::Outcome<void> reorder(const json::Value::Member& member) {
    const auto name = json::view(member.name).substr(kSetOrder.size());
    const auto* field = merged_list(type_, name);
    if (!field || json::find(patch_, name)) return {};
    if (auto fits = check_order(name, patch_, member.value, *field); !fits) return fits;
    auto* list = members_.find(name);
    if (!list || !list->IsArray()) return {};
    const json::Value before(*list, allocator_);
    order_strategic_list(*list, member.value, before, *field, allocator_);
    return {};
  }

  kube::MemberEditor members_;
  const json::Value& patch_;
  const TypeDef* type_;
  json::Allocator& allocator_;
};

}  // namespace

kube::Outcome<void> apply_strategic_merge_patch(json::Value& target, const json::Value& patch, const TypeDef* type,
                                                json::Allocator& allocator) {
  if (!target.IsObject()) target.SetObject();
  const auto directive = json::string_at(patch, {"$patch"});
  if (directive == "replace" || directive == "delete") {
    target = directive == "delete" ? json::Value(rapidjson::kObjectType) : without_directives(patch, allocator);
    return {};
  }
  if (json::find(patch, "$patch") && directive != "merge") {
    return kube::bad_request(fmt::format("Unknown patch type \"{}\"; use replace, delete or merge", directive));
  }
  if (const auto* keys = json::find(patch, "$retainKeys")) {
    if (auto retained = retain_keys(target, patch, *keys, allocator); !retained) return retained;
  }
  return Merger(target, patch, type, allocator).run();
}

}  // namespace kyma::apiserver
