// From values to sets of fields: what is in a value, what differs between two, and taking fields out of one.
//
// All of it goes over values in one way, each_field(): a value and its type give steps, and the value and type behind
// each. Elements that a list holds twice count as one field, which no rule looks into. Values that are not what their
// type says are fields without parts. Time is n log n in the size of the values. Source of the rules: Kubernetes'
// structured-merge-diff. Thread: none needed.
#pragma once

#include <string>
#include <vector>

#include "operator/apiserver/field_set.hpp"
#include "operator/apiserver/merge_type.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct Comparison {
  FieldSet added;
  FieldSet modified;
  FieldSet removed;
};

// The fields that a value consists of.
FieldSet fields_of(const MergeType& type, const json::Value& value);
// How `after` differs from `before`.
Comparison compare_fields(const MergeType& type, const json::Value& before, const json::Value& after);
// Takes the fields in the set, and all that is in them, out of the value.
void remove_fields(const MergeType& type, json::Value& value, const FieldSet& fields);
// The set and, of every field that is in an object's named member, that member.
FieldSet with_named_members(const MergeType& type, const FieldSet& fields);

// The step to this element of a list (a set or a keyed one).
std::string element_step(const MergeType& list, const json::Value& element);

}  // namespace kyma::apiserver
