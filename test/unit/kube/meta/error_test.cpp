#include "operator/kube/meta/error.hpp"

#include <catch2/catch_test_macros.hpp>

#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace {

using namespace kyma;
using namespace kyma::kube;
using namespace std::chrono_literals;

const ResourceType kKymas{"inventory.kyma-project.io", "v1alpha1", "Kyma", "kymas"};
const ResourceType kPods{"", "v1", "Pod", "pods"};

}  // namespace

TEST_CASE("Failures have Kubernetes' wording", "[kube][error]") {
  CHECK(not_found(kKymas, "x").message == R"(kymas.inventory.kyma-project.io "x" not found)");
  CHECK(not_found(kPods, "x").message == R"(pods "x" not found)");
  CHECK(already_exists(kKymas, "x").message == R"(kymas.inventory.kyma-project.io "x" already exists)");
  CHECK(conflict(kKymas, "x", "the object has been modified").message ==
        R"(Operation cannot be fulfilled on kymas.inventory.kyma-project.io "x": the object has been modified)");
  CHECK(invalid(kKymas, "x", {{"FieldValueRequired", "Required value", "spec.a"}}).message ==
        R"(Kyma.inventory.kyma-project.io "x" is invalid: spec.a: Required value)");
  CHECK(invalid(kPods, "x", {{"A", "one", "a"}, {"B", "two", "b"}, {"A", "one", "a"}}).message ==
        R"(Pod "x" is invalid: [a: one, b: two])");
  CHECK(internal_error("disk").message == "Internal error occurred: disk");
}

TEST_CASE("A failure becomes the Status object that Kubernetes sends", "[kube][error]") {
  CHECK(to_status_json(not_found(kKymas, "x")) ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"kymas.inventory.kyma-project.io \"x\" not found","reason":"NotFound",)"
        R"("details":{"name":"x","group":"inventory.kyma-project.io","kind":"kymas"},"code":404})");
  CHECK(to_status_json(bad_request("no")) ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"no",)"
        R"("reason":"BadRequest","code":400})");
  Error slow{Reason::too_many_requests, 429, "later"};
  slow.retry_after = 1500ms;
  CHECK(to_status_json(slow) ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"later",)"
        R"("reason":"TooManyRequests","details":{"retryAfterSeconds":2},"code":429})");
  CHECK(to_status_json(Error{Reason::decode, 0, "x"}).find(R"("reason":"InternalError","code":500)") !=
        std::string::npos);
}

TEST_CASE("A Status cuts what it quotes, and is UTF-8 whatever that is", "[kube][error][hostile]") {
  Error error = bad_request("\xff" + std::string(100'000, 'm'));
  error.name = std::string(100'000, 'n') + "\xfe";
  error.causes.push_back({"FieldValueInvalid", std::string(100'000, 'c') + "\xc3", "spec.\xc3("});
  const std::string text = to_status_json(error);
  CHECK(text.size() < 25'000);
  const auto status = json::parse(text);  // which takes UTF-8 alone
  REQUIRE(status.has_value());
  CHECK(json::string_at(*status, {"message"}).starts_with("\xef\xbf\xbdmmm"));
  CHECK(json::string_at(*status, {"message"}).ends_with("mmm..."));
  CHECK(json::string_at(*status, {"details", "name"}).ends_with("nnn..."));
}

TEST_CASE("A Status survives the way through the wire", "[kube][error]") {
  Error sent = invalid(kKymas, "x", {{"FieldValueInvalid", "Invalid value: \"\"", "spec.components[0].name"}});
  sent.retry_after = 3s;
  const Error read = error_from_response(422, to_status_json(sent), "");
  CHECK(read.is_invalid());
  CHECK(read.http_status == 422);
  CHECK(read.message == sent.message);
  CHECK(read.retry_after == 3s);
  CHECK(read.group == "inventory.kyma-project.io");
  CHECK(read.kind == "Kyma");
  CHECK(read.name == "x");
  REQUIRE(read.causes.size() == 1);
  CHECK(read.causes[0].type == "FieldValueInvalid");
  CHECK(read.causes[0].field == "spec.components[0].name");
}

TEST_CASE("Every reason is found by its name again", "[kube][error]") {
  for (int i = 0; i <= static_cast<int>(Reason::configuration); ++i) {
    const auto reason = static_cast<Reason>(i);
    CHECK(reason_from_string(to_string(reason)) == reason);
  }
  CHECK(reason_from_string("Whatever") == Reason::unknown);
}

TEST_CASE("A body that is no Status gives an error made from the HTTP status", "[kube][error]") {
  CHECK(error_from_response(404, "", "").is_not_found());
  CHECK(error_from_response(409, "{}", "").is_conflict());
  CHECK(error_from_response(410, "null", "").is_gone());
  CHECK(error_from_response(401, "[]", "").is_unauthorized());
  CHECK(error_from_response(403, "\"Status\"", "").is_forbidden());
  CHECK(error_from_response(429, R"({"kind":1})", "").is_too_many_requests());
  CHECK(error_from_response(500, "x", "").reason == Reason::internal_error);
  CHECK(error_from_response(502, "x", "").reason == Reason::internal_error);
  CHECK(error_from_response(418, "x", "").reason == Reason::unknown);
  CHECK(error_from_response(302, "", "").reason == Reason::unknown);
}

TEST_CASE("An error quotes a foreign body briefly and on one line", "[kube][error]") {
  const Error error = error_from_response(502, "<html>\r\n\x1b[31mBad\xff gateway" + std::string(5000, 'x'), "");
  CHECK(error.message.starts_with("an error on the server has prevented the request from succeeding: <html>"));
  CHECK(error.message.size() < 300);
  for (const char c : error.message) CHECK(static_cast<unsigned char>(c) >= 0x20);
}

TEST_CASE("A Status with members of wrong types still tells what it can", "[kube][error]") {
  const Error error = error_from_response(
      409, R"({"kind":"Status","message":7,"reason":[],"code":"x","details":{"name":1,"causes":[1,{"field":2}]}})", "");
  CHECK(error.is_conflict());
  CHECK(error.http_status == 409);
  CHECK(error.message == "the server reported a conflict");
  CHECK(error.causes.size() == 2);
  CHECK(error_from_response(409, R"({"kind":"Status","details":[]})", "").is_conflict());
  CHECK(error_from_response(404, R"({"kind":"Status","reason":"Transport"})", "").is_not_found());
}

TEST_CASE("A Status in a stream brings its own code", "[kube][error]") {
  const Error error =
      error_from_response(200, R"({"kind":"Status","reason":"Expired","message":"too old","code":410})", "");
  CHECK(error.is_gone());
  CHECK(error.reason == Reason::expired);
  CHECK(error.http_status == 410);
}

TEST_CASE("Retry-After comes from the header first, and nonsense is ignored", "[kube][error]") {
  const std::string body = R"({"kind":"Status","reason":"TooManyRequests","details":{"retryAfterSeconds":5}})";
  CHECK(error_from_response(429, body, "").retry_after == 5s);
  CHECK(error_from_response(429, body, "2").retry_after == 2s);
  CHECK(error_from_response(429, body, "soon").retry_after == 5s);
  CHECK(error_from_response(429, "", "0").retry_after == 0s);
  CHECK_FALSE(error_from_response(429, "", "-1").retry_after);
  CHECK_FALSE(error_from_response(429, "", "1x").retry_after);
  CHECK(error_from_response(429, "", "999999999999").retry_after == 24h);
  CHECK_FALSE(error_from_response(429, "", "99999999999999999999999").retry_after);
}

TEST_CASE("An error describes itself in one line and can be thrown", "[kube][error]") {
  CHECK(not_found(kPods, "x").describe() == R"(NotFound (404): pods "x" not found)");
  CHECK((Error{Reason::transport, 0, "connection refused"}).describe() == "Transport: connection refused");
  CHECK_THROWS_AS(Outcome<int>(bad_request("no")).value(), std::runtime_error);
}
