#include "operator/kube/meta/merge_patch.hpp"

#include "operator/kube/meta/member_editor.hpp"

namespace kyma::kube {

// Recursion is bounded by the depth that the parser accepts.
void apply_merge_patch(json::Value& target, const json::Value& patch, json::Allocator& allocator) {
  if (!patch.IsObject()) {
    target.CopyFrom(patch, allocator);
    return;
  }
  if (!target.IsObject()) target.SetObject();
  MemberEditor members(target, patch.MemberCount(), allocator);
  for (const auto& member : patch.GetObject()) {
    const std::string_view key = json::view(member.name);
    // An absent target takes the patch through the same function, so that nulls within it are dropped.
    if (member.value.IsNull())
      members.remove(key);
    else
      apply_merge_patch(members.find_or_add(key), member.value, allocator);
  }
  members.finish();
}

}  // namespace kyma::kube
