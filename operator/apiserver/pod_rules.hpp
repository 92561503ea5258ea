// The rules for pods, and for the pod templates of workloads: defaults that depend on other fields, and what must hold
// between fields. Source: defaulting and validation of core/v1 in Kubernetes; the checks are those that catch ordinary
// mistakes in manifests, not all there are. Thread: none needed.
#pragma once

#include <string>

#include "operator/apiserver/kind_rules.hpp"

namespace kyma::apiserver {

// `spec` may be anything; what is not a pod's spec is left alone.
void complete_pod_spec(json::Value& spec, json::Allocator& allocator);
// `path` is "spec" or "spec.template.spec". `claims` are templates of claims, which give volumes of their names.
void validate_pod_spec(const json::Value& spec, const std::string& path, Causes& causes,
                       const json::Value* claims = nullptr);

// A pod as an object: it begins as Pending (nothing schedules it here), and little of it can be changed.
std::shared_ptr<const Strategy> make_pod_strategy();

}  // namespace kyma::apiserver
