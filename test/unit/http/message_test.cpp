#include "operator/http/message.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/http/error.hpp"

namespace kyma::http {
namespace {

TEST_CASE("Headers compare names without case and keep their order", "[http][message]") {
  Headers headers{{"Accept", "a"}, {"X", "1"}};
  headers.add("accept", "b");
  CHECK(headers.get("ACCEPT") == "a");
  CHECK(headers.contains("x"));
  CHECK_FALSE(headers.contains("y"));
  CHECK(headers.get("y").empty());
  headers.set("ACCEPT", headers.get("x"));
  CHECK(headers.get("accept") == "1");
  headers.remove(headers.begin()->first);
  CHECK_FALSE(headers.contains("X"));
  headers.clear();
  CHECK(headers.empty());
}

TEST_CASE("Every registered status has its text, others are unknown", "[http][message]") {
  CHECK(status_text(200) == "OK");
  CHECK(status_text(404) == "Not Found");
  CHECK(status_text(429) == "Too Many Requests");
  CHECK(status_text(299) == "Unknown");
}

TEST_CASE("Errors describe themselves and throw as exceptions where a value is demanded", "[http][error]") {
  const Outcome<int> failed = Error{Errc::timed_out, "GET /x after 30 s"};
  CHECK(failed.error().describe() == "timed out: GET /x after 30 s");
  CHECK(Error{Errc::shut_down, {}}.describe() == "shut down");
  CHECK_THROWS_AS(failed.value(), std::runtime_error);
}

}  // namespace
}  // namespace kyma::http
