// ServerThread: an EmbeddedServer with a loop of its own.
#include <boost/asio/executor_work_guard.hpp>

#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/real_clock.hpp"

namespace kyma::apiserver {

class ServerThread::Impl {
 public:
  explicit Impl(EmbeddedServerOptions options)
      : clock_(loop_.get_executor()), server_(loop_.get_executor(), clock_, std::move(options)) {}
  ~Impl() { stop(); }

  http::Outcome<EmbeddedServerInfo> start() {
    // Before the thread runs, this one has the loop to itself.
    auto info = server_.start();
    if (!info) return info;
    guard_.emplace(loop_.get_executor());
    thread_ = std::thread([this] { loop_.run(); });
    return info;
  }

  void stop() {
    if (!thread_.joinable()) return;
    asio::co_spawn(loop_, server_.stop(), [this](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
      // Nothing is left to run but the clock's alarm, which nobody waits for any more.
      loop_.stop();
    });
    thread_.join();
  }

 private:
  asio::io_context loop_{1};
  RealClock clock_;
  EmbeddedServer server_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_;
  std::thread thread_;
};

ServerThread::ServerThread(EmbeddedServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

ServerThread::~ServerThread() = default;

http::Outcome<EmbeddedServerInfo> ServerThread::start() { return impl_->start(); }

void ServerThread::stop() { impl_->stop(); }

}  // namespace kyma::apiserver
