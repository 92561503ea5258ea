// The workqueue's cost per item, and a million deadlines. Targets: 100 ns for add + get + done with metrics; a million
// delayed adds that are due in 1 to 2 s: made within 0.5 s and 100 MB, p99 of their lateness at most 50 ms.
// The clock's own benchmark is a floor: add + get + done reads it three times, a worker twice, since it gives the last
// item back and takes the next in one call.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <fstream>
#include <numeric>
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

double resident_mb() {
  malloc_trim(0);
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * 4096 / 1e6;
}

void read_clock(benchmark::State& state) {
  World world;
  for (auto _ : state) benchmark::DoNotOptimize(world.clock.now());
}
BENCHMARK(read_clock);

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

// The same as a controller's worker does it.
void add_and_work(benchmark::State& state) {
  World world;
  const auto items = make_items(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  Work work;
  for (auto _ : state) {
    world.queue.add(world.lane, items[next]);
    next = next + 1 == items.size() ? 0 : next + 1;
    work = world.queue.try_get(world.lane, work);
    benchmark::DoNotOptimize(work);
  }
}
BENCHMARK(add_and_work)->Arg(2)->Arg(1000)->Arg(72'000);

// The same with a thousand of each of 72 flows waiting.
void add_and_work_in_flows(benchmark::State& state) {
  World world;
  const auto items = make_items(72'000);
  std::size_t next = 0;
  const auto add = [&] {
    world.queue.add(world.lane, items[next], kPriorityNormal, Flow(next % 72));
    next = next + 1 == items.size() ? 0 : next + 1;
  };
  for (std::size_t i = 0; i < 71'000; ++i) add();
  Work work;
  for (auto _ : state) {
    add();
    work = world.queue.try_get(world.lane, work);
    benchmark::DoNotOptimize(work);
  }
}
BENCHMARK(add_and_work_in_flows);

// Fill, then drain: what a restart does with every object.
void fill_and_drain(benchmark::State& state) {
  World world;
  const auto items = make_items(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (const Request& item : items) world.queue.add(world.lane, item);
    while (const Work item = world.queue.try_get(world.lane)) world.queue.done(world.lane, *item);
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

// A million deadlines within a second, all met. `drain_ns` is the processor's time for one: beyond 1000 ns it cannot be
// done at all, and where others use the processor too, it tells more than the lateness. The floor: the same deadlines,
// in order in an array, and nothing done.
SteadyTime deadline_of(SteadyTime start, std::size_t index) {
  return start + 1s + std::chrono::microseconds{(index * 0x9E3779B97F4A7C15ull >> 32) % 1'000'000};
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Lateness {
  SteadyTime start;
  std::vector<double> ms;

  Lateness(SteadyTime when, std::size_t count) : start(when) { ms.reserve(count); }
  void note(std::size_t index, SteadyTime now) {
    ms.push_back(std::chrono::duration<double, std::milli>(now - deadline_of(start, index)).count());
  }
  void report(benchmark::State& state) {
    std::sort(ms.begin(), ms.end());
    state.counters["p50_ms"] = ms[ms.size() / 2];
    state.counters["p99_ms"] = ms[ms.size() * 99 / 100];
    state.counters["max_ms"] = ms.back();
  }
};

asio::awaitable<void> measure_lateness(World& world, std::size_t count, Lateness& lateness) {
  Work work;
  while (lateness.ms.size() < count) {
    work = world.queue.try_get(world.lane, work);
    if (!work) work = co_await world.queue.get(world.lane);
    const std::string_view number = work->name.view().substr(5);
    std::size_t index = 0;
    std::from_chars(number.data(), number.data() + number.size(), index);
    lateness.note(index, world.clock.now());
  }
  world.queue.done(world.lane, *work);
}

void meet_deadlines(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto items = make_items(count);
  for (auto _ : state) {
    World world;
    Lateness lateness(world.clock.now(), count);
    const double before = resident_mb();
    const double cpu_before = cpu_seconds();
    lateness.start = world.clock.now();
    for (std::size_t i = 0; i < count; ++i) {
      world.queue.add_after(world.lane, items[i], deadline_of(lateness.start, i) - world.clock.now());
    }
    state.counters["insert_s"] = std::chrono::duration<double>(world.clock.now() - lateness.start).count();
    const double cpu_inserted = cpu_seconds();
    state.counters["insert_cpu_s"] = cpu_inserted - cpu_before;
    state.counters["rss_MB"] = resident_mb() - before;
    TaskGroup tasks(world.loop.get_executor());
    tasks.spawn(measure_lateness(world, count, lateness));
    world.loop.run();
    state.counters["drain_ns"] = (cpu_seconds() - cpu_inserted) * 1e9 / static_cast<double>(count);
    lateness.report(state);
  }
}
BENCHMARK(meet_deadlines)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

void meet_deadlines_floor(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    World world;
    Lateness lateness(world.clock.now(), count);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t index) { return deadline_of(lateness.start, index); });
    std::size_t next = 0;
    Timer timer(world.clock, [&] {
      for (; next < count; ++next) {
        const SteadyTime now = world.clock.now();
        const SteadyTime deadline = deadline_of(lateness.start, order[next]);
        if (deadline > now) return timer.expires_at(deadline);
        lateness.note(order[next], now);
      }
    });
    timer.expires_at(deadline_of(lateness.start, order.front()));
    world.loop.run();
    lateness.report(state);
  }
}
BENCHMARK(meet_deadlines_floor)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
