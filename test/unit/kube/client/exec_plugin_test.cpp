#include "operator/kube/client/exec_plugin.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>

#include "operator/base/task_group.hpp"
#include "operator/kube/meta/time.hpp"
#include "test/unit/http/silent_log.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

// A plugin in virtual time: what it prints, how long it takes, how often it ran.
struct FakePlugin {
  ProcessRunner runner() {
    return [this](ProcessRequest request) { return run(std::move(request)); };
  }
  asio::awaitable<ProcessResult> run(ProcessRequest request) {
    ++runs;
    last = std::move(request);
    ++alive;
    struct End {
      int& alive;
      ~End() { --alive; }
    } const end{alive};
    co_await clock->sleep_for(takes);
    co_return result;
  }
  void prints(const std::string& token, std::optional<WallTime> expires = {}) {
    result = {};
    result.output =
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":")" + token + '"';
    if (expires) result.output += R"(,"expirationTimestamp":")" + format_time(*expires) + '"';
    result.output += "}}";
  }
  void fails(const std::string& words) {
    result = {};
    result.exit_code = 3;
    result.output = "S3CRET";
    result.error_tail = words;
  }

  Clock* clock = nullptr;
  ProcessResult result;
  ProcessRequest last;
  Duration takes = 200ms;
  int runs = 0;
  int alive = 0;
};

struct World {
  explicit World() : api(options(), config(), &registry) { plugin.clock = &api.clock; }

  ClientOptions options() {
    ClientOptions result;
    result.process_runner = plugin.runner();
    result.qps = 0;
    return result;
  }
  static ClusterConfig config() {
    ClusterConfig result;
    result.source = "f";
    result.exec.emplace();
    result.exec->command = "get-token";
    result.exec->api_version = kExecV1;
    result.exec->install_hint = "see example.com";
    return result;
  }
  Outcome<std::string> request() { return api.run(api.client->get_raw("/version")); }
  std::string sent(std::size_t index) { return std::string(api.requests.at(index).headers.get("Authorization")); }
  double loads(const std::string& result) {
    return registry.counter("kyma_operator_credential_loads_total", "", {"kind", "result"})
        .with({"exec", result})
        .value();
  }

  FakePlugin plugin;
  metrics::Registry registry;
  ScriptedApi api;
};

}  // namespace

TEST_CASE("A plugin runs once for all who wait, and not again before its credential expires", "[kube][client][exec]") {
  World world;
  world.plugin.prints("one", world.api.clock.wall_now() + 10min);
  TaskGroup tasks(world.api.loop.get_executor());
  int answered = 0;
  for (int i = 0; i < 50; ++i) {
    tasks.spawn([](Client& client, int& count) -> asio::awaitable<void> {
      if (co_await client.get_raw("/version")) ++count;
    }(*world.api.client, answered));
  }
  world.api.run(tasks.join());
  CHECK(answered == 50);
  CHECK(world.plugin.runs == 1);
  CHECK(world.sent(49) == "Bearer one");
  world.api.clock.run_for(world.api.loop, 9min);
  REQUIRE(world.request());
  CHECK(world.plugin.runs == 1);

  world.plugin.prints("two");
  world.api.clock.run_for(world.api.loop, 1min);
  REQUIRE(world.request());
  CHECK(world.sent(51) == "Bearer two");
  CHECK(world.plugin.runs == 2);
  // Without an expiry it is good for ever.
  world.api.clock.run_for(world.api.loop, 1000h);
  REQUIRE(world.request());
  CHECK(world.plugin.runs == 2);
  CHECK(world.loads("success") == 2);
  CHECK(world.loads("error") == 0);
}

TEST_CASE("A plugin is told the protocol by its environment", "[kube][client][exec]") {
  World world;
  world.plugin.prints("one");
  REQUIRE(world.request());
  REQUIRE(world.plugin.last.environment.size() == 1);
  CHECK(world.plugin.last.environment[0].first == "KUBERNETES_EXEC_INFO");
  CHECK(world.plugin.last.environment[0].second.find("\"interactive\":false") != std::string::npos);
  CHECK(world.plugin.last.max_output_bytes == 1024 * 1024);
}

TEST_CASE("A refused credential is replaced once for all, and the requests sent again", "[kube][client][exec]") {
  World world;
  world.plugin.prints("one");
  REQUIRE(world.request());
  world.plugin.prints("two");
  for (int i = 0; i < 3; ++i) world.api.answer(401, "");
  TaskGroup tasks(world.api.loop.get_executor());
  int answered = 0;
  for (int i = 0; i < 3; ++i) {
    tasks.spawn([](Client& client, int& count) -> asio::awaitable<void> {
      if (co_await client.create(kKymas, "ns", "{}")) ++count;
    }(*world.api.client, answered));
  }
  world.api.run(tasks.join());
  CHECK(answered == 3);
  CHECK(world.plugin.runs == 2);
  REQUIRE(world.api.requests.size() == 7);
  CHECK(world.sent(6) == "Bearer two");
}

TEST_CASE("A watch that is refused gets a new credential too", "[kube][client][exec]") {
  World world;
  world.plugin.prints("one");
  REQUIRE(world.request());
  world.plugin.prints("two");
  world.api.answer(401, "");
  world.api.stream({"{}"});
  const auto watch = world.api.run(world.api.client->watch(kKymas, {}));
  REQUIRE(watch.has_value());
  CHECK(world.sent(2) == "Bearer two");
}

TEST_CASE("Credentials that the server refuses again and again cause no storm of plugins", "[kube][client][exec]") {
  World world;
  world.plugin.prints("same");
  REQUIRE(world.request());
  for (int i = 0; i < 20; ++i) world.api.answer(401, "");
  for (int i = 0; i < 20; ++i) CHECK(world.request().error().is_unauthorized());
  CHECK(world.plugin.runs == 2);
  CHECK(world.api.requests.size() == 21);  // the same token is not tried twice
  world.api.clock.run_for(world.api.loop, 10s);
  world.api.answer(401, "");
  CHECK(world.request().has_error());
  CHECK(world.plugin.runs == 3);
}

TEST_CASE("A plugin that fails is named with its last words, and left alone for a while", "[kube][client][exec]") {
  World world;
  world.plugin.fails("no session: log in");
  const auto failed = world.request();
  REQUIRE(failed.has_error());
  CHECK(failed.error().is_unauthorized());
  CHECK(failed.error().http_status == 0);
  CHECK(failed.error().message ==
        R"(cannot authenticate: exec plugin "get-token" failed with exit code 3: no session: log in (f))");
  CHECK(world.api.requests.empty());
  for (int i = 0; i < 100; ++i) CHECK(world.request().error().message == failed.error().message);
  CHECK(world.plugin.runs == 1);

  // 1, 2, 4, 4, 4 s...
  for (int i = 0; i < 43; ++i) {
    world.api.clock.run_for(world.api.loop, 1s);
    CHECK(world.request().has_error());
  }
  CHECK(world.plugin.runs == 13);
  CHECK(world.loads("error") == 13);
  world.plugin.prints("well");
  world.api.clock.run_for(world.api.loop, 4s);
  CHECK(world.request());
  CHECK(world.sent(0) == "Bearer well");
}

TEST_CASE("A plugin that hangs is told of after a while, and ended after half a minute", "[kube][client][exec]") {
  const http::testing::SilentLog log;
  World world;
  world.plugin.takes = 24h;
  world.api.clock.run_for(world.api.loop, 1s);
  TaskGroup tasks(world.api.loop.get_executor());
  std::optional<Error> failure;
  tasks.spawn([](Client& client, std::optional<Error>& into) -> asio::awaitable<void> {
    const auto outcome = co_await client.get_raw("/version");
    if (!outcome) into = outcome.error();
  }(*world.api.client, failure));
  world.api.clock.run_for(world.api.loop, 4s);
  CHECK(world.api.client->why_waiting().empty());
  world.api.clock.run_for(world.api.loop, 3s);
  CHECK(world.api.client->why_waiting() == R"(cannot authenticate: exec plugin "get-token" has not ended for 7 s (f))");
  world.api.run(tasks.join());
  REQUIRE(failure);
  CHECK(failure->message.find("did not end within 30 s and was killed") != std::string::npos);
  CHECK(world.api.client->why_waiting().empty());
  CHECK(world.api.clock.elapsed() == 31s);
  CHECK(world.plugin.alive == 0);
}

TEST_CASE("Every way in which a plugin fails is told apart", "[kube][client][exec]") {
  World world;
  const auto message = [&](ProcessResult result) {
    world.plugin.result = std::move(result);
    world.api.clock.run_for(world.api.loop, 31s);
    const auto outcome = world.request();
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().message.find("S3CRET") == std::string::npos);
    return outcome.error().message;
  };
  ProcessResult result;
  result.not_started = std::make_error_code(std::errc::no_such_file_or_directory);
  CHECK(message(result) ==
        "cannot authenticate: exec plugin \"get-token\" cannot be started: No such file or "
        "directory; install it, or correct users[].user.exec.command: see example.com (f)");
  result.not_started = std::make_error_code(std::errc::permission_denied);
  CHECK(message(result).find("make it executable") != std::string::npos);
  result = {};
  result.output_too_large = true;
  result.output = "S3CRET";
  CHECK(message(result).find("printed more than 1 MiB") != std::string::npos);
  result = {};
  result.signal = 11;
  CHECK(message(result).find("was ended by signal 11") != std::string::npos);
  result = {};
  result.output = "S3CRET";
  CHECK(message(result).find("printed something else than an ExecCredential") != std::string::npos);
}

TEST_CASE("A credential that has expired when it comes is tried, not fetched in a loop", "[kube][client][exec]") {
  World world;
  world.plugin.prints("old", world.api.clock.wall_now() - 1min);
  for (int i = 0; i < 10; ++i) CHECK(world.request());
  CHECK(world.plugin.runs == 1);
  world.api.clock.run_for(world.api.loop, 1s);
  CHECK(world.request());
  CHECK(world.plugin.runs == 2);
}

TEST_CASE("Who runs the plugin may be cancelled: the next in line runs it anew", "[kube][client][exec]") {
  const http::testing::SilentLog log;
  World world;
  world.plugin.takes = 10s;
  world.plugin.prints("one");
  TaskGroup first(world.api.loop.get_executor());
  TaskGroup second(world.api.loop.get_executor());
  const auto ask = [](Client& client, std::optional<bool>& answered) -> asio::awaitable<void> {
    answered = (co_await client.get_raw("/version")).has_value();
  };
  std::optional<bool> got_first;
  std::optional<bool> got_second;
  first.spawn(ask(*world.api.client, got_first));
  second.spawn(ask(*world.api.client, got_second));
  world.api.clock.run_for(world.api.loop, 5s);
  world.api.run(first.stop());
  CHECK_FALSE(got_first);
  world.api.run(second.join());
  CHECK(got_second == true);
  CHECK(world.plugin.runs == 2);
  CHECK(world.plugin.alive == 0);
}

TEST_CASE("Closing the client ends the plugin and who waits for it", "[kube][client][exec]") {
  World world;
  world.plugin.takes = 10s;
  TaskGroup tasks(world.api.loop.get_executor());
  std::vector<std::string> failures;
  for (int i = 0; i < 3; ++i) {
    tasks.spawn([](Client& client, std::vector<std::string>& into) -> asio::awaitable<void> {
      const auto outcome = co_await client.get_raw("/version");
      into.push_back(outcome ? "answered" : outcome.error().describe());
    }(*world.api.client, failures));
  }
  world.api.clock.run_for(world.api.loop, 1s);
  world.api.client->close();
  world.api.run(tasks.join());
  CHECK(failures == std::vector<std::string>(3, "Transport: shut down: the client is closed"));
  CHECK(world.plugin.alive == 0);
  CHECK(world.api.clock.elapsed() == 1s);
}

TEST_CASE("A token of the configuration leaves the plugin alone", "[kube][client][exec]") {
  FakePlugin plugin;
  ClientOptions options;
  options.process_runner = plugin.runner();
  ClusterConfig config = World::config();
  config.token = "given";
  ScriptedApi api(options, config);
  REQUIRE(api.run(api.client->get_raw("/version")).has_value());
  CHECK(api.requests.at(0).headers.get("Authorization") == "Bearer given");
  CHECK(plugin.runs == 0);
}
