// Kinds that are stored in one form and seen in two: events of events.k8s.io/v1 are those of v1, and the autoscalers of
// autoscaling/v1 are those of autoscaling/v2. Source: the conversions of those groups in Kubernetes. Thread: immutable.
#pragma once

#include <memory>

#include "operator/apiserver/resource.hpp"

namespace kyma::apiserver {

// events.k8s.io/v1 Event; stored as v1.
std::shared_ptr<const Conversion> make_event_conversion();
// autoscaling/v1 HorizontalPodAutoscaler; stored as autoscaling/v2. v1 knows the load of processors alone: what else v2
// says is kept in the annotations "autoscaling.alpha.kubernetes.io/metrics" and ".../behavior", as Kubernetes does it.
std::shared_ptr<const Conversion> make_autoscaler_conversion();

}  // namespace kyma::apiserver
