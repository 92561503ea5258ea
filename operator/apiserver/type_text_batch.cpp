// Types of the API: batch/v1. The notation is described in type_text.hpp.
#include "operator/apiserver/type_text.hpp"

namespace kyma::apiserver::type_text {

const std::string_view kBatchTypes = R"types(
package io.k8s.api.batch.v1
CronJob : Makes jobs at certain times.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec CronJobSpec : What is desired.
3 status CronJobStatus ={} : What was observed last.
CronJobSpec : The desired state of a CronJob.
1 schedule text! : When, in the notation of cron.
8 timeZone text* : The time zone of the schedule.
2 startingDeadlineSeconds long* : How late a job may start.
3 concurrencyPolicy text ="Allow" in=Allow|Forbid|Replace : Allow, Forbid or Replace.
4 suspend bool* =false : True to make no jobs.
5 jobTemplate JobTemplateSpec! : The jobs that are made.
6 successfulJobsHistoryLimit int* =3 min=0 : How many jobs that succeeded are kept.
7 failedJobsHistoryLimit int* =1 min=0 : How many jobs that failed are kept.
CronJobStatus
1 active [ObjectReference]
4 lastScheduleTime time
5 lastSuccessfulTime time
Job : Runs pods until enough of them have succeeded.
1 metadata ObjectMeta : Standard metadata of the object.
2 spec JobSpec : What is desired.
3 status JobStatus ={} : What was observed last.
JobCondition
1 type text
2 status text
3 lastProbeTime time
4 lastTransitionTime time
5 reason text
6 message text
JobSpec : The desired state of a Job.
1 parallelism int* min=0 : How many pods run at a time.
2 completions int* min=0 : How many pods must succeed.
3 activeDeadlineSeconds long* min=0 : How long the job may be active.
11 podFailurePolicy PodFailurePolicy
16 successPolicy SuccessPolicy
7 backoffLimit int* =6 min=0 : How many failures are accepted.
12 backoffLimitPerIndex int*
13 maxFailedIndexes int*
4 selector LabelSelector : Selects the pods; made by the server.
5 manualSelector bool*
6 template PodTemplateSpec! : The pods that are made.
8 ttlSecondsAfterFinished int* min=0 : How long a finished job is kept.
9 completionMode text* ="NonIndexed" in=Indexed|NonIndexed : NonIndexed or Indexed.
10 suspend bool* =false : True to run nothing.
14 podReplacementPolicy text* ="TerminatingOrFailed" in=Failed|TerminatingOrFailed
15 managedBy text*
JobStatus
1 conditions [JobCondition] by=type atomic
2 startTime time
3 completionTime time
4 active int
5 succeeded int
6 failed int
11 terminating int*
7 completedIndexes text
10 failedIndexes text*
8 uncountedTerminatedPods UncountedTerminatedPods
9 ready int*
JobTemplateSpec
1 metadata ObjectMeta
2 spec JobSpec
PodFailurePolicy
1 rules [PodFailurePolicyRule]
PodFailurePolicyOnExitCodesRequirement
1 containerName text*
2 operator text
3 values [int] unique
PodFailurePolicyOnPodConditionsPattern
1 type text
2 status text
PodFailurePolicyRule
1 action text!
2 onExitCodes PodFailurePolicyOnExitCodesRequirement
3 onPodConditions [PodFailurePolicyOnPodConditionsPattern]
SuccessPolicy
1 rules [SuccessPolicyRule]
SuccessPolicyRule
1 succeededIndexes text*
2 succeededCount int*
UncountedTerminatedPods
1 succeeded [text] unique
2 failed [text] unique
)types";

}  // namespace kyma::apiserver::type_text
