#include "operator/kube/client/child_process.hpp"

#include <catch2/catch_test_macros.hpp>

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "operator/base/race.hpp"
#include "test/integration/kube/client/real_loop.hpp"
#include "test/unit/kube/client/scratch_directory.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

struct World : RealLoop {
  ProcessResult sh(const std::string& script, std::size_t limit = 1024 * 1024) {
    return run(run_process(clock, {"sh", {"-c", script}, {{"GREETING", "hello  $world"}}, limit}));
  }
  // The number that the script wrote into this file.
  ::pid_t pid_in(const std::string& path) {
    ::pid_t pid = 0;
    eventually([&] { return bool(std::ifstream(path) >> pid); });
    return pid;
  }
};

bool is_alive(::pid_t pid) { return pid > 0 && ::kill(pid, 0) == 0; }
// Neither running nor a zombie.
bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }

}  // namespace

TEST_CASE("A process gives its output, its last words and its exit code", "[kube][client][process]") {
  World world;
  const auto result = world.sh("printf out; printf 'one\\ntwo\\nthree\\n\\033[1mfour\\n' >&2; exit 7");
  CHECK_FALSE(result.not_started);
  CHECK(result.output == "out");
  CHECK(result.error_tail == "two | three |  [1mfour");
  CHECK(result.exit_code == 7);
  CHECK(result.signal == 0);
  CHECK(world.sh("kill -SEGV $$").signal == SIGSEGV);
  CHECK(world.sh("true").exit_code == 0);
  CHECK_FALSE(has_children());
}

TEST_CASE("Arguments and environment arrive as they are given", "[kube][client][process]") {
  World world;
  CHECK(world.sh("printf %s \"$GREETING\"").output == "hello  $world");
  const auto echoed = world.run(run_process(world.clock, {"printf", {"%s|", "$HOME", "a b", ""}, {}}));
  CHECK(echoed.output == "$HOME|a b||");
  CHECK(world.sh("cat; printf '%s' \"$PATH\"").output == std::getenv("PATH"));  // standard input is empty
}

TEST_CASE("A process inherits no descriptor and no blocked signal", "[kube][client][process]") {
  World world;
  const LoopbackServer server(world, nullptr, {});
  const auto result = world.sh("for fd in /proc/self/fd/*; do echo ${fd##*/}; done; grep SigBlk /proc/self/status");
  CHECK(result.output.starts_with("0\n1\n2\n"));
  // One more at most: the shell's own, on the directory that it lists.
  CHECK(std::count(result.output.begin(), result.output.end(), '\n') <= 5);
  CHECK(result.output.find("SigBlk:\t0000000000000000") != std::string::npos);
}

TEST_CASE("What cannot be started says why", "[kube][client][process]") {
  World world;
  const ScratchDirectory directory;
  CHECK(world.run(run_process(world.clock, {"no-such-command-here", {}, {}})).not_started ==
        std::errc::no_such_file_or_directory);
  CHECK(world.run(run_process(world.clock, {directory.write("file", "x"), {}, {}})).not_started ==
        std::errc::permission_denied);
  std::filesystem::permissions(directory.path("file"), std::filesystem::perms::owner_all);
  CHECK(world.run(run_process(world.clock, {directory.path("file"), {}, {}})).not_started ==
        std::errc::executable_format_error);
}

TEST_CASE("Large output is taken whole up to the limit, and ends the process beyond", "[kube][client][process]") {
  World world;
  CHECK(world.sh("head -c 1000000 /dev/zero").output.size() == 1'000'000);
  CHECK(world.sh("head -c 1000 /dev/zero", 1000).output_too_large == false);
  CHECK(world.sh("head -c 1001 /dev/zero", 1000).output_too_large);
  const auto endless = world.sh("exec yes");
  CHECK(endless.output_too_large);
  const auto chatter = world.sh("head -c 3000000 /dev/zero >&2; echo last >&2");
  CHECK(chatter.exit_code == 0);
  CHECK(chatter.error_tail.ends_with("last"));
  CHECK(chatter.error_tail.size() < 700);
  // Two bytes each and one more: 600 bytes from the end is within a character.
  const auto umlauts = world.sh("printf '\\303\\274%.0s' $(seq 2000) >&2; echo . >&2");
  CHECK(umlauts.error_tail.starts_with("...\303\274"));
  CHECK_FALSE(has_children());
}

TEST_CASE("What a process leaves in the background is not waited for", "[kube][client][process]") {
  World world;
  const ScratchDirectory directory;
  const std::string file = directory.path("pid");
  const SteadyTime started = world.clock.now();
  CHECK(world.sh("sleep 30 & echo $! >" + file + "; echo done").output == "done\n");
  CHECK(world.clock.now() - started < 20s);
  ::kill(world.pid_in(file), SIGKILL);
}

TEST_CASE("A process that takes too long is killed with what it has started, and reaped", "[kube][client][process]") {
  World world;
  const ScratchDirectory directory;
  const std::string file = directory.path("pid");
  const std::string script = "trap '' TERM; sleep 30 & echo $! >" + file + "; wait";
  const auto ended = world.run(with_timeout(world.clock, 200ms, run_process(world.clock, {"sh", {"-c", script}, {}})));
  CHECK_FALSE(ended);
  CHECK_FALSE(has_children());
  const ::pid_t grandchild = world.pid_in(file);
  REQUIRE(grandchild > 0);
  // It is init's to reap, which may take its time: a zombie is dead enough.
  CHECK(world.eventually([&] {
    std::string state;
    std::ifstream status("/proc/" + std::to_string(grandchild) + "/stat");
    std::getline(status, state);
    return !is_alive(grandchild) || state.find(") Z ") != std::string::npos;
  }));
}

TEST_CASE("A cancelled coroutine leaves no process behind", "[kube][client][process]") {
  World world;
  const ScratchDirectory directory;
  const std::string file = directory.path("pid");
  TaskGroup tasks(world.loop.get_executor());
  tasks.spawn([](Clock& clock, std::string path) -> asio::awaitable<void> {
    co_await run_process(clock, {"sh", {"-c", "echo $$ >" + path + "; exec sleep 30"}, {}});
  }(world.clock, file));
  ::pid_t child = 0;
  REQUIRE(world.eventually([&] { return bool(std::ifstream(file) >> child); }));
  REQUIRE(is_alive(child));
  world.run(tasks.stop());
  CHECK_FALSE(is_alive(child));
  CHECK_FALSE(has_children());
}

TEST_CASE("A loop that goes takes its processes with it", "[kube][client][process]") {
  const ScratchDirectory directory;
  const std::string file = directory.path("pid");
  ::pid_t child = 0;
  {
    asio::io_context loop;
    RealClock clock(loop.get_executor());
    asio::co_spawn(loop, run_process(clock, {"sh", {"-c", "echo $$ >" + file + "; exec sleep 30"}, {}}),
                   [](const std::exception_ptr&, const ProcessResult&) {});
    for (int i = 0; i < 10'000 && !(std::ifstream(file) >> child); ++i) loop.run_for(1ms);
    REQUIRE(is_alive(child));
  }
  CHECK_FALSE(is_alive(child));
  CHECK_FALSE(has_children());
}
