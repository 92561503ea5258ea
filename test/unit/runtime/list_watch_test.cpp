#include "operator/runtime/list_watch.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;
using Do = ListWatch::Action::Kind;
using Did = ListWatch::Outcome::Kind;
using Why = ListWatch::Reason;

namespace {

kube::Error api_error(unsigned status, kube::Reason reason, std::string message = "no") {
  return {reason, status, std::move(message)};
}
const kube::Error kRefused = api_error(0, kube::Reason::transport, "cannot connect");
const kube::Error kExpired = api_error(410, kube::Reason::expired);
const kube::Error kThrottled = api_error(429, kube::Reason::too_many_requests);
const kube::Error kUnavailable = api_error(503, kube::Reason::service_unavailable);
const kube::Error kForbidden = api_error(403, kube::Reason::forbidden);
const kube::Error kUndecodable = api_error(0, kube::Reason::decode);

struct Machine {
  ListWatch machine{300s, 42};
  SteadyTime now{};

  ListWatch::Action resume(Did outcome) { return machine.resume({outcome}, now); }
  ListWatch::Action fail(Did outcome, const kube::Error& error) { return machine.resume({outcome, 0, {}, error}, now); }
  ListWatch::Action listed(std::uint64_t version, std::string token = {}) {
    return machine.resume({Did::listed, version, std::move(token)}, now);
  }
  // Up to a watch from version 10 that has run for a minute.
  void reach_watch() {
    resume(Did::started);
    listed(10);
    now += 1min;
  }
};

}  // namespace

TEST_CASE("ListWatch lists at any version first, then watches from the list's", "[runtime][list_watch]") {
  Machine m;
  auto action = m.resume(Did::started);
  CHECK(action.kind == Do::list);
  CHECK(action.resource_version == "0");
  CHECK(action.limit == 0);
  CHECK(action.reason == Why::none);
  action = m.listed(10);
  CHECK(action.kind == Do::watch);
  CHECK(action.resource_version == "10");
  CHECK(action.timeout >= 300s);
  CHECK(action.timeout < 600s);
}

TEST_CASE("ListWatch asks for watches of different lengths", "[runtime][list_watch]") {
  Machine m;
  m.reach_watch();
  const auto first = m.resume(Did::watch_idle).timeout;
  const auto second = m.resume(Did::watch_idle).timeout;
  CHECK(first != second);
}

TEST_CASE("ListWatch follows the pages of a server that pages unasked", "[runtime][list_watch]") {
  Machine m;
  m.resume(Did::started);
  const auto action = m.listed(10, "more");
  CHECK(action.kind == Do::list);
  CHECK(action.continue_token == "more");
  CHECK(action.resource_version.empty());
  CHECK(m.listed(10).kind == Do::watch);
}

TEST_CASE("ListWatch watches again at once, from the last version, without a list", "[runtime][list_watch]") {
  const auto [outcome, reason] = GENERATE(table<Did, Why>({
      {Did::watch_closed, Why::closed},
      {Did::watch_lost, Why::lost},
      {Did::watch_idle, Why::idle},
  }));
  Machine m;
  m.reach_watch();
  m.machine.saw(17);
  const auto action = m.resume(outcome);
  CHECK(action.kind == Do::watch);
  CHECK(action.resource_version == "17");
  CHECK(action.reason == reason);
}

TEST_CASE("ListWatch backs off when watches end empty as soon as they begin", "[runtime][list_watch]") {
  Machine m;
  m.reach_watch();
  m.resume(Did::watch_closed);
  CHECK(m.resume(Did::watch_closed).kind == Do::watch);  // once may happen
  const auto action = m.resume(Did::watch_closed);
  CHECK(action.kind == Do::wait);
  CHECK(m.resume(Did::waited).kind == Do::watch);
  SECTION("still") { CHECK(m.resume(Did::watch_closed).kind == Do::wait); }
  SECTION("until one delivers something") {
    m.machine.saw(20);
    CHECK(m.resume(Did::watch_closed).kind == Do::watch);
  }
  SECTION("until one lives") {
    m.now += 1s;
    CHECK(m.resume(Did::watch_closed).kind == Do::watch);
  }
}

TEST_CASE("ListWatch keeps the version and backs off when the watch cannot be opened", "[runtime][list_watch]") {
  const auto [error, reason] = GENERATE(table<kube::Error, Why>({
      {kRefused, Why::unreachable},
      {kThrottled, Why::throttled},
      {kUnavailable, Why::server_error},
      {api_error(401, kube::Reason::unauthorized), Why::unauthorized},
      {api_error(0, kube::Reason::unauthorized, "cannot authenticate: exec plugin"), Why::unauthorized},
      {kForbidden, Why::refused},
  }));
  Machine m;
  m.reach_watch();
  m.machine.saw(17);
  auto action = m.fail(Did::watch_failed, error);
  CHECK(action.kind == Do::wait);
  CHECK(action.reason == reason);
  CHECK(action.delay >= 800ms);
  CHECK(action.delay < 1600ms);
  action = m.resume(Did::waited);
  CHECK(action.kind == Do::watch);
  CHECK(action.resource_version == "17");
  CHECK(action.reason == reason);
}

TEST_CASE("ListWatch stays with the version through any number of refused connections", "[runtime][list_watch]") {
  Machine m;
  m.reach_watch();
  for (int i = 0; i < 50; ++i) {
    REQUIRE(m.fail(Did::watch_failed, kRefused).kind == Do::wait);
    REQUIRE(m.resume(Did::waited).kind == Do::watch);
  }
}

TEST_CASE("ListWatch lists when the server keeps failing a watch", "[runtime][list_watch]") {
  Machine m;
  m.reach_watch();
  for (int i = 0; i < 3; ++i) {
    m.fail(Did::watch_failed, kUnavailable);
    REQUIRE(m.resume(Did::waited).kind == Do::watch);
  }
  SECTION("in a row") {
    m.fail(Did::watch_failed, kUnavailable);
    const auto action = m.resume(Did::waited);
    CHECK(action.kind == Do::list);
    CHECK(action.resource_version == "10");
    CHECK(action.reason == Why::server_error);
  }
  SECTION("but not when one worked in between") {
    m.machine.saw(11);
    m.fail(Did::watch_failed, kUnavailable);
    CHECK(m.resume(Did::waited).kind == Do::watch);
  }
}

TEST_CASE("ListWatch backs off and lists at the last version after any other failure", "[runtime][list_watch]") {
  const auto [error, reason] = GENERATE(table<kube::Error, Why>({
      {kExpired, Why::expired},
      {api_error(410, kube::Reason::gone), Why::expired},
      {kUndecodable, Why::undecodable},
      {api_error(404, kube::Reason::not_found), Why::refused},
  }));
  Machine m;
  m.reach_watch();
  m.machine.saw(17);
  auto action = m.fail(Did::watch_failed, error);
  CHECK(action.kind == Do::wait);
  CHECK(action.reason == reason);
  action = m.resume(Did::waited);
  CHECK(action.kind == Do::list);
  CHECK(action.resource_version == "17");
  CHECK(action.limit == 0);
  CHECK(action.continue_token.empty());
  CHECK(action.reason == reason);
}

TEST_CASE("ListWatch lists consistently, in pages, when the server has not got the version", "[runtime][list_watch]") {
  auto too_large_in_words = api_error(504, kube::Reason::timeout, "Too large resource version: 17, current: 3");
  auto too_large = api_error(504, kube::Reason::timeout);
  too_large.causes.push_back({"ResourceVersionTooLarge", "", ""});
  const auto error = GENERATE_COPY(kExpired, too_large_in_words, too_large);
  Machine m;
  m.reach_watch();
  m.fail(Did::watch_failed, kExpired);
  m.resume(Did::waited);
  auto action = m.fail(Did::list_failed, error);
  CHECK(action.kind == Do::list);  // at once
  CHECK(action.resource_version.empty());
  CHECK(action.limit == 500);
  CHECK(action.reason == Why::expired);
  action = m.listed(90, "page 2");
  CHECK(action.kind == Do::list);
  CHECK(action.limit == 500);
  CHECK(action.continue_token == "page 2");
  action = m.listed(90);
  CHECK(action.kind == Do::watch);
  CHECK(action.resource_version == "90");
  // Back to the cheap way.
  m.fail(Did::watch_failed, kExpired);
  CHECK(m.resume(Did::waited).resource_version == "90");
}

TEST_CASE("ListWatch reads the list in one piece when its pages expire on the way", "[runtime][list_watch]") {
  Machine m;
  m.resume(Did::started);
  m.fail(Did::list_failed, kExpired);
  m.listed(90, "page 2");
  auto action = m.fail(Did::list_failed, kExpired);
  CHECK(action.kind == Do::list);
  CHECK(action.limit == 0);
  CHECK(action.resource_version.empty());
  CHECK(action.continue_token.empty());
  // What cannot be: never a loop without a pause.
  action = m.fail(Did::list_failed, kExpired);
  CHECK(action.kind == Do::wait);
  CHECK(m.resume(Did::waited).limit == 500);
}

TEST_CASE("ListWatch keeps listing consistently until a list succeeds", "[runtime][list_watch]") {
  Machine m;
  m.resume(Did::started);
  m.fail(Did::list_failed, kExpired);
  m.fail(Did::list_failed, kRefused);
  const auto action = m.resume(Did::waited);
  CHECK(action.kind == Do::list);
  CHECK(action.resource_version.empty());
  CHECK(action.limit == 500);
}

TEST_CASE("ListWatch backs off longer and longer while lists fail", "[runtime][list_watch]") {
  const auto error = GENERATE(kRefused, kThrottled, kUnavailable, kUndecodable);
  Machine m;
  m.resume(Did::started);
  Duration expected = 800ms;
  for (int i = 0; i < 10; ++i) {
    const auto action = m.fail(Did::list_failed, error);
    REQUIRE(action.kind == Do::wait);
    REQUIRE(action.delay >= expected);
    REQUIRE(action.delay < 2 * expected);
    m.now += action.delay;
    const auto next = m.resume(Did::waited);
    REQUIRE(next.kind == Do::list);
    REQUIRE(next.resource_version == "0");
    expected = std::min<Duration>(2 * expected, 30s);
  }
  CHECK(expected == 30s);
  m.now += 2min + 1ns;
  CHECK(m.fail(Did::list_failed, error).delay < 1600ms);  // quiet for long enough
}

TEST_CASE("ListWatch asks again within seconds for as long as it is denied", "[runtime][list_watch]") {
  const auto error = GENERATE(kForbidden, api_error(401, kube::Reason::unauthorized),
                              api_error(0, kube::Reason::unauthorized, "cannot authenticate: exec plugin"));
  Machine m;
  m.resume(Did::started);
  for (int i = 0; i < 100; ++i) {
    const auto action = m.fail(Did::list_failed, error);
    REQUIRE(action.kind == Do::wait);
    REQUIRE(action.delay >= (i < 2 ? 800ms : 2500ms));
    REQUIRE(action.delay < 5s);
    m.now += action.delay;
    REQUIRE(m.resume(Did::waited).kind == Do::list);
  }
  // Which says nothing about how long an outage has lasted.
  CHECK(m.fail(Did::list_failed, kRefused).delay < 1600ms);
}

TEST_CASE("ListWatch starts its delays anew when the server answers again, whatever it says", "[runtime][list_watch]") {
  const auto answer = GENERATE(api_error(404, kube::Reason::not_found), kExpired);
  Machine m;
  m.reach_watch();
  for (int i = 0; i < 10; ++i) {
    m.now += m.fail(Did::watch_failed, i % 2 == 0 ? kRefused : kThrottled).delay;
    m.resume(Did::waited);
  }
  CHECK(m.fail(Did::watch_failed, kRefused).delay >= 30s);
  m.resume(Did::waited);
  CHECK(m.fail(Did::watch_failed, answer).delay < 1600ms);
  m.resume(Did::waited);
  // Once: what it goes on saying is another matter.
  CHECK(m.fail(Did::list_failed, api_error(404, kube::Reason::not_found)).delay >= 1600ms);
}

TEST_CASE("ListWatch waits at least as long as the server asks", "[runtime][list_watch]") {
  Machine m;
  m.reach_watch();
  kube::Error error = kThrottled;
  error.retry_after = 45s;
  CHECK(m.fail(Did::watch_failed, error).delay == 45s);
  error.retry_after = 1ms;
  CHECK(m.fail(Did::watch_failed, error).delay >= 1600ms);
}

TEST_CASE("ListWatch ignores versions that are no numbers", "[runtime][list_watch]") {
  Machine m;
  m.reach_watch();
  m.machine.saw(0);
  CHECK(m.resume(Did::watch_closed).resource_version == "10");
}
