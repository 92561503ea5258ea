#include <catch2/catch_test_macros.hpp>

#include <dlfcn.h>

#include <fmt/format.h>

#include <boost/asio/thread_pool.hpp>

#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "operator/base/real_clock.hpp"
#include "operator/http/client.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/runtime/cpu_profile.hpp"
#include "operator/runtime/debug_log_level.hpp"
#include "operator/runtime/debug_profiles.hpp"
#include "operator/runtime/metrics_server.hpp"
#include "operator/runtime/router.hpp"
#include "operator/runtime/symbol_table.hpp"
#include "test/unit/http/catch_outcome.hpp"
#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace kyma_debug_test {

// To be found by name.
[[gnu::noinline]] double burn(double seed) {
  for (int i = 0; i < 20'000; ++i) seed = seed * 1.0000001 + 0.5;
  return seed;
}

}  // namespace kyma_debug_test

namespace {

// The debug handlers behind real HTTP, in virtual time; the pool is real and is waited for.
struct World {
  World() {
    std::vector<Route> routes;
    routes.push_back({"/debug/pprof", "profiles", profiles_handler(clock, pool.get_executor())});
    routes.push_back({"/debug/loglevel", "the level", log_level_handler()});
    server = std::make_unique<http::Server>(loop.get_executor(), clock, route("/debug", std::move(routes)),
                                            http::ServerOptions());
    http::ClientOptions options;
    options.host = "debug";
    client = std::make_unique<http::Client>(
        loop.get_executor(), clock, [this] { return dial(); }, options);
  }
  ~World() {
    client->close();
    until([&, stopped = stop()] { return *stopped; });
    pool.join();
  }
  std::shared_ptr<bool> stop() {
    auto stopped = std::make_shared<bool>(false);
    asio::co_spawn(loop, server->stop(0s), [stopped](std::exception_ptr) { *stopped = true; });
    return stopped;
  }
  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial() {
    auto [ours, theirs] = http::make_memory_stream_pair(loop.get_executor());
    server->serve(std::move(theirs));
    co_return std::move(ours);
  }
  // Runs what is ready and waits for the pool, without letting virtual time pass.
  template <class Done>
  void until(Done done) {
    for (;;) {
      clock.run_for(loop, 0s);
      if (done()) return;
      loop.restart();
      loop.run_one();
    }
  }
  struct Pending {
    std::optional<http::Outcome<http::Response>> answer;
  };
  std::shared_ptr<Pending> begin(std::string method, std::string target, std::string body = {}) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    auto pending = std::make_shared<Pending>();
    asio::co_spawn(loop, client->send(std::move(request), {.timeout = 1h}),
                   [pending](std::exception_ptr, auto answer) { pending->answer = std::move(answer); });
    return pending;
  }
  http::Response ask(std::string method, std::string target, std::string body = {}) {
    const auto pending = begin(std::move(method), std::move(target), std::move(body));
    until([&] { return pending->answer.has_value(); });
    if (!*pending->answer) throw std::runtime_error(pending->answer->error().describe());
    return std::move(**pending->answer);
  }

  ManualClock clock;
  asio::io_context loop;
  asio::thread_pool pool{1};
  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::Client> client;
};

bool has_profiler() { return CpuProfile::why_unavailable().empty(); }

}  // namespace

TEST_CASE("The log level is shown and changed while the process runs", "[runtime][debug]") {
  test::QuietLog log;
  World world;
  CHECK(world.ask("GET", "/debug/loglevel").body == "info\n");
  CHECK(world.ask("PUT", "/debug/loglevel", "debug\n").body == "debug\n");
  CHECK(logging::level() == LogLevel::debug);
  CHECK(world.ask("PUT", "/debug/loglevel", R"({"level":"error"})").body == "error\n");
  CHECK(log.count("Log level changed from=debug to=error") == 1);
  CHECK(world.ask("PUT", "/debug/loglevel", "warn").body == "warning\n");
  CHECK(log.count("Log level changed from=error to=warning") == 1);
  for (const char* body : {"", "  ", "loud", "{", "{}", "[]", R"({"level":1})", R"({"Level":"info"})", "debug info"}) {
    INFO(body);
    CHECK(world.ask("PUT", "/debug/loglevel", body).status == 400);
  }
  CHECK(world.ask("POST", "/debug/loglevel", "debug").status == 405);
  CHECK(world.ask("PUT", "/debug/loglevel/x", "debug").status == 404);
  CHECK(logging::level() == LogLevel::warning);
  logging::set_level(LogLevel::info);
}

TEST_CASE("The debug endpoint lists what it has", "[runtime][debug]") {
  World world;
  CHECK(world.ask("GET", "/debug/").body == "/debug/pprof             profiles\n/debug/loglevel          the level\n");
  CHECK(world.ask("GET", "/").status == 200);
  CHECK(world.ask("GET", "/debug/pprof").body.find("profile?seconds=30") == 0);
  CHECK(world.ask("GET", "/debug/pprof/").status == 200);
  for (const char* path : {"/debug/pprofx", "/debug/pprof/nothing", "/debug/pprof/profile/x", "/metrics", "/debugx"}) {
    INFO(path);
    CHECK(world.ask("GET", path).status == 404);
  }
  CHECK(world.ask("GET", "/debug/%zz").status == 400);
}

TEST_CASE("Requests for profiles that make no sense are refused", "[runtime][debug]") {
  World world;
  for (const char* seconds : {"0", "-1", "301", "1e3", "", "5s", "99999999999999999999"}) {
    INFO(seconds);
    CHECK(world.ask("GET", std::string("/debug/pprof/profile?seconds=") + seconds).status == 400);
  }
  CHECK(world.ask("HEAD", "/debug/pprof/profile").status == 405);
  CHECK(world.ask("POST", "/debug/pprof/profile").status == 405);
  CHECK(world.ask("DELETE", "/debug/pprof/heap").status == 405);
  CHECK_FALSE(CpuProfile::running());
}

TEST_CASE("A heap profile needs tcmalloc, and says how to get it", "[runtime][debug]") {
  if (::dlsym(RTLD_DEFAULT, "MallocExtension_ReleaseFreeMemory")) SKIP("runs on tcmalloc");
  World world;
  const auto answer = world.ask("GET", "/debug/pprof/heap");
  CHECK(answer.status == 501);
  CHECK(answer.body.find("LD_PRELOAD=libtcmalloc.so.4") != std::string::npos);
}

TEST_CASE("pprof is told the names of addresses", "[runtime][debug]") {
  World world;
  const auto address = reinterpret_cast<std::uintptr_t>(&kyma_debug_test::burn) + 4;
  const auto library = reinterpret_cast<std::uintptr_t>(::dlsym(RTLD_DEFAULT, "strtol"));
  CHECK(world.ask("GET", "/debug/pprof/symbol").body == "num_symbols: 1\n");
  const auto answer = world.ask("POST", "/debug/pprof/symbol",
                                fmt::format("{:#x}+{:#x}+0x1+garbage++0xfffffffffffffffff+", address, library));
  INFO(answer.body);
  CHECK(answer.body.find(fmt::format("{:#x}\tkyma_debug_test::burn(double)\n", address)) != std::string::npos);
  CHECK(answer.body.find("strtol") != std::string::npos);
  CHECK(answer.body.find("0x1\t0x1\n") != std::string::npos);
  CHECK(answer.body.find("garbage") == std::string::npos);
  CHECK(world.ask("GET", "/debug/pprof/cmdline").body.find("unit_runtime") != std::string::npos);
}

TEST_CASE("A CPU profile ends with its time, and there is one at a time", "[runtime][debug]") {
  if (!has_profiler()) SKIP("gperftools is not installed");
  World world;
  const auto first = world.begin("GET", "/debug/pprof/profile?seconds=20");
  world.until([] { return CpuProfile::running(); });
  CHECK(world.ask("GET", "/debug/pprof/profile?seconds=1").status == 409);
  double result = 1;
  const auto begun = std::clock();
  while (std::clock() - begun < CLOCKS_PER_SEC / 4) result = kyma_debug_test::burn(result);
  REQUIRE(result > 0);
  CHECK_FALSE(first->answer);
  world.clock.run_for(world.loop, 20s);
  world.until([&] { return first->answer.has_value(); });
  REQUIRE(*first->answer);
  const http::Response& profile = **first->answer;
  CHECK(profile.status == 200);
  // The header of gperftools' format, in words of eight bytes: 0, 3, 0, the period, 0; and the maps at the end.
  CHECK(profile.body.substr(0, 17) == std::string("\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\0", 17));
  CHECK(profile.body.find("unit_runtime") != std::string::npos);
  CHECK_FALSE(CpuProfile::running());
}

TEST_CASE("A CPU profile ends when its client goes away", "[runtime][debug]") {
  if (!has_profiler()) SKIP("gperftools is not installed");
  World world;
  const auto pending = world.begin("GET", "/debug/pprof/profile?seconds=300");
  world.until([] { return CpuProfile::running(); });
  for (int i = 0; i < 10; ++i) {  // its head is sent
    world.loop.restart();
    world.loop.poll();
  }
  world.client->close();
  world.until([&] { return pending->answer.has_value() && !CpuProfile::running(); });
  CHECK_FALSE(*pending->answer);
  CHECK(world.clock.now() == ManualClock().now());  // at once, not after its five minutes
}

TEST_CASE("A CPU profile does not hold up the end of the process", "[runtime][debug]") {
  if (!has_profiler()) SKIP("gperftools is not installed");
  World world;
  const auto pending = world.begin("GET", "/debug/pprof/profile?seconds=300");
  world.until([] { return CpuProfile::running(); });
  world.until([stopped = world.stop()] { return *stopped; });
  world.pool.join();  // which may have been the last to hold it
  CHECK_FALSE(CpuProfile::running());
  CHECK(world.clock.now() == ManualClock().now());
}
