// Types of the API: networking.k8s.io/v1. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kNetworkingTypes = R"types(
package io.k8s.api.networking.v1
HTTPIngressPath
1 path text
3 pathType text*! in=Exact|Prefix|ImplementationSpecific
2 backend IngressBackend!
HTTPIngressRuleValue
1 paths [HTTPIngressPath]!
Ingress : Leads HTTP requests from outside to services.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec IngressSpec : What is desired.
3 status IngressStatus ={} : What was observed last.
IngressBackend
4 service IngressServiceBackend
3 resource TypedLocalObjectReference
IngressClass : A kind of ingress controllers.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec IngressClassSpec : What is desired.
IngressClassParametersReference
1 apiGroup text*
2 kind text
3 name text
4 scope text*
5 namespace text*
IngressClassSpec
1 controller text
2 parameters IngressClassParametersReference
IngressLoadBalancerIngress
1 ip text
2 hostname text
4 ports [IngressPortStatus]
IngressLoadBalancerStatus
1 ingress [IngressLoadBalancerIngress]
IngressPortStatus
1 port int
2 protocol text
3 error text*
IngressRule
1 host text
2 ~ IngressRuleValue
IngressRuleValue
1 http HTTPIngressRuleValue
IngressServiceBackend
1 name text!
2 port ServiceBackendPort
IngressSpec
4 ingressClassName text* : The IngressClass that serves it.
1 defaultBackend IngressBackend : Where all other requests go.
2 tls [IngressTLS] : Certificates.
3 rules [IngressRule] : Which request goes where.
IngressStatus
1 loadBalancer IngressLoadBalancerStatus ={}
IngressTLS
1 hosts [text]
2 secretName text
IPBlock
1 cidr text!
2 except [text]
NetworkPolicy : Which connections pods may have.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec NetworkPolicySpec : What is desired.
NetworkPolicyEgressRule
1 ports [NetworkPolicyPort]
2 to [NetworkPolicyPeer]
NetworkPolicyIngressRule
1 ports [NetworkPolicyPort]
2 from [NetworkPolicyPeer]
NetworkPolicyPeer
1 podSelector LabelSelector
2 namespaceSelector LabelSelector
3 ipBlock IPBlock
NetworkPolicyPort
1 protocol text* ="TCP" in=TCP|UDP|SCTP
2 port intstr
3 endPort int*
NetworkPolicySpec
1 podSelector LabelSelector ={} : Selects the pods that it is for.
2 ingress [NetworkPolicyIngressRule] : Connections to them that are allowed.
3 egress [NetworkPolicyEgressRule] : Connections from them that are allowed.
4 policyTypes [text] in=Ingress|Egress : Ingress, Egress or both.
ServiceBackendPort atomic
1 name text
2 number int
)types";

}  // namespace kyma::apiserver::type_text
