// Types of the API: the small groups (admission, coordination, discovery, events, policy, scheduling, storage). The
// notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kClusterTypes = R"types(
package io.k8s.api.admissionregistration.v1
MatchCondition
1 name text
2 expression text
MutatingWebhook
1 name text!
2 clientConfig WebhookClientConfig!
3 rules [RuleWithOperations]
4 failurePolicy text* ="Fail" in=Fail|Ignore
9 matchPolicy text* ="Equivalent" in=Equivalent|Exact
5 namespaceSelector LabelSelector ={}
11 objectSelector LabelSelector ={}
6 sideEffects text*! in=None|NoneOnDryRun|Some|Unknown
7 timeoutSeconds int* =10 min=1 max=30
8 admissionReviewVersions [text]!
10 reinvocationPolicy text* ="Never" in=IfNeeded|Never
12 matchConditions [MatchCondition] by=name
MutatingWebhookConfiguration : Whom to ask for changes to a change. This server stores it and asks nobody.
1 metadata ObjectMeta : Standard metadata of the object.
2 webhooks [MutatingWebhook] by=name : Whom to ask.
Rule
1 apiGroups [text]
2 apiVersions [text]
3 resources [text]
4 scope text* ="*" in=*|Cluster|Namespaced
RuleWithOperations
1 operations [text]
2 ~ Rule
ServiceReference
1 namespace text!
2 name text!
3 path text*
4 port int* =443 min=1 max=65535
ValidatingWebhook
1 name text!
2 clientConfig WebhookClientConfig!
3 rules [RuleWithOperations]
4 failurePolicy text* ="Fail" in=Fail|Ignore
9 matchPolicy text* ="Equivalent" in=Equivalent|Exact
5 namespaceSelector LabelSelector ={}
10 objectSelector LabelSelector ={}
6 sideEffects text*! in=None|NoneOnDryRun|Some|Unknown
7 timeoutSeconds int* =10 min=1 max=30
8 admissionReviewVersions [text]!
11 matchConditions [MatchCondition] by=name
ValidatingWebhookConfiguration : Whom to ask whether a change is right. This server stores it and asks nobody.
1 metadata ObjectMeta : Standard metadata of the object.
2 webhooks [ValidatingWebhook] by=name : Whom to ask.
WebhookClientConfig
3 url text*
1 service ServiceReference
2 caBundle bytes
package io.k8s.api.certificates.v1
CertificateSigningRequest : Asks for a certificate.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec CertificateSigningRequestSpec! : What is asked for. Cannot be changed.
3 status CertificateSigningRequestStatus ={} : What was decided, and the certificate.
CertificateSigningRequestCondition
1 type text!
2 reason text
3 message text
4 lastUpdateTime time
5 lastTransitionTime time
6 status text!
CertificateSigningRequestSpec
1 request bytes! : A PKCS#10 request in PEM.
7 signerName text! : Who is asked to sign it.
8 expirationSeconds int* min=600 : How long the certificate should be valid.
5 usages [text] : What the certificate is for.
2 username text : Who asks.
3 uid text
4 groups [text]
6 extra {any}
CertificateSigningRequestStatus
1 conditions [CertificateSigningRequestCondition] by=type : Approved, Denied or Failed.
2 certificate bytes : The certificate in PEM.
package io.k8s.api.coordination.v1
Lease : Says who holds something, and for how long.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec LeaseSpec : Who holds it.
LeaseSpec
1 holderIdentity text* : Who holds it.
2 leaseDurationSeconds int* min=1 : How long others wait after the last renewal.
3 acquireTime micro : When the holder got it.
4 renewTime micro : When the holder renewed it last.
5 leaseTransitions int* min=0 : How often the holder changed.
6 strategy text*
7 preferredHolder text*
package io.k8s.api.discovery.v1
Endpoint
1 addresses [text]! unique
2 conditions EndpointConditions
3 hostname text*
4 targetRef ObjectReference
5 deprecatedTopology {text}
6 nodeName text*
7 zone text*
8 hints EndpointHints
EndpointConditions
1 ready bool*
2 serving bool*
3 terminating bool*
EndpointHints
1 forZones [ForZone]
EndpointPort atomic
1 name text*
2 protocol text* ="TCP" in=TCP|UDP|SCTP
3 port int*
4 appProtocol text*
EndpointSlice : A part of the addresses behind a Service.
1 metadata ObjectMeta : Standard metadata of the object.
4 addressType text! in=IPv4|IPv6|FQDN : IPv4, IPv6 or FQDN.
2 endpoints [Endpoint] : The addresses.
3 ports [EndpointPort] : Their ports.
ForZone
1 name text
package io.k8s.api.events.v1
Event : Something that happened to an object.
1 metadata ObjectMeta : Standard metadata of the object.
2 eventTime micro : When it happened first.
3 series EventSeries : Its repetitions.
4 reportingController text : Who reported it.
5 reportingInstance text : Which instance reported it.
6 action text : What was done.
7 reason text : Why, in one word.
8 regarding ObjectReference : What it is about.
9 related ObjectReference : A second object that it is about.
10 note text : What happened, for people.
11 type text : Normal or Warning.
12 deprecatedSource EventSource
13 deprecatedFirstTimestamp time
14 deprecatedLastTimestamp time
15 deprecatedCount int
EventSeries
1 count int
2 lastObservedTime micro
package io.k8s.api.policy.v1
Eviction : Asks for a pod to go, within what its disruption budget allows.
1 metadata ObjectMeta : Name and namespace of the pod.
2 deleteOptions DeleteOptions : How it is deleted.
PodDisruptionBudget : How many pods of a set may be missing by intention.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec PodDisruptionBudgetSpec : What is desired.
3 status PodDisruptionBudgetStatus ={} : What was observed last.
PodDisruptionBudgetSpec
1 minAvailable intstr : How many must stay, as number or percentage.
2 selector LabelSelector replace : Selects the pods.
3 maxUnavailable intstr : How many may be missing, as number or percentage.
4 unhealthyPodEvictionPolicy text*
PodDisruptionBudgetStatus
1 observedGeneration long
2 disruptedPods {time}
3 disruptionsAllowed int* =0
4 currentHealthy int* =0
5 desiredHealthy int* =0
6 expectedPods int* =0
7 conditions [Condition] by=type
package io.k8s.api.scheduling.v1
PriorityClass : A name for a priority of pods.
1 metadata ObjectMeta : Standard metadata of the object.
2 value int : The priority; a greater one is more important.
3 globalDefault bool : True for the class of pods that name none.
4 description text : What the class is for.
5 preemptionPolicy text* ="PreemptLowerPriority" in=Never|PreemptLowerPriority
package io.k8s.api.storage.v1
StorageClass : A kind of storage.
1 metadata ObjectMeta : Standard metadata of the object.
2 provisioner text! : What makes the volumes.
3 parameters {text} : Settings for it.
4 reclaimPolicy text* ="Delete" in=Delete|Retain : What becomes of a volume that is not needed any more.
5 mountOptions [text]
6 allowVolumeExpansion bool*
7 volumeBindingMode text* ="Immediate" in=Immediate|WaitForFirstConsumer : When a volume is made.
8 allowedTopologies [TopologySelectorTerm]
)types";

}  // namespace kyma::apiserver::type_text
