// The workqueue's cost per item, and a million deadlines. Targets: 100 ns for add + get + done with metrics; a million
// delayed adds within 0.5 s and 100 MB; p99 of their lateness at most 50 ms.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/runtime/workqueue.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

std::vector<Request> make_items(std::size_t count) {
  std::vector<Request> items;
  items.reserve(count);
  for (std::size_t i = 0; i < count; ++i) items.push_back({"default", "item-" + std::to_string(i)});
  return items;
}

struct World {
  asio::io_context loop;
  RealClock clock{loop.get_executor()};
  metrics::Registry registry;
  Workqueue queue{clock, &registry};
  LaneId lane = queue.add_lane("bench", make_default_rate_limiter(clock));
};

std::size_t allocated_bytes() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// One item at a time through a queue that otherwise knows of nothing.
void add_get_done(benchmark::State& state) {
  World world;
  const auto items = make_items(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    const Request& item = items[next];
    next = next + 1 == items.size() ? 0 : next + 1;
    world.queue.add(world.lane, item);
    benchmark::DoNotOptimize(world.queue.try_get(world.lane));
    world.queue.done(world.lane, item);
  }
}
BENCHMARK(add_get_done)->Arg(1)->Arg(1000)->Arg(72'000);

// Fill, then drain: what a restart does with every object.
void fill_and_drain(benchmark::State& state) {
  World world;
  const auto items = make_items(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (const Request& item : items) world.queue.add(world.lane, item);
    while (const auto item = world.queue.try_get(world.lane)) world.queue.done(world.lane, *item);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(fill_and_drain)->Arg(72'000)->Unit(benchmark::kMillisecond);

// The lifecycle's step: get, then done with a delay, which is what the queue does most.
void get_delay_done(benchmark::State& state) {
  World world;
  const auto items = make_items(72'000);
  std::minstd_rand random;
  for (const Request& item : items) world.queue.add_after(world.lane, item, 1h + std::chrono::seconds{random() % 60});
  std::size_t next = 0;
  for (auto _ : state) {
    const Request& item = items[next];
    next = next + 1 == items.size() ? 0 : next + 1;
    world.queue.add(world.lane, item);
    benchmark::DoNotOptimize(world.queue.try_get(world.lane));
    world.queue.forget(world.lane, item);
    world.queue.add_after(world.lane, item, 1h + std::chrono::seconds{random() % 60});
    world.queue.done(world.lane, item);
  }
}
BENCHMARK(get_delay_done);

void insert_delayed(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto items = make_items(count);
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto world = std::make_unique<World>();
    std::minstd_rand random;
    const std::size_t before = allocated_bytes();
    state.ResumeTiming();
    for (const Request& item : items) {
      world->queue.add_after(world->lane, item, 1h + std::chrono::microseconds{random() % 60'000'000});
    }
    state.PauseTiming();
    bytes = allocated_bytes() - before;
    world.reset();
    state.ResumeTiming();
  }
  state.counters["MB"] = static_cast<double>(bytes) / 1e6;
}
BENCHMARK(insert_delayed)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

asio::awaitable<void> measure_lateness(World& world, std::vector<SteadyTime>& deadlines, std::vector<double>& late_ms) {
  while (late_ms.size() < deadlines.size()) {
    const auto item = co_await world.queue.get(world.lane);
    const auto index = std::stoul(std::string(item->name.view().substr(5)));
    late_ms.push_back(std::chrono::duration<double, std::milli>(world.clock.now() - deadlines[index]).count());
    world.queue.done(world.lane, *item);
  }
}

// A million deadlines within five seconds, all met.
void meet_deadlines(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto items = make_items(count);
  std::vector<double> late_ms;
  for (auto _ : state) {
    World world;
    late_ms.clear();
    late_ms.reserve(count);
    std::vector<SteadyTime> deadlines(count);
    std::minstd_rand random;
    const SteadyTime begin = world.clock.now() + 1s;
    for (std::size_t i = 0; i < count; ++i) {
      deadlines[i] = begin + std::chrono::microseconds{random() % 5'000'000};
      world.queue.add_after(world.lane, items[i], deadlines[i] - world.clock.now());
    }
    TaskGroup tasks(world.loop.get_executor());
    tasks.spawn(measure_lateness(world, deadlines, late_ms));
    world.loop.run();
  }
  std::sort(late_ms.begin(), late_ms.end());
  state.counters["p50_ms"] = late_ms[late_ms.size() / 2];
  state.counters["p99_ms"] = late_ms[late_ms.size() * 99 / 100];
  state.counters["max_ms"] = late_ms.back();
}
BENCHMARK(meet_deadlines)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
