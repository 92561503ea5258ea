#include "operator/kube/meta/merge_patch.hpp"

namespace kyma::kube {

// Recursion is bounded by the depth that the parser accepts.
void apply_merge_patch(json::Value& target, const json::Value& patch, json::Allocator& allocator) {
  if (!patch.IsObject()) {
    target.CopyFrom(patch, allocator);
    return;
  }
  if (!target.IsObject()) target.SetObject();
  for (const auto& member : patch.GetObject()) {
    const std::string_view key = json::view(member.name);
    if (member.value.IsNull()) {
      // Order is kept, so that unchanged parts compare and print as before.
      for (auto at = target.MemberBegin(); at != target.MemberEnd();) {
        at = json::view(at->name) == key ? target.EraseMember(at) : at + 1;
      }
      continue;
    }
    json::Value* found = json::find(target, key);
    if (!found) {
      json::set(target, key, json::Value(), allocator);
      found = json::find(target, key);
    }
    // An absent target takes the patch through the same function, so that nulls within it are dropped.
    apply_merge_patch(*found, member.value, allocator);
  }
}

}  // namespace kyma::kube
