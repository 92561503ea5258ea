// One of the daemon's own HTTP endpoints: a listener, its server and the handler behind them.
//
// Thread: the loop's. Lifetime: once started, co_await stop() before it goes.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "operator/base/task_group.hpp"
#include "operator/http/server.hpp"
#include "operator/http/tcp.hpp"

namespace kyma::cmd {

struct EndpointOptions {
  std::string name;     // in logs
  std::string address;  // host:port
  std::string flag;     // that gave the address: named in errors, with the remedy
  // What each new connection is secured with; none: plain.
  std::function<std::shared_ptr<http::TlsContext>()> tls = {};
  std::size_t max_body_bytes = 64 * 1024;
  Duration grace = std::chrono::seconds{2};  // for running requests when stopping
};

class Endpoint {
 public:
  // Binds at once; connections wait until start().
  static http::Outcome<std::unique_ptr<Endpoint>> open(asio::any_io_executor executor, Clock& clock,
                                                       EndpointOptions options, http::Handler handler);
  void start();
  const std::string& name() const noexcept { return options_.name; }
  bool secure() const noexcept { return options_.tls != nullptr; }
  // The address for people: "localhost:8080".
  std::string address() const;
  asio::awaitable<void> stop();

 private:
  Endpoint(asio::any_io_executor executor, Clock& clock, EndpointOptions options,
           std::unique_ptr<http::Listener> listener, http::Handler handler);
  void serve(std::unique_ptr<http::Stream> stream);

  Clock& clock_;
  EndpointOptions options_;
  std::unique_ptr<http::Listener> listener_;
  http::Server server_;
  TaskGroup tasks_;
};

}  // namespace kyma::cmd
