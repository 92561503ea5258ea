#include "operator/controllers/server_capabilities.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <string>

#include "operator/base/log.hpp"
#include "operator/base/race.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::controllers;

namespace {

class QuietLog final : public LogSink {
 public:
  QuietLog() { logging::set_sink(this); }
  ~QuietLog() override { logging::set_sink(nullptr); }
  void write(std::string_view line) override { lines.emplace_back(line); }
  bool has(std::string_view text) const {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }

  std::vector<std::string> lines;
};

// A server with the core, apps/v1 and an aggregated API, each path of which can be made to answer otherwise.
struct Fixture {
  using Answer = std::pair<unsigned, std::string>;

  Fixture() { expect_request(); }

  kube::Outcome<ServerCapabilities> fetch() { return api.run(fetch_capabilities(*api.client)); }
  helm::Capabilities learn() { return api.run(learn_capabilities(*api.client, api.clock)); }
  static bool has(const helm::Capabilities& capabilities, std::string_view name) {
    return std::find(capabilities.api_versions.begin(), capabilities.api_versions.end(), name) !=
           capabilities.api_versions.end();
  }

  QuietLog quiet;
  std::map<std::string, Answer, std::less<>> answers{
      {"/version", {200, R"({"gitVersion":"v1.31.2","major":"1","minor":"31"})"}},
      {"/api", {200, R"({"versions":["v1"]})"}},
      {"/apis",
       {200, R"({"groups":[{"versions":[{"groupVersion":"apps/v1"}]},{"versions":[{"groupVersion":"metrics/v1"}]}]})"}},
      {"/api/v1", {200, R"({"resources":[{"kind":"Pod"}]})"}},
      {"/apis/apps/v1", {200, R"({"resources":[{"kind":"Deployment"}]})"}},
      {"/apis/metrics/v1", {200, R"({"resources":[{"kind":"NodeMetrics"}]})"}},
  };
  std::map<std::string, int, std::less<>> asked;
  std::string silent;  // a path that is never answered
  kube::testing::ScriptedApi api;

 private:
  // One step for each request to come: an hour's worth of them cannot be counted beforehand.
  void expect_request() {
    api.script.push_back([this](http::Request& request, http::ResponseWriter& writer) -> asio::awaitable<void> {
      expect_request();
      ++asked[request.target];
      if (silent == request.target) co_await api.clock.sleep_for(24h);
      const auto found = answers.find(request.target);
      const Answer answer = found == answers.end() ? Answer{404, "no"} : found->second;
      co_await writer.send(http::Response{answer.first, {}, answer.second});
    });
  }
};

}  // namespace

TEST_CASE("The capabilities are the version, the group versions and their kinds", "[controllers][capabilities]") {
  Fixture fixture;
  const auto fetched = fixture.fetch();
  REQUIRE(fetched.has_value());
  CHECK(fetched->silent.empty());
  CHECK(fetched->capabilities.version == "v1.31.2");
  CHECK(fetched->capabilities.api_versions == std::vector<std::string>{"apps/v1", "apps/v1/Deployment", "metrics/v1",
                                                                       "metrics/v1/NodeMetrics", "v1", "v1/Pod"});
}

TEST_CASE("A group that is not found or not to be seen has no kinds", "[controllers][capabilities]") {
  Fixture fixture;
  for (const unsigned status : {403U, 404U, 405U, 406U, 410U}) {
    fixture.answers["/apis/metrics/v1"] = {status, "{}"};
    const auto fetched = fixture.fetch();
    INFO(status);
    REQUIRE(fetched.has_value());
    CHECK(fetched->silent.empty());
    CHECK(Fixture::has(fetched->capabilities, "metrics/v1"));
    CHECK_FALSE(Fixture::has(fetched->capabilities, "metrics/v1/NodeMetrics"));
    CHECK(Fixture::has(fetched->capabilities, "v1/Pod"));
  }
}

TEST_CASE("A group whose answer is lost, late or refused for now is no group without kinds",
          "[controllers][capabilities]") {
  Fixture fixture;
  SECTION("too many requests") { fixture.answers["/apis/metrics/v1"] = {429, "{}"}; }
  SECTION("credentials that do not hold") { fixture.answers["/apis/metrics/v1"] = {401, "{}"}; }
  SECTION("no answer in time") { fixture.silent = "/apis/metrics/v1"; }
  const auto fetched = fixture.fetch();
  REQUIRE_FALSE(fetched.has_value());
}

TEST_CASE("A group that is out of order is told of", "[controllers][capabilities]") {
  Fixture fixture;
  for (const Fixture::Answer& answer : {Fixture::Answer{500, "{}"}, {503, "down"}, {504, ""}, {200, "<html>"}}) {
    fixture.answers["/apis/metrics/v1"] = answer;
    const auto fetched = fixture.fetch();
    INFO(answer.first);
    REQUIRE(fetched.has_value());
    REQUIRE(fetched->silent.size() == 1);
    CHECK(fetched->silent[0].starts_with("metrics/v1: "));
  }
}

TEST_CASE("The capabilities are complete when a group recovers in time", "[controllers][capabilities]") {
  Fixture fixture;
  fixture.answers["/apis/metrics/v1"] = {503, "down"};
  Timer recovery(fixture.api.clock, [&] {
    fixture.answers["/apis/metrics/v1"] = {200, R"({"resources":[{"kind":"X"}]})"};
  });
  recovery.expires_after(20s);
  const helm::Capabilities learned = fixture.learn();
  CHECK(Fixture::has(learned, "metrics/v1/X"));
  CHECK(fixture.api.clock.elapsed() >= 20s);
  CHECK(fixture.api.clock.elapsed() < kGroupPatience);
}

TEST_CASE("A group that stays out of order holds up the charts for a while, and not for good",
          "[controllers][capabilities]") {
  Fixture fixture;
  fixture.answers["/apis/metrics/v1"] = {503, "down"};
  const helm::Capabilities learned = fixture.learn();
  CHECK(Fixture::has(learned, "metrics/v1"));
  CHECK_FALSE(Fixture::has(learned, "metrics/v1/NodeMetrics"));
  CHECK(Fixture::has(learned, "v1/Pod"));
  CHECK(fixture.api.clock.elapsed() >= kGroupPatience);
  CHECK(fixture.api.clock.elapsed() < 2 * kGroupPatience);
  CHECK(fixture.quiet.has("metrics/v1: "));
}

TEST_CASE("While the server itself does not answer nothing is taken for missing", "[controllers][capabilities]") {
  Fixture fixture;
  SECTION("nothing of it") { fixture.answers["/version"] = {503, "starting"}; }
  SECTION("a group is always refused for now") { fixture.answers["/apis/metrics/v1"] = {429, "{}"}; }
  const auto learned =
      fixture.api.run(with_timeout(fixture.api.clock, 1h, learn_capabilities(*fixture.api.client, fixture.api.clock)));
  CHECK_FALSE(learned.has_value());
  CHECK(fixture.asked["/version"] >= 900);  // every 4 s
  CHECK(fixture.asked["/version"] < 910);
}

TEST_CASE("After an outage of any length the capabilities are there within seconds", "[controllers][capabilities]") {
  for (const Duration outage : {Duration(10s), Duration(40s), Duration(1h)}) {
    Fixture fixture;
    fixture.api.refused = true;
    Timer up(fixture.api.clock, [&] { fixture.api.refused = false; });
    up.expires_after(outage);
    CHECK(Fixture::has(fixture.learn(), "metrics/v1/NodeMetrics"));
    CHECK(fixture.api.clock.elapsed() >= outage);
    CHECK(fixture.api.clock.elapsed() <= outage + 4s);
  }
}

TEST_CASE("The patience with a group starts when the server is there", "[controllers][capabilities]") {
  Fixture fixture;
  fixture.api.refused = true;
  fixture.answers["/apis/metrics/v1"] = {503, "down"};
  Timer up(fixture.api.clock, [&] { fixture.api.refused = false; });
  up.expires_after(10min);
  const helm::Capabilities learned = fixture.learn();
  CHECK_FALSE(Fixture::has(learned, "metrics/v1/NodeMetrics"));
  CHECK(fixture.api.clock.elapsed() >= 10min + kGroupPatience);
}
