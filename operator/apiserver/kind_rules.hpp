// The particular rules of a kind as plain functions, for kinds that need no state: a Strategy made of them, and the
// small vocabulary that they share. Thread: none needed.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/resource.hpp"

namespace kyma::apiserver {

using Causes = std::vector<kube::StatusCause>;

struct KindRules {
  // Each may be null. `old` is what is stored, null on creation; types are not checked yet when complete() runs.
  std::string (*check_name)(std::string_view name) = nullptr;
  void (*complete)(json::Value& object, json::Allocator& allocator, const json::Value* old) = nullptr;
  void (*validate)(const json::Value& object, const json::Value* old, Causes& causes) = nullptr;
};

std::shared_ptr<const Strategy> make_strategy(const KindRules& rules);

// The member as an object, made when it is not there; null when it is something else, which is for validation to name.
json::Value* object_or_null(json::Value& parent, std::string_view key, json::Allocator& allocator);
// The same for what the server alone writes: what is no object is replaced.
json::Value& object_at(json::Value& parent, std::string_view key, json::Allocator& allocator);
// Sets the member unless there is one (null and the empty text are none).
void set_default(json::Value& parent, std::string_view key, json::Value value, json::Allocator& allocator);
void set_default(json::Value& parent, std::string_view key, std::string_view text, json::Allocator& allocator);
// The same for each member of `defaults`, an object; in linear time.
void set_defaults(json::Value& parent, const json::Value& defaults, json::Allocator& allocator);
// The elements of a list along a path; none when there is no such list.
const json::Value& list_at(const json::Value& object, std::initializer_list<std::string_view> path);

// A cause for each of these members of `field` ("spec") that is not as it was: "field is immutable".
void require_unchanged(const json::Value& object, const json::Value* old, std::string_view field,
                       std::initializer_list<std::string_view> members, Causes& causes);
bool same_member(const json::Value& a, const json::Value& b, std::string_view key);

// True when the LabelSelector object matches the labels (an object or null). In linear time.
bool selects(const json::Value& selector, const json::Value* labels);
// The selector as kubectl reads it: "a=b,c in (d,e)".
std::string selector_text(const json::Value& selector);

}  // namespace kyma::apiserver
