#include "operator/http/tls.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <utility>

#include "operator/http/tls_context.hpp"

namespace kyma::http {
namespace {

using BioPtr = std::unique_ptr<BIO, OpenSslDelete<&BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslDelete<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDelete<&EVP_PKEY_free>>;

Error bad_argument(std::string_view what, std::string_view why) {
  ERR_clear_error();  // it may quote what it could not parse
  return {Errc::invalid_argument, fmt::format("{} {}", what, why)};
}

BioPtr memory_of(const std::string& pem) { return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

// Without it OpenSSL would ask for the passphrase on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

CertificatePtr next_certificate(BIO* bio) {
  return CertificatePtr(PEM_read_bio_X509(bio, nullptr, &no_passphrase, nullptr));
}

// True when the input ended where a block might have begun, not within one.
bool ended_cleanly() {
  const auto error = ERR_peek_last_error();
  const bool clean = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return clean;
}

Outcome<void> use_certificate(SSL_CTX* context, const std::string& pem, std::string_view what) {
  const BioPtr bio = memory_of(pem);
  const CertificatePtr leaf = next_certificate(bio.get());
  if (!leaf) return bad_argument(what, "is not a PEM certificate");
  if (SSL_CTX_use_certificate(context, leaf.get()) != 1)
    return bad_argument(what, "cannot be used: " + take_openssl_error());
  while (CertificatePtr issuer = next_certificate(bio.get())) {
    if (SSL_CTX_add0_chain_cert(context, issuer.get()) != 1) return bad_argument(what, "has an unusable chain");
    (void)issuer.release();  // the context has it
  }
  if (!ended_cleanly()) return bad_argument(what, "has a broken certificate in its chain");
  return {};
}

Outcome<void> use_private_key(SSL_CTX* context, const std::string& pem, std::string_view what) {
  const BioPtr bio = memory_of(pem);
  const KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  if (!key) return bad_argument(what, "is not a PEM private key without passphrase");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return bad_argument(what, "does not belong to the certificate");
  }
  return {};
}

// `announce`: also as the CAs that a server names when it asks for a certificate.
Outcome<void> trust(SSL_CTX* context, const std::string& pem, std::string_view what, bool announce) {
  const BioPtr bio = memory_of(pem);
  std::size_t count = 0;
  while (const CertificatePtr ca = next_certificate(bio.get())) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), ca.get());  // a duplicate is no harm
    if (announce) SSL_CTX_add_client_CA(context, ca.get());
    ++count;
  }
  if (!ended_cleanly()) return bad_argument(what, "has a broken certificate");
  if (count == 0) return bad_argument(what, "holds no PEM certificate");
  return {};
}

bool is_ip_address(const std::string& text) {
  std::array<unsigned char, 16> address;
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

int owner_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int on_new_session(SSL* connection, SSL_SESSION* session) {
  auto* owner = static_cast<TlsContext*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), owner_index()));
  owner->remember(SslSessionPtr(session));
  return 1;  // the reference is ours now
}

Outcome<std::shared_ptr<TlsContext>> make_context(const SSL_METHOD* method) {
  auto tls = std::make_shared<TlsContext>();
  tls->context.reset(SSL_CTX_new(method));
  SSL_CTX* context = tls->context.get();
  if (!context) return bad_argument("TLS", "is not available: " + take_openssl_error());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Thousands of idle connections: buffers are given back between records.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_default_passwd_cb(context, &no_passphrase);
  return tls;
}

// Keeps the verdict, which a resumed session has too, and goes on.
int verify_and_go_on(X509_STORE_CTX* chain, void*) {
  if (X509_verify_cert(chain) != 1 && X509_STORE_CTX_get_error(chain) == X509_V_OK) {
    X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
  }
  ERR_clear_error();
  return 1;
}

}  // namespace

void TlsContext::remember(SslSessionPtr session) {
  const std::lock_guard lock(mutex_);
  session_.swap(session);
}

SslPtr TlsContext::make_connection() {
  SslPtr connection(SSL_new(context.get()));
  if (!connection) return nullptr;
  if (is_server) {
    SSL_set_accept_state(connection.get());
    return connection;
  }
  SSL_set_connect_state(connection.get());
  if (!server_name.empty()) {
    const bool ip = is_ip_address(server_name);
    if (!ip) SSL_set_tlsext_host_name(connection.get(), server_name.c_str());
    if (verify && ip) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection.get()), server_name.c_str());
    if (verify && !ip) SSL_set1_host(connection.get(), server_name.c_str());
  }
  const std::lock_guard lock(mutex_);
  if (session_ && SSL_SESSION_is_resumable(session_.get())) SSL_set_session(connection.get(), session_.get());
  return connection;
}

std::string take_openssl_error() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason ? reason : "unknown reason";
}

Outcome<std::shared_ptr<TlsContext>> make_client_tls(const TlsClientOptions& options) {
  auto made = make_context(TLS_client_method());
  if (!made) return made;
  TlsContext& tls = **made;
  SSL_CTX* context = tls.context.get();
  tls.server_name = options.server_name;
  tls.verify = !options.insecure_skip_verify;
  if (tls.verify && options.server_name.empty()) {
    return bad_argument("TLS", "needs the server's name to verify its certificate");
  }
  SSL_CTX_set_verify(context, tls.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!options.ca_pem.empty()) {
    if (auto trusted = trust(context, options.ca_pem, "CA", false); !trusted) return trusted.error();
  }
  const bool system_roots = options.ca_pem.empty() || options.system_roots_too;
  if (system_roots && SSL_CTX_set_default_verify_paths(context) != 1) {
    return bad_argument("the system's CA store", "cannot be opened");
  }
  if (options.certificate_pem.empty() != options.private_key_pem.empty()) {
    return bad_argument("client certificate and client key", "must be given together");
  }
  if (!options.certificate_pem.empty()) {
    auto used = use_certificate(context, options.certificate_pem, "client certificate");
    if (used) used = use_private_key(context, options.private_key_pem, "client key");
    if (!used) return used.error();
  }
  // As in Go's clients: names are found in the alternative names alone, wildcards are whole labels, and whatever the
  // caller trusts is an end of the chain, be it an intermediate or the server's own certificate.
  X509_VERIFY_PARAM* const rules = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_ex_data(context, owner_index(), &tls);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, &on_new_session);
  return made;
}

Outcome<std::shared_ptr<TlsContext>> make_server_tls(const TlsServerOptions& options) {
  auto made = make_context(TLS_server_method());
  if (!made) return made;
  TlsContext& tls = **made;
  SSL_CTX* context = tls.context.get();
  tls.is_server = true;
  auto used = use_certificate(context, options.certificate_pem, "server certificate");
  if (used) used = use_private_key(context, options.private_key_pem, "server key");
  if (!used) return used.error();
  if (!options.client_ca_pem.empty()) {
    if (auto trusted = trust(context, options.client_ca_pem, "client CA", true); !trusted) return trusted.error();
    // Not demanded: a client may authenticate otherwise.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    if (options.admits_untrusted) SSL_CTX_set_cert_verify_callback(context, &verify_and_go_on, nullptr);
  }
  // Sessions of another server's tickets are not for this one.
  constexpr unsigned char kSessionContext[] = "kyma";
  SSL_CTX_set_session_id_context(context, kSessionContext, sizeof kSessionContext - 1);
  SSL_CTX_set_num_tickets(context, 1);
  return made;
}

}  // namespace kyma::http
