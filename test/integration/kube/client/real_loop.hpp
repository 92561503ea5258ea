// A loop in real time, and servers on it.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/certificates.hpp"
#include "operator/http/server.hpp"
#include "operator/http/tcp.hpp"
#include "test/support/run_on_loop.hpp"
#include "test/unit/kube/client/catch_outcome.hpp"

namespace kyma::kube::testing {

using namespace std::chrono_literals;

struct RealLoop {
  template <class T>
  T run(asio::awaitable<T> task) {
    return test::run_on(loop, std::move(task));
  }
  void run(asio::awaitable<void> task) { test::run_on(loop, std::move(task)); }
  // Real time has no exact instants: waits until it holds, and fails a test only when it never does.
  template <class Condition>
  bool eventually(Condition holds) {
    for (int i = 0; i < 10'000 && !holds(); ++i) run(clock.sleep_for(1ms));
    return holds();
  }

  asio::io_context loop;
  RealClock clock{loop.get_executor()};
};

// An API server of one handler on a port of the kernel's choice.
class LoopbackServer {
 public:
  LoopbackServer(RealLoop& world, std::shared_ptr<http::TlsContext> tls, http::Handler handler,
                 const http::Endpoint& at = {"127.0.0.1", 0})
      : world_(world),
        server_(world.loop.get_executor(), world.clock, std::move(handler), {}),
        listener_(http::Listener::bind(world.loop.get_executor(), at, std::move(tls)).value()),
        tasks_(world.loop.get_executor()) {
    tasks_.spawn(listener_->accept_all(
        world.clock, [this](std::unique_ptr<http::Stream> stream) { server_.serve(std::move(stream)); }));
  }
  ~LoopbackServer() {
    listener_->close();
    world_.run(server_.stop(0s));
    world_.run(tasks_.stop());
  }

  http::Endpoint endpoint() const { return listener_->local(); }
  std::size_t connections() const { return server_.connections(); }

 private:
  RealLoop& world_;
  http::Server server_;
  std::unique_ptr<http::Listener> listener_;
  TaskGroup tasks_;
};

struct Authority {
  http::KeyPair ca = http::make_certificate_authority("test CA", 24h).value();

  std::shared_ptr<http::TlsContext> server(const std::string& client_ca = {}) const {
    const http::KeyPair pair = sign("server", true);
    return http::make_server_tls({pair.certificate_pem, pair.private_key_pem, client_ca}).value();
  }
  http::KeyPair sign(const std::string& name, bool server = false) const {
    return http::sign_certificate(ca, {.common_name = name, .ip_addresses = {"127.0.0.1"}, .server = server}, 24h)
        .value();
  }
};

}  // namespace kyma::kube::testing
