#include "operator/http/tls_stream.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <utility>
#include <vector>

#include "operator/base/condition.hpp"
#include "operator/http/tls_context.hpp"

namespace kyma::http {
namespace {

constexpr std::size_t kRecord = 16 * 1024;     // the most that one TLS record holds
constexpr std::size_t kFlushAt = 64 * 1024;    // encrypted bytes gathered before they are written
constexpr std::size_t kFirstInput = 4 * 1024;  // grows when a read fills it
constexpr std::size_t kMaxInput = 32 * 1024;

// Where OpenSSL reads and writes encrypted bytes: memory, never a socket.
struct Transport {
  std::span<const char> in;  // received, not yet taken by OpenSSL
  std::string out;           // to be sent
};

Transport& transport_of(BIO* bio) { return *static_cast<Transport*>(BIO_get_data(bio)); }

int bio_read(BIO* bio, char* into, int size) {
  std::span<const char>& in = transport_of(bio).in;
  BIO_clear_retry_flags(bio);
  if (in.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t count = std::min(in.size(), static_cast<std::size_t>(size));
  std::copy_n(in.begin(), count, into);
  in = in.subspan(count);
  return static_cast<int>(count);
}

int bio_write(BIO* bio, const char* from, int size) {
  transport_of(bio).out.append(from, static_cast<std::size_t>(size));
  return size;
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* memory_transport() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory transport");
    BIO_meth_set_read(made, &bio_read);
    BIO_meth_set_write(made, &bio_write);
    BIO_meth_set_ctrl(made, &bio_control);
    BIO_meth_set_create(made, &bio_create);
    return made;
  }();
  return method;
}

std::string text_of(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::optional<PeerIdentity> identity_of(const SSL* connection) {
  const std::unique_ptr<X509, OpenSslDelete<&X509_free>> certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return std::nullopt;
  PeerIdentity identity;
  identity.trusted = SSL_get_verify_result(connection) == X509_V_OK;
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, i);
    const int kind = OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry));
    if (kind == NID_commonName) identity.common_name = text_of(X509_NAME_ENTRY_get_data(entry));
    if (kind == NID_organizationName) identity.organizations.push_back(text_of(X509_NAME_ENTRY_get_data(entry)));
  }
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) == 1) identity.valid_until = ::timegm(&end);
  return identity;
}

// "Not sent" is a promise that nothing was.
Error after_sending(bool any_sent, Error error) {
  if (any_sent && error.code == Errc::not_sent) error.code = Errc::connection_lost;
  return error;
}

class OpenSslStream final : public TlsStream {
 public:
  OpenSslStream(std::unique_ptr<Stream> inner, std::shared_ptr<TlsContext> context)
      : inner_(std::move(inner)), context_(std::move(context)), connection_(context_->make_connection()) {
    BIO* bio = connection_ ? BIO_new(memory_transport()) : nullptr;
    if (!bio) throw std::bad_alloc();
    BIO_set_data(bio, &transport_);
    SSL_set_bio(connection_.get(), bio, bio);
  }
  ~OpenSslStream() override {
    // OpenSSL would not resume the session of a connection that ended without a goodbye; ours end so as a rule.
    if (ready_ && !failure_) SSL_set_shutdown(connection_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }

  asio::awaitable<Outcome<void>> handshake() override;
  asio::awaitable<Outcome<std::size_t>> read_some(asio::mutable_buffer buffer) override;
  asio::awaitable<Outcome<void>> write(std::span<const asio::const_buffer> buffers) override;
  asio::awaitable<void> shutdown() override;
  void close() noexcept override { inner_->close(); }
  bool is_open() const noexcept override { return inner_->is_open() && !failure_; }
  bool is_quiet() const noexcept override {
    return is_open() && transport_.in.empty() && SSL_pending(connection_.get()) == 0 && inner_->is_quiet();
  }
  std::string peer() const override { return inner_->peer(); }
  const PeerIdentity* identity() const noexcept override { return identity_ ? &*identity_ : nullptr; }

 private:
  asio::awaitable<Outcome<void>> shake_hands();
  // Receives encrypted bytes. True: some came; false: the peer has ended the connection.
  asio::awaitable<Outcome<bool>> receive();
  // Sends what OpenSSL has to say. One at a time, in order.
  asio::awaitable<Outcome<void>> flush();
  Outcome<void> encrypt(const void* data, std::size_t size);
  Error handshake_error(int result);
  Error fail(std::string reason);
  // For what went wrong after the handshake.
  Error fail_by_openssl();

  std::unique_ptr<Stream> inner_;
  std::shared_ptr<TlsContext> context_;
  Transport transport_;
  SslPtr connection_;  // refers to transport_
  std::vector<char> input_;
  std::string sending_;  // being written; OpenSSL meanwhile appends to transport_.out
  std::string record_;   // small pieces gathered to one record
  std::optional<PeerIdentity> identity_;
  std::optional<Error> failure_;  // for good
  bool ready_ = false;
  bool shaking_hands_ = false;
  bool flushing_ = false;
  Condition hands_shaken_;
  Condition flushed_;
};

Error OpenSslStream::fail(std::string reason) {
  failure_ = Error{Errc::tls_failed, fmt::format("{}: {}", peer(), reason)};
  return *failure_;
}

Error OpenSslStream::fail_by_openssl() {
  const int code = ERR_GET_REASON(ERR_peek_last_error());
  std::string reason = take_openssl_error();
  // With TLS 1.3 a server's verdict on the client certificate comes after the handshake.
  constexpr std::array kVerdicts{SSL_R_TLSV1_ALERT_UNKNOWN_CA,           SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,  SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED,
                                 SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,  SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
                                 SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED};
  if (!context_->is_server && std::find(kVerdicts.begin(), kVerdicts.end(), code) != kVerdicts.end()) {
    return fail("the server refuses the client certificate: " + reason);
  }
  return fail(std::move(reason));
}

Error OpenSslStream::handshake_error(int result) {
  const int kind = SSL_get_error(connection_.get(), result);
  const auto verdict = SSL_get_verify_result(connection_.get());
  const unsigned long code = ERR_peek_last_error();
  const std::string reason = take_openssl_error();
  const std::string_view whose = context_->is_server ? "client certificate" : "certificate";
  if (kind == SSL_ERROR_SYSCALL) return fail("the handshake was broken off");
  if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    return fail(fmt::format("{} is not valid for {}", whose, context_->server_name));
  }
  if (verdict != X509_V_OK) {
    return fail(fmt::format("{} is not trusted: {}", whose, X509_verify_cert_error_string(verdict)));
  }
  const int reason_code = ERR_GET_REASON(code);
  if (reason_code == SSL_R_WRONG_VERSION_NUMBER || reason_code == SSL_R_HTTP_REQUEST ||
      reason_code == SSL_R_PACKET_LENGTH_TOO_LONG) {
    return fail("the other side does not speak TLS");
  }
  return fail("handshake failed: " + reason);
}

asio::awaitable<Outcome<void>> OpenSslStream::handshake() {
  while (shaking_hands_) co_await hands_shaken_.wait();
  if (failure_) co_return *failure_;
  if (ready_) co_return Outcome<void>{};
  struct Scope {
    explicit Scope(OpenSslStream& stream) : self(stream) { self.shaking_hands_ = true; }
    ~Scope() {
      self.shaking_hands_ = false;
      if (!self.ready_ && !self.failure_) self.fail("the handshake was broken off");
      self.hands_shaken_.notify_all();
    }
    OpenSslStream& self;
  } scope(*this);
  co_return co_await shake_hands();
}

asio::awaitable<Outcome<void>> OpenSslStream::shake_hands() {
  for (;;) {
    ERR_clear_error();
    const int result = SSL_do_handshake(connection_.get());
    if (result == 1) break;
    const bool waits = SSL_get_error(connection_.get(), result) == SSL_ERROR_WANT_READ;
    std::optional<Error> refused;
    if (!waits) refused = handshake_error(result);
    auto sent = co_await flush();  // an alert, if it was refused
    if (refused) co_return *refused;
    if (!sent) co_return sent;
    const auto more = co_await receive();
    if (!more) co_return more.error();
    if (!*more) co_return fail("closed the connection during the handshake");
  }
  if (auto sent = co_await flush(); !sent) co_return sent;
  identity_ = identity_of(connection_.get());
  ready_ = true;
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<bool>> OpenSslStream::receive() {
  if (input_.empty()) input_.resize(kFirstInput);
  const auto count = co_await inner_->read_some(asio::buffer(input_));
  if (!count) co_return count.error();
  transport_.in = {input_.data(), *count};
  co_return *count > 0;
}

asio::awaitable<Outcome<std::size_t>> OpenSslStream::read_some(asio::mutable_buffer buffer) {
  if (!ready_) {
    if (auto shaken = co_await handshake(); !shaken) co_return shaken.error();
  }
  if (failure_) co_return *failure_;
  for (;;) {
    std::size_t count = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(connection_.get(), buffer.data(), buffer.size(), &count);
    if (result == 1) co_return count;
    const int kind = SSL_get_error(connection_.get(), result);
    if (kind == SSL_ERROR_ZERO_RETURN) co_return std::size_t{0};
    std::optional<Error> broken;
    if (kind != SSL_ERROR_WANT_READ) broken = fail_by_openssl();
    if (!transport_.out.empty()) {
      if (auto sent = co_await flush(); !sent && !broken) co_return sent.error();
    }
    if (broken) co_return *broken;
    // A read that filled the buffer will be followed by more of the same.
    if (transport_.in.empty() && transport_.in.data() == input_.data() + input_.size() && !input_.empty()) {
      input_.resize(std::min(input_.size() * 2, kMaxInput));
    }
    const auto more = co_await receive();
    if (!more) co_return more.error();
    if (!*more) {
      // Without TLS's goodbye an end may be an attacker's doing.
      co_return Error{Errc::connection_lost, peer() + ": closed the connection without ending TLS"};
    }
  }
}

Outcome<void> OpenSslStream::encrypt(const void* data, std::size_t size) {
  std::size_t written = 0;
  ERR_clear_error();
  if (SSL_write_ex(connection_.get(), data, size, &written) == 1) return {};
  return fail_by_openssl();
}

asio::awaitable<Outcome<void>> OpenSslStream::write(std::span<const asio::const_buffer> buffers) {
  if (!ready_) {
    if (auto shaken = co_await handshake(); !shaken) co_return shaken;
  }
  if (failure_) co_return *failure_;
  bool any_sent = false;
  record_.clear();
  std::size_t left = asio::buffer_size(buffers);
  for (asio::const_buffer rest : buffers) {
    while (rest.size() > 0) {
      // Whole records are taken from where they lie, small pieces gathered first.
      const std::size_t size = std::min(rest.size(), kRecord - record_.size());
      left -= size;
      if (size == kRecord || (record_.empty() && left == 0)) {
        if (auto done = encrypt(rest.data(), size); !done) co_return done;
      } else {
        record_.append(static_cast<const char*>(rest.data()), size);
        if (record_.size() == kRecord || left == 0) {
          if (auto done = encrypt(record_.data(), record_.size()); !done) co_return done;
          record_.clear();
        }
      }
      rest += size;
      if (left > 0 && transport_.out.size() < kFlushAt) continue;
      if (auto sent = co_await flush(); !sent) {
        // A record that did not go out whole is nothing to the peer.
        co_return after_sending(any_sent, sent.error());
      }
      any_sent = true;
    }
  }
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<void>> OpenSslStream::flush() {
  while (flushing_) co_await flushed_.wait();
  struct Scope {
    explicit Scope(OpenSslStream& stream) : self(stream) { self.flushing_ = true; }
    ~Scope() {
      self.flushing_ = false;
      // Cancelled half-way: what follows would make no sense to the peer.
      if (!self.sending_.empty() && !self.failure_) self.fail("writing was broken off");
      self.sending_.clear();
      self.flushed_.notify_all();
    }
    OpenSslStream& self;
  } scope(*this);
  bool any_sent = false;
  while (!transport_.out.empty()) {
    sending_.swap(transport_.out);
    const std::array<asio::const_buffer, 1> whole{asio::buffer(sending_)};
    auto written = co_await inner_->write(whole);
    sending_.clear();
    if (!written) co_return after_sending(any_sent, written.error());
    any_sent = true;
  }
  co_return Outcome<void>{};
}

asio::awaitable<void> OpenSslStream::shutdown() {
  if (ready_ && !failure_) {
    ERR_clear_error();
    SSL_shutdown(connection_.get());
    co_await flush();
  }
  co_await inner_->shutdown();
}

}  // namespace

std::unique_ptr<TlsStream> make_tls_stream(std::unique_ptr<Stream> inner, std::shared_ptr<TlsContext> context) {
  return std::make_unique<OpenSslStream>(std::move(inner), std::move(context));
}

}  // namespace kyma::http
