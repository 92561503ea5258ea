#include "operator/base/run_to_end.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/base/task_group.hpp"

using namespace kyma;

namespace {

class QuietLog final : public LogSink {
 public:
  QuietLog() { logging::set_sink(this); }
  ~QuietLog() override { logging::set_sink(nullptr); }
  void write(std::string_view line) override { lines.emplace_back(line); }

  std::vector<std::string> lines;
};

// A program whose tasks refer to it until they have ended.
struct Program {
  explicit Program(asio::io_context& loop) : tasks(loop.get_executor()) {}

  asio::awaitable<int> run() {
    tasks.spawn(work());
    tasks.spawn(fail());
    while (!stopping) co_await stopped.wait();
    co_await tasks.stop();
    if (fails_at_the_end) throw std::runtime_error("at the end");
    co_return 7;
  }
  asio::awaitable<void> work() {
    struct Note {
      std::vector<std::string>& log;
      ~Note() { log.emplace_back("a task has ended"); }
    } const note{log};
    for (;;) co_await never.wait();
  }
  asio::awaitable<void> fail() {
    for (int i = 0; i < failures; ++i) {
      tasks.spawn([](int number) -> asio::awaitable<void> {
        throw std::runtime_error("bug " + std::to_string(number));
        co_return;
      }(i));
    }
    co_return;
  }
  void stop() {
    ++stops;
    stopping = true;
    stopped.notify_all();
  }

  TaskGroup tasks;
  Condition stopped;
  Condition never;
  std::vector<std::string> log;
  int failures = 0;
  int stops = 0;
  bool stopping = false;
  bool fails_at_the_end = false;
};

int run(asio::io_context& loop, Program& program) {
  return run_to_end(loop, program.run(), {[&] { loop.run(); }, [&] { program.stop(); }});
}

}  // namespace

TEST_CASE("A program that ends by itself gives its code", "[base][run]") {
  asio::io_context loop;
  Program program(loop);
  asio::post(loop, [&] { program.stop(); });
  CHECK(run(loop, program) == 7);
  CHECK(program.stops == 1);
}

TEST_CASE("What is thrown out of the loop is thrown on when every task has ended", "[base][run]") {
  const QuietLog quiet;
  asio::io_context loop;
  Program program(loop);
  program.failures = 3;
  CHECK_THROWS_WITH(run(loop, program), "bug 0");
  CHECK(program.tasks.empty());
  CHECK(program.log == std::vector<std::string>{"a task has ended"});
  CHECK(program.stops == 3);
  CHECK(quiet.lines.size() == 3);
}

TEST_CASE("What the main task throws is thrown", "[base][run]") {
  asio::io_context loop;
  Program program(loop);
  program.fails_at_the_end = true;
  asio::post(loop, [&] { program.stop(); });
  CHECK_THROWS_WITH(run(loop, program), "at the end");
}
