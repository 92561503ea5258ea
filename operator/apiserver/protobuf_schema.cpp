#include "operator/apiserver/protobuf_schema.hpp"

namespace kyma::apiserver {
namespace {

using T = ProtoType;

constexpr ProtoField kOwnerReference[] = {{1, "kind"},
                                          {3, "name"},
                                          {4, "uid"},
                                          {5, "apiVersion"},
                                          {6, "controller", T::boolean},
                                          {7, "blockOwnerDeletion", T::boolean}};
constexpr ProtoField kObjectMeta[] = {{1, "name"},
                                      {2, "generateName"},
                                      {3, "namespace"},
                                      {5, "uid"},
                                      {6, "resourceVersion"},
                                      {7, "generation", T::integer},
                                      {8, "creationTimestamp", T::time},
                                      {9, "deletionTimestamp", T::time},
                                      {10, "deletionGracePeriodSeconds", T::integer},
                                      {11, "labels", T::text_map},
                                      {12, "annotations", T::text_map},
                                      {13, "ownerReferences", T::message, true, kOwnerReference},
                                      {14, "finalizers", T::text, true}};
constexpr ProtoField kObjectReference[] = {{1, "kind"},       {2, "namespace"},       {3, "name"},     {4, "uid"},
                                           {5, "apiVersion"}, {6, "resourceVersion"}, {7, "fieldPath"}};
constexpr ProtoField kLocalReference[] = {{1, "name"}};

constexpr ProtoField kNamespaceSpec[] = {{1, "finalizers", T::text, true}};
constexpr ProtoField kNamespace[] = {{1, "metadata", T::message, false, kObjectMeta},
                                     {2, "spec", T::message, false, kNamespaceSpec}};
constexpr ProtoField kConfigMap[] = {{1, "metadata", T::message, false, kObjectMeta},
                                     {2, "data", T::text_map},
                                     {3, "binaryData", T::bytes_map},
                                     {4, "immutable", T::boolean}};
constexpr ProtoField kSecret[] = {{1, "metadata", T::message, false, kObjectMeta},
                                  {2, "data", T::bytes_map},
                                  {3, "type"},
                                  {4, "stringData", T::text_map},
                                  {5, "immutable", T::boolean}};
constexpr ProtoField kServiceAccount[] = {{1, "metadata", T::message, false, kObjectMeta},
                                          {2, "secrets", T::message, true, kObjectReference},
                                          {3, "imagePullSecrets", T::message, true, kLocalReference},
                                          {4, "automountServiceAccountToken", T::boolean}};
constexpr ProtoField kEventSource[] = {{1, "component"}, {2, "host"}};
constexpr ProtoField kEventSeries[] = {{1, "count", T::integer}, {2, "lastObservedTime", T::time}};
constexpr ProtoField kEvent[] = {{1, "metadata", T::message, false, kObjectMeta},
                                 {2, "involvedObject", T::message, false, kObjectReference},
                                 {3, "reason"},
                                 {4, "message"},
                                 {5, "source", T::message, false, kEventSource},
                                 {6, "firstTimestamp", T::time},
                                 {7, "lastTimestamp", T::time},
                                 {8, "count", T::integer},
                                 {9, "type"},
                                 {10, "eventTime", T::time},
                                 {11, "series", T::message, false, kEventSeries},
                                 {12, "action"},
                                 {13, "related", T::message, false, kObjectReference},
                                 {14, "reportingComponent"},
                                 {15, "reportingInstance"}};
constexpr ProtoField kLeaseSpec[] = {
    {1, "holderIdentity"},     {2, "leaseDurationSeconds", T::integer}, {3, "acquireTime", T::time},
    {4, "renewTime", T::time}, {5, "leaseTransitions", T::integer},     {6, "strategy"},
    {7, "preferredHolder"}};
constexpr ProtoField kLease[] = {{1, "metadata", T::message, false, kObjectMeta},
                                 {2, "spec", T::message, false, kLeaseSpec}};
constexpr ProtoField kPreconditions[] = {{1, "uid"}, {2, "resourceVersion"}};
constexpr ProtoField kDeleteOptions[] = {{1, "gracePeriodSeconds", T::integer},
                                         {2, "preconditions", T::message, false, kPreconditions},
                                         {3, "orphanDependents", T::boolean},
                                         {4, "propagationPolicy"},
                                         {5, "dryRun", T::text, true}};

struct Kind {
  std::string_view name;
  std::span<const ProtoField> fields;
};

constexpr Kind kKinds[] = {{"Namespace", kNamespace},           {"ConfigMap", kConfigMap}, {"Secret", kSecret},
                           {"ServiceAccount", kServiceAccount}, {"Event", kEvent},         {"Lease", kLease},
                           {"DeleteOptions", kDeleteOptions}};

}  // namespace

std::span<const ProtoField> proto_fields_of(std::string_view kind) {
  for (const auto& known : kKinds) {
    if (known.name == kind) return known.fields;
  }
  return {};
}

}  // namespace kyma::apiserver
