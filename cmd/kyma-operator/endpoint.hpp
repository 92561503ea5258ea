// One of the daemon's own HTTP endpoints: a listener, its server and the handler behind them.
//
// Thread: the loop's. Lifetime: once started, co_await stop() before it goes.
#pragma once

#include <memory>
#include <string>

#include "operator/base/task_group.hpp"
#include "operator/http/server.hpp"
#include "operator/http/tcp.hpp"

namespace kyma::cmd {

class Endpoint {
 public:
  // Binds at once; connections wait until start(). `flag` is named in errors, with the remedy: "cannot listen on ...;
  // choose another with --flag".
  static http::Outcome<std::unique_ptr<Endpoint>> open(asio::any_io_executor executor, Clock& clock, std::string name,
                                                       const std::string& address, const std::string& flag,
                                                       http::Handler handler);
  void start();
  const std::string& name() const noexcept { return name_; }
  // The address for people: "localhost:8080".
  std::string address() const;
  asio::awaitable<void> stop();

 private:
  Endpoint(asio::any_io_executor executor, Clock& clock, std::string name, std::unique_ptr<http::Listener> listener,
           http::Handler handler);

  Clock& clock_;
  std::string name_;
  std::unique_ptr<http::Listener> listener_;
  http::Server server_;
  TaskGroup tasks_;
};

}  // namespace kyma::cmd
