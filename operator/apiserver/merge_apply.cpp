#include "operator/apiserver/merge_apply.hpp"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "operator/apiserver/field_path.hpp"
#include "operator/apiserver/field_walk.hpp"
#include "operator/base/utf8.hpp"
#include "operator/kube/meta/member_editor.hpp"

namespace kyma::apiserver {
namespace {

const MergeType& type_of(const MergeType& type, std::string_view name) {
  if (const auto* known = type.member(name)) return *known;
  return type.others ? *type.others : MergeType::leaf();
}

std::vector<std::string> steps_of(const MergeType& type, const json::Value& list) {
  std::vector<std::string> steps;
  steps.reserve(list.Size());
  for (const auto& element : list.GetArray()) steps.push_back(element_step(type, element));
  return steps;
}

void merge_object(const MergeType& type, json::Value& object, const json::Value& applied, json::Allocator& allocator) {
  kube::MemberEditor members(object, applied.MemberCount(), allocator);
  for (const auto& member : applied.GetObject()) {
    const auto name = json::view(member.name);
    if (auto* present = members.find(name))
      merge_applied(type_of(type, name), *present, member.value, allocator);
    else
      members.find_or_add(name).CopyFrom(member.value, allocator);
  }
  members.finish();
}

class ListMerger {
 public:
  ListMerger(const MergeType& type, json::Value& list, const json::Value& applied, json::Allocator& allocator)
      : type_(type),
        list_(list),
        applied_(applied),
        allocator_(allocator),
        applied_steps_(steps_of(type, applied)),
        result_(rapidjson::kArrayType) {}

  void run() {
    const auto steps = steps_of(type_, list_);
    std::unordered_set<std::string_view> named(applied_steps_.begin(), applied_steps_.end());
    for (rapidjson::SizeType i = 0; i < list_.Size(); ++i) {
      if (named.contains(steps[i])) present_.try_emplace(steps[i], &list_[i]);
    }
    find_next();
    for (rapidjson::SizeType i = 0; i < list_.Size(); ++i) {
      if (!named.contains(steps[i])) {
        result_.PushBack(list_[i], allocator_);
      } else if (next_ < applied_steps_.size() && applied_steps_[next_] == steps[i]) {
        take_applied(next_ + 1);
      }
    }
    take_applied(applied_steps_.size());
    list_ = std::move(result_);
  }

 private:
  void find_next() {
    for (next_ = taken_; next_ < applied_steps_.size() && !present_.contains(applied_steps_[next_]);) ++next_;
  }

  void take_applied(std::size_t end) {
    for (; taken_ < end; ++taken_) {
      const auto& element = applied_[static_cast<rapidjson::SizeType>(taken_)];
      const auto found = present_.find(applied_steps_[taken_]);
      if (found == present_.end()) {
        result_.PushBack(json::Value(element, allocator_), allocator_);
        continue;
      }
      if (type_.others) merge_applied(*type_.others, *found->second, element, allocator_);
      result_.PushBack(*found->second, allocator_);
    }
    find_next();
  }

  const MergeType& type_;
  json::Value& list_;
  const json::Value& applied_;
  json::Allocator& allocator_;
  const std::vector<std::string> applied_steps_;
  std::unordered_map<std::string_view, json::Value*> present_;  // of the elements that both have
  std::size_t taken_ = 0;                                       // applied elements that are in the result
  std::size_t next_ = 0;                                        // the next one of them that is present
  json::Value result_;
};

constexpr std::size_t kMaxShownBytes = 1024;

std::string cut(std::string_view text) {
  return text.size() > kMaxShownBytes ? cut_utf8(text, kMaxShownBytes) : std::string(text);
}

// Where a value is, written out only when something is wrong there.
struct Place {
  const Place* around = nullptr;
  std::string_view dot = {};
  std::string_view text = {};

  std::string str() const {
    auto path = around ? around->str() : std::string();
    return path.size() > kMaxShownBytes ? path : cut(path.append(dot).append(text));
  }
};

class Checker {
 public:
  std::string check(const MergeType& type, const json::Value& value, const Place& place) {
    if (!is_granular(type, value)) return {};
    return value.IsArray() ? check_list(type, value, place) : check_object(type, value, place);
  }

 private:
  std::string check_object(const MergeType& type, const json::Value& object, const Place& place) {
    for (const auto& member : object.GetObject()) {
      const auto name = json::view(member.name);
      if (!member.value.IsObject() && !member.value.IsArray()) continue;
      auto wrong = check(type_of(type, name), member.value, Place{&place, ".", name});
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string check_list(const MergeType& type, const json::Value& list, const Place& place) {
    std::unordered_set<std::string> seen;
    std::size_t index = 0;
    for (const auto& element : list.GetArray()) {
      if (auto wrong = check_element(type, element); !wrong.empty()) {
        return fmt::format("{}: element {}: {}", place.str(), index, wrong);
      }
      const auto step = element_step(type, element);
      const auto shown = printed_step(step);
      const Place below{&place, "", shown};
      if (!seen.insert(step).second) {
        return fmt::format("{}: duplicate entries for key {}", place.str(), cut(shown));
      }
      if (type.others) {
        if (auto wrong = check(*type.others, element, below); !wrong.empty()) return wrong;
      }
      ++index;
    }
    return {};
  }

  static std::string check_element(const MergeType& type, const json::Value& element) {
    if (type.form == MergeType::Form::set) return {};
    if (element.IsNull()) return "associative list with keys may not have a null element";
    if (!element.IsObject()) return "associative list with keys may not have non-map elements";
    for (const auto& key : type.keys) {
      if (json::find(element, key.name) || !key.fallback.IsNull()) continue;
      return fmt::format(
          "associative list with keys has an element that omits key field \"{}\" (and doesn't have default value)",
          key.name);
    }
    return {};
  }
};

}  // namespace

void merge_applied(const MergeType& type, json::Value& object, const json::Value& applied, json::Allocator& allocator) {
  const bool granular = is_granular(type, object);
  if (granular && applied.IsNull()) return;
  if (!granular || !is_granular(type, applied))
    object.CopyFrom(applied, allocator);
  else if (object.IsArray())
    ListMerger(type, object, applied, allocator).run();
  else
    merge_object(type, object, applied, allocator);
}

std::string check_applied(const MergeType& type, const json::Value& applied) {
  return Checker().check(type, applied, Place());
}

}  // namespace kyma::apiserver
