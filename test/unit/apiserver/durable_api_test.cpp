// The API over a durable storage: restarts in the middle of things, requests at the same time, a disk that is full.
#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "test/unit/apiserver/durable_fixture.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kServices = "/api/v1/namespaces/default/services";

// An API server on a DurableFixture's directory, in real time.
class DurableApi {
 public:
  DurableApi() { start(); }
  ~DurableApi() { stop(); }

  void start() {
    if (!files.storage) files.open();
    ApiServerOptions options;
    options.credentials.push_back({std::string(kToken)});
    server = std::make_unique<ApiServer>(files.loop.get_executor(), files.clock, options, std::move(files.storage));
    server->start();
  }
  void stop() {
    bool stopped = false;
    asio::co_spawn(files.loop, server->stop(), [&](std::exception_ptr) { stopped = true; });
    files.run_until([&] { return stopped; });
    server.reset();
  }
  void restart() {
    stop();
    start();
  }

  // A request under way.
  struct Call {
    http::Request request;
    RecordingWriter writer;
    bool done = false;
    json::Document json() const { return *json::parse(writer.body); }
  };
  Call& begin(std::string_view method, std::string_view target, std::string_view body = {}) {
    auto& call = calls.emplace_back();
    call.request = {std::string(method), std::string(target), {}, std::string(body)};
    call.request.headers.add("Authorization", "Bearer " + std::string(kToken));
    if (method == "PATCH") call.request.headers.add("Content-Type", "application/merge-patch+json");
    asio::co_spawn(files.loop, server->handler()(call.request, call.writer), [&call](std::exception_ptr error) {
      REQUIRE_FALSE(error);
      call.done = true;
    });
    return call;
  }
  Call& call(std::string_view method, std::string_view target, std::string_view body = {}) {
    auto& made = begin(method, target, body);
    files.run_until([&] { return made.done; });
    return made;
  }
  unsigned status_of(std::string_view target) { return call("GET", target).writer.status; }
  void wait_for(unsigned status, const std::string& target) {
    for (int i = 0; status_of(target) != status; ++i) {
      REQUIRE(i < 1000);
      files.loop.restart();
      files.loop.run_for(std::chrono::milliseconds{2});
    }
  }

  DurableFixture files;
  std::unique_ptr<ApiServer> server;
  std::list<Call> calls;
};

std::string version_of(const DurableApi::Call& call) {
  return std::string(json::string_at(call.json(), {"metadata", "resourceVersion"}));
}

TEST_CASE("Requests at the same time are judged one after the other before any is on disk", "[apiserver][durable]") {
  DurableApi api;
  auto& first = api.begin("POST", kConfigMaps, config_map("a"));
  auto& second = api.begin("POST", kConfigMaps, config_map("a"));
  api.files.run_until([&] { return first.done && second.done; });
  REQUIRE(first.writer.status == 201);
  REQUIRE(second.writer.status == 409);

  auto& one = api.begin("PATCH", std::string(kConfigMaps) + "/a", R"({"data":{"x":"1"}})");
  auto& two = api.begin("PATCH", std::string(kConfigMaps) + "/a", R"({"data":{"y":"2"}})");
  api.files.run_until([&] { return one.done && two.done; });
  const auto result = api.call("GET", std::string(kConfigMaps) + "/a").json();
  REQUIRE(json::string_at(result, {"data", "x"}) == "1");
  REQUIRE(json::string_at(result, {"data", "y"}) == "2");
}

TEST_CASE("Services that are made at the same time get addresses of their own", "[apiserver][durable]") {
  DurableApi api;
  const auto service = [](std::string_view name, std::string_view ip) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"Service","metadata":{{"name":"{}"}},)"
                       R"("spec":{{"clusterIP":"{}","ports":[{{"port":80}}]}}}})",
                       name, ip);
  };
  auto& a = api.begin("POST", kServices, service("a", "10.96.1.1"));
  auto& b = api.begin("POST", kServices, service("b", "10.96.1.1"));
  api.files.run_until([&] { return a.done && b.done; });
  REQUIRE(a.writer.status == 201);
  REQUIRE(b.writer.status == 422);
  api.restart();
  REQUIRE(api.call("POST", kServices, service("b", "10.96.1.1")).writer.status == 422);
  // An address whose service could not be stored is free again.
  FaultyFiles::write_fault = ENOSPC;
  REQUIRE(api.call("POST", kServices, service("c", "10.96.1.2")).writer.status == 500);
  FaultyFiles::write_fault = 0;
  REQUIRE(api.call("POST", kServices, service("c", "10.96.1.2")).writer.status == 201);
}

TEST_CASE("Full disk is an InternalError that says so, and /readyz fails until there is space",
          "[apiserver][durable]") {
  DurableApi api;
  REQUIRE(api.call("POST", kConfigMaps, config_map("a")).writer.status == 201);
  REQUIRE(api.status_of("/readyz") == 200);
  FaultyFiles::write_fault = ENOSPC;
  for (const auto& [method, target, body] : {std::tuple{"POST", std::string(kConfigMaps), config_map("b")},
                                             {"PATCH", std::string(kConfigMaps) + "/a", R"({"data":{"k":"w"}})"},
                                             {"DELETE", std::string(kConfigMaps) + "/a", ""},
                                             {"DELETE", std::string(kConfigMaps), ""}}) {
    CAPTURE(method);
    const auto& refused = api.call(method, target, body);
    REQUIRE(refused.writer.status == 500);
    REQUIRE(json::string_at(refused.json(), {"reason"}) == "InternalError");
    REQUIRE(json::string_at(refused.json(), {"message"}).find("the disk is full; writes are possible again") !=
            std::string_view::npos);
  }
  REQUIRE(api.status_of(std::string(kConfigMaps) + "/b") == 404);
  REQUIRE(json::string_at(api.call("GET", std::string(kConfigMaps) + "/a").json(), {"data", "k"}) == "v");
  const auto& readiness = api.call("GET", "/readyz");
  REQUIRE(readiness.writer.status == 500);
  REQUIRE(readiness.writer.body.find("[-]storage failed") != std::string::npos);
  REQUIRE(api.status_of("/livez") == 200);
  FaultyFiles::write_fault = 0;
  api.wait_for(200, "/readyz");
  REQUIRE(api.call("POST", kConfigMaps, config_map("b")).writer.status == 201);
}

TEST_CASE("What was to follow from a change is done once the disk is back", "[apiserver][durable]") {
  DurableApi api;
  api.call("POST", "/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}})");
  REQUIRE(api.call("POST", "/api/v1/namespaces/x/configmaps", config_map("a")).writer.status == 201);
  // The deletion is stored; what it brings about is not.
  auto& deleted = api.begin("DELETE", "/api/v1/namespaces/x");
  api.server->storage().observe([](Table& table, const Change& change) {
    if (table.resource() == "namespaces" && change.object->deletion) FaultyFiles::write_fault = ENOSPC;
  });
  api.files.run_until([&] { return deleted.done; });
  REQUIRE(deleted.writer.status == 200);
  api.wait_for(500, "/readyz");
  REQUIRE(api.status_of("/api/v1/namespaces/x/configmaps/a") == 200);
  FaultyFiles::write_fault = 0;
  // The observer would break the disk again with each change of the namespace.
  api.restart();
  api.wait_for(404, "/api/v1/namespaces/x");
}

TEST_CASE("Background work takes up what a failing disk has kept from it", "[apiserver][durable]") {
  DurableApi api;
  const auto& owner = api.call("POST", kConfigMaps, config_map("owner"));
  const auto uid = std::string(json::string_at(owner.json(), {"metadata", "uid"}));
  const auto reference =
      fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"dependent","ownerReferences":)"
                  R"([{{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{}"}}]}}}})",
                  uid);
  REQUIRE(api.call("POST", kConfigMaps, reference).writer.status == 201);
  bool broken = false;
  api.server->storage().observe([&](Table&, const Change& change) {
    if (change.type != ChangeType::deleted || change.object->name != "owner" || broken) return;
    broken = true;
    FaultyFiles::write_fault = ENOSPC;
  });
  REQUIRE(api.call("DELETE", std::string(kConfigMaps) + "/owner").writer.status == 200);
  api.wait_for(500, "/readyz");
  REQUIRE(api.status_of(std::string(kConfigMaps) + "/dependent") == 200);
  FaultyFiles::write_fault = 0;
  api.wait_for(404, std::string(kConfigMaps) + "/dependent");
}

TEST_CASE("Restarted server serves custom resources and goes on with what it was deleting", "[apiserver][durable]") {
  DurableApi api;
  REQUIRE(api.call("POST", kDefinitions, kWidgetDefinition).writer.status == 201);
  REQUIRE(api.call("POST", kWidgets, widget("w")).writer.status == 201);
  api.call("POST", "/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}})");
  const auto held =
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["example.com/hold"]}})";
  REQUIRE(api.call("POST", "/api/v1/namespaces/x/configmaps", held).writer.status == 201);
  REQUIRE(api.call("DELETE", "/api/v1/namespaces/x").writer.status == 200);

  api.restart();
  REQUIRE(api.status_of(std::string(kWidgets) + "/w") == 200);
  REQUIRE(api.call("POST", kWidgets, widget("wrong", R"({"size":0})")).writer.status == 422);
  REQUIRE(api.call("POST", "/api/v1/namespaces/x/configmaps", config_map("late")).writer.status == 403);
  const auto& freed = api.call("PATCH", "/api/v1/namespaces/x/configmaps/held", R"({"metadata":{"finalizers":null}})");
  REQUIRE(freed.writer.status == 200);
  api.wait_for(404, "/api/v1/namespaces/x");
  REQUIRE(api.call("DELETE", std::string(kDefinitions) + "/widgets.example.com").writer.status == 200);
  api.wait_for(404, kWidgets.data());
}

TEST_CASE("Watch goes on over a restart with the changes after its version, each once", "[apiserver][durable]") {
  DurableApi api;
  const auto since = version_of(api.call("POST", kConfigMaps, config_map("a")));
  api.call("PATCH", std::string(kConfigMaps) + "/a", R"({"data":{"k":"w"}})");
  api.call("POST", kConfigMaps, config_map("b"));
  api.restart();
  api.call("DELETE", std::string(kConfigMaps) + "/a");
  Watch watch;
  watch.writer.body =
      api.call("GET", fmt::format("{}?watch=true&resourceVersion={}&timeoutSeconds=1", kConfigMaps, since)).writer.body;
  REQUIRE(watch.str() == "MODIFIED a, ADDED b, DELETED a");
}

}  // namespace
}  // namespace kyma::apiserver::test
