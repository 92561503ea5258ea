#include "operator/controllers/chart_watcher.hpp"

#include <sys/inotify.h>
#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/controllers/chart_tree.hpp"
#include "test/support/chart_directory.hpp"

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::controllers;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kManifest = "kind: ConfigMap\n";

class QuietLog final : public LogSink {
 public:
  QuietLog() { logging::set_sink(this); }
  ~QuietLog() override { logging::set_sink(nullptr); }
  void write(std::string_view line) override { text += line; }
  bool has(std::string_view part) const { return text.find(part) != std::string::npos; }

  std::string text;
};

// Where the system has no descriptors left.
Inotify no_instances() {
  Inotify system = Inotify::of_the_system();
  system.open = [] {
    errno = EMFILE;
    return -1;
  };
  return system;
}

// Where it gives this many watches and no more.
int watches_left = 0;
Inotify few_watches(int count) {
  watches_left = count;
  Inotify system = Inotify::of_the_system();
  system.watch = [](int descriptor, const char* path, std::uint32_t events) {
    if (watches_left-- > 0) return inotify_add_watch(descriptor, path, events);
    errno = ENOSPC;
    return -1;
  };
  return system;
}

struct Fixture {
  ChartWatcher watcher(Inotify system = Inotify::of_the_system()) {
    return {loop.get_executor(), loop.get_executor(), clock, charts.path(), system};
  }
  // Whether a change is told within an hour.
  bool told(ChartWatcher& watcher) {
    bool result = false;
    TaskGroup tasks(loop.get_executor());
    tasks.spawn([](ChartWatcher& w, bool& out) -> asio::awaitable<void> {
      co_await w.changed();
      out = true;
    }(watcher, result));
    const Duration end = clock.elapsed() + 1h;
    while (!result && clock.elapsed() < end) clock.run_for(loop, 1s);
    clock.run(loop, tasks.stop());
    return result;
  }

  test::ChartDirectory charts;
  ManualClock clock;
  asio::io_context loop;
};

}  // namespace

TEST_CASE("The watcher notices a directory of charts that is another one, and links that lead in circles",
          "[controllers][watcher]") {
  test::ChartDirectory charts;
  charts.chart("one/istio", kManifest);
  charts.chart("two/istio", kManifest);
  for (const char* link : {"a", "b"}) fs::create_directory_symlink(charts.path() / "one", charts.path() / "one" / link);
  fs::create_directory_symlink("/", charts.path() / "one" / "all");
  const fs::path current = charts.path() / "current";
  fs::create_directory_symlink("one", current);
  ManualClock clock;
  asio::io_context loop;
  ChartWatcher watcher(loop.get_executor(), loop.get_executor(), clock, current);
  fs::remove(current);
  fs::create_directory_symlink("two", current);
  clock.run(loop, watcher.changed());
  CHECK(clock.elapsed() >= ChartWatcher::kLook);
  CHECK(clock.elapsed() < ChartWatcher::kLook + 2 * ChartWatcher::kQuiet);
  bool again = false;
  TaskGroup tasks(loop.get_executor());
  tasks.spawn([](ChartWatcher& w, bool& told) -> asio::awaitable<void> {
    co_await w.changed();
    told = true;
  }(watcher, again));
  clock.run_for(loop, 1min);
  CHECK_FALSE(again);
  charts.write("two/istio/templates/b.yaml", "a: 1");
  clock.run(loop, tasks.join());
  CHECK(again);
}

TEST_CASE("Without inotify the charts are looked at now and then, and the remedy is named", "[controllers][watcher]") {
  const QuietLog quiet;
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  std::string remedy;
  Inotify system{};
  SECTION("no instance") {
    system = no_instances();
    remedy = "fs.inotify.max_user_instances";
  }
  SECTION("no watch for the directory") {
    system = few_watches(0);
    remedy = "fs.inotify.max_user_watches";
  }
  SECTION("no watch for what is below it") {
    system = few_watches(2);
    remedy = "fs.inotify.max_user_watches";
  }
  ChartWatcher watcher = fixture.watcher(system);
  REQUIRE(watcher.polls());
  CHECK(quiet.has(remedy));
  CHECK_FALSE(fixture.told(watcher));
  fixture.charts.write("istio/templates/a.yaml", "kind: Secret\n");
  const Duration before = fixture.clock.elapsed();
  CHECK(fixture.told(watcher));
  CHECK(fixture.clock.elapsed() - before <= ChartWatcher::kPoll + 2s);
  CHECK_FALSE(fixture.told(watcher));
  fs::remove_all(fixture.charts.path());
  CHECK(fixture.told(watcher));
  fixture.charts.chart("istio", kManifest);
  CHECK(fixture.told(watcher));
}

TEST_CASE("Watches that run out later are noticed then", "[controllers][watcher]") {
  const QuietLog quiet;
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  ChartWatcher watcher = fixture.watcher(few_watches(3));
  REQUIRE_FALSE(watcher.polls());
  fixture.charts.chart("ory", kManifest);
  CHECK(fixture.told(watcher));
  CHECK(watcher.polls());
  CHECK(quiet.has("fs.inotify.max_user_watches"));
  fixture.charts.write("ory/templates/a.yaml", "kind: Secret\n");
  CHECK(fixture.told(watcher));
  CHECK_FALSE(fixture.told(watcher));
}

TEST_CASE("A chart that is being written is told of when it has been quiet, or after a while",
          "[controllers][watcher]") {
  const QuietLog quiet;
  Fixture fixture;
  fixture.charts.chart("istio", kManifest);
  ChartWatcher watcher = fixture.watcher(no_instances());
  int writes = 0;
  std::unique_ptr<Timer> writer;
  writer = std::make_unique<Timer>(fixture.clock, [&] {
    fixture.charts.write("istio/templates/" + std::to_string(++writes) + ".yaml", "a: 1\n");
    writer->expires_after(100ms);
  });
  writer->expires_after(ChartWatcher::kPoll - 50ms);
  fixture.clock.run(fixture.loop, watcher.changed());
  CHECK(fixture.clock.elapsed() >= ChartWatcher::kPoll + ChartWatcher::kLongest);
  CHECK(fixture.clock.elapsed() <= ChartWatcher::kPoll + ChartWatcher::kLongest + ChartWatcher::kQuiet);
  writer->cancel();
}

TEST_CASE("The number of a tree is another one after every kind of change", "[controllers][watcher]") {
  const test::ChartDirectory charts;
  charts.chart("istio", kManifest);
  fs::create_directory_symlink(charts.path(), charts.path() / "istio" / "circle");
  fs::create_directory_symlink("/", charts.path() / "all");
  const fs::path file = charts.path() / "istio/templates/a.yaml";
  std::uint64_t last = look_at_tree(charts.path());
  const auto changed = [&] { return std::exchange(last, look_at_tree(charts.path())) != last; };
  CHECK_FALSE(changed());
  SECTION("content of the same length and time") {
    const auto time = fs::last_write_time(file);
    charts.write("istio/templates/a.yaml", "kind: Confi9Map\n");
    fs::last_write_time(file, time);
    CHECK(changed());
  }
  SECTION("a name") {
    fs::rename(file, charts.path() / "istio/templates/b.yaml");
    CHECK(changed());
  }
  SECTION("one more") {
    charts.write("new/deep/er", "");
    CHECK(changed());
    charts.write("new/deep/er", "x");
    CHECK(changed());
  }
  SECTION("one less") {
    fs::remove_all(charts.path() / "istio");
    CHECK(changed());
  }
  SECTION("a link that is turned") {
    charts.chart("ory", kManifest);
    fs::create_directory_symlink("istio", charts.path() / "current");
    CHECK(changed());
    fs::remove(charts.path() / "current");
    fs::create_directory_symlink("ory", charts.path() / "current");
    CHECK(changed());
  }
  SECTION("all of it") {
    fs::remove_all(charts.path());
    CHECK(changed());
    CHECK(last == 0);
  }
  CHECK_FALSE(changed());
}
