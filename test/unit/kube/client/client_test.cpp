#include "operator/kube/client/client.hpp"

#include <catch2/catch_test_macros.hpp>

#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

const std::string kBase = "/apis/inventory.kyma-project.io/v1alpha1";

asio::awaitable<std::string> read_all(std::unique_ptr<BodyStream> stream) {
  std::string body;
  for (;;) {
    const auto piece = co_await stream->read(10s);
    if (!piece) co_return body + "!" + piece.error().message;
    if (piece->empty()) co_return body;
    body += *piece;
  }
}

}  // namespace

TEST_CASE("Client sends each verb to its path with its body", "[kube][client]") {
  ScriptedApi api;
  for (int i = 0; i < 6; ++i) api.answer(i == 1 ? 201 : 200, R"({"n":)" + std::to_string(i) + "}");
  Client& client = *api.client;
  CHECK(api.run(client.get(kKymas, "ns", "x")).value() == R"({"n":0})");
  CHECK(api.run(client.create(kKymas, "ns", R"({"a":1})")).value() == R"({"n":1})");
  CHECK(api.run(client.update(kKymas, "ns", "x", R"({"a":2})")).value() == R"({"n":2})");
  CHECK(api.run(client.update(kKymas, "ns", "x", R"({"a":3})", "status")).value() == R"({"n":3})");
  CHECK(api.run(client.merge_patch(kKymas, "ns", "x", R"({"a":4})", "status")).value() == R"({"n":4})");
  CHECK(api.run(client.remove(kKymas, "ns", "x")).has_value());

  const std::string one = kBase + "/namespaces/ns/kymas/x";
  const std::vector<std::array<std::string, 4>> expected{
      {"GET", one, "", ""},
      {"POST", kBase + "/namespaces/ns/kymas", R"({"a":1})", "application/json"},
      {"PUT", one + "", R"({"a":2})", "application/json"},
      {"PUT", one + "/status", R"({"a":3})", "application/json"},
      {"PATCH", one + "/status", R"({"a":4})", "application/merge-patch+json"},
      {"DELETE", one, "", ""},
  };
  REQUIRE(api.requests.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto& request = api.requests[i];
    CHECK(std::array<std::string, 4>{request.method, request.target, request.body,
                                     std::string(request.headers.get("Content-Type"))} == expected[i]);
    CHECK(request.headers.get("Accept") == "application/json");
    CHECK(request.headers.get("Host") == "api.example:6443");
    CHECK(request.headers.get("User-Agent").starts_with("kyma-operator/"));
    CHECK_FALSE(request.headers.contains("Authorization"));
  }
}

TEST_CASE("Client names a field manager with its writes when it is given one", "[kube][client]") {
  ClientOptions options;
  options.field_manager = "somebody else";
  ScriptedApi api(options);
  api.answer(201, "{}");
  api.answer(200, "{}");
  CHECK(api.run(api.client->create(kKymas, "ns", "{}")).has_value());
  CHECK(api.run(api.client->get(kKymas, "ns", "x")).has_value());
  CHECK(api.requests[0].target == kBase + "/namespaces/ns/kymas?fieldManager=somebody%20else");
  CHECK(api.requests[1].target == kBase + "/namespaces/ns/kymas/x");
}

TEST_CASE("Client puts the server's own path before every other", "[kube][client]") {
  ClusterConfig config;
  config.server = "https://proxy.example/clusters/a/";
  ScriptedApi api({}, config);
  REQUIRE(api.run(api.client->get_raw("/version")).has_value());
  CHECK(api.requests.at(0).target == "/clusters/a/version");
  CHECK(api.requests.at(0).headers.get("Host") == "proxy.example");
}

TEST_CASE("Client sends delete options and preconditions", "[kube][client]") {
  ScriptedApi api;
  DeleteOptions options;
  options.propagation = "Background";
  options.uid = Uid("u1");
  options.resource_version = 42;
  REQUIRE(api.run(api.client->remove(kKymas, "ns", "x", options)).has_value());
  CHECK(api.requests.at(0).body == R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background",)"
                                   R"("preconditions":{"uid":"u1","resourceVersion":"42"}})");
  CHECK(api.requests.at(0).headers.get("Content-Type") == "application/json");
}

TEST_CASE("Client asks for lists and watches with all their options", "[kube][client]") {
  ScriptedApi api;
  ListOptions list;
  list.name_space = "ns";
  list.label_selector = "a=b,c in (d)";
  list.field_selector = "metadata.name=x";
  list.resource_version = "0";
  list.limit = 500;
  REQUIRE(api.run(api.client->list(kKymas, list)).has_value());
  list = {};
  list.resource_version = "7";
  list.continue_token = "t+/=";
  REQUIRE(api.run(api.client->list(kKymas, list)).has_value());
  WatchOptions watch;
  watch.resource_version = "9";
  watch.timeout = 300s;
  REQUIRE(api.run(api.client->watch(kKymas, watch)).has_value());
  watch = {};
  watch.bookmarks = false;
  watch.send_initial_events = true;
  REQUIRE(api.run(api.client->watch(kKymas, watch)).has_value());

  CHECK(api.requests.at(0).target ==
        kBase +
            "/namespaces/ns/kymas?labelSelector=a%3Db%2Cc%20in%20%28d%29&fieldSelector=metadata.name%3Dx&limit=500"
            "&resourceVersion=0");
  CHECK(api.requests.at(1).target == kBase + "/kymas?continue=t%2B%2F%3D");
  CHECK(api.requests.at(2).target ==
        kBase + "/kymas?watch=true&allowWatchBookmarks=true&resourceVersion=9&timeoutSeconds=300");
  CHECK(api.requests.at(3).target ==
        kBase + "/kymas?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
}

TEST_CASE("Client refuses a request that would hit a whole collection", "[kube][client]") {
  ScriptedApi api;
  CHECK(api.run(api.client->remove(kKymas, "ns", "")).error().reason == Reason::bad_request);
  CHECK(api.run(api.client->remove(kKymas, "", "x")).error().reason == Reason::bad_request);
  CHECK(api.run(api.client->get(kKymas, "ns", "")).error().reason == Reason::bad_request);
  CHECK(api.run(api.client->update(kKymas, "", "x", "{}")).error().reason == Reason::bad_request);
  CHECK(api.run(api.client->merge_patch(kKymas, "ns", "", "{}")).error().reason == Reason::bad_request);
  CHECK(api.run(api.client->create(kKymas, "", "{}")).error().reason == Reason::bad_request);
  CHECK(api.requests.empty());
}

TEST_CASE("Client returns the server's Status as an error", "[kube][client]") {
  ScriptedApi api;
  api.answer(404, to_status_json(not_found(kKymas, "x")));
  api.answer(409, to_status_json(conflict(kKymas, "x", "it has been modified")));
  api.answer(410, to_status_json(expired("too old resource version: 1 (2)")));
  api.answer(302, "", {{"Location", "https://elsewhere.example/"}});
  const Error missing = api.run(api.client->get(kKymas, "ns", "x")).error();
  CHECK(missing.is_not_found());
  CHECK(missing.name == "x");
  CHECK(api.run(api.client->update(kKymas, "ns", "x", "{}")).error().is_conflict());
  CHECK(api.run(api.client->watch(kKymas, {})).error().is_gone());
  CHECK(api.run(api.client->get_raw("/version")).error().http_status == 302);
  CHECK(api.requests.size() == 4);
}

TEST_CASE("A list arrives as a stream of pieces", "[kube][client]") {
  ScriptedApi api;
  api.stream({"{\"items\":", "[{}", "]}"}, 1s);
  auto stream = api.run(api.client->list(kKymas, {}));
  REQUIRE(stream.has_value());
  CHECK(api.run(read_all(*std::move(stream))) == "{\"items\":[{}]}");
}

TEST_CASE("A watch may be quiet for longer than a request may take, but not for longer than the reader allows",
          "[kube][client]") {
  ClientOptions options;
  options.timeout = 5s;
  ScriptedApi api(options);
  api.stream({"a", "b", "c"}, 9s, true);
  auto stream = api.run(api.client->watch(kKymas, {}));
  REQUIRE(stream.has_value());
  const std::string read = api.run(read_all(*std::move(stream)));
  CHECK(read.starts_with("abc!"));
  CHECK(read.find("timed out") != std::string::npos);
  CHECK(api.clock.elapsed() == 37s);
}

TEST_CASE("A call that is not answered ends at its timeout", "[kube][client]") {
  ClientOptions options;
  options.timeout = 5s;
  ScriptedApi api(options);
  api.stay_silent();
  api.stay_silent();
  const Error late = api.run(api.client->create(kKymas, "ns", "{}")).error();
  CHECK(late.is_transport());
  CHECK(late.http_status == 0);
  CHECK(late.message.find("timed out") != std::string::npos);
  CHECK(api.clock.elapsed() == 5s);
  CHECK(api.run(api.client->watch(kKymas, {})).error().is_transport());
  CHECK(api.clock.elapsed() == 10s);
  CHECK(api.requests.size() == 2);
}

TEST_CASE("A refused connection is an error at once", "[kube][client]") {
  ScriptedApi api;
  api.refused = true;
  const Error error = api.run(api.client->get(kKymas, "ns", "x")).error();
  CHECK(error.is_transport());
  CHECK(error.message.find("connection refused") != std::string::npos);
  CHECK(api.clock.elapsed() == 0s);
}

TEST_CASE("An answer over the size limit is an error", "[kube][client]") {
  ClientOptions options;
  options.max_object_bytes = 1000;
  ScriptedApi api(options);
  api.answer(200, std::string(2000, 'x'));
  CHECK(api.run(api.client->get(kKymas, "ns", "x")).error().reason == Reason::decode);
}

TEST_CASE("Closing the client fails what is running", "[kube][client]") {
  ScriptedApi api;
  api.stay_silent();
  std::optional<Outcome<std::string>> result;
  asio::co_spawn(api.loop, api.client->get(kKymas, "ns", "x"),
                 [&](std::exception_ptr, Outcome<std::string> outcome) { result = std::move(outcome); });
  api.clock.run_for(api.loop, 1s);
  REQUIRE_FALSE(result);
  api.client->close();
  api.clock.run_until(api.loop, [&] { return result.has_value(); });
  CHECK(result->error().is_transport());
  CHECK(api.clock.elapsed() == 1s);
  CHECK(api.run(api.client->get(kKymas, "ns", "x")).error().is_transport());
}

TEST_CASE("Closing the client fails calls that wait for their turn or for another try", "[kube][client]") {
  ClientOptions options;
  bool retries = false;
  SECTION("for their turn") {
    options.qps = 0.001;
    options.burst = 1;
  }
  SECTION("for another try") { retries = true; }
  ScriptedApi api(options);
  if (retries) api.answer(429, "", {{"Retry-After", "60"}});
  if (!retries) REQUIRE(api.run(api.client->get_raw("/version")).has_value());
  std::optional<Outcome<std::string>> result;
  asio::co_spawn(api.loop, api.client->get(kKymas, "ns", "x"),
                 [&](std::exception_ptr, Outcome<std::string> outcome) { result = std::move(outcome); });
  api.clock.run_for(api.loop, 1s);
  REQUIRE_FALSE(result);
  CHECK(api.requests.size() == 1);
  api.client->close();
  api.clock.run_until(api.loop, [&] { return result.has_value(); });
  CHECK(result->error().is_transport());
  CHECK(api.clock.elapsed() == 1s);
  CHECK(api.requests.size() == 1);
  // Nor does a later one wait.
  CHECK(api.run(api.client->get_raw("/version")).error().is_transport());
  CHECK(api.clock.elapsed() == 1s);
}
