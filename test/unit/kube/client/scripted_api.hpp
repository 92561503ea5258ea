// A client and a server that follows a script, joined in memory and in virtual time.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/http/server.hpp"
#include "operator/kube/client/client.hpp"
#include "test/unit/kube/client/catch_outcome.hpp"

namespace kyma::kube::testing {

using namespace std::chrono_literals;

inline const ResourceType kKymas{"inventory.kyma-project.io", "v1alpha1", "Kyma", "kymas"};

class ScriptedApi {
 public:
  using Step = http::Handler;

  explicit ScriptedApi(ClientOptions options = {}, ClusterConfig config = {}, metrics::Registry* metrics = nullptr)
      : server(loop.get_executor(), clock,
               [this](http::Request& request, http::ResponseWriter& writer) { return handle(request, writer); }, {}) {
    if (config.server.empty()) config.server = "https://api.example:6443";
    client = Client::make_with_dialer(
        loop.get_executor(), clock, [this] { return dial(); }, config, std::move(options), metrics);
  }
  ~ScriptedApi() {
    client->close();
    clock.run(loop, server.stop(0s));
  }

  // A new client, with a flow control that goes by this clock.
  void control_with(std::shared_ptr<FlowControl> control) {
    ClientOptions options;
    options.flow_control = std::move(control);
    ClusterConfig config;
    config.server = "https://api.example:6443";
    client->close();
    client = Client::make_with_dialer(
        loop.get_executor(), clock, [this] { return dial(); }, config, std::move(options), nullptr);
  }

  // Adds an answer; requests take them in order.
  void answer(unsigned status, std::string body, http::Headers headers = {}) {
    script.push_back([=](http::Request&, http::ResponseWriter& writer) -> asio::awaitable<void> {
      co_await writer.send(http::Response{status, headers, body});
    });
  }
  // Adds an answer in pieces, with a pause before each; `hold`: the body does not end by itself.
  void stream(std::vector<std::string> pieces, Duration pause = 0s, bool hold = false) {
    script.push_back(
        [this, pieces, pause, hold](http::Request&, http::ResponseWriter& writer) -> asio::awaitable<void> {
          co_await writer.start(http::ResponseHead{200, {}});
          for (const auto& piece : pieces) {
            if (pause > 0s) co_await clock.sleep_for(pause);
            const std::array<std::string_view, 1> parts{piece};
            co_await writer.write(parts);
          }
          if (hold) co_await clock.sleep_for(24h);
        });
  }
  // Adds a request that is never answered.
  void stay_silent() {
    script.push_back(
        [this](http::Request&, http::ResponseWriter&) -> asio::awaitable<void> { co_await clock.sleep_for(24h); });
  }
  // The next connections break as soon as something is written to them.
  void break_connections(int count) { broken = count; }

  template <class T>
  T run(asio::awaitable<T> task) {
    return clock.run(loop, std::move(task));
  }

  asio::io_context loop;
  ManualClock clock;
  http::Server server;
  std::deque<Step> script;
  std::vector<http::Request> requests;
  std::vector<SteadyTime> times;  // of the requests
  int broken = 0;
  bool refused = false;  // whether dialling fails
  std::unique_ptr<Client> client;

 private:
  asio::awaitable<void> handle(http::Request& request, http::ResponseWriter& writer) {
    requests.push_back(request);
    times.push_back(clock.now());
    if (script.empty()) {
      co_await writer.send(http::Response{200, {}, "{}"});
      co_return;
    }
    const Step step = std::move(script.front());
    script.pop_front();
    co_await step(request, writer);
  }

  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial() {
    if (refused) co_return http::Error{http::Errc::connect_failed, "api.example:6443: connection refused"};
    auto [ours, theirs] = http::make_memory_stream_pair(loop.get_executor());
    if (broken > 0) {
      --broken;
      theirs->close();
    } else {
      server.serve(std::move(theirs));
    }
    co_return std::move(ours);
  }
};

}  // namespace kyma::kube::testing
