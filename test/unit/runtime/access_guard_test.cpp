#include "operator/runtime/access_guard.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/http/client.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/runtime/metrics_server.hpp"
#include "test/unit/http/catch_outcome.hpp"
#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

namespace {

// An API server that knows "good" and "poor", of which only the first may get /metrics; and a guarded endpoint.
struct World {
  World() {
    kube::ClientOptions options;
    options.qps = 0;
    options.timeout = 5s;
    kube::ClusterConfig config;
    config.server = "http://fake";
    client = kube::Client::make_with_dialer(
        loop.get_executor(), clock, [this] { return dial(api, reachable); }, config, options, nullptr);
    guard = std::make_unique<AccessGuard>(loop.get_executor(), clock, *client);
    auto inner = read_only_handler([this](const http::Target&) {
      ++served;
      return plain(200, "metrics\n");
    });
    endpoint = std::make_unique<http::Server>(loop.get_executor(), clock, guard->guard(inner), http::ServerOptions());
    http::ClientOptions scraping;
    scraping.host = "endpoint";
    scraping.max_connections = 64;
    scraper = std::make_unique<http::Client>(
        loop.get_executor(), clock, [this] { return dial(*endpoint, true); }, scraping);
  }
  ~World() {
    scraper->close();
    clock.run(loop, endpoint->stop(0s));
    clock.run(loop, guard->stop());
    client->close();
    clock.run(loop, api.stop(0s));
    loop.restart();
    loop.poll();
  }

  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial(http::Server& server, bool up) {
    if (!up) co_return http::Error{http::Errc::connect_failed, "fake: connection refused"};
    auto [ours, theirs] = http::make_memory_stream_pair(loop.get_executor());
    server.serve(std::move(theirs));
    co_return std::move(ours);
  }
  asio::awaitable<void> review(http::Request& request, http::ResponseWriter& writer) {
    const auto target = http::parse_target(request.target);
    const auto review = json::parse(request.body).value();
    asked.push_back(request.body);
    if (hangs) co_await clock.sleep_for(1h);
    if (takes > 0s) co_await clock.sleep_for(takes);
    if (refusal) {
      co_await writer.send({refusal->status, {{"Content-Type", "application/json"}}, refusal->body});
      co_return;
    }
    std::string status;
    if (target->path.ends_with("/tokenreviews")) {
      const std::string token(json::string_at(review, {"spec", "token"}));
      status = token == "good" || token == "poor" ? R"({"authenticated":true,"user":{"username":")" + token +
                                                        R"(","uid":"u1","groups":["a","b"],"extra":{"k":["v"]}}})"
                                                  : R"({"user":{},"error":"invalid bearer token"})";
    } else {
      const bool allowed = json::string_at(review, {"spec", "user"}) == "good" &&
                           json::string_at(review, {"spec", "nonResourceAttributes", "path"}) == "/metrics" && !revoked;
      status = allowed ? R"({"allowed":true})" : R"({"allowed":false,"reason":"no rule matched"})";
    }
    co_await writer.send({201, {{"Content-Type", "application/json"}}, R"({"status":)" + status + "}"});
  }

  http::Request request(std::string authorization, std::string target = "/metrics") const {
    http::Request result;
    result.target = std::move(target);
    if (!authorization.empty()) result.headers.set("Authorization", authorization);
    return result;
  }
  http::Response scrape(const std::string& authorization, const std::string& target = "/metrics") {
    auto answer = clock.run(loop, scraper->send(request(authorization, target), {}));
    if (!answer) throw std::runtime_error(answer.error().describe());
    return std::move(*answer);
  }
  // Several at once; the statuses in the order they came.
  std::vector<unsigned> scrape_at_once(const std::vector<std::string>& authorizations) {
    std::vector<unsigned> statuses;
    for (const auto& each : authorizations) {
      asio::co_spawn(loop, scraper->send(request(each), {}),
                     [&](std::exception_ptr, auto answer) { statuses.push_back(answer ? answer->status : 0); });
    }
    clock.run_until(loop, [&] { return statuses.size() == authorizations.size(); });
    return statuses;
  }

  ManualClock clock;
  asio::io_context loop;  // goes before the clock
  bool reachable = true;
  bool hangs = false;
  bool revoked = false;
  Duration takes{0};
  std::optional<http::Response> refusal;
  std::vector<std::string> asked;  // bodies
  int served = 0;
  test::QuietLog log;
  http::Server api{loop.get_executor(),
                   clock,
                   [this](http::Request& request, http::ResponseWriter& writer) { return review(request, writer); },
                   {}};
  std::unique_ptr<kube::Client> client;
  std::unique_ptr<AccessGuard> guard;
  std::unique_ptr<http::Server> endpoint;
  std::unique_ptr<http::Client> scraper;
};

}  // namespace

TEST_CASE("AccessGuard refuses what is no text without asking anybody", "[runtime][access][hostile]") {
  World world;
  for (const std::string token : {"\xff", "\xff\xfe\xfd", "go\xc3\x28od", "good\xff", "\xc3\xa9"}) {
    CHECK(world.scrape("Bearer " + token).status == 401);
  }
  CHECK(world.scrape("Bearer good", "/metrics%ff").status == 400);
  CHECK(world.asked.empty());
  CHECK(world.served == 0);
}

TEST_CASE("AccessGuard lets in who is known and allowed, and asks once a minute", "[runtime][access]") {
  World world;
  CHECK(world.scrape("Bearer good").body == "metrics\n");
  CHECK(world.scrape("bearer   good").status == 200);
  REQUIRE(world.asked.size() == 2);
  const auto review = json::parse(world.asked[1]).value();
  CHECK(json::to_string(*json::find(review, {"spec"})) ==
        R"({"user":"good","uid":"u1","groups":["a","b"],"extra":{"k":["v"]},)"
        R"("nonResourceAttributes":{"path":"/metrics","verb":"get"}})");
  world.clock.run_for(world.loop, 59s);
  CHECK(world.scrape("Bearer good").status == 200);
  CHECK(world.asked.size() == 2);
  world.clock.run_for(world.loop, 1s);
  CHECK(world.scrape("Bearer good").status == 200);
  CHECK(world.asked.size() == 4);
}

TEST_CASE("AccessGuard tells what is missing without asking where nothing can be asked", "[runtime][access]") {
  World world;
  for (const char* authorization : {"", "Bearer", "Bearer ", "Bearer    ", "Basic Z29vZA==", "good"}) {
    INFO(authorization);
    const auto answer = world.scrape(authorization);
    CHECK(answer.status == 401);
    CHECK(answer.headers.get("WWW-Authenticate") == "Bearer");
    CHECK(answer.body.find("Authorization: Bearer TOKEN") != std::string::npos);
  }
  CHECK(world.asked.empty());
  CHECK(world.served == 0);
}

TEST_CASE("AccessGuard refuses unknown tokens and those without the right, and remembers for ten seconds",
          "[runtime][access]") {
  World world;
  CHECK(world.scrape("Bearer unheard-of").status == 401);
  const auto forbidden = world.scrape("Bearer poor");
  CHECK(forbidden.status == 403);
  CHECK(forbidden.body ==
        "403 forbidden: poor may not get /metrics: no rule matched; bind it to a ClusterRole with nonResourceURLs "
        "[\"/metrics\"] and verbs [\"get\"]\n");
  CHECK(world.scrape("Bearer good", "/other").status == 403);  // a right for one path is none for another
  const auto questions = world.asked.size();
  CHECK(world.scrape("Bearer unheard-of").status == 401);
  CHECK(world.scrape("Bearer poor").status == 403);
  CHECK(world.asked.size() == questions);
  world.clock.run_for(world.loop, 10s);
  CHECK(world.scrape("Bearer poor").status == 403);
  CHECK(world.asked.size() == questions + 2);
  CHECK(world.served == 0);
}

TEST_CASE("A right that was taken away ends within a minute", "[runtime][access]") {
  World world;
  CHECK(world.scrape("Bearer good").status == 200);
  world.revoked = true;
  world.clock.run_for(world.loop, 60s);
  CHECK(world.scrape("Bearer good").status == 403);
  world.revoked = false;
  world.clock.run_for(world.loop, 10s);
  CHECK(world.scrape("Bearer good").status == 200);
}

TEST_CASE("AccessGuard asks once for all who ask at the same time", "[runtime][access]") {
  World world;
  world.takes = 1s;
  const auto statuses = world.scrape_at_once(std::vector<std::string>(40, "Bearer good"));
  CHECK(statuses == std::vector<unsigned>(40, 200));
  CHECK(world.asked.size() == 2);
}

TEST_CASE("AccessGuard is never open when the API server cannot tell", "[runtime][access]") {
  World world;
  CHECK(world.scrape("Bearer good").status == 200);
  world.clock.run_for(world.loop, 60s);
  std::string reason;
  SECTION("it is down") {
    world.reachable = false;
    world.client->close();  // and what was open is closed
    reason = "cannot tell who may do this";
  }
  SECTION("it refuses the daemon") {
    kube::Error error{kube::Reason::forbidden, 403, "tokenreviews is forbidden"};
    world.refusal = http::Response{403, {}, kube::to_status_json(error)};
    reason = "forbidden";
  }
  SECTION("it answers something else") {
    world.refusal = http::Response{201, {}, "{\"status\":null"};
    reason = "TokenReview";
  }
  SECTION("it does not answer") {
    world.hangs = true;
    reason = "timed out";
  }
  const auto answer = world.scrape("Bearer good");
  CHECK(answer.status == 500);
  INFO(answer.body);
  CHECK(answer.body.find(reason) == std::string::npos);  // it may name accounts and rights
  CHECK(answer.body.find("good") == std::string::npos);
  CHECK(world.served == 1);
  CHECK(world.log.count("Cannot tell who may use this endpoint") == 1);
  CHECK(world.scrape("Bearer good").status == 500);  // is asked for again, and told once a minute
  CHECK(world.log.count("Cannot tell who may use this endpoint") == 1);
}

TEST_CASE("A flood of unknown tokens costs the API server little and a scraper nothing", "[runtime][access]") {
  World world;
  CHECK(world.scrape("Bearer good").status == 200);
  const auto before = world.asked.size();
  std::size_t refused_at_once = 0;
  for (int second = 0; second < 60; ++second) {
    std::vector<std::string> flood;
    for (int i = 0; i < 50; ++i) flood.push_back("Bearer stranger-" + std::to_string(second * 50 + i));
    for (const unsigned status : world.scrape_at_once(flood)) {
      CHECK((status == 401 || status == 429));
      refused_at_once += status == 429;
    }
    world.clock.run_for(world.loop, 1s);
  }
  CHECK(world.asked.size() - before <= 10 + 60 * 5 + 5);
  CHECK(refused_at_once > 2000);
  // The scraper's minute is over: it is known to have been let in, and needs no turn among the strangers.
  for (int i = 0; i < 20; ++i) world.scrape("Bearer another-" + std::to_string(i));
  CHECK(world.scrape("Bearer yet-another").status == 429);
  CHECK(world.scrape("Bearer good").status == 200);
}

TEST_CASE("A client that goes away takes the answer from nobody, and stopping leaves nobody waiting",
          "[runtime][access]") {
  World world;
  world.takes = 2s;
  bool first_failed = false;
  asio::co_spawn(world.loop, world.scraper->send(world.request("Bearer good"), {.timeout = 1s}),
                 [&](std::exception_ptr, auto answer) { first_failed = !answer; });
  CHECK(world.scrape_at_once({"Bearer good"}) == std::vector<unsigned>{200});
  CHECK(first_failed);
  CHECK(world.asked.size() == 2);
  world.hangs = true;
  bool ended = false;
  asio::co_spawn(world.loop, world.scraper->send(world.request("Bearer poor"), {}),
                 [&](std::exception_ptr, auto answer) { ended = !answer || answer->status == 503; });
  world.clock.run_for(world.loop, 100ms);
  world.clock.run(world.loop, world.guard->stop());
  world.clock.run_for(world.loop, 100ms);
  CHECK(ended);
}

TEST_CASE("What reviews answer is read strictly", "[runtime][access]") {
  CHECK_FALSE(read_token_review("nonsense").has_value());
  CHECK_FALSE(read_token_review("[]").has_value());
  CHECK_FALSE(read_token_review("{}").has_value());
  CHECK_FALSE(read_token_review(R"({"status":{"authenticated":"true","user":{"username":"x"}}})")->authenticated);
  CHECK_FALSE(read_access_review(R"({"status":{"allowed":1}})")->allowed);
  CHECK_FALSE(read_access_review(R"({"status":{"allowed":true,"denied":true}})")->allowed);
  CHECK(make_token_review("a\"b") ==
        R"({"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","spec":{"token":"a\"b"}})");
}
