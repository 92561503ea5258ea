// The rules for Job and CronJob; part of workload_rules.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/pod_rules.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/apiserver/workload_rules.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

// The jobs that a CronJob makes have eleven characters more.
constexpr std::size_t kMaxCronJobName = 52;

constexpr std::array<std::string_view, 7> kNamedTimes = {"@yearly", "@annually", "@monthly", "@weekly",
                                                         "@daily",  "@midnight", "@hourly"};

// A job finds its pods by its own uid, so that no two jobs take each other's.
void complete_selector(json::Value& job, json::Value& spec, json::Allocator& allocator) {
  const auto* manual = json::find(spec, "manualSelector");
  if (manual && manual->IsTrue()) return;
  // The selector first: adding it to the spec moves the spec's other members.
  auto* selector = object_or_null(spec, "selector", allocator);
  auto* match = selector ? object_or_null(*selector, "matchLabels", allocator) : nullptr;
  auto* pods = json::find(spec, "template");
  auto* metadata = pods && pods->IsObject() ? object_or_null(*pods, "metadata", allocator) : nullptr;
  auto* labels = metadata ? object_or_null(*metadata, "labels", allocator) : nullptr;
  if (!match || !labels) return;
  const std::string uid(json::string_at(job, {"metadata", "uid"}));
  const std::string name(json::string_at(job, {"metadata", "name"}));
  for (const std::string_view prefix : {"batch.kubernetes.io/", ""}) {
    json::set(*labels, fmt::format("{}controller-uid", prefix), uid, allocator);
    json::set(*labels, fmt::format("{}job-name", prefix), name, allocator);
  }
  json::set(*match, "batch.kubernetes.io/controller-uid", uid, allocator);
}

void complete_job(json::Value& job, json::Allocator& allocator, const json::Value* old) {
  auto* spec = json::find(job, "spec");
  if (!spec || !spec->IsObject()) return;
  if (auto* pod = json::find(*spec, {"template", "spec"})) complete_pod_spec(*pod, allocator);
  const bool open_ended = json::find(*spec, "completions") == nullptr && json::find(*spec, "parallelism") != nullptr;
  if (!open_ended) set_default(*spec, "completions", json::Value(1), allocator);
  set_default(*spec, "parallelism", json::Value(1), allocator);
  if (!old) complete_selector(job, *spec, allocator);
}

void validate_job_pods(const json::Value& spec, const std::string& path, Causes& causes) {
  const auto* pod = json::find(spec, {"template", "spec"});
  const auto here = path + ".template.spec";
  if (!pod) {
    causes.push_back(required_value(here + ".containers", ""));
    return;
  }
  validate_pod_spec(*pod, here, causes);
  if (const auto policy = json::string_at(*pod, {"restartPolicy"}); policy == "Always") {
    causes.push_back(unsupported_value(here + ".restartPolicy", policy, "\"OnFailure\", \"Never\""));
  }
}

void validate_job(const json::Value& job, const json::Value* old, Causes& causes) {
  const auto* spec = json::find(job, "spec");
  if (!spec) {
    causes.push_back(required_value("spec", ""));
    return;
  }
  validate_job_pods(*spec, "spec", causes);
  require_unchanged(job, old, "spec", {"completionMode", "selector", "template"}, causes);
}

std::string check_cron_job_name(std::string_view name) {
  if (name.size() > kMaxCronJobName) return fmt::format("must be no more than {} characters", kMaxCronJobName);
  return kube::check_dns1123_subdomain(name);
}

bool is_schedule(std::string_view text) {
  if (std::find(kNamedTimes.begin(), kNamedTimes.end(), text) != kNamedTimes.end()) return true;
  if (text.starts_with("@every ")) return text.size() > 7;
  std::size_t fields = 0;
  bool between = true;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t';
    if (!space && !std::isalnum(static_cast<unsigned char>(c)) && std::string_view("*/,-?").find(c) == text.npos) {
      return false;
    }
    fields += between && !space;
    between = space;
  }
  return fields == 5;
}

void complete_cron_job(json::Value& object, json::Allocator& allocator, const json::Value*) {
  if (auto* pod = json::find(object, {"spec", "jobTemplate", "spec", "template", "spec"})) {
    complete_pod_spec(*pod, allocator);
  }
}

void validate_cron_job(const json::Value& object, const json::Value*, Causes& causes) {
  const auto schedule = json::string_at(object, {"spec", "schedule"});
  if (!is_schedule(schedule)) {
    causes.push_back(invalid_value("spec.schedule", schedule,
                                   "must be five fields (minute, hour, day, month, weekday) or a name as @daily"));
  }
  const auto* job = json::find(object, {"spec", "jobTemplate", "spec"});
  if (!job)
    causes.push_back(required_value("spec.jobTemplate.spec", ""));
  else
    validate_job_pods(*job, "spec.jobTemplate.spec", causes);
}

}  // namespace

KindRules job_rules() { return {nullptr, complete_job, validate_job}; }
KindRules cron_job_rules() { return {check_cron_job_name, complete_cron_job, validate_cron_job}; }

}  // namespace kyma::apiserver
