#include "operator/http/tcp_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <sys/socket.h>

#include <array>
#include <utility>

namespace kyma::http {
namespace {

using asio::ip::tcp;

constexpr auto kResult = asio::as_tuple(asio::use_awaitable);

// Probes that end a connection whose peer is gone within about two minutes.
constexpr int kProbeAfterIdle = 60;
constexpr int kProbeInterval = 15;
constexpr int kProbes = 4;
// Writes that the kernel takes at once cost no turn of the loop; after so many bytes others get theirs.
constexpr std::size_t kWrittenInline = 256 * 1024;

using KeepIdle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
using KeepInterval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
using KeepCount = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;

class TcpStream final : public Stream {
 public:
  TcpStream(tcp::socket socket, std::string peer) : socket_(std::move(socket)), peer_(std::move(peer)) {
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    socket_.set_option(asio::socket_base::keep_alive(true), ignored);
    socket_.set_option(KeepIdle(kProbeAfterIdle), ignored);
    socket_.set_option(KeepInterval(kProbeInterval), ignored);
    socket_.set_option(KeepCount(kProbes), ignored);
    socket_.non_blocking(true, ignored);
  }

  asio::awaitable<Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) override {
    if (closed_) co_return closed_here();
    const auto [error, count] = co_await socket_.async_read_some(buffer, kResult);
    if (!error) co_return count;
    if (error == asio::error::eof) co_return std::size_t{0};
    co_return failed(error, Errc::connection_lost);
  }

  asio::awaitable<Outcome<void>> write(std::span<const asio::const_buffer> buffers) override {
    if (closed_) co_return closed_here();
    const std::size_t size = asio::buffer_size(buffers);
    if (inline_bytes_ += size; inline_bytes_ > kWrittenInline) {
      inline_bytes_ = 0;
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
      if (closed_) co_return closed_here();
    }
    error_code error;
    const std::size_t taken = socket_.write_some(buffers, error);
    if (taken == size) co_return Outcome<void>{};
    if (error && error != asio::error::would_block) co_return failed(error, Errc::not_sent);
    co_return co_await write_rest(buffers, taken);
  }

  asio::awaitable<void> shutdown() override {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    co_return;
  }

  void close() noexcept override {
    closed_ = true;
    error_code ignored;
    socket_.close(ignored);
  }

  bool is_open() const noexcept override { return !closed_; }

  bool is_quiet() const noexcept override {
    if (closed_) return false;
    char byte = 0;
    const auto count = ::recv(const_cast<tcp::socket&>(socket_).native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  std::string peer() const override { return peer_; }

 private:
  asio::awaitable<Outcome<void>> write_rest(std::span<const asio::const_buffer> buffers, std::size_t taken) {
    // The buffers that are left, the first of them cut.
    std::vector<asio::const_buffer> rest;
    std::size_t skip = taken;
    for (const asio::const_buffer& buffer : buffers) {
      if (skip >= buffer.size()) {
        skip -= buffer.size();
      } else {
        rest.push_back(buffer + skip);
        skip = 0;
      }
    }
    const auto [error, count] = co_await asio::async_write(socket_, rest, kResult);
    if (!error) co_return Outcome<void>{};
    co_return failed(error, taken + count == 0 ? Errc::not_sent : Errc::connection_lost);
  }

  Error closed_here() const { return {Errc::shut_down, "connection to " + peer_ + " closed on this side"}; }

  // Throws when it was the coroutine that was cancelled.
  Error failed(const error_code& error, Errc code) const {
    if (closed_) return closed_here();
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    return {code, peer_ + ": " + reason_of(error)};
  }

  tcp::socket socket_;
  std::string peer_;
  std::size_t inline_bytes_ = 0;
  bool closed_ = false;
};

}  // namespace

Endpoint to_endpoint(const tcp::endpoint& endpoint) { return {endpoint.address().to_string(), endpoint.port()}; }

std::unique_ptr<Stream> make_tcp_stream(tcp::socket socket, std::string peer) {
  return std::make_unique<TcpStream>(std::move(socket), std::move(peer));
}

std::string reason_of(const error_code& error) {
  std::string text = error.message();
  // "Connection refused" reads well in the middle of a sentence, "TLS ..." stays as it is.
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

}  // namespace kyma::http
