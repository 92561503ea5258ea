// The types of the built-in kinds as text, from which TypeTable is read: compact, and kept in the program's read-only
// part.
//
//   package io.k8s.api.core.v1                the OpenAPI package of the types that follow
//   Container : A program that runs in a pod. a type and its description; "Subject atomic : ..." for an atomic one
//   1 name text! : Name of the container.     a field: protobuf number, name, type, attributes, description
//   1 ~ ProbeHandler                          the members of another type, which have a message of their own on the
//   wire
//
// Types: text, int, long, number, bool, bytes (base64), time, micro (a time with microseconds), quantity, intstr, any
// (nothing is known of it), or the name of a type: of the same package, else of core/v1, else of meta/v1. [T] is a
// list, {T} a map from texts. A * behind a scalar: an empty value (zero, false, no text) is not the same as none;
// without it, it is. Attributes: ! right behind the type: required; by=KEY: a list merged by that member of its
// elements; set: a list merged as a set; retain and replace: the other patch strategies; =JSON: the default; in=A|B:
// the values it may have (each of them, for a list); min=N and max=N. Number 0: unknown; the kind cannot be read as
// protobuf. What server-side apply sees otherwise: keys=A|B, the members that tell the elements of a list apart;
// unique: a list that is a set; atomic: one field, which has one owner.
//
// Source of names, numbers and merge keys: the Go types of k8s.io/api 0.32 with their tags; of defaults and values: the
// defaulting and validation of the API server. Descriptions are this project's own.
#pragma once

#include <string_view>

namespace kyma::apiserver::type_text {

extern const std::string_view kMetaTypes;
extern const std::string_view kPodTypes;
extern const std::string_view kVolumeTypes;
extern const std::string_view kNodeTypes;
extern const std::string_view kCoreTypes;
extern const std::string_view kAppsTypes;
extern const std::string_view kBatchTypes;
extern const std::string_view kNetworkingTypes;
extern const std::string_view kRbacTypes;
extern const std::string_view kAutoscalingTypes;
extern const std::string_view kClusterTypes;
extern const std::string_view kCrdTypes;
extern const std::string_view kReviewTypes;

}  // namespace kyma::apiserver::type_text
