// Types of the API: what pods and nodes report, and nodes themselves. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kNodeTypes = R"types(
package io.k8s.api.core.v1
AttachedVolume
1 name text
2 devicePath text
ConfigMapNodeConfigSource
1 namespace text
2 name text
3 uid text
4 resourceVersion text
5 kubeletConfigKey text
ContainerImage
1 names [text]
2 sizeBytes long
ContainerState
1 waiting ContainerStateWaiting
2 running ContainerStateRunning
3 terminated ContainerStateTerminated
ContainerStateRunning
1 startedAt time
ContainerStateTerminated
1 exitCode int
2 signal int
3 reason text
4 message text
5 startedAt time
6 finishedAt time
7 containerID text
ContainerStateWaiting
1 reason text
2 message text
ContainerStatus
1 name text
2 state ContainerState
3 lastState ContainerState
4 ready bool
5 restartCount int
6 image text
7 imageID text
8 containerID text
9 started bool*
10 allocatedResources {quantity}
11 resources ResourceRequirements
12 volumeMounts [VolumeMountStatus] by=mountPath
13 user ContainerUser
14 allocatedResourcesStatus [ResourceStatus] by=name
ContainerUser
1 linux LinuxContainerUser
DaemonEndpoint
1 Port int
HostIP
1 ip text
LinuxContainerUser
1 uid long
2 gid long
3 supplementalGroups [long]
Node : A machine that runs pods.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec NodeSpec : What is desired.
3 status NodeStatus ={} : What was observed last.
NodeAddress
1 type text
2 address text
NodeCondition
1 type text
2 status text
3 lastHeartbeatTime time
4 lastTransitionTime time
5 reason text
6 message text
NodeConfigSource
2 configMap ConfigMapNodeConfigSource
NodeConfigStatus
1 assigned NodeConfigSource
2 active NodeConfigSource
3 lastKnownGood NodeConfigSource
4 error text
NodeDaemonEndpoints
1 kubeletEndpoint DaemonEndpoint
NodeFeatures
1 supplementalGroupsPolicy bool*
NodeRuntimeHandler
1 name text
2 features NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures
1 recursiveReadOnlyMounts bool*
2 userNamespaces bool*
NodeSpec
1 podCIDR text
7 podCIDRs [text] set
3 providerID text
4 unschedulable bool
5 taints [Taint]
6 configSource NodeConfigSource
2 externalID text
NodeStatus
1 capacity {quantity}
2 allocatable {quantity}
3 phase text
4 conditions [NodeCondition] by=type
5 addresses [NodeAddress] by=type
6 daemonEndpoints NodeDaemonEndpoints
7 nodeInfo NodeSystemInfo
8 images [ContainerImage]
9 volumesInUse [text]
10 volumesAttached [AttachedVolume]
11 config NodeConfigStatus
12 runtimeHandlers [NodeRuntimeHandler]
13 features NodeFeatures
NodeSystemInfo
1 machineID text
2 systemUUID text
3 bootID text
4 kernelVersion text
5 osImage text
6 containerRuntimeVersion text
7 kubeletVersion text
8 kubeProxyVersion text
9 operatingSystem text
10 architecture text
PodCondition
1 type text
2 status text
3 lastProbeTime time
4 lastTransitionTime time
5 reason text
6 message text
PodIP
1 ip text
PodResourceClaimStatus
1 name text
2 resourceClaimName text*
PodStatus : The observed state of a pod.
1 phase text : Pending, Running, Succeeded, Failed or Unknown.
2 conditions [PodCondition] by=type : Aspects of the state.
3 message text
4 reason text
11 nominatedNodeName text
5 hostIP text : The address of its node.
16 hostIPs [HostIP] by=ip atomic
6 podIP text : The address of the pod.
12 podIPs [PodIP] by=ip
7 startTime time : When the node took the pod on.
10 initContainerStatuses [ContainerStatus]
8 containerStatuses [ContainerStatus] : The state of each container.
9 qosClass text : Guaranteed, Burstable or BestEffort.
13 ephemeralContainerStatuses [ContainerStatus]
14 resize text
15 resourceClaimStatuses [PodResourceClaimStatus] by=name retain
ResourceHealth
1 resourceID text
2 health text
ResourceStatus
1 name text
2 resources [ResourceHealth]
Taint
1 key text!
2 value text
3 effect text! in=NoSchedule|PreferNoSchedule|NoExecute
4 timeAdded time
VolumeMountStatus
1 name text
2 mountPath text
3 readOnly bool
4 recursiveReadOnly text*
)types";

}  // namespace kyma::apiserver::type_text
