#include <catch2/catch_test_macros.hpp>

#include "operator/kube/client/retry_policy.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

TEST_CASE("A request that is answered 429 or 5xx with Retry-After is sent again after that time",
          "[kube][client][retry]") {
  ScriptedApi api;
  api.answer(429, "", {{"Retry-After", "2"}});
  api.answer(503, "", {{"Retry-After", "1"}});
  api.answer(200, "{}");
  CHECK(api.run(api.client->create(kKymas, "ns", "body")).has_value());
  REQUIRE(api.requests.size() == 3);
  CHECK(api.requests[2].body == "body");
  CHECK(api.times[1] - api.times[0] >= 2s);
  CHECK(api.times[1] - api.times[0] <= 2400ms);
  CHECK(api.times[2] - api.times[1] >= 1s);
  CHECK(api.times[2] - api.times[1] <= 1200ms);
}

TEST_CASE("Ten retries are the end", "[kube][client][retry]") {
  ScriptedApi api;
  for (int i = 0; i < 20; ++i) api.answer(429, "", {{"Retry-After", "1"}});
  const Error error = api.run(api.client->get(kKymas, "ns", "x")).error();
  CHECK(error.is_too_many_requests());
  CHECK(error.retry_after == 1s);
  CHECK(api.requests.size() == 11);
}

TEST_CASE("Answers without a sensible Retry-After are not retried", "[kube][client][retry]") {
  ScriptedApi api;
  for (const char* header : {"soon", "-1", "3600", "1.5"}) api.answer(503, "", {{"Retry-After", header}});
  api.answer(500, "");
  api.answer(404, "", {{"Retry-After", "1"}});
  for (int i = 0; i < 6; ++i) CHECK_FALSE(api.run(api.client->get(kKymas, "ns", "x")).has_value());
  CHECK(api.requests.size() == 6);
  CHECK(api.clock.elapsed() == 0s);
}

TEST_CASE("A GET is sent again when its connection breaks", "[kube][client][retry]") {
  ScriptedApi api;
  api.break_connections(3);
  CHECK(api.run(api.client->get(kKymas, "ns", "x")).has_value());
  CHECK(api.clock.elapsed() >= 350ms);
  CHECK(api.clock.elapsed() <= 420ms);
}

TEST_CASE("A list and a watch are opened again too", "[kube][client][retry]") {
  ScriptedApi api;
  api.break_connections(1);
  CHECK(api.run(api.client->list(kKymas, {})).has_value());
  api.answer(429, "", {{"Retry-After", "3"}});
  CHECK(api.run(api.client->watch(kKymas, {})).has_value());
  CHECK(api.clock.elapsed() >= 3s);
}

TEST_CASE("The retry policy never repeats a write that may have had its effect", "[kube][client][retry]") {
  std::minstd_rand random(1);
  for (const Method method : {Method::post, Method::put, Method::patch, Method::remove}) {
    CHECK_FALSE(RetryPolicy(method, random).after_failure(http::Errc::connection_lost).has_value());
    CHECK(RetryPolicy(method, random).after_failure(http::Errc::not_sent).has_value());
  }
  for (const auto code : {http::Errc::timed_out, http::Errc::connect_failed, http::Errc::tls_failed,
                          http::Errc::shut_down, http::Errc::malformed, http::Errc::body_too_large}) {
    CHECK_FALSE(RetryPolicy(Method::get, random).after_failure(code).has_value());
  }
}

TEST_CASE("The retry policy's pauses grow to two seconds and end after ten", "[kube][client][retry]") {
  std::minstd_rand random(1);
  RetryPolicy policy(Method::get, random);
  Duration expected = 50ms;
  for (int i = 0; i < 10; ++i) {
    const auto wait = policy.after_failure(http::Errc::connection_lost);
    REQUIRE(wait.has_value());
    CHECK(*wait >= expected);
    CHECK(*wait <= expected * 6 / 5);
    expected = std::min<Duration>(expected * 2, 2s);
  }
  CHECK_FALSE(policy.after_failure(http::Errc::connection_lost).has_value());
  CHECK_FALSE(policy.after_answer(429, "1").has_value());
}
