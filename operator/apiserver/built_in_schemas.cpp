#include "operator/apiserver/built_in_schemas.hpp"

namespace kyma::apiserver::schemas {

const std::string_view kNamespace = R"json({
"description":"Namespace provides a scope for names.","type":"object","properties":{
"spec":{"description":"Spec defines the behavior of the Namespace.","type":"object","properties":{
 "finalizers":{"description":"An opaque list of values that must be empty to permanently remove the object from storage.","type":"array","items":{"type":"string"}}}},
"status":{"description":"Status describes the current status of a Namespace.","type":"object","properties":{
 "phase":{"description":"The current lifecycle phase of the namespace.","type":"string"},
 "conditions":{"type":"array","items":{"type":"object","required":["type","status"],"properties":{
  "lastTransitionTime":{"type":"string","format":"date-time","nullable":true},"message":{"type":"string"},"reason":{"type":"string"},
  "status":{"type":"string"},"type":{"type":"string"}}}}}}}})json";

const std::string_view kConfigMap = R"json({
"description":"ConfigMap holds configuration data for pods to consume.","type":"object","properties":{
"binaryData":{"description":"BinaryData contains the binary data, in base64.","type":"object","additionalProperties":{"type":"string","format":"byte"}},
"data":{"description":"Data contains the configuration data.","type":"object","additionalProperties":{"type":"string"}},
"immutable":{"description":"Immutable, if set to true, ensures that data stored in the ConfigMap cannot be updated.","type":"boolean"}}})json";

const std::string_view kSecret = R"json({
"description":"Secret holds secret data of a certain type.","type":"object","properties":{
"data":{"description":"Data contains the secret data, in base64.","type":"object","additionalProperties":{"type":"string","format":"byte"}},
"immutable":{"description":"Immutable, if set to true, ensures that data stored in the Secret cannot be updated.","type":"boolean"},
"stringData":{"description":"stringData allows specifying non-binary secret data in string form. Write-only.","type":"object","additionalProperties":{"type":"string"}},
"type":{"description":"Used to facilitate programmatic handling of secret data.","type":"string"}}})json";

const std::string_view kServiceAccount = R"json({
"description":"ServiceAccount binds together a name and a principal that can be authenticated.","type":"object","properties":{
"automountServiceAccountToken":{"type":"boolean"},
"imagePullSecrets":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"}}}},
"secrets":{"type":"array","items":{"type":"object","properties":{"apiVersion":{"type":"string"},"fieldPath":{"type":"string"},
 "kind":{"type":"string"},"name":{"type":"string"},"namespace":{"type":"string"},"resourceVersion":{"type":"string"},"uid":{"type":"string"}}}}}})json";

const std::string_view kEvent = R"json({
"description":"Event is a report of an event somewhere in the cluster.","type":"object","required":["involvedObject"],"properties":{
"action":{"type":"string"},
"count":{"type":"integer","format":"int32"},
"eventTime":{"type":"string","format":"date-time","nullable":true},
"firstTimestamp":{"type":"string","format":"date-time","nullable":true},
"involvedObject":{"description":"The object that this event is about.","type":"object","properties":{"apiVersion":{"type":"string"},"fieldPath":{"type":"string"},
 "kind":{"type":"string"},"name":{"type":"string"},"namespace":{"type":"string"},"resourceVersion":{"type":"string"},"uid":{"type":"string"}}},
"lastTimestamp":{"type":"string","format":"date-time","nullable":true},
"message":{"description":"A human-readable description of the status of this operation.","type":"string"},
"reason":{"description":"A short, machine understandable string that gives the reason for the event.","type":"string"},
"related":{"type":"object","nullable":true,"properties":{"apiVersion":{"type":"string"},"fieldPath":{"type":"string"},
 "kind":{"type":"string"},"name":{"type":"string"},"namespace":{"type":"string"},"resourceVersion":{"type":"string"},"uid":{"type":"string"}}},
"reportingComponent":{"type":"string"},
"reportingInstance":{"type":"string"},
"series":{"type":"object","nullable":true,"properties":{"count":{"type":"integer","format":"int32"},"lastObservedTime":{"type":"string","format":"date-time"}}},
"source":{"type":"object","properties":{"component":{"type":"string"},"host":{"type":"string"}}},
"type":{"description":"Type of this event (Normal, Warning).","type":"string"}}})json";

const std::string_view kLease = R"json({
"description":"Lease defines a lease concept.","type":"object","properties":{
"spec":{"description":"spec contains the specification of the Lease.","type":"object","properties":{
 "acquireTime":{"description":"The time when the current lease was acquired.","type":"string","format":"date-time","nullable":true},
 "holderIdentity":{"description":"The identity of the holder of a current lease.","type":"string","nullable":true},
 "leaseDurationSeconds":{"description":"A duration that candidates for a lease need to wait to force acquire it.","type":"integer","format":"int32","minimum":1,"nullable":true},
 "leaseTransitions":{"description":"The number of transitions of a lease between holders.","type":"integer","format":"int32","minimum":0,"nullable":true},
 "preferredHolder":{"type":"string","nullable":true},
 "renewTime":{"description":"The time when the current holder of a lease has last updated the lease.","type":"string","format":"date-time","nullable":true},
 "strategy":{"type":"string","nullable":true}}}}})json";

const std::string_view kCustomResourceDefinition = R"json({
"description":"CustomResourceDefinition represents a resource that should be exposed on the API server.","type":"object","required":["spec"],"properties":{
"spec":{"description":"spec describes how the user wants the resources to appear","type":"object","required":["group","names","scope","versions"],"properties":{
 "conversion":{"type":"object","required":["strategy"],"properties":{"strategy":{"type":"string"},"webhook":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
 "group":{"description":"group is the API group of the defined custom resource.","type":"string"},
 "names":{"type":"object","required":["kind","plural"],"properties":{
  "categories":{"type":"array","items":{"type":"string"}},"kind":{"type":"string"},"listKind":{"type":"string"},"plural":{"type":"string"},
  "shortNames":{"type":"array","items":{"type":"string"}},"singular":{"type":"string"}}},
 "preserveUnknownFields":{"type":"boolean"},
 "scope":{"description":"scope indicates whether the defined custom resource is cluster- or namespace-scoped.","type":"string"},
 "versions":{"description":"versions is the list of all API versions of the defined custom resource.","type":"array","items":{"type":"object","required":["name","served","storage"],"properties":{
  "additionalPrinterColumns":{"type":"array","items":{"type":"object","required":["jsonPath","name","type"],"properties":{
   "description":{"type":"string"},"format":{"type":"string"},"jsonPath":{"type":"string"},"name":{"type":"string"},"priority":{"type":"integer","format":"int32"},"type":{"type":"string"}}}},
  "deprecated":{"type":"boolean"},"deprecationWarning":{"type":"string"},"name":{"type":"string"},
  "schema":{"type":"object","properties":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
  "selectableFields":{"type":"array","items":{"type":"object","required":["jsonPath"],"properties":{"jsonPath":{"type":"string"}}}},
  "served":{"type":"boolean"},"storage":{"type":"boolean"},
  "subresources":{"type":"object","properties":{"scale":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}}}},
"status":{"description":"status indicates the actual state of the CustomResourceDefinition","type":"object","x-kubernetes-preserve-unknown-fields":true}}})json";

}  // namespace kyma::apiserver::schemas
