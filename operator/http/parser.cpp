#include "operator/http/parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

namespace kyma::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::string_view;
using boost::system::error_code;

constexpr std::size_t kLineOverhead = 4;  // ": " and CRLF
// A body in very many small chunks costs much work for few bytes: beyond this, at most half of it may be framing.
constexpr std::size_t kFreeFraming = 64 * 1024;
constexpr std::size_t kChunkOverhead = 5;          // a digit and two line ends
constexpr std::size_t kReservedUpFront = 1 << 20;  // a length that is only announced takes no more memory than this

// What both kinds of message share. `head_bytes` counts the whole head: the library's own limit is per read.
template <bool is_request>
class FieldParser : public beast_http::basic_parser<is_request> {
 public:
  FieldParser(Headers& headers, std::string* body, const ParseLimits& limits)
      : headers_(headers), body_(body), limits_(limits) {
    this->header_limit(static_cast<std::uint32_t>(
        std::min<std::size_t>(limits.max_header_bytes, std::numeric_limits<std::uint32_t>::max())));
    if (limits.max_body_bytes == std::numeric_limits<std::uint64_t>::max()) {
      this->body_limit(boost::none);
    } else {
      this->body_limit(limits.max_body_bytes);
    }
  }

  void begin_put(char* data) noexcept {
    data_ = data;
    piece_ = {};
  }
  std::span<char> piece() const noexcept { return piece_; }
  bool expects_continue() const noexcept { return expects_continue_; }
  bool is_http_1_0() const noexcept { return version_ == 10; }

 protected:
  void count_head(std::size_t bytes, error_code& ec) {
    head_bytes_ += bytes;
    if (head_bytes_ > limits_.max_header_bytes) ec = beast_http::error::header_limit;
  }

  int version_ = 11;
  int hosts_ = 0;

 private:
  void on_field_impl(beast_http::field name, string_view text, string_view value, error_code& ec) override {
    count_head(text.size() + value.size() + kLineOverhead, ec);
    if (ec || this->is_header_done()) return;  // trailers are counted and dropped
    switch (name) {
      case beast_http::field::transfer_encoding:
        // Any other coding would leave the end of the body to guesswork, and HTTP/1.0 has none.
        if (!iequals(value, "chunked") || version_ < 11) ec = beast_http::error::bad_transfer_encoding;
        break;
      case beast_http::field::expect: expects_continue_ = iequals(value, "100-continue"); break;
      case beast_http::field::host: ++hosts_; break;
      default: break;
    }
    headers_.add(text, value);
  }
  void on_header_impl(error_code& ec) override {
    if (is_request && (hosts_ > 1 || (hosts_ == 0 && version_ >= 11))) ec = beast_http::error::bad_field;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (!body_ || !length) return;
    body_->reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, kReservedUpFront)));
    if (is_request) announced_ = static_cast<std::size_t>(*length);  // which its limit bounds
  }
  std::size_t on_body_impl(string_view bytes, error_code&) override { return take(bytes); }
  void on_chunk_header_impl(std::uint64_t size, string_view extensions, error_code& ec) override {
    framing_bytes_ += kChunkOverhead + extensions.size();
    chunked_bytes_ += size;
    if (is_request && framing_bytes_ > kFreeFraming + chunked_bytes_) ec = beast_http::error::bad_chunk;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, string_view bytes, error_code&) override { return take(bytes); }
  void on_finish_impl(error_code&) override {}

  // Without a target the bytes stay in the reader's buffer, closed up to one piece: what lies between two chunks was
  // consumed already.
  std::size_t take(string_view bytes) {
    if (body_) {
      if (body_->size() + bytes.size() > body_->capacity() && announced_ > 0) body_->reserve(announced_);
      body_->append(bytes.data(), bytes.size());
    } else if (char* from = data_ + (bytes.data() - data_); piece_.empty()) {
      piece_ = {from, bytes.size()};
    } else {
      char* to = piece_.data() + piece_.size();
      if (to != from) std::memmove(to, from, bytes.size());
      piece_ = {piece_.data(), piece_.size() + bytes.size()};
    }
    return bytes.size();
  }

  Headers& headers_;
  std::string* body_;
  ParseLimits limits_;
  std::size_t head_bytes_ = 0;
  std::size_t announced_ = 0;  // length of a request's body; 0: unknown
  std::uint64_t framing_bytes_ = 0;
  std::uint64_t chunked_bytes_ = 0;  // announced
  bool expects_continue_ = false;
  char* data_ = nullptr;
  std::span<char> piece_;
};

class RequestFields final : public FieldParser<true> {
 public:
  RequestFields(Request& into, const ParseLimits& limits)
      : FieldParser(into.headers, &into.body, limits), request_(into) {}

 private:
  void on_request_impl(beast_http::verb, string_view method, string_view target, int version, error_code& ec) override {
    version_ = version;
    count_head(method.size() + target.size() + kLineOverhead, ec);
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
  }
  void on_response_impl(int, string_view, int, error_code&) override {}

  Request& request_;
};

class ResponseFields final : public FieldParser<false> {
 public:
  ResponseFields(ResponseHead& head, std::string* body, const ParseLimits& limits)
      : FieldParser(head.headers, body, limits), head_(head) {}

 private:
  void on_request_impl(beast_http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int code, string_view reason, int version, error_code& ec) override {
    version_ = version;
    count_head(reason.size() + kLineOverhead, ec);
    if (code < 100) ec = beast_http::error::bad_status;
    head_.status = static_cast<unsigned>(code);
  }

  ResponseHead& head_;
};

// The interface of the header over one of the two.
template <class Interface, class Fields>
class ParserBase : public Interface {
 public:
  std::size_t put(std::span<char> data) final {
    std::size_t taken = 0;
    fields_->begin_put(data.data());
    while (taken < data.size() && !done() && failure_ == ParseFailure::none) {
      const bool had_head = fields_->is_header_done();
      error_code ec;
      taken += fields_->put(boost::asio::const_buffer(data.data() + taken, data.size() - taken), ec);
      if (ec == beast_http::error::need_more) break;
      if (ec) fail(ec);
      if (!had_head && fields_->is_header_done()) break;
    }
    return taken;
  }

  void put_end() final {
    if (done() || failure_ != ParseFailure::none) return;
    if (!fields_->got_some()) {
      fail(beast_http::error::end_of_stream);
      return;
    }
    error_code ec;
    fields_->put_eof(ec);
    if (ec) fail(ec);
  }

  bool head_done() const noexcept final { return failure_ == ParseFailure::none && fields_->is_header_done(); }
  bool done() const noexcept final { return failure_ == ParseFailure::none && fields_->is_done(); }
  bool keep_alive() const noexcept final { return fields_->keep_alive(); }
  bool started() const noexcept final { return fields_->got_some(); }
  ParseFailure failure() const noexcept final { return failure_; }
  std::string failure_text() const final { return reason_.message(); }

 protected:
  template <class... Args>
  void restart(Args&&... args) {
    failure_ = ParseFailure::none;
    fields_.emplace(std::forward<Args>(args)...);
  }
  Fields& fields() noexcept { return *fields_; }
  const Fields& fields() const noexcept { return *fields_; }

 private:
  void fail(error_code ec) {
    reason_ = ec;
    if (ec == beast_http::error::header_limit) {
      failure_ = ParseFailure::header_too_large;
    } else if (ec == beast_http::error::body_limit) {
      failure_ = ParseFailure::body_too_large;
    } else {
      failure_ = ParseFailure::malformed;
    }
  }

  std::optional<Fields> fields_;
  ParseFailure failure_ = ParseFailure::none;
  error_code reason_;
};

class BeastRequestParser final : public ParserBase<RequestParser, RequestFields> {
 public:
  void start(Request& into, const ParseLimits& limits) override { restart(into, limits); }
  bool expects_continue() const noexcept override { return fields().expects_continue() && !fields().is_http_1_0(); }
  bool is_http_1_0() const noexcept override { return fields().is_http_1_0(); }
};

class BeastResponseParser final : public ParserBase<ResponseParser, ResponseFields> {
 public:
  void start(ResponseHead& head, std::string* body, bool no_body, const ParseLimits& limits) override {
    restart(head, body, limits);
    fields().skip(no_body);
  }
  std::string_view piece() const noexcept override { return {fields().piece().data(), fields().piece().size()}; }
};

}  // namespace

std::unique_ptr<RequestParser> make_request_parser() { return std::make_unique<BeastRequestParser>(); }
std::unique_ptr<ResponseParser> make_response_parser() { return std::make_unique<BeastResponseParser>(); }

}  // namespace kyma::http
