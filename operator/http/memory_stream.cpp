#include "operator/http/memory_stream.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "operator/base/condition.hpp"

namespace kyma::http {
namespace {

// One direction. Bytes between offset and size are in flight.
struct Pipe {
  explicit Pipe(std::size_t bytes) : capacity(std::max<std::size_t>(bytes, 1)) {}

  std::size_t in_flight() const noexcept { return data.size() - offset; }
  std::size_t space() const noexcept { return capacity - in_flight(); }

  void append(asio::const_buffer bytes) {
    if (offset > 0 && offset >= data.size() / 2) {
      data.erase(0, offset);
      offset = 0;
    }
    data.append(static_cast<const char*>(bytes.data()), bytes.size());
  }

  std::size_t take(asio::mutable_buffer into) noexcept {
    const std::size_t size = std::min(into.size(), in_flight());
    std::memcpy(into.data(), data.data() + offset, size);
    offset += size;
    if (offset == data.size()) {
      data.clear();
      offset = 0;
    }
    return size;
  }

  void wake() noexcept {
    readable.notify_all();
    writable.notify_all();
  }

  std::size_t capacity;
  std::string data;
  std::size_t offset = 0;
  bool ended = false;        // the writer writes no more
  bool reader_gone = false;  // the reader takes no more
  Condition readable;
  Condition writable;
};

class MemoryStream final : public Stream {
 public:
  MemoryStream(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out, std::string peer_name)
      : in_(std::move(in)), out_(std::move(out)), peer_(std::move(peer_name)) {}
  ~MemoryStream() override { MemoryStream::close(); }

  asio::awaitable<Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) override {
    for (;;) {
      if (!open_) co_return closed_here();
      if (in_->in_flight() > 0) {
        const std::size_t size = in_->take(buffer);
        in_->writable.notify_all();
        co_return size;
      }
      if (in_->ended) co_return std::size_t{0};
      co_await in_->readable.wait();
    }
  }

  asio::awaitable<Outcome<void>> write(std::span<const asio::const_buffer> buffers) override {
    bool written = false;
    for (asio::const_buffer rest : buffers) {
      while (rest.size() > 0) {
        if (!open_) co_return closed_here();
        if (out_->ended || out_->reader_gone) {
          co_return Error{written ? Errc::connection_lost : Errc::not_sent, peer_ + " has closed the connection"};
        }
        if (const std::size_t size = std::min(rest.size(), out_->space()); size > 0) {
          out_->append(asio::const_buffer(rest.data(), size));
          out_->readable.notify_all();
          rest += size;
          written = true;
        } else {
          co_await out_->writable.wait();
        }
      }
    }
    co_return Outcome<void>{};
  }

  asio::awaitable<void> shutdown() override {
    out_->ended = true;
    out_->wake();
    co_return;
  }

  void close() noexcept override {
    if (!open_) return;
    open_ = false;
    in_->reader_gone = true;
    out_->ended = true;
    in_->wake();
    out_->wake();
  }

  bool is_open() const noexcept override { return open_; }
  bool is_quiet() const noexcept override { return open_ && in_->in_flight() == 0 && !in_->ended; }
  std::string peer() const override { return peer_; }

 private:
  Error closed_here() const { return {Errc::shut_down, "connection to " + peer_ + " closed on this side"}; }

  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
  std::string peer_;
  bool open_ = true;
};

}  // namespace

std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_memory_stream_pair(asio::any_io_executor,
                                                                                    std::size_t capacity) {
  auto forth = std::make_shared<Pipe>(capacity);
  auto back = std::make_shared<Pipe>(capacity);
  return {std::make_unique<MemoryStream>(back, forth, "memory:server"),
          std::make_unique<MemoryStream>(forth, back, "memory:client")};
}

}  // namespace kyma::http
