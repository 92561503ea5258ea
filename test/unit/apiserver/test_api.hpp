// An ApiServer in virtual time, called through its handler: no HTTP, no sockets.
#pragma once

#include <boost/asio/error.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/apiserver/api_server.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver::test {

inline constexpr std::string_view kToken = "test-token";

// Keeps what a handler answers. A paused one lets writes wait, as a client that does not read does.
class RecordingWriter final : public http::ResponseWriter {
 public:
  asio::awaitable<http::Outcome<void>> send(http::Response response) override {
    started_ = true;
    status = response.status;
    headers = std::move(response.headers);
    body = std::move(response.body);
    co_return http::Outcome<void>();
  }
  asio::awaitable<http::Outcome<void>> start(http::ResponseHead head) override {
    started_ = true;
    status = head.status;
    headers = std::move(head.headers);
    co_return http::Outcome<void>();
  }
  asio::awaitable<http::Outcome<void>> write(std::span<const std::string_view> pieces) override {
    while (paused) co_await resumed.wait();
    if (before_write) co_await before_write();
    ++writes;
    for (const auto piece : pieces) body += piece;
    co_return http::Outcome<void>();
  }
  bool started() const noexcept override { return started_; }
  std::string peer() const override { return "test"; }

  unsigned status = 0;
  http::Headers headers;
  std::string body;
  int writes = 0;
  bool paused = false;
  Condition resumed;
  std::function<asio::awaitable<void>()> before_write;

 private:
  bool started_ = false;
};

struct Answer {
  unsigned status = 0;
  http::Headers headers = {};
  std::string body = {};
  json::Document json = {};

  std::string text(std::initializer_list<std::string_view> path) const {
    return std::string(json::string_at(json, path));
  }
  std::string message() const { return text({"message"}); }
  std::string reason() const { return text({"reason"}); }
  std::string version() const { return text({"metadata", "resourceVersion"}); }
};

// A watch that runs while the test goes on.
class Watch {
 public:
  struct Event {
    std::string type;
    json::Document object;

    std::string name() const { return std::string(json::string_at(object, {"metadata", "name"})); }
    std::string version() const { return std::string(json::string_at(object, {"metadata", "resourceVersion"})); }
    std::string str() const { return type + " " + name(); }
  };

  std::vector<Event> events() const {
    std::vector<Event> result;
    std::string_view rest = writer.body;
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      auto document = json::parse(line);
      if (!document) throw std::runtime_error("watch line is no JSON: " + std::string(line));
      Event event;
      event.type = json::string_at(*document, {"type"});
      event.object.CopyFrom(*json::find(*document, "object"), event.object.GetAllocator());
      result.push_back(std::move(event));
    }
    return result;
  }
  // "ADDED a, MODIFIED a"; bookmarks are left out.
  std::string str() const {
    std::string text;
    for (const auto& event : events()) {
      if (event.type == "BOOKMARK") continue;
      if (!text.empty()) text += ", ";
      text += event.str();
    }
    return text;
  }

  http::Request request;
  RecordingWriter writer;
  bool ended = false;
};

class TestApi {
 public:
  explicit TestApi(ApiServerOptions options = {})
      : server(loop.get_executor(), clock, with_token(options)), tasks(loop.get_executor()) {
    server.start();
  }
  ~TestApi() {
    clock.run(loop, server.stop());
    clock.run(loop, tasks.stop());
  }

  Answer call(std::string_view method, std::string_view target, std::string_view body = {},
              http::Headers headers = {}) {
    http::Request request{std::string(method), std::string(target), std::move(headers), std::string(body)};
    if (!request.headers.contains("Authorization")) {
      request.headers.add("Authorization", "Bearer " + std::string(kToken));
    }
    RecordingWriter writer;
    clock.run(loop, server.handler()(request, writer));
    Answer answer{writer.status, std::move(writer.headers), std::move(writer.body)};
    if (auto document = json::parse(answer.body)) answer.json = std::move(*document);
    return answer;
  }
  Answer get(std::string_view target) { return call("GET", target); }
  Answer post(std::string_view target, std::string_view body) { return call("POST", target, body); }
  Answer put(std::string_view target, std::string_view body) { return call("PUT", target, body); }
  Answer patch(std::string_view target, std::string_view body, std::string_view type = "application/merge-patch+json") {
    return call("PATCH", target, body, {{"Content-Type", std::string(type)}});
  }
  Answer remove(std::string_view target, std::string_view body = {}) { return call("DELETE", target, body); }

  std::shared_ptr<Watch> watch(std::string_view target, http::Headers headers = {}) {
    auto watch = std::make_shared<Watch>();
    watch->request = {"GET", std::string(target), std::move(headers), {}};
    watch->request.headers.add("Authorization", "Bearer " + std::string(kToken));
    tasks.spawn(run(server.handler(), watch));
    settle();
    return watch;
  }

  // Lets everything run that is ready, background work included.
  void settle() { clock.run_for(loop, Duration::zero()); }
  void pass(Duration time) { clock.run_for(loop, time); }

  ManualClock clock;
  asio::io_context loop;
  ApiServer server;
  TaskGroup tasks;

 private:
  static ApiServerOptions with_token(ApiServerOptions options) {
    options.credentials.push_back({std::string(kToken)});
    options.seed = 1;
    return options;
  }
  static asio::awaitable<void> run(http::Handler handler, std::shared_ptr<Watch> watch) {
    co_await handler(watch->request, watch->writer);
    watch->ended = true;
  }
};

inline constexpr std::string_view kConfigMaps = "/api/v1/namespaces/default/configmaps";

inline std::string config_map(std::string_view name, std::string_view more = R"(,"data":{"k":"v"})") {
  return std::string(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")") + std::string(name) + R"("})" +
         std::string(more) + "}";
}

// A custom resource with everything: status, printer columns, defaults, validation.
inline constexpr std::string_view kWidgetDefinition = R"json({
"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.com"},
"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget","shortNames":["wd"],"categories":["all"]},
"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
"additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Phase","type":"string","jsonPath":".status.phase"}],
"schema":{"openAPIV3Schema":{"type":"object","properties":{
"spec":{"type":"object","required":["size"],"properties":{"size":{"type":"integer","minimum":1},"color":{"type":"string","default":"red"}}},
"status":{"type":"object","properties":{"phase":{"type":"string"}}}}}}}]}})json";

inline constexpr std::string_view kDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
inline constexpr std::string_view kWidgets = "/apis/example.com/v1/namespaces/default/widgets";

inline std::string widget(std::string_view name, std::string_view spec = R"({"size":1})",
                          std::string_view metadata = {}, std::string_view more = {}) {
  return std::string(R"({"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":")") + std::string(name) +
         "\"" + std::string(metadata) + R"(},"spec":)" + std::string(spec) + std::string(more) + "}";
}

inline void define_widgets(TestApi& api) {
  const auto made = api.post(kDefinitions, kWidgetDefinition);
  if (made.status != 201) throw std::runtime_error("cannot define widgets: " + made.body);
}

}  // namespace kyma::apiserver::test
