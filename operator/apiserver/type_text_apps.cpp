// Types of the API: apps/v1. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kAppsTypes = R"types(
package io.k8s.api.apps.v1
ControllerRevision : One state of an object that a controller may go back to.
1 metadata ObjectMeta : Standard metadata of the object.
2 data any : The state.
3 revision long : Its place in the order of revisions.
DaemonSet : Runs one pod on every node.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec DaemonSetSpec : What is desired.
3 status DaemonSetStatus ={} : What was observed last.
DaemonSetCondition
1 type text
2 status text
3 lastTransitionTime time
4 reason text
5 message text
DaemonSetSpec : The desired state of a DaemonSet.
1 selector LabelSelector! : Selects the pods; must match the labels of the template.
2 template PodTemplateSpec! : The pods that are made.
3 updateStrategy DaemonSetUpdateStrategy ={} : How pods are replaced.
4 minReadySeconds int
6 revisionHistoryLimit int* =10 min=0
DaemonSetStatus
1 currentNumberScheduled int* =0
2 numberMisscheduled int* =0
3 desiredNumberScheduled int* =0
4 numberReady int* =0
5 observedGeneration long
6 updatedNumberScheduled int
7 numberAvailable int
8 numberUnavailable int
9 collisionCount int*
10 conditions [DaemonSetCondition] by=type
DaemonSetUpdateStrategy
1 type text ="RollingUpdate" in=OnDelete|RollingUpdate
2 rollingUpdate RollingUpdateDaemonSet
Deployment : Keeps a set of equal pods running and changes them gradually.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec DeploymentSpec : What is desired.
3 status DeploymentStatus ={} : What was observed last.
DeploymentCondition
1 type text
2 status text
6 lastUpdateTime time
7 lastTransitionTime time
4 reason text
5 message text
DeploymentSpec : The desired state of a Deployment.
1 replicas int* =1 min=0 : How many pods are desired.
2 selector LabelSelector! : Selects the pods; must match the labels of the template. Cannot be changed.
3 template PodTemplateSpec! : The pods that are made.
4 strategy DeploymentStrategy retain ={} : How old pods are replaced.
5 minReadySeconds int min=0 : How long a pod must be ready to count as available.
6 revisionHistoryLimit int* =10 min=0 : How many old replica sets are kept.
7 paused bool : True while no change is rolled out.
9 progressDeadlineSeconds int* =600 min=0 : How long a roll-out may make no progress before it is reported as failed.
DeploymentStatus
1 observedGeneration long
2 replicas int
3 updatedReplicas int
7 readyReplicas int
4 availableReplicas int
5 unavailableReplicas int
6 conditions [DeploymentCondition] by=type
8 collisionCount int*
DeploymentStrategy : How pods are replaced.
1 type text ="RollingUpdate" in=Recreate|RollingUpdate : Recreate or RollingUpdate.
2 rollingUpdate RollingUpdateDeployment : Limits of a rolling update.
ReplicaSet : Keeps a number of equal pods running.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec ReplicaSetSpec : What is desired.
3 status ReplicaSetStatus ={} : What was observed last.
ReplicaSetCondition
1 type text
2 status text
3 lastTransitionTime time
4 reason text
5 message text
ReplicaSetSpec : The desired state of a ReplicaSet.
1 replicas int* =1 min=0 : How many pods are desired.
4 minReadySeconds int
2 selector LabelSelector! : Selects the pods.
3 template PodTemplateSpec : The pods that are made.
ReplicaSetStatus
1 replicas int* =0
2 fullyLabeledReplicas int
4 readyReplicas int
5 availableReplicas int
3 observedGeneration long
6 conditions [ReplicaSetCondition] by=type
RollingUpdateDaemonSet
1 maxUnavailable intstr
2 maxSurge intstr
RollingUpdateDeployment
1 maxUnavailable intstr : How many pods may be missing, as number or percentage.
2 maxSurge intstr : How many pods more than desired there may be, as number or percentage.
RollingUpdateStatefulSetStrategy
1 partition int*
2 maxUnavailable intstr
StatefulSet : Keeps pods with stable names and storage.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec StatefulSetSpec : What is desired.
3 status StatefulSetStatus ={} : What was observed last.
StatefulSetCondition
1 type text
2 status text
3 lastTransitionTime time
4 reason text
5 message text
StatefulSetOrdinals
1 start int
StatefulSetPersistentVolumeClaimRetentionPolicy
1 whenDeleted text ="Retain" in=Delete|Retain
2 whenScaled text ="Retain" in=Delete|Retain
StatefulSetSpec : The desired state of a StatefulSet.
1 replicas int* =1 min=0 : How many pods are desired.
2 selector LabelSelector! : Selects the pods; must match the labels of the template.
3 template PodTemplateSpec! : The pods that are made.
4 volumeClaimTemplates [PersistentVolumeClaim] : The claims that each pod gets of its own.
5 serviceName text : The Service that gives the pods their names in the network.
6 podManagementPolicy text ="OrderedReady" in=OrderedReady|Parallel : OrderedReady or Parallel.
7 updateStrategy StatefulSetUpdateStrategy ={} : How pods are replaced.
8 revisionHistoryLimit int* =10 min=0 : How many old revisions are kept.
9 minReadySeconds int : How long a pod must be ready to count as available.
10 persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy ={} : What becomes of claims.
11 ordinals StatefulSetOrdinals
StatefulSetStatus
1 observedGeneration long
2 replicas int* =0
3 readyReplicas int
4 currentReplicas int
5 updatedReplicas int
6 currentRevision text
7 updateRevision text
9 collisionCount int*
10 conditions [StatefulSetCondition] by=type
11 availableReplicas int* =0
StatefulSetUpdateStrategy
1 type text ="RollingUpdate" in=OnDelete|RollingUpdate
2 rollingUpdate RollingUpdateStatefulSetStrategy
)types";

}  // namespace kyma::apiserver::type_text
