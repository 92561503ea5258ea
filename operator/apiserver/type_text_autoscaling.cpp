// Types of the API: autoscaling/v1 and v2. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kAutoscalingTypes = R"types(
package io.k8s.api.autoscaling.v1
CrossVersionObjectReference atomic
1 kind text!
2 name text!
3 apiVersion text
HorizontalPodAutoscaler : Changes the number of pods of a workload with its load.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec HorizontalPodAutoscalerSpec : What is desired.
3 status HorizontalPodAutoscalerStatus ={} : What was observed last.
HorizontalPodAutoscalerSpec
1 scaleTargetRef CrossVersionObjectReference! : The workload.
2 minReplicas int* =1 min=0 : The least number of pods.
3 maxReplicas int! min=1 : The greatest number of pods.
4 targetCPUUtilizationPercentage int* : The load of the processors that is aimed at.
HorizontalPodAutoscalerStatus
1 observedGeneration long*
2 lastScaleTime time
3 currentReplicas int* =0
4 desiredReplicas int* =0
5 currentCPUUtilizationPercentage int*
Scale : The number of pods of a workload.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec ScaleSpec : What is desired.
3 status ScaleStatus ={} : What was observed last.
ScaleSpec
1 replicas int min=0
ScaleStatus
1 replicas int
2 selector text
package io.k8s.api.autoscaling.v2
ContainerResourceMetricSource
1 name text
2 target MetricTarget
3 container text
ContainerResourceMetricStatus
1 name text
2 current MetricValueStatus
3 container text
CrossVersionObjectReference atomic
1 kind text!
2 name text!
3 apiVersion text
ExternalMetricSource
1 metric MetricIdentifier
2 target MetricTarget
ExternalMetricStatus
1 metric MetricIdentifier
2 current MetricValueStatus
HorizontalPodAutoscaler : Changes the number of pods of a workload with its load.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec HorizontalPodAutoscalerSpec : What is desired.
3 status HorizontalPodAutoscalerStatus ={} : What was observed last.
HorizontalPodAutoscalerBehavior
1 scaleUp HPAScalingRules
2 scaleDown HPAScalingRules
HorizontalPodAutoscalerCondition
1 type text
2 status text
3 lastTransitionTime time
4 reason text
5 message text
HorizontalPodAutoscalerSpec
1 scaleTargetRef CrossVersionObjectReference! : The workload.
2 minReplicas int* =1 min=0 : The least number of pods.
3 maxReplicas int! min=1 : The greatest number of pods.
4 metrics [MetricSpec] : What the number depends on.
5 behavior HorizontalPodAutoscalerBehavior : How fast it changes.
HorizontalPodAutoscalerStatus
1 observedGeneration long*
2 lastScaleTime time
3 currentReplicas int
4 desiredReplicas int* =0
5 currentMetrics [MetricStatus]
6 conditions [HorizontalPodAutoscalerCondition] by=type
HPAScalingPolicy
1 type text
2 value int
3 periodSeconds int
HPAScalingRules
3 stabilizationWindowSeconds int*
1 selectPolicy text* ="Max" in=Max|Min|Disabled
2 policies [HPAScalingPolicy]
MetricIdentifier
1 name text!
2 selector LabelSelector
MetricSpec
1 type text! in=ContainerResource|External|Object|Pods|Resource
2 object ObjectMetricSource
3 pods PodsMetricSource
4 resource ResourceMetricSource
7 containerResource ContainerResourceMetricSource
5 external ExternalMetricSource
MetricStatus
1 type text
2 object ObjectMetricStatus
3 pods PodsMetricStatus
4 resource ResourceMetricStatus
7 containerResource ContainerResourceMetricStatus
5 external ExternalMetricStatus
MetricTarget
1 type text! in=Utilization|Value|AverageValue
2 value quantity
3 averageValue quantity
4 averageUtilization int*
MetricValueStatus
1 value quantity
2 averageValue quantity
3 averageUtilization int*
ObjectMetricSource
1 describedObject CrossVersionObjectReference
2 target MetricTarget
3 metric MetricIdentifier
ObjectMetricStatus
1 metric MetricIdentifier
2 current MetricValueStatus
3 describedObject CrossVersionObjectReference
PodsMetricSource
1 metric MetricIdentifier
2 target MetricTarget
PodsMetricStatus
1 metric MetricIdentifier
2 current MetricValueStatus
ResourceMetricSource
1 name text
2 target MetricTarget
ResourceMetricStatus
1 name text
2 current MetricValueStatus
)types";

}  // namespace kyma::apiserver::type_text
