#include "cmd/kyma-load/plan.hpp"

#include <catch2/catch_test_macros.hpp>

#include <map>
#include <set>

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;
using Kind = Step::Kind;

namespace {

Options options_of(Scenario scenario, std::size_t kymas) {
  Options options;
  options.scenario = scenario;
  options.kymas = kymas;
  return options;
}

}  // namespace

TEST_CASE("A burst creates one Kyma after the other without waiting", "[load][plan]") {
  for (const Scenario scenario : {Scenario::burst, Scenario::restart, Scenario::slow}) {
    const auto plan = make_plan(options_of(scenario, 3));
    for (std::size_t i = 0; i < 3; ++i) {
      const Step step = plan->next({});
      REQUIRE(step.kind == Kind::create);
      REQUIRE(step.index == i);
    }
    REQUIRE(plan->next({}).kind == Kind::end);
    REQUIRE(plan->next({}).kind == Kind::end);
  }
}

TEST_CASE("A steady plan keeps its rate and does not add up lateness", "[load][plan]") {
  auto options = options_of(Scenario::steady, 3);
  options.rate = 4;
  const auto plan = make_plan(options);
  REQUIRE(plan->next({}).kind == Kind::create);
  const Step wait = plan->next({.elapsed = 100ms});
  REQUIRE(wait.kind == Kind::wait_until);
  REQUIRE(wait.until == 250ms);
  // Late by half a second: the next one is due at once.
  REQUIRE(plan->next({.elapsed = 750ms}).index == 1);
  REQUIRE(plan->next({.elapsed = 750ms}).index == 2);
  REQUIRE(plan->next({.elapsed = 750ms}).kind == Kind::end);
}

TEST_CASE("A batch waits for the one before to be in success", "[load][plan]") {
  auto options = options_of(Scenario::batches, 5);
  options.batch_size = 2;
  const auto plan = make_plan(options);
  const Step first = plan->next({.settled = true});
  REQUIRE(first.mark == "batch 1");
  REQUIRE(first.kind == Kind::create);
  REQUIRE(plan->next({.settled = true}).mark.empty());
  REQUIRE(plan->next({.created = 0, .settled = true}).kind == Kind::wait);   // still being created
  REQUIRE(plan->next({.created = 2, .settled = false}).kind == Kind::wait);  // not in success
  const Step second = plan->next({.created = 1, .failed = 1, .settled = true});
  REQUIRE(second.kind == Kind::create);
  REQUIRE(second.index == 2);
  REQUIRE(second.mark == "batch 2");
  REQUIRE(plan->next({}).index == 3);
  REQUIRE(plan->next({.created = 4, .settled = true}).mark == "batch 3");
  REQUIRE(plan->next({}).kind == Kind::end);
}

TEST_CASE("Batches at an interval wait for their time only", "[load][plan]") {
  auto options = options_of(Scenario::batches, 3);
  options.batch_size = 1;
  options.batch_interval = 5s;
  const auto plan = make_plan(options);
  REQUIRE(plan->next({}).kind == Kind::create);
  const Step wait = plan->next({.elapsed = 1s});
  REQUIRE(wait.kind == Kind::wait_until);
  REQUIRE(wait.until == 5s);
  REQUIRE(plan->next({.elapsed = 5s}).mark == "batch 2");
  REQUIRE(plan->next({.elapsed = 5s}).until == 10s);
}

TEST_CASE("A churn creates, changes and deletes in turn what the server has", "[load][plan]") {
  auto options = options_of(Scenario::churn, 4);
  options.rate = 10;
  options.duration = 3s;
  REQUIRE(kymas_in_all(options) == 14);
  const auto plan = make_plan(options);
  std::size_t created = 0;
  std::set<std::size_t> alive;
  std::map<Kind, int> counts;
  for (; created < 4; ++created) {
    REQUIRE(plan->next({}).index == created);
    plan->created(created);
    alive.insert(created);
  }
  REQUIRE(plan->next({.elapsed = 1s, .created = 3}).kind == Kind::wait);
  Duration now = 2s;
  while (true) {
    const Step step = plan->next({.elapsed = now, .created = created});
    if (step.kind == Kind::end) {
      REQUIRE(step.mark == "churn ends");
      break;
    }
    if (step.kind == Kind::wait_until) {
      REQUIRE(step.until > now);
      now = step.until;
      continue;
    }
    REQUIRE(step.index < kymas_in_all(options));
    if (step.kind == Kind::create) {
      REQUIRE(step.index == created);
      plan->created(created);
      alive.insert(created++);
    } else {
      REQUIRE(alive.contains(step.index));
      if (step.kind == Kind::remove) alive.erase(step.index);
    }
    ++counts[step.kind];
  }
  REQUIRE(counts[Kind::create] == 10);
  REQUIRE(counts[Kind::change] == 10);
  REQUIRE(counts[Kind::remove] == 10);
  REQUIRE(created == 14);
  REQUIRE(now == 2s + 2900ms);
}

TEST_CASE("A churn goes on when there is nothing to change", "[load][plan]") {
  auto options = options_of(Scenario::churn, 1);
  options.rate = 1000;
  options.duration = 6ms;
  const auto plan = make_plan(options);
  REQUIRE(plan->next({}).kind == Kind::create);
  // Every creation fails.
  REQUIRE(plan->next({.elapsed = 1s, .failed = 1}).kind == Kind::create);
  REQUIRE(plan->next({.elapsed = 2s, .failed = 2}).kind == Kind::create);
  REQUIRE(plan->next({.elapsed = 2s, .failed = 3}).kind == Kind::end);
}

TEST_CASE("A restart is at half of the physical limit unless said otherwise", "[load][plan]") {
  const Workload workload("cafe", "load", 1, {{"ory", ""}});
  Options options;
  REQUIRE(restart_time(options, workload) == 5s);
  options.restart_after = 2s;
  REQUIRE(restart_time(options, workload) == 2s);
}
