// The lists of a strategic merge patch: merging by key, and the order of the outcome. Part of
// strategic_merge_patch.hpp.
#pragma once

#include "operator/apiserver/type_table.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Merges `patch` into `list`; the field is one that merges.
kube::Outcome<void> merge_strategic_list(json::Value& list, const json::Value& patch, const FieldDef& field,
                                         json::Allocator& allocator);

// Puts the elements that `order` names into its order, between those that were in `before` (the list as it was).
void order_strategic_list(json::Value& list, const json::Value& order, const json::Value& before, const FieldDef& field,
                          json::Allocator& allocator);

// Takes out all elements that are equal to one of `values`.
void remove_from_list(json::Value& list, const json::Value& values, json::Allocator& allocator);

// A copy without directives and nulls: what a patch says about something that is not there yet.
json::Value without_directives(const json::Value& value, json::Allocator& allocator);

bool is_directive(std::string_view member) noexcept;

}  // namespace kyma::apiserver
