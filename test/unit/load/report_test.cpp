#include "cmd/kyma-load/report.hpp"

#include <catch2/catch_test_macros.hpp>

#include "cmd/kyma-load/objectives.hpp"
#include "operator/kube/meta/json.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;
using api::KymaState;
using json::int_at;
using json::string_at;

namespace {

const SteadyTime kStart{100s};

ReportData make_data(Figures figures, std::vector<Component> components = {{"ory", ""}}) {
  ReportData data;
  data.workload = {.kymas = figures.requested, .components = components, .longest_name = "ory", .limit = figures.limit};
  data.info.options.components = components;
  data.figures = std::move(figures);
  return data;
}

void see(Tracker& tracker, std::string_view name, KymaState state, SteadyTime now) {
  api::Kyma kyma;
  kyma.metadata.name = name;
  kyma.metadata.labels = {{kRunLabel, "cafe"}};
  kyma.status.state = state;
  tracker.seen(kyma, now, Seen::event);
}

// Two Kymas of three, acknowledged after 0.5 s and 2 s, in success after 10.5 s and 13 s; the third failed.
Figures make_figures() {
  const Workload workload("cafe", "load", 3, {{"ory", "there"}});
  Tracker tracker(workload);
  tracker.created(0, {}, kStart + 500ms);
  tracker.created(1, {}, kStart + 2s);
  see(tracker, "load-1", KymaState::success, kStart + 10500ms);
  see(tracker, "load-2", KymaState::success, kStart + 13s);
  tracker.failed("Forbidden", "say \"please\"");
  return summarise(tracker, workload, kStart, kStart + 13s, Ending::success);
}

double number_at(const json::Value& value, std::initializer_list<std::string_view> path) {
  const auto* found = json::find(value, path);
  REQUIRE(found);
  REQUIRE(found->IsNumber());
  return found->GetDouble();
}

}  // namespace

TEST_CASE("The JSON report has the documented keys", "[load][report]") {
  ReportData data = make_data(make_figures(), {{"ory", "there"}});
  data.figures.components_watched = true;
  data.info.run_id = "cafe";
  data.info.server = "https://127.0.0.1:6443";
  data.info.started_at = WallTime{1700000000s};
  data.info.options.kymas = 3;
  data.info.options.name_space = "fleet";
  data.info.options.qps = 2.5;
  const auto report = json::parse(to_json(data));
  REQUIRE(report.has_value());
  REQUIRE(string_at(*report, {"runId"}) == "cafe");
  REQUIRE(string_at(*report, {"server"}) == "https://127.0.0.1:6443");
  REQUIRE(string_at(*report, {"startedAt"}) == "2023-11-14T22:13:20.000000Z");
  REQUIRE(string_at(*report, {"result"}) == "failed");
  REQUIRE_FALSE(json::find(*report, "passed")->GetBool());
  REQUIRE(string_at(*report, {"options", "namespace"}) == "fleet");
  REQUIRE(string_at(*report, {"options", "scenario"}) == "burst");
  REQUIRE(number_at(*report, {"options", "qps"}) == 2.5);
  REQUIRE(number_at(*report, {"options", "timeoutSeconds"}) == 600);
  const auto& components = *json::find(*report, {"options", "components"});
  REQUIRE(string_at(components[0], {"namespace"}) == "there");
  REQUIRE(int_at(*report, {"kymas", "requested"}) == 3);
  REQUIRE(int_at(*report, {"kymas", "created"}) == 2);
  REQUIRE(int_at(*report, {"kymas", "failed"}) == 1);
  REQUIRE(int_at(*report, {"kymas", "byState", "success"}) == 2);
  REQUIRE(int_at(*report, {"kymas", "byState", "unseen"}, -1) == 0);
  REQUIRE(int_at(*report, {"kymas", "byState", "deleted"}, -1) == 0);
  REQUIRE(int_at(*report, {"components", "expected"}) == 2);
  REQUIRE(int_at(*report, {"components", "byState", "retrying"}, -1) == 0);
  REQUIRE(number_at(*report, {"creationSeconds"}) == 2);
  REQUIRE(number_at(*report, {"creationsPerSecond"}) == 1);
  REQUIRE(number_at(*report, {"firstSuccessSeconds"}) == 10.5);
  REQUIRE(number_at(*report, {"lastSuccessSeconds"}) == 13);
  REQUIRE(number_at(*report, {"timeToSuccessSeconds", "p99"}) == 11);
  REQUIRE(number_at(*report, {"limitSeconds"}) == 10);
  REQUIRE(number_at(*report, {"totalSeconds"}) == 13);
  REQUIRE(number_at(*report, {"maxLoopLagSeconds"}) == 0);
  REQUIRE(number_at(*report, {"measures", "total-seconds"}) == 13);
  const auto& failures = *json::find(*report, {"failures"});
  REQUIRE(failures.Size() == 1);
  REQUIRE(string_at(failures[0], {"reason"}) == "Forbidden");
  REQUIRE(string_at(failures[0], {"message"}) == "say \"please\"");
}

TEST_CASE("What was not measured is null in the JSON report", "[load][report]") {
  const auto report = json::parse(to_json(make_data({.ending = Ending::interrupted, .requested = 2})));
  REQUIRE(report.has_value());
  REQUIRE(string_at(*report, {"result"}) == "interrupted");
  for (const auto* key :
       {"firstSuccessSeconds", "timeToSuccessSeconds", "componentTimeToSuccessSeconds", "latenessSeconds", "churn"}) {
    CAPTURE(key);
    REQUIRE(json::find(*report, key)->IsNull());
  }
  REQUIRE(json::find(*report, {"components", "byState"})->IsNull());
  REQUIRE(json::find(*report, {"measures", "queue-p99-seconds"})->IsNull());
}

TEST_CASE("Samples, marks and verdicts are in the JSON report", "[load][report]") {
  ReportData data = make_data({.requested = 2, .total = 13s});
  Sample sample;
  sample.at = 1500ms;
  sample.created = 2;
  sample.requests = {.count = 7, .throttled = 1, .failed = 0, .p50 = 10us, .p99 = 2ms};
  sample.lateness_p99 = 3ms;
  DaemonSample daemon;
  daemon.process = {.cpu_seconds = 1.5, .resident_bytes = 1000};
  daemon.queue_depth_kymas = 4;
  sample.daemon = daemon;
  sample.server = ServerSample{.objects = 9};
  data.recording.samples = {Sample{}, sample};
  data.recording.marks.push_back({500ms, "batch \"1\""});
  data.verdicts = judge({{"total-seconds", true, 12}, {"lateness-max-seconds", true, 1}}, {}, data.figures);
  const auto report = json::parse(to_json(data));
  REQUIRE(report.has_value());
  const auto& samples = *json::find(*report, "samples");
  REQUIRE(samples.Size() == 2);
  REQUIRE_FALSE(json::find(samples[0], "daemon"));
  REQUIRE_FALSE(json::find(samples[0], "latenessP99"));
  REQUIRE(number_at(samples[1], {"at"}) == 1.5);
  REQUIRE(number_at(samples[1], {"kymas", "created"}) == 2);
  REQUIRE(number_at(samples[1], {"requests", "p50"}) == 0.00001);
  REQUIRE(number_at(samples[1], {"latenessP99"}) == 0.003);
  REQUIRE(number_at(samples[1], {"daemon", "residentBytes"}) == 1000);
  REQUIRE(number_at(samples[1], {"daemon", "queueDepthKymas"}) == 4);
  REQUIRE(json::find(samples[1], {"daemon", "adaptiveQps"})->IsNull());
  REQUIRE(json::find(samples[1], {"server", "residentBytes"})->IsNull());
  REQUIRE(number_at(samples[1], {"server", "objects"}) == 9);
  REQUIRE(string_at((*json::find(*report, "marks"))[0], {"text"}) == "batch \"1\"");
  const auto& verdicts = *json::find(*report, "verdicts");
  REQUIRE(verdicts.Size() == 2);
  REQUIRE(number_at(verdicts[0], {"measured"}) == 13);
  REQUIRE_FALSE(json::find(verdicts[0], "passed")->GetBool());
  REQUIRE(json::find(verdicts[1], "measured")->IsNull());
  REQUIRE(string_at(verdicts[1], {"note"}).find("--watch-components") != std::string::npos);
}

TEST_CASE("The text report says what is missing and suspects a missing operator", "[load][report]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  Tracker tracker(workload);
  tracker.created(0, {}, kStart + 1s);
  tracker.created(1, {}, kStart + 2s);
  auto text = to_text(make_data(summarise(tracker, workload, kStart, kStart + 60s, Ending::timed_out)));
  REQUIRE(text.find("0 of 2 in success") != std::string::npos);
  REQUIRE(text.find("Kymas: 2 unseen") != std::string::npos);
  REQUIRE(text.find("is the operator running") != std::string::npos);
  see(tracker, "load-1", KymaState::error, kStart + 3s);
  text = to_text(make_data(summarise(tracker, workload, kStart, kStart + 60s, Ending::timed_out)));
  REQUIRE(text.find("Kymas: 1 unseen, 1 error") != std::string::npos);
  REQUIRE(text.find("is the operator running") == std::string::npos);
}

TEST_CASE("The text report counts what was never tried and what failed", "[load][report]") {
  const Workload workload("cafe", "load", 5, {{"ory", ""}});
  Tracker tracker(workload);
  tracker.failed("Forbidden", "not allowed");
  tracker.failed("Forbidden", "not allowed");
  Figures figures = summarise(tracker, workload, kStart, kStart, Ending::interrupted);
  figures.trouble = "the command failed";
  const auto text = to_text(make_data(figures));
  REQUIRE(text.find("3 Kymas") != std::string::npos);
  REQUIRE(text.find("2 x Forbidden: not allowed") != std::string::npos);
  REQUIRE(text.find("the command failed") != std::string::npos);
}

TEST_CASE("The text report says which objectives were met and warns of clocks that differ", "[load][report]") {
  Figures figures{.requested = 1, .total = 13s};
  figures.lateness = Lateness{.transitions = 5, .quantiles = {0s, 0s, 0s, 0s}, .min = -250ms};
  figures.churn = Churn{.changed = 4,
                        .removed = 1,
                        .removed_gone = 1,
                        .survivors_changed = 3,
                        .survivors_reconciled = 2,
                        .time_to_success = Quantiles{}};
  ReportData data = make_data(figures);
  data.verdicts =
      judge({{"total-seconds", true, 12}, {"total-seconds", true, 13}, {"queue-p99-seconds", true, 1}}, {}, figures);
  const auto text = to_text(data);
  REQUIRE(text.find("FAIL             total-seconds <= 12: 13.000") != std::string::npos);
  REQUIRE(text.find("PASS             total-seconds <= 13: 13.000") != std::string::npos);
  REQUIRE(text.find("FAIL             queue-p99-seconds <= 1: not measured; ") != std::string::npos);
  data.verdicts = {{.name = "requests", .bound = 1, .measured = 2, .stated = false}};
  REQUIRE(to_text(data).find("WARN             requests <= 1: 2.000") != std::string::npos);
  REQUIRE(text.find("clock is behind the operator's by at least 0.250 s") != std::string::npos);
  REQUIRE(text.find("1 Kymas, 1 of them gone") != std::string::npos);
  REQUIRE(text.find("of 3 changed Kymas that stayed, 2 were reconciled again") != std::string::npos);
}
