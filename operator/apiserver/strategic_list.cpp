#include "operator/apiserver/strategic_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "operator/apiserver/strategic_merge_patch.hpp"

namespace kyma::apiserver {
namespace {

using Index = rapidjson::SizeType;
// From an element's identity to its (first) place.
using Places = std::unordered_map<std::string, Index>;

// What tells an element from others: the value of its merge key, or itself. Empty when it has no such key.
std::string identity(const json::Value& element, const FieldDef& field) {
  if (field.merge_key.empty()) return json::canonical(element);
  const auto* key = json::find(element, field.merge_key);
  return key && !key->IsNull() ? json::canonical(*key) : std::string();
}

Places places_in(const json::Value& list, const FieldDef& field) {
  Places places;
  for (Index i = 0; i < list.Size(); ++i) places.emplace(identity(list[i], field), i);
  return places;
}

template <class Keep>
void keep_elements(json::Value& list, Keep keep, json::Allocator& allocator) {
  json::Value kept(rapidjson::kArrayType);
  for (auto& element : list.GetArray()) {
    if (keep(element)) kept.PushBack(element, allocator);
  }
  list = std::move(kept);
}

std::string_view directive_of(const json::Value& element) { return json::string_at(element, {"$patch"}); }

kube::Error no_merge_key(const json::Value& element, const FieldDef& field) {
  auto error = kube::bad_request(fmt::format("map: {} does not contain declared merge key: {}",
                                             json::to_string(element).substr(0, 256), field.merge_key));
  error.reason = kube::Reason::invalid;
  error.http_status = 422;
  return error;
}

// What the directives of single elements say. True: the patch replaced the list, and nothing is left to do.
kube::Outcome<bool> obey_element_directives(json::Value& list, const json::Value& patch, const FieldDef& field,
                                            json::Allocator& allocator) {
  std::unordered_set<std::string> deleted;
  bool replaces = false;
  for (const auto& element : patch.GetArray()) {
    const auto directive = directive_of(element);
    if (directive.empty() || directive == "merge") continue;
    if (directive != "replace" && directive != "delete") {
      return kube::bad_request(fmt::format("Unknown patch type \"{}\"; use replace, delete or merge", directive));
    }
    replaces = replaces || directive == "replace";
    if (directive == "delete") deleted.insert(identity(element, field));
    if (directive == "delete" && identity(element, field).empty()) return no_merge_key(element, field);
  }
  if (replaces) {
    list = without_directives(patch, allocator);
    return true;
  }
  if (!deleted.empty()) {
    keep_elements(
        list, [&](const auto& element) { return !deleted.contains(identity(element, field)); }, allocator);
  }
  return false;
}

kube::Outcome<void> merge_elements(json::Value& list, const json::Value& patch, const FieldDef& field,
                                   json::Allocator& allocator) {
  auto places = places_in(list, field);
  for (const auto& element : patch.GetArray()) {
    if (directive_of(element) == "delete") continue;
    auto key = identity(element, field);
    if (key.empty()) return no_merge_key(element, field);
    const auto [place, is_new] = places.emplace(std::move(key), list.Size());
    if (is_new) {
      list.PushBack(without_directives(element, allocator), allocator);
    } else if (field.type == FieldType::object) {
      auto merged = apply_strategic_merge_patch(list[place->second], element, field.object, allocator);
      if (!merged) return merged;
    }
  }
  return {};
}

constexpr Index kNowhere = std::numeric_limits<Index>::max();

struct Ranked {
  Index element;  // its place in the list that is being ordered
  Index rank;     // in the order that it belongs to
  Index before;   // in the list as it was; kNowhere: it is new
};

void sort_by_rank(std::vector<Ranked>& elements) {
  std::stable_sort(elements.begin(), elements.end(), [](const auto& a, const auto& b) { return a.rank < b.rank; });
}

// Two ordered sequences become one: an element that only the server had comes first where it was in front of the
// other's next one before.
std::vector<Index> interleave(const std::vector<Ranked>& others, const std::vector<Ranked>& named) {
  std::vector<Index> result;
  auto other = others.begin();
  auto next = named.begin();
  while (other != others.end() || next != named.end()) {
    const bool both = other != others.end() && next != named.end();
    const bool known = both && other->before != kNowhere && next->before != kNowhere;
    const bool take_other = next == named.end() || (known && other->before < next->before);
    result.push_back(take_other ? (other++)->element : (next++)->element);
  }
  return result;
}

}  // namespace

bool is_directive(std::string_view member) noexcept {
  return member == "$patch" || member == "$retainKeys" || member.starts_with("$deleteFromPrimitiveList/") ||
         member.starts_with("$setElementOrder/");
}

json::Value without_directives(const json::Value& value, json::Allocator& allocator) {
  if (value.IsObject()) {
    json::Value copy(rapidjson::kObjectType);
    for (const auto& member : value.GetObject()) {
      if (member.value.IsNull() || is_directive(json::view(member.name))) continue;
      copy.AddMember(json::Value(member.name, allocator), without_directives(member.value, allocator), allocator);
    }
    return copy;
  }
  if (value.IsArray()) {
    json::Value copy(rapidjson::kArrayType);
    for (const auto& element : value.GetArray()) {
      const auto directive = directive_of(element);
      if (directive == "delete" || directive == "replace") continue;
      copy.PushBack(without_directives(element, allocator), allocator);
    }
    return copy;
  }
  return json::Value(value, allocator);
}

void remove_from_list(json::Value& list, const json::Value& values, json::Allocator& allocator) {
  std::unordered_set<std::string> removed;
  for (const auto& value : values.GetArray()) removed.insert(json::canonical(value));
  keep_elements(
      list, [&](const auto& element) { return !removed.contains(json::canonical(element)); }, allocator);
}

void order_strategic_list(json::Value& list, const json::Value& order, const json::Value& before, const FieldDef& field,
                          json::Allocator& allocator) {
  const auto ranks = places_in(order, field);
  const auto places_before = places_in(before, field);
  std::vector<Ranked> named;
  std::vector<Ranked> others;
  for (Index i = 0; i < list.Size(); ++i) {
    const auto key = identity(list[i], field);
    const auto was = places_before.find(key);
    const auto place = was == places_before.end() ? kNowhere : was->second;
    const auto rank = ranks.find(key);
    if (rank != ranks.end())
      named.push_back({i, rank->second, place});
    else
      others.push_back({i, place, place});
  }
  sort_by_rank(named);
  sort_by_rank(others);
  json::Value ordered(rapidjson::kArrayType);
  for (const auto place : interleave(others, named)) ordered.PushBack(list[place], allocator);
  list = std::move(ordered);
}

kube::Outcome<void> merge_strategic_list(json::Value& list, const json::Value& patch, const FieldDef& field,
                                         json::Allocator& allocator) {
  const json::Value before(list, allocator);
  if (field.type == FieldType::object) {
    const auto done = obey_element_directives(list, patch, field, allocator);
    if (!done) return done.error();
    if (*done) return {};
  }
  if (auto merged = merge_elements(list, patch, field, allocator); !merged) return merged;
  order_strategic_list(list, patch, before, field, allocator);
  return {};
}

}  // namespace kyma::apiserver
