// Kubernetes' protobuf bodies, turned into JSON: what `kubectl create namespace` and Go clients of built-in kinds send.
//
// Reads all built-in kinds but CustomResourceDefinition, and DeleteOptions. Answers are always JSON.
// Guarantee: no bytes, however broken, make it read outside of them or nest deeper than the tables of those kinds do.
// Source of the field numbers: the generated.proto files of k8s.io/api and k8s.io/apimachinery. Thread: none needed.
#pragma once

#include <string>
#include <string_view>

#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

inline constexpr std::string_view kProtobuf = "application/vnd.kubernetes.protobuf";

// Errors: bad_request (broken), unsupported_media_type (a kind that is not known here).
kube::Outcome<std::string> json_from_protobuf(std::string_view body);

}  // namespace kyma::apiserver
