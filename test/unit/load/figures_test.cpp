#include "cmd/kyma-load/figures.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "cmd/kyma-load/progress.hpp"
#include "cmd/kyma-load/report.hpp"
#include "operator/kube/meta/json.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;
using api::KymaState;

namespace {

const SteadyTime kStart{100s};

void see(Tracker& tracker, std::string_view name, KymaState state, SteadyTime now) {
  api::Kyma kyma;
  kyma.metadata.name = name;
  kyma.metadata.uid = kube::Uid("11111111-1111-1111-1111-111111111111");
  kyma.metadata.labels = {{kRunLabel, "cafe"}};
  kyma.status.state = state;
  tracker.kyma_seen(kyma, now);
}

// Two Kymas, acknowledged after 0.5 s and 2 s, in success after 10.5 s and 13 s.
void complete(Tracker& tracker) {
  tracker.created(0, {}, kStart + 500ms);
  tracker.created(1, {}, kStart + 2s);
  see(tracker, "load-1", KymaState::success, kStart + 10500ms);
  see(tracker, "load-2", KymaState::success, kStart + 13s);
}

}  // namespace

TEST_CASE("quantiles are values of the sample, by nearest rank", "[load][figures]") {
  REQUIRE_FALSE(quantiles({}));
  REQUIRE(quantiles({7s}) == Quantiles{7s, 7s, 7s, 7s});
  REQUIRE(quantiles({2s, 1s}) == Quantiles{1s, 2s, 2s, 2s});
  std::vector<Duration> hundred;
  for (int i = 100; i > 0; --i) hundred.push_back(std::chrono::seconds{i});
  REQUIRE(quantiles(hundred) == Quantiles{50s, 90s, 99s, 100s});
  std::vector<Duration> thousand;
  for (int i = 1; i <= 1000; ++i) thousand.push_back(std::chrono::milliseconds{i});
  REQUIRE(quantiles(thousand) == Quantiles{500ms, 900ms, 990ms, 1000ms});
}

TEST_CASE("Figures of a complete run measure from acknowledgement to success", "[load][figures]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  Tracker tracker(workload);
  complete(tracker);
  const Figures figures = summarise(tracker, workload, kStart, kStart + 13s, Ending::success);
  REQUIRE(figures.ending == Ending::success);
  REQUIRE(figures.created == 2);
  REQUIRE(figures.success == 2);
  REQUIRE(figures.components_expected == 2);
  REQUIRE(figures.creation_time == 2s);
  REQUIRE(figures.creation_rate == Catch::Approx(1.0));
  REQUIRE(figures.first_success == 10500ms);
  REQUIRE(figures.last_success == 13s);
  REQUIRE(figures.time_to_success == Quantiles{10s, 11s, 11s, 11s});
  REQUIRE(figures.limit == 10s);
  REQUIRE(figures.total == 13s);
}

TEST_CASE("Failed creations and deleted Kymas make a run fail", "[load][figures]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  SECTION("failed") {
    Tracker tracker(workload);
    tracker.created(0, {}, kStart + 1s);
    tracker.failed("Forbidden", "no");
    see(tracker, "load-1", KymaState::success, kStart + 11s);
    REQUIRE(summarise(tracker, workload, kStart, kStart + 11s, Ending::success).ending == Ending::failed);
  }
  SECTION("deleted") {
    Tracker tracker(workload);
    complete(tracker);
    api::Kyma kyma;
    kyma.metadata.name = "load-2";
    kyma.metadata.labels = {{kRunLabel, "cafe"}};
    tracker.kyma_gone(kyma);
    const Figures figures = summarise(tracker, workload, kStart, kStart + 13s, Ending::success);
    REQUIRE(figures.ending == Ending::failed);
    REQUIRE(figures.deleted == 1);
  }
  SECTION("a timeout stays a timeout") {
    const Tracker tracker(workload);
    REQUIRE(summarise(tracker, workload, kStart, kStart + 13s, Ending::timed_out).ending == Ending::timed_out);
  }
}

TEST_CASE("Figures of a run without any success have no times", "[load][figures]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  const Tracker tracker(workload);
  const Figures figures = summarise(tracker, workload, kStart, kStart, Ending::interrupted);
  REQUIRE_FALSE(figures.first_success);
  REQUIRE_FALSE(figures.last_success);
  REQUIRE_FALSE(figures.time_to_success);
  REQUIRE(figures.creation_rate == 0);
}

TEST_CASE("The JSON report has the documented keys", "[load][report]") {
  const Workload workload("cafe", "load", 3, {{"ory", "there"}});
  Tracker tracker(workload);
  complete(tracker);
  tracker.failed("Forbidden", "say \"please\"");
  Figures figures = summarise(tracker, workload, kStart, kStart + 13s, Ending::success);
  figures.components_watched = true;
  RunInfo info{.server = "https://127.0.0.1:6443", .started_at = WallTime{1700000000s}, .options = {}};
  info.options.kymas = 3;
  info.options.name_space = "fleet";
  info.options.components = workload.components();
  info.options.qps = 2.5;
  const auto report = json::parse(to_json(info, workload, figures));
  REQUIRE(report.has_value());
  using json::int_at;
  using json::string_at;
  REQUIRE(string_at(*report, {"runId"}) == "cafe");
  REQUIRE(string_at(*report, {"server"}) == "https://127.0.0.1:6443");
  REQUIRE(string_at(*report, {"startedAt"}) == "2023-11-14T22:13:20.000000Z");
  REQUIRE(string_at(*report, {"result"}) == "failed");
  REQUIRE(string_at(*report, {"options", "namespace"}) == "fleet");
  REQUIRE(json::find(*report, {"options", "qps"})->GetDouble() == 2.5);
  REQUIRE(json::find(*report, {"options", "timeoutSeconds"})->GetDouble() == 600);
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
  REQUIRE(json::find(*report, {"creationSeconds"})->GetDouble() == 2);
  REQUIRE(json::find(*report, {"creationsPerSecond"})->GetDouble() == 1);
  REQUIRE(json::find(*report, {"firstSuccessSeconds"})->GetDouble() == 10.5);
  REQUIRE(json::find(*report, {"lastSuccessSeconds"})->GetDouble() == 13);
  REQUIRE(json::find(*report, {"timeToSuccessSeconds", "p99"})->GetDouble() == 11);
  REQUIRE(json::find(*report, {"limitSeconds"})->GetDouble() == 10);
  REQUIRE(json::find(*report, {"totalSeconds"})->GetDouble() == 13);
  REQUIRE(json::find(*report, {"maxLoopLagSeconds"})->GetDouble() == 0);
  const auto& failures = *json::find(*report, {"failures"});
  REQUIRE(failures.Size() == 1);
  REQUIRE(string_at(failures[0], {"reason"}) == "Forbidden");
  REQUIRE(string_at(failures[0], {"message"}) == "say \"please\"");
}

TEST_CASE("What was not measured is null in the JSON report", "[load][report]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  const Tracker tracker(workload);
  const Figures figures = summarise(tracker, workload, kStart, kStart, Ending::interrupted);
  const auto report = json::parse(to_json({}, workload, figures));
  REQUIRE(report.has_value());
  REQUIRE(json::string_at(*report, {"result"}) == "interrupted");
  REQUIRE(json::find(*report, {"firstSuccessSeconds"})->IsNull());
  REQUIRE(json::find(*report, {"timeToSuccessSeconds"})->IsNull());
  REQUIRE(json::find(*report, {"components", "byState"})->IsNull());
}

TEST_CASE("The text report says what is missing and suspects a missing operator", "[load][report]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  Tracker tracker(workload);
  tracker.created(0, {}, kStart + 1s);
  tracker.created(1, {}, kStart + 2s);
  auto text = to_text({}, workload, summarise(tracker, workload, kStart, kStart + 60s, Ending::timed_out));
  REQUIRE(text.find("0 of 2 in success") != std::string::npos);
  REQUIRE(text.find("Kymas: 2 unseen") != std::string::npos);
  REQUIRE(text.find("is the operator running") != std::string::npos);
  see(tracker, "load-1", KymaState::error, kStart + 3s);
  text = to_text({}, workload, summarise(tracker, workload, kStart, kStart + 60s, Ending::timed_out));
  REQUIRE(text.find("Kymas: 1 unseen, 1 error") != std::string::npos);
  REQUIRE(text.find("is the operator running") == std::string::npos);
}

TEST_CASE("The text report counts what was never tried and what failed", "[load][report]") {
  const Workload workload("cafe", "load", 5, {{"ory", ""}});
  Tracker tracker(workload);
  tracker.failed("Forbidden", "not allowed");
  tracker.failed("Forbidden", "not allowed");
  const auto text = to_text({}, workload, summarise(tracker, workload, kStart, kStart, Ending::interrupted));
  REQUIRE(text.find("3 Kymas") != std::string::npos);
  REQUIRE(text.find("2 x Forbidden: not allowed") != std::string::npos);
}

TEST_CASE("The progress line shows the states that occur", "[load][progress]") {
  Snapshot snapshot{.elapsed = 12400ms, .requested = 4000, .created = 3999, .success = 7};
  REQUIRE(progress_line(snapshot) == "12.4s  created 3999/4000  success 7/4000");
  snapshot.failed = 1;
  snapshot.components_watched = true;
  REQUIRE(progress_line(snapshot) == "12.4s  created 3999/4000, 1 failed  success 7/4000  components: none");
  snapshot.components[static_cast<std::size_t>(api::ComponentState::none)] = 5;
  snapshot.components[static_cast<std::size_t>(api::ComponentState::failing)] = 6;
  REQUIRE(progress_line(snapshot) ==
          "12.4s  created 3999/4000, 1 failed  success 7/4000  components: 5 unseen, 6 failing");
}
