// Types of the API: pods and their containers. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kPodTypes = R"types(
package io.k8s.api.core.v1
Affinity : Where a pod would like to run.
1 nodeAffinity NodeAffinity : Nodes that it prefers or needs.
2 podAffinity PodAffinity : Pods that it wants to be near to.
3 podAntiAffinity PodAntiAffinity : Pods that it wants to be far from.
AppArmorProfile
1 type text
2 localhostProfile text*
Capabilities
1 add [text]
2 drop [text]
ConfigMapEnvSource
1 ~ LocalObjectReference
2 optional bool*
ConfigMapKeySelector atomic
1 ~ LocalObjectReference
2 key text!
3 optional bool*
Container : A program that runs in a pod.
1 name text! : Name, unique among the containers of the pod.
2 image text : The image that is run.
3 command [text] : The program; the one of the image when empty.
4 args [text] : Arguments of the program.
5 workingDir text : The directory in which the program starts.
6 ports [ContainerPort] by=containerPort keys=containerPort|protocol : Ports that the container serves.
19 envFrom [EnvFromSource] : Where sets of environment variables come from.
7 env [EnvVar] by=name : Environment variables.
8 resources ResourceRequirements ={} : What it needs of processors and memory, and what it may take.
23 resizePolicy [ContainerResizePolicy] : What a change of resources does.
24 restartPolicy text* in=Always : Always makes an init container run beside the others.
9 volumeMounts [VolumeMount] by=mountPath : Where volumes are mounted.
21 volumeDevices [VolumeDevice] by=devicePath : Where block devices appear.
10 livenessProbe Probe : Tells whether the container is alive; it is restarted when not.
11 readinessProbe Probe : Tells whether the container can serve.
22 startupProbe Probe : Tells whether the container has started.
12 lifecycle Lifecycle : What is done when the container starts and ends.
13 terminationMessagePath text ="/dev/termination-log" : The file that holds the last words of the program.
20 terminationMessagePolicy text ="File" in=File|FallbackToLogsOnError : File or FallbackToLogsOnError.
14 imagePullPolicy text in=Always|IfNotPresent|Never : Always, IfNotPresent or Never.
15 securityContext SecurityContext : Security settings of the container.
16 stdin bool : True to keep standard input open.
17 stdinOnce bool
18 tty bool : True to give it a terminal.
ContainerPort : A port that a container serves.
1 name text : Name, unique in the pod.
2 hostPort int min=0 max=65535 : The port of the node that leads to it.
3 containerPort int! min=1 max=65535 : Number of the port.
4 protocol text ="TCP" in=TCP|UDP|SCTP : TCP, UDP or SCTP.
5 hostIP text : The address of the node that leads to it.
ContainerResizePolicy
1 resourceName text
2 restartPolicy text
EnvFromSource
1 prefix text
2 configMapRef ConfigMapEnvSource
3 secretRef SecretEnvSource
EnvVar : An environment variable.
1 name text! : Name of the variable.
2 value text : Its value; $(NAME) is replaced by other variables.
3 valueFrom EnvVarSource : Where its value comes from.
EnvVarSource
1 fieldRef ObjectFieldSelector : A field of the pod.
2 resourceFieldRef ResourceFieldSelector : A resource of the container.
3 configMapKeyRef ConfigMapKeySelector : A key of a ConfigMap.
4 secretKeyRef SecretKeySelector : A key of a Secret.
EphemeralContainer
1 ~ EphemeralContainerCommon
2 targetContainerName text
EphemeralContainerCommon
1 name text!
2 image text
3 command [text]
4 args [text]
5 workingDir text
6 ports [ContainerPort] by=containerPort keys=containerPort|protocol
19 envFrom [EnvFromSource]
7 env [EnvVar] by=name
8 resources ResourceRequirements
23 resizePolicy [ContainerResizePolicy]
24 restartPolicy text*
9 volumeMounts [VolumeMount] by=mountPath
21 volumeDevices [VolumeDevice] by=devicePath
10 livenessProbe Probe
11 readinessProbe Probe
22 startupProbe Probe
12 lifecycle Lifecycle
13 terminationMessagePath text
20 terminationMessagePolicy text
14 imagePullPolicy text
15 securityContext SecurityContext
16 stdin bool
17 stdinOnce bool
18 tty bool
ExecAction
1 command [text]
GRPCAction
1 port int!
2 service text*
HostAlias
1 ip text
2 hostnames [text]
HTTPGetAction
1 path text ="/"
2 port intstr!
3 host text
4 scheme text ="HTTP" in=HTTP|HTTPS
5 httpHeaders [HTTPHeader]
HTTPHeader
1 name text!
2 value text
Lifecycle
1 postStart LifecycleHandler
2 preStop LifecycleHandler
LifecycleHandler
1 exec ExecAction
2 httpGet HTTPGetAction
3 tcpSocket TCPSocketAction
4 sleep SleepAction
LocalObjectReference atomic
1 name text
NodeAffinity
1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector
2 preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]
NodeSelector atomic
1 nodeSelectorTerms [NodeSelectorTerm]!
NodeSelectorRequirement
1 key text!
2 operator text! in=In|NotIn|Exists|DoesNotExist|Gt|Lt
3 values [text]
NodeSelectorTerm atomic
1 matchExpressions [NodeSelectorRequirement]
2 matchFields [NodeSelectorRequirement]
ObjectFieldSelector atomic
1 apiVersion text ="v1"
2 fieldPath text!
PodAffinity
1 requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
2 preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
PodAffinityTerm
1 labelSelector LabelSelector
2 namespaces [text]
3 topologyKey text!
4 namespaceSelector LabelSelector
5 matchLabelKeys [text]
6 mismatchLabelKeys [text]
PodAntiAffinity
1 requiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm]
2 preferredDuringSchedulingIgnoredDuringExecution [WeightedPodAffinityTerm]
PodDNSConfig
1 nameservers [text]
2 searches [text]
3 options [PodDNSConfigOption]
PodDNSConfigOption
1 name text
2 value text*
PodOS
1 name text
PodReadinessGate
1 conditionType text
PodResourceClaim
1 name text
3 resourceClaimName text*
4 resourceClaimTemplateName text*
PodSchedulingGate
1 name text
PodSecurityContext : Security settings of a pod.
1 seLinuxOptions SELinuxOptions
8 windowsOptions WindowsSecurityContextOptions
2 runAsUser long* : Number of the user.
6 runAsGroup long* : Number of the group.
3 runAsNonRoot bool* : True to refuse to run as root.
4 supplementalGroups [long]
12 supplementalGroupsPolicy text*
5 fsGroup long* : Group that owns the volumes.
7 sysctls [Sysctl]
9 fsGroupChangePolicy text*
10 seccompProfile SeccompProfile
11 appArmorProfile AppArmorProfile
13 seLinuxChangePolicy text*
PodSpec : The desired state of a pod.
1 volumes [Volume] by=name retain : Volumes that its containers can mount.
20 initContainers [Container] by=name : Containers that run one after the other before the others start.
2 containers [Container]! by=name : The containers of the pod, at least one.
34 ephemeralContainers [EphemeralContainer] by=name : Containers that were added for debugging.
3 restartPolicy text ="Always" in=Always|OnFailure|Never : Always, OnFailure or Never.
4 terminationGracePeriodSeconds long* =30 : How long the pod may take to end.
5 activeDeadlineSeconds long* : How long the pod may be active.
6 dnsPolicy text ="ClusterFirst" in=ClusterFirstWithHostNet|ClusterFirst|Default|None : How names are resolved.
7 nodeSelector {text} atomic : Labels of the nodes that the pod may run on.
8 serviceAccountName text : The service account that the pod runs as.
9 serviceAccount text : Older name of serviceAccountName.
21 automountServiceAccountToken bool* : Whether a token of the service account is mounted.
10 nodeName text : The node that the pod runs on.
11 hostNetwork bool : True to share the network of the node.
12 hostPID bool : True to share the processes of the node.
13 hostIPC bool : True to share the interprocess communication of the node.
27 shareProcessNamespace bool*
14 securityContext PodSecurityContext ={} : Security settings of the whole pod.
15 imagePullSecrets [LocalObjectReference] by=name : Secrets with which images are pulled.
16 hostname text : Host name of the pod.
17 subdomain text
18 affinity Affinity : Where the pod would like to run.
19 schedulerName text ="default-scheduler" : Which scheduler places the pod.
22 tolerations [Toleration] : Taints of nodes that the pod tolerates.
23 hostAliases [HostAlias] by=ip : Additional lines of the hosts file.
24 priorityClassName text : The PriorityClass of the pod.
25 priority int* : The priority as a number.
26 dnsConfig PodDNSConfig
28 readinessGates [PodReadinessGate]
29 runtimeClassName text* : The RuntimeClass of the pod.
30 enableServiceLinks bool* : Whether services are told through environment variables.
31 preemptionPolicy text* in=Never|PreemptLowerPriority
32 overhead {quantity}
33 topologySpreadConstraints [TopologySpreadConstraint] by=topologyKey keys=topologyKey|whenUnsatisfiable : How pods are spread over a cluster.
35 setHostnameAsFQDN bool*
36 os PodOS
37 hostUsers bool*
38 schedulingGates [PodSchedulingGate] by=name
39 resourceClaims [PodResourceClaim] by=name retain
40 resources ResourceRequirements
PodTemplateSpec : What the pods of a workload look like.
1 metadata ObjectMeta : Labels and annotations of the pods.
2 spec PodSpec : The desired state of the pods.
PreferredSchedulingTerm
1 weight int
2 preference NodeSelectorTerm
Probe : A repeated check of a container.
1 ~ ProbeHandler
2 initialDelaySeconds int min=0 : How long to wait before the first check.
3 timeoutSeconds int =1 min=0 : How long a check may take.
4 periodSeconds int =10 min=0 : How often to check.
5 successThreshold int =1 min=0 : How many successes in a row make it well.
6 failureThreshold int =3 min=0 : How many failures in a row make it ill.
7 terminationGracePeriodSeconds long*
ProbeHandler
1 exec ExecAction
2 httpGet HTTPGetAction
3 tcpSocket TCPSocketAction
4 grpc GRPCAction
ResourceClaim
1 name text
2 request text
ResourceFieldSelector atomic
1 containerName text
2 resource text!
3 divisor quantity
ResourceRequirements : Processors and memory.
1 limits {quantity} : What the container may take at most.
2 requests {quantity} : What the container is sure to get.
3 claims [ResourceClaim] keys=name : Claims that the container uses.
SeccompProfile
1 type text
2 localhostProfile text*
SecretEnvSource
1 ~ LocalObjectReference
2 optional bool*
SecretKeySelector atomic
1 ~ LocalObjectReference
2 key text!
3 optional bool*
SecurityContext : Security settings of a container.
1 capabilities Capabilities : Capabilities that are added and dropped.
2 privileged bool* : True to give it the rights of the node.
3 seLinuxOptions SELinuxOptions
10 windowsOptions WindowsSecurityContextOptions
4 runAsUser long* : Number of the user.
8 runAsGroup long* : Number of the group.
5 runAsNonRoot bool* : True to refuse to run as root.
6 readOnlyRootFilesystem bool* : True to forbid writing to the image.
7 allowPrivilegeEscalation bool* : Whether it may gain more rights.
9 procMount text*
11 seccompProfile SeccompProfile
12 appArmorProfile AppArmorProfile
SELinuxOptions
1 user text
2 role text
3 type text
4 level text
SleepAction
1 seconds long
Sysctl
1 name text
2 value text
TCPSocketAction
1 port intstr!
2 host text
Toleration : A taint that is tolerated.
1 key text : Key of the taint; empty: all.
2 operator text in=Exists|Equal : Exists or Equal.
3 value text : Value of the taint.
4 effect text in=NoSchedule|PreferNoSchedule|NoExecute : Effect of the taint; empty: all.
5 tolerationSeconds long* : How long a NoExecute taint is tolerated.
TopologySpreadConstraint
1 maxSkew int! min=1
2 topologyKey text!
3 whenUnsatisfiable text! in=DoNotSchedule|ScheduleAnyway
4 labelSelector LabelSelector
5 minDomains int*
6 nodeAffinityPolicy text*
7 nodeTaintsPolicy text*
8 matchLabelKeys [text]
TypedLocalObjectReference atomic
1 apiGroup text*
2 kind text
3 name text
TypedObjectReference
1 apiGroup text*
2 kind text
3 name text
4 namespace text*
VolumeDevice
1 name text!
2 devicePath text!
VolumeMount : A place where a volume is mounted.
1 name text! : Name of the volume.
2 readOnly bool : True to forbid writing.
7 recursiveReadOnly text*
3 mountPath text! : Where it appears in the container.
4 subPath text : The part of the volume that is mounted.
5 mountPropagation text*
6 subPathExpr text
WeightedPodAffinityTerm
1 weight int
2 podAffinityTerm PodAffinityTerm
WindowsSecurityContextOptions
1 gmsaCredentialSpecName text*
2 gmsaCredentialSpec text*
3 runAsUserName text*
4 hostProcess bool*
)types";

}  // namespace kyma::apiserver::type_text
