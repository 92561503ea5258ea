#include "test/support/connections.hpp"

#include <utility>

#include "operator/http/memory_stream.hpp"

namespace kyma::test {

// The server's end of a connection, listed while it lives.
class Connections::Breakable final : public http::Stream {
 public:
  Breakable(std::unique_ptr<http::Stream> inner, std::shared_ptr<Set> list, std::string peer)
      : inner_(std::move(inner)), list_(std::move(list)), peer_(std::move(peer)) {
    list_->insert(this);
  }
  ~Breakable() override { list_->erase(this); }

  asio::awaitable<http::Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) override {
    return inner_->read_some(buffer);
  }
  asio::awaitable<http::Outcome<void>> write(std::span<const asio::const_buffer> buffers) override {
    return inner_->write(buffers);
  }
  asio::awaitable<void> shutdown() override { return inner_->shutdown(); }
  void close() noexcept override { inner_->close(); }
  bool is_open() const noexcept override { return inner_->is_open(); }
  bool is_quiet() const noexcept override { return inner_->is_quiet(); }
  std::string peer() const override { return peer_; }

 private:
  std::unique_ptr<http::Stream> inner_;
  std::shared_ptr<Set> list_;
  std::string peer_;
};

http::Dialer Connections::dialer(asio::any_io_executor executor, http::Server& server) {
  return [this, executor, &server]() -> asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> {
    if (down_) co_return http::Error{http::Errc::connect_failed, "connection refused: memory:server"};
    auto [client_end, server_end] = http::make_memory_stream_pair(executor);
    server.serve(std::make_unique<Breakable>(std::move(server_end), open_, name_ + ":" + std::to_string(++made_)));
    co_return std::move(client_end);
  };
}

void Connections::break_all() {
  for (Breakable* stream : Set(*open_)) stream->close();
}

void Connections::break_one(const std::string& peer) {
  for (Breakable* stream : Set(*open_)) {
    if (stream->peer() == peer) stream->close();
  }
}

std::size_t Connections::size() const noexcept { return open_->size(); }

}  // namespace kyma::test
