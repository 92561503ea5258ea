#include "operator/kube/meta/member_editor.hpp"

#include <utility>

namespace kyma::kube {
namespace {

// Comparisons up to which no index is made.
constexpr std::size_t kFewComparisons = 16 * 1024;

}  // namespace

MemberEditor::MemberEditor(json::Value& object, std::size_t changes, json::Allocator& allocator)
    : object_(object),
      allocator_(allocator),
      indexed_((object.MemberCount() + changes) * changes > kFewComparisons),
      removed_(indexed_ ? object.MemberCount() : 0) {
  if (!indexed_) return;
  index_.reserve(object.MemberCount() + changes);
  for (rapidjson::SizeType i = 0; i < object.MemberCount(); ++i) {
    const auto added = index_.emplace(json::view((object.MemberBegin() + i)->name), i).second;
    if (!added) indexed_ = false;  // a field twice: the index cannot say that, and texts that were checked have none
  }
}

json::Value* MemberEditor::find(std::string_view key) {
  if (!indexed_) return json::find(object_, key);
  const auto found = index_.find(std::string(key));
  return found == index_.end() ? nullptr : &(object_.MemberBegin() + found->second)->value;
}

json::Value& MemberEditor::find_or_add(std::string_view key) {
  if (auto* found = find(key)) return *found;
  object_.AddMember(json::make_string(key, allocator_), json::Value(), allocator_);
  if (indexed_) {
    index_.emplace(key, object_.MemberCount() - 1);
    removed_.push_back(false);
  }
  return (object_.MemberEnd() - 1)->value;
}

void MemberEditor::remove(std::string_view key) {
  if (indexed_) {
    const auto found = index_.find(std::string(key));
    if (found == index_.end()) return;
    removed_[found->second] = true;
    index_.erase(found);
    return;
  }
  for (auto at = object_.MemberBegin(); at != object_.MemberEnd();) {
    at = json::view(at->name) == key ? object_.EraseMember(at) : at + 1;
  }
}

void MemberEditor::finish() {
  if (!indexed_) return;
  auto kept = object_.MemberBegin();
  for (auto member = object_.MemberBegin(); member != object_.MemberEnd(); ++member) {
    if (removed_[static_cast<std::size_t>(member - object_.MemberBegin())]) continue;
    if (kept != member) {
      kept->name = std::move(member->name);
      kept->value = std::move(member->value);
    }
    ++kept;
  }
  object_.EraseMember(kept, object_.MemberEnd());
}

}  // namespace kyma::kube
