// The rules for apps/v1 and batch/v1: what a template must be, what of a workload can be changed, and the defaults that
// depend on other fields. Source: defaulting and validation of those groups in Kubernetes. Thread: none needed.
#pragma once

#include "operator/apiserver/kind_rules.hpp"

namespace kyma::apiserver {

KindRules deployment_rules();
KindRules stateful_set_rules();
KindRules daemon_set_rules();
KindRules replica_set_rules();
KindRules replication_controller_rules();
KindRules pod_template_rules();
KindRules job_rules();
KindRules cron_job_rules();

}  // namespace kyma::apiserver
