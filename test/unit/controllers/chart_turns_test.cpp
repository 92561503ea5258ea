#include "operator/controllers/chart_turns.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"

using namespace std::chrono_literals;
using namespace kyma;
using controllers::ChartTurns;

namespace {

struct Fixture {
  explicit Fixture(std::size_t at_once) : turns(at_once) {}

  void spawn(InternedString chart, Duration takes) {
    tasks.spawn([](Fixture& f, InternedString name, Duration span) -> asio::awaitable<void> {
      const ChartTurns::Turn turn = co_await f.turns.take(name);
      f.most = std::max(f.most, ++f.running);
      co_await f.clock.sleep_for(span);
      --f.running;
      f.ended.push_back(name.str());
    }(*this, std::move(chart), takes));
  }

  ManualClock clock;
  asio::io_context loop;
  ChartTurns turns;
  TaskGroup tasks{loop.get_executor()};
  int running = 0;
  int most = 0;
  std::vector<std::string> ended;
};

}  // namespace

TEST_CASE("A chart gets as many turns at once as it may, and the others theirs", "[controllers][turns]") {
  Fixture f(2);
  for (int i = 0; i < 10; ++i) f.spawn("slow", 1min);
  f.spawn("quick", 1s);
  f.clock.run_for(f.loop, 2s);
  CHECK(f.ended == std::vector<std::string>{"quick"});
  CHECK(f.most == 3);
  f.clock.run(f.loop, f.tasks.join());
  CHECK(f.ended.size() == 11);
  CHECK(f.clock.elapsed() == 5min);
  CHECK(f.turns.size() == 0);
}

TEST_CASE("A turn that is broken off, and one that is waited for in vain, are given back", "[controllers][turns]") {
  Fixture f(1);
  for (int i = 0; i < 3; ++i) f.spawn("slow", 1min);
  f.clock.run_for(f.loop, 1s);
  CHECK(f.turns.size() == 1);
  f.clock.run(f.loop, f.tasks.stop());
  CHECK(f.turns.size() == 0);
  f.spawn("slow", 1s);
  f.clock.run(f.loop, f.tasks.join());
  CHECK(f.ended == std::vector<std::string>{"slow"});
}
