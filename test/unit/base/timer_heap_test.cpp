#include "operator/base/timer_heap.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <random>
#include <vector>

using namespace kyma;
using namespace std::chrono_literals;

namespace {

class Recorder final : public HeapTimer {
 public:
  explicit Recorder(std::vector<int>& log, int id) : log_(log), id_(id) {}
  ~Recorder() = default;

 private:
  void on_deadline() override { log_.push_back(id_); }
  std::vector<int>& log_;
  int id_;
};

constexpr SteadyTime at(int n) { return SteadyTime{} + std::chrono::milliseconds(n); }

}  // namespace

TEST_CASE("TimerHeap fires what is due, earliest first", "[base][timer]") {
  std::vector<int> log;
  TimerHeap heap;
  Recorder a(log, 1), b(log, 2), c(log, 3);
  heap.arm(a, at(30));
  heap.arm(b, at(10));
  heap.arm(c, at(20));
  REQUIRE(heap.earliest() == at(10));
  REQUIRE(heap.fire_due(at(9)) == 0);
  REQUIRE(heap.fire_due(at(20)) == 2);
  REQUIRE(log == std::vector{2, 3});
  REQUIRE(a.armed());
  REQUIRE_FALSE(b.armed());
  heap.cancel(a);
  REQUIRE(heap.empty());
}

TEST_CASE("TimerHeap keeps order under random arming, re-arming and cancelling", "[base][timer]") {
  std::mt19937 random(7);
  std::vector<int> log;
  TimerHeap heap;
  std::vector<std::unique_ptr<Recorder>> timers;
  std::vector<int> expected_deadline(200, -1);
  for (int i = 0; i < 200; ++i) timers.push_back(std::make_unique<Recorder>(log, i));
  for (int step = 0; step < 5000; ++step) {
    const auto i = random() % timers.size();
    if (random() % 4 == 0) {
      heap.cancel(*timers[i]);
      expected_deadline[i] = -1;
    } else {
      expected_deadline[i] = static_cast<int>(random() % 1000);
      heap.arm(*timers[i], at(expected_deadline[i]));
    }
  }
  heap.fire_due(at(499));
  int last = -1;
  for (const int id : log) {
    const int deadline = expected_deadline[static_cast<std::size_t>(id)];
    REQUIRE(deadline >= last);
    REQUIRE(deadline <= 499);
    last = deadline;
  }
  for (std::size_t i = 0; i < timers.size(); ++i) {
    REQUIRE(timers[i]->armed() == (expected_deadline[i] > 499));
    heap.cancel(*timers[i]);
  }
}
