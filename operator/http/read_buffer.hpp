// Bytes read from a stream and not yet consumed, contiguous. Internal to operator/http.
//
// Starts small, since most messages are, and grows while reads fill it, up to its bound. Views into it stay valid until
// the next prepare().
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include <boost/asio/buffer.hpp>

namespace kyma::http {

class ReadBuffer {
 public:
  // At least `max_size` bytes of one message head fit.
  explicit ReadBuffer(std::size_t max_size) : max_size_(std::max(max_size, kFirstSize)) {}

  std::span<char> data() noexcept { return {bytes_.data() + begin_, end_ - begin_}; }
  std::size_t size() const noexcept { return end_ - begin_; }
  bool empty() const noexcept { return begin_ == end_; }
  bool full() const noexcept { return size() >= max_size_; }

  // Room for the next read; empty only when full.
  boost::asio::mutable_buffer prepare() {
    if (begin_ == end_) {
      begin_ = end_ = 0;
    } else if (begin_ > 0 && bytes_.size() - end_ < bytes_.size() / 2) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, size());
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == bytes_.size() || grow_) bytes_.resize(std::clamp(bytes_.size() * 2, kFirstSize, max_size_));
    grow_ = false;
    return {bytes_.data() + end_, bytes_.size() - end_};
  }
  void commit(std::size_t count) noexcept {
    end_ += count;
    grow_ = end_ == bytes_.size();  // the peer has more to say than fits: take more at once
  }
  void consume(std::size_t count) noexcept { begin_ += count; }

  // Gives memory back; only when empty.
  void release() noexcept {
    if (!empty() || bytes_.size() <= kKept) return;
    bytes_ = {};
    begin_ = end_ = 0;
  }

 private:
  static constexpr std::size_t kFirstSize = 4096;
  static constexpr std::size_t kKept = 16 * 1024;

  std::size_t max_size_;
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool grow_ = false;
};

}  // namespace kyma::http
