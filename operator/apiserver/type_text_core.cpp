// Types of the API: the other kinds of the core group. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kCoreTypes = R"types(
package io.k8s.api.core.v1
ClientIPConfig
1 timeoutSeconds int*
ConfigMap : Configuration data.
1 metadata ObjectMeta : Standard metadata of the object.
4 immutable bool* : True when the data cannot be changed any more.
2 data {text} : Texts by key.
3 binaryData {bytes} : Bytes by key, in base64.
EndpointAddress atomic
1 ip text!
3 hostname text
4 nodeName text*
2 targetRef ObjectReference
EndpointPort atomic
1 name text
2 port int
3 protocol text ="TCP" in=TCP|UDP|SCTP
4 appProtocol text*
Endpoints : The addresses behind a Service.
1 metadata ObjectMeta : Standard metadata of the object.
2 subsets [EndpointSubset] : Addresses that share their ports.
EndpointSubset
1 addresses [EndpointAddress]
2 notReadyAddresses [EndpointAddress]
3 ports [EndpointPort]
Event : Something that happened to an object.
1 metadata ObjectMeta : Standard metadata of the object.
2 involvedObject ObjectReference! : What it is about.
3 reason text : Why, in one word.
4 message text : What happened, for people.
5 source EventSource : Who reported it.
6 firstTimestamp time : When it happened first.
7 lastTimestamp time : When it happened last.
8 count int : How often it happened.
9 type text : Normal or Warning.
10 eventTime micro : When it happened first.
11 series EventSeries : Its repetitions.
12 action text : What was done.
13 related ObjectReference : A second object that it is about.
14 reportingComponent text
15 reportingInstance text : Which instance reported it.
EventSeries
1 count int
2 lastObservedTime micro
EventSource
1 component text
2 host text
LimitRange : Limits and defaults for single objects of a namespace.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec LimitRangeSpec : What is desired.
LimitRangeItem
1 type text! : Pod, Container or PersistentVolumeClaim.
2 max {quantity} : Upper limits.
3 min {quantity} : Lower limits.
4 default {quantity} : Limits of containers that name none.
5 defaultRequest {quantity} : Requests of containers that name none.
6 maxLimitRequestRatio {quantity}
LimitRangeSpec
1 limits [LimitRangeItem]! : The limits.
LoadBalancerIngress
1 ip text
2 hostname text
3 ipMode text*
4 ports [PortStatus]
LoadBalancerStatus
1 ingress [LoadBalancerIngress]
Namespace : A scope for names.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec NamespaceSpec : What is desired.
3 status NamespaceStatus ={} : What was observed last.
NamespaceCondition
1 type text
2 status text
4 lastTransitionTime time
5 reason text
6 message text
NamespaceSpec
1 finalizers [text] : What must be done before the namespace goes.
NamespaceStatus
1 phase text : Active or Terminating.
2 conditions [NamespaceCondition] by=type : Aspects of the state.
ObjectReference atomic
1 kind text
2 namespace text
3 name text
4 uid text
5 apiVersion text
6 resourceVersion text
7 fieldPath text
Pod : Containers that run together on one node.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec PodSpec : What is desired.
3 status PodStatus ={} : What was observed last.
PodTemplate : What the pods of a controller look like, as an object of its own.
1 metadata ObjectMeta : Standard metadata of the object.
2 template PodTemplateSpec! : The pods that are made.
PortStatus
1 port int
2 protocol text
3 error text*
ReplicationController : Keeps a number of equal pods running. Deployments have taken its place.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec ReplicationControllerSpec : What is desired.
3 status ReplicationControllerStatus ={} : What was observed last.
ReplicationControllerCondition
1 type text
2 status text
3 lastTransitionTime time
4 reason text
5 message text
ReplicationControllerSpec : The desired state of a ReplicationController.
1 replicas int* =1 min=0 : How many pods are desired.
2 selector {text} : Labels of the pods; those of the template if none are given.
3 template PodTemplateSpec! : The pods that are made.
4 minReadySeconds int min=0
ReplicationControllerStatus
1 replicas int* =0
2 fullyLabeledReplicas int
3 observedGeneration long
4 readyReplicas int
5 availableReplicas int
6 conditions [ReplicationControllerCondition] by=type
ResourceQuota : Limits for a whole namespace.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec ResourceQuotaSpec : What is desired.
3 status ResourceQuotaStatus ={} : What was observed last.
ResourceQuotaSpec
1 hard {quantity} : The limits by resource.
2 scopes [text] : Which objects count.
3 scopeSelector ScopeSelector
ResourceQuotaStatus
1 hard {quantity}
2 used {quantity}
ScopedResourceSelectorRequirement atomic
1 scopeName text!
2 operator text!
3 values [text]
ScopeSelector atomic
1 matchExpressions [ScopedResourceSelectorRequirement]
Secret : Data that is not for everybody.
1 metadata ObjectMeta : Standard metadata of the object.
5 immutable bool* : True when the data cannot be changed any more.
2 data {bytes} : Bytes by key, in base64.
4 stringData {text} : Texts by key, moved into data by the server. Never shown.
3 type text : What the secret is for.
SecretReference atomic
1 name text
2 namespace text
Service : One name and address for a set of pods.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec ServiceSpec : What is desired.
3 status ServiceStatus ={} : What was observed last.
ServiceAccount : A name that pods and programs act under.
1 metadata ObjectMeta : Standard metadata of the object.
2 secrets [ObjectReference] by=name : Secrets that its pods may use.
3 imagePullSecrets [LocalObjectReference] : Secrets with which its pods pull images.
4 automountServiceAccountToken bool* : Whether its pods get a token.
ServicePort : A port of a Service.
1 name text : Name, unique in the service; needed when there are several.
2 protocol text ="TCP" in=TCP|UDP|SCTP : TCP, UDP or SCTP.
6 appProtocol text* : The protocol that the port speaks.
3 port int! min=1 max=65535 : The port of the service.
4 targetPort intstr : The port of the pods, as number or name; the same when absent.
5 nodePort int min=0 max=65535 : The port of the nodes. Given by the server.
ServiceSpec : The desired state of a Service.
1 ports [ServicePort] by=port keys=port|protocol : The ports that it serves.
2 selector {text} atomic : Labels of the pods that it leads to.
3 clusterIP text : Its address; None for a service without one. Given by the server.
18 clusterIPs [text] : Its addresses.
4 type text ="ClusterIP" in=ClusterIP|NodePort|LoadBalancer|ExternalName : What kind of service it is.
5 externalIPs [text] : Other addresses that lead to it.
7 sessionAffinity text ="None" in=ClientIP|None : ClientIP to send a client to one pod always.
8 loadBalancerIP text : The address that is wished for.
9 loadBalancerSourceRanges [text]
10 externalName text : The name that an ExternalName service stands for.
11 externalTrafficPolicy text in=Cluster|Local : Cluster or Local.
12 healthCheckNodePort int
13 publishNotReadyAddresses bool : True to lead to pods that are not ready too.
14 sessionAffinityConfig SessionAffinityConfig
19 ipFamilies [text] in=IPv4|IPv6 : IPv4, IPv6 or both.
17 ipFamilyPolicy text* in=SingleStack|PreferDualStack|RequireDualStack : Whether it has addresses of one family or two.
20 allocateLoadBalancerNodePorts bool*
21 loadBalancerClass text*
22 internalTrafficPolicy text* in=Cluster|Local : Cluster or Local.
23 trafficDistribution text*
ServiceStatus
1 loadBalancer LoadBalancerStatus ={}
2 conditions [Condition] by=type
SessionAffinityConfig
1 clientIP ClientIPConfig
TopologySelectorLabelRequirement
1 key text
2 values [text]
TopologySelectorTerm atomic
1 matchLabelExpressions [TopologySelectorLabelRequirement]
)types";

}  // namespace kyma::apiserver::type_text
