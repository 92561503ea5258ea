// The rules for the kinds that need only a few lines: storage, networking, policy, autoscaling, scheduling.
// Source: defaulting and validation of those groups in Kubernetes. Thread: none needed.
#pragma once

#include "operator/apiserver/kind_rules.hpp"

namespace kyma::apiserver {

KindRules claim_rules();   // PersistentVolumeClaim
KindRules volume_rules();  // PersistentVolume
KindRules limit_range_rules();
KindRules network_policy_rules();
KindRules ingress_rules();
KindRules disruption_budget_rules();
KindRules autoscaler_rules();  // as autoscaling/v2 has it
KindRules priority_class_rules();
KindRules storage_class_rules();
KindRules signing_request_rules();
KindRules webhook_rules();  // of both kinds of webhook configurations

}  // namespace kyma::apiserver
