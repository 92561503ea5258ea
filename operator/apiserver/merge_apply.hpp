// Merging an applied configuration into an object: what it names is set, what it does not name stays.
//
// The order of a list is that of Kubernetes: elements that the configuration names come in its order, the others keep
// their place between them. Time is n log n in the lengths of lists. Thread: none needed.
#pragma once

#include <string>

#include "operator/apiserver/merge_type.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

void merge_applied(const MergeType& type, json::Value& object, const json::Value& applied, json::Allocator& allocator);

// What is wrong with the lists of a configuration, in Kubernetes' words: elements that cannot be told apart. Empty:
// nothing.
std::string check_applied(const MergeType& type, const json::Value& applied);

}  // namespace kyma::apiserver
