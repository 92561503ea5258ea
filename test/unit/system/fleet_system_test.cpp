// A day of a fleet in virtual time: Kymas come, change and go every minute, and nothing but the fleet takes memory.
//
// KYMA_FLEET=5000 runs it with that many; the default is what a test run can bear.

#include <malloc.h>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <utility>

#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/runtime/workqueue.hpp"
#include "test/support/kymas.hpp"
#include "test/support/operator_under_test.hpp"
#include "test/support/test_cluster.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::test;
using api::Kyma;

#ifdef NDEBUG
constexpr int kDefaultFleet = 100;
constexpr int kChurnHours = 16;
#else
constexpr int kDefaultFleet = 10;
constexpr int kChurnHours = 3;  // without optimisation the same takes minutes
#endif

int fleet_size() {
  const char* wanted = std::getenv("KYMA_FLEET");
  return wanted == nullptr ? kDefaultFleet : std::max(2, std::atoi(wanted));
}

// What is allocated in the whole process: server, daemon and test.
double allocated_bytes() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

class Fleet {
 public:
  Fleet() : daemon_(cluster_) {
    daemon_.start();
    for (int i = 0; i < fleet_size(); ++i) add();
    cluster_.run_for(10min);
    cluster_.requests.clear();
  }

  // An hour in which every minute one Kyma comes, the oldest goes, and one changes a component's values.
  void hour_with_churn() {
    for (int minute = 0; minute < 60; ++minute) {
      cluster_.remove<Kyma>(names_.front());
      names_.pop_front();
      change(names_.at(random_() % names_.size()));
      add();
      cluster_.run_for(1min);
      count_writes();  // the log of a day would be the largest thing here
    }
  }
  void quiet_hour() { cluster_.run_for(1h); }

  // Since the last call.
  std::size_t writes() {
    count_writes();
    return std::exchange(writes_, 0);
  }
  bool all_success() { return daemon_.metric(R"(kyma_operator_kymas{state="success"})") == fleet_size(); }
  double metric(std::string_view series) { return daemon_.metric(series); }
  void settle() { cluster_.run_for(5min); }

 private:
  void add() {
    names_.push_back("kyma-" + std::to_string(next_++));
    cluster_.apply(kyma_json(names_.back(), reference_components()));
  }
  void count_writes() {
    const RequestLog& log = cluster_.requests;
    writes_ += log.count("create") + log.count("patch") + log.count("update") + log.count("delete");
    cluster_.requests.forget();
  }
  void change(const std::string& name) {
    const auto& components = reference_components();
    std::string list;
    for (const auto& component : components) {
      list += list.empty() ? "" : ",";
      list += R"({"name":")" + component + "\"";
      if (component == components.front()) list += R"(,"values":{"change":)" + std::to_string(next_) + "}";
      list += "}";
    }
    cluster_.patch<Kyma>(name, R"({"spec":{"components":[)" + list + "]}}");
  }

  TestCluster cluster_{{.history_events = 1000}};
  OperatorUnderTest daemon_;
  std::deque<std::string> names_;
  std::minstd_rand random_{7};
  int next_ = 0;
  std::size_t writes_ = 0;
};

}  // namespace

TEST_CASE("A day of a fleet with churn takes no memory, and writes what changes only", "[system][fleet]") {
  Fleet fleet;
  REQUIRE(fleet.all_success());
  CHECK(fleet.writes() == 0);

  // The first hours fill what is bounded: histories, pools, tables.
  for (int hour = 0; hour < 4; ++hour) fleet.hour_with_churn();
  fleet.settle();
  const double before = allocated_bytes();
  fleet.writes();

  for (int hour = 0; hour < kChurnHours; ++hour) fleet.hour_with_churn();
  fleet.settle();
  REQUIRE(fleet.all_success());
  INFO("allocated before " << before << ", after " << allocated_bytes());
  CHECK(allocated_bytes() <= before * 1.05 + 256 * 1024);

  // A Kyma that comes: 18 creates, 90 + 14 status writes. One that changes: its component's values, 5 + 2 status
  // writes. Of one that goes the garbage collector takes care. What came or changed a moment before it went was written
  // in part.
  const std::size_t most = kChurnHours * 60u * (122 + 1 + 5 + 3);
  const std::size_t written = fleet.writes();
  CHECK(written <= most);
  CHECK(written >= most * 8 / 10);

  // The resync of ten hours fell into this; these have none, and whatever is timed fires for nothing.
  for (int hour = 4 + kChurnHours; hour < 24; ++hour) fleet.quiet_hour();
  CHECK(fleet.writes() == 0);
  CHECK(fleet.metric(R"(workqueue_depth{name="kyma",controller="kyma",priority="0"})") == 0);
  CHECK(allocated_bytes() <= before * 1.05 + 256 * 1024);
}
