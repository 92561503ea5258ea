#include "cmd/kyma-load/figures.hpp"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

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
  tracker.seen(kyma, now, Seen::event);
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
    tracker.gone(kyma);
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

TEST_CASE("A Kyma that the run deleted itself is not missing", "[load][figures]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  Tracker tracker(workload);
  complete(tracker);
  tracker.begin_removal(1);
  tracker.removed();
  const Figures figures = summarise(tracker, workload, kStart, kStart + 13s, Ending::success);
  REQUIRE(figures.ending == Ending::success);
  REQUIRE(figures.components_expected == 1);
  const Churn churn = summarise_churn(tracker, false);
  REQUIRE(churn.removed == 1);
  REQUIRE(churn.removed_gone == 0);
  REQUIRE(churn.survivors_changed == 0);
}

TEST_CASE("A changed Kyma survives reconciled when its component shows the change", "[load][figures]") {
  const Workload workload("cafe", "load", 2, {{"ory", ""}});
  Tracker tracker(workload);
  complete(tracker);
  tracker.changed(0, tracker.begin_change(0), 0, kStart + 20s);
  REQUIRE(summarise_churn(tracker, true).survivors_changed == 1);
  REQUIRE(summarise_churn(tracker, true).survivors_reconciled == 0);
  // Without the watch of components the Kyma's own word is taken.
  REQUIRE(summarise_churn(tracker, false).survivors_reconciled == 1);
}
