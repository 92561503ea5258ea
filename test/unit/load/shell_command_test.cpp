// Real processes and the real clock: a shell cannot be played.
#include "cmd/kyma-load/shell_command.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <filesystem>
#include <optional>

#include "operator/base/real_clock.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

namespace {

kube::Outcome<void> run(const std::string& command, Duration limit = 20s) {
  asio::io_context loop;
  RealClock clock(loop.get_executor());
  std::optional<kube::Outcome<void>> outcome;
  asio::co_spawn(loop, run_shell_command(clock, command, limit),
                 [&](std::exception_ptr error, kube::Outcome<void> value) {
                   if (error) std::rethrow_exception(error);
                   outcome = std::move(value);
                 });
  while (!outcome && loop.run_one() > 0) {
  }
  return *outcome;
}

}  // namespace

TEST_CASE("A command that succeeds is no error", "[load][shell]") { REQUIRE(run("test 1 = 1 && true").has_value()); }

TEST_CASE("A command that fails says how", "[load][shell]") {
  REQUIRE(run("exit 3").error().message == "\"exit 3\" ended with exit code 3");
  REQUIRE(run("kill -9 $$").error().message.find("signal 9") != std::string::npos);
  REQUIRE(run("/no/such/program 2>/dev/null").error().message.find("exit code 127") != std::string::npos);
}

TEST_CASE("A command that does not end is left alone after its limit", "[load][shell]") {
  const auto ended = run("exec sleep 1", 100ms);
  REQUIRE(ended.has_error());
  REQUIRE(ended.error().message.find("has not ended within 100ms") != std::string::npos);
}

TEST_CASE("A command inherits no descriptor, reads nothing, and leads a process group of its own", "[load][shell]") {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("kyma-load-shell.{}", ::getpid());
  FILE* const held = std::fopen(file.c_str(), "w");
  REQUIRE(held);
  const int number = ::fileno(held);
  REQUIRE(run(fmt::format("test ! -e /proc/self/fd/{}", number)).has_value());
  REQUIRE(run("test -z \"$(cat)\"").has_value());
  REQUIRE(run("test $(ps -o pgid= -p $$ 2>/dev/null || echo $$) = $$").has_value());
  std::fclose(held);
  std::filesystem::remove(file);
}
