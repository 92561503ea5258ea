// Columns of apps and batch.
#include <fmt/format.h>

#include "operator/apiserver/table_cells.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

using Columns = std::vector<TableColumn>;

const Path kPods = {"spec", "template", "spec"};
const Path kSelector = {"spec", "selector"};

std::string ready_of_desired(const json::Value& object, WallTime) {
  return fmt::format("{}/{}", number_at(object, {"status", "readyReplicas"}), number_at(object, {"spec", "replicas"}));
}

Columns deployment_columns() {
  Columns columns{name_column(), made_column("Ready", "Pods that are ready, of those desired.", ready_of_desired),
                  number_column("Up-to-date", "Pods of the newest template.", {"status", "updatedReplicas"}),
                  number_column("Available", "Pods that can serve.", {"status", "availableReplicas"}), age_column()};
  add_pod_columns(columns, kPods, kSelector);
  return columns;
}

Columns stateful_set_columns() {
  Columns columns{name_column(), made_column("Ready", "Pods that are ready, of those desired.", ready_of_desired),
                  age_column()};
  add_pod_columns(columns, kPods, {});
  return columns;
}

// Of a map of labels.
std::string plain_selector(const json::Value& object, WallTime) { return labels_text(at(object, kSelector)); }

Columns replica_set_columns() {
  Columns columns{name_column(), number_column("Desired", "Pods that are wanted.", {"spec", "replicas"}),
                  number_column("Current", "Pods that there are.", {"status", "replicas"}),
                  number_column("Ready", "Pods that are ready.", {"status", "readyReplicas"}), age_column()};
  add_pod_columns(columns, kPods, kSelector);
  return columns;
}

Columns daemon_set_columns() {
  Columns columns{name_column(),
                  number_column("Desired", "Nodes that should run a pod.", {"status", "desiredNumberScheduled"}),
                  number_column("Current", "Nodes that run one.", {"status", "currentNumberScheduled"}),
                  number_column("Ready", "Pods that are ready.", {"status", "numberReady"}),
                  number_column("Up-to-date", "Pods of the newest template.", {"status", "updatedNumberScheduled"}),
                  number_column("Available", "Pods that can serve.", {"status", "numberAvailable"}),
                  made_column("Node Selector", "Which nodes.",
                              [](const json::Value& object, WallTime) {
                                return labels_text(at(object, {"spec", "template", "spec", "nodeSelector"}));
                              }),
                  age_column()};
  add_pod_columns(columns, kPods, kSelector);
  return columns;
}

bool has_condition(const json::Value& object, std::string_view type) {
  const auto* conditions = at(object, {"status", "conditions"});
  if (!conditions || !conditions->IsArray()) return false;
  for (const auto& condition : conditions->GetArray()) {
    if (text_at(condition, {"type"}) == type && text_at(condition, {"status"}) == "True") return true;
  }
  return false;
}

std::string job_status(const json::Value& job, WallTime) {
  if (has_condition(job, "Complete")) return "Complete";
  if (has_condition(job, "Failed")) return "Failed";
  if (at(job, {"metadata", "deletionTimestamp"})) return "Terminating";
  if (has_condition(job, "Suspended")) return "Suspended";
  return "Running";
}

std::string job_completions(const json::Value& job, WallTime) {
  const auto done = number_at(job, {"status", "succeeded"});
  if (at(job, {"spec", "completions"})) return fmt::format("{}/{}", done, number_at(job, {"spec", "completions"}));
  const auto at_a_time = number_at(job, {"spec", "parallelism"});
  return at_a_time > 1 ? fmt::format("{}/1 of {}", done, at_a_time) : fmt::format("{}/1", done);
}

std::string job_duration(const json::Value& job, WallTime now) {
  const auto began = text_at(job, {"status", "startTime"});
  if (began.empty()) return "";
  const auto ended = kube::parse_time(text_at(job, {"status", "completionTime"}));
  return age_of(began, ended.value_or(now));
}

Columns job_columns() {
  Columns columns{name_column(), made_column("Status", "What the job does.", job_status),
                  made_column("Completions", "Pods that succeeded, of those needed.", job_completions),
                  made_column("Duration", "How long it took or has taken.", job_duration), age_column()};
  add_pod_columns(columns, kPods, kSelector);
  return columns;
}

std::string last_schedule(const json::Value& job, WallTime now) {
  const auto last = text_at(job, {"status", "lastScheduleTime"});
  return last.empty() ? "<none>" : age_of(last, now);
}

std::string is_suspended(const json::Value& job, WallTime) {
  const auto* suspended = at(job, {"spec", "suspend"});
  return suspended && suspended->IsTrue() ? "True" : "False";
}

Columns cron_job_columns() {
  Columns columns{name_column(),
                  text_column("Schedule", "When.", {"spec", "schedule"}),
                  shown_column("Timezone", "Where the schedule's clock is.", {"spec", "timeZone"}),
                  made_column("Suspend", "Whether it makes no jobs.", is_suspended),
                  count_column("Active", "Jobs that run.", {{"status", "active"}}),
                  made_column("Last Schedule", "When it made a job last.", last_schedule),
                  age_column()};
  add_pod_columns(columns, {"spec", "jobTemplate", "spec", "template", "spec"},
                  {"spec", "jobTemplate", "spec", "selector"});
  return columns;
}

Columns replication_controller_columns() {
  auto columns = replica_set_columns();
  columns.back() = made_column("Selector", "What selects the pods.", plain_selector, kWide);
  return columns;
}

Columns pod_template_columns() {
  const Path pod = {"template", "spec", "containers"};
  return {name_column(),
          made_column("Containers", "Names of the containers.",
                      [pod](const json::Value& object, WallTime) { return joined(texts_in(object, pod, {"name"})); }),
          made_column("Images", "Images of the containers.",
                      [pod](const json::Value& object, WallTime) { return joined(texts_in(object, pod, {"image"})); }),
          made_column("Pod Labels", "Labels of the pods.", [](const json::Value& object, WallTime) {
            return labels_text(at(object, {"template", "metadata", "labels"}));
          })};
}

}  // namespace

std::vector<TableColumn> workload_columns(std::string_view group, std::string_view plural) {
  if (group == "batch") return plural == "jobs" ? job_columns() : cron_job_columns();
  if (group.empty() && plural == "replicationcontrollers") return replication_controller_columns();
  if (group.empty() && plural == "podtemplates") return pod_template_columns();
  if (group != "apps") return {};
  if (plural == "deployments") return deployment_columns();
  if (plural == "statefulsets") return stateful_set_columns();
  if (plural == "daemonsets") return daemon_set_columns();
  if (plural == "replicasets") return replica_set_columns();
  return {name_column(),
          made_column("Controller", "Whose revision it is.",
                      [](const json::Value& revision, WallTime) {
                        const auto kinds = texts_in(revision, {"metadata", "ownerReferences"}, {"kind"});
                        const auto names = texts_in(revision, {"metadata", "ownerReferences"}, {"name"});
                        return kinds.empty() || names.empty() ? std::string("<none>")
                                                              : fmt::format("{}/{}", kinds.front(), names.front());
                      }),
          number_column("Revision", "Its place in the order.", {"revision"}), age_column()};
}

}  // namespace kyma::apiserver
