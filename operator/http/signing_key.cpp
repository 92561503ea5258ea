#include "operator/http/signing_key.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "operator/base/base64.hpp"
#include "operator/http/sha256.hpp"
#include "operator/http/tls_context.hpp"

namespace kyma::http {
namespace {

constexpr int kCoordinateBytes = 32;
constexpr std::size_t kSignatureBytes = 2 * kCoordinateBytes;

using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDelete<&EVP_PKEY_free>>;
using BioPtr = std::unique_ptr<BIO, OpenSslDelete<&BIO_free_all>>;
using DigestPtr = std::unique_ptr<EVP_MD_CTX, OpenSslDelete<&EVP_MD_CTX_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, OpenSslDelete<&BN_free>>;
using SignaturePtr = std::unique_ptr<ECDSA_SIG, OpenSslDelete<&ECDSA_SIG_free>>;

// What fails on a good key fails for lack of memory.
[[noreturn]] void fail(const char* what) {
  ERR_clear_error();
  throw std::runtime_error(fmt::format("OpenSSL: {}", what));
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

int no_passphrase(char*, int, int, void*) { return -1; }

std::string der_of_public_key(EVP_PKEY* key) {
  unsigned char* data = nullptr;
  const int size = i2d_PUBKEY(key, &data);
  if (size < 0) fail("the public key cannot be encoded");
  std::string der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return der;
}

std::string coordinate(const EVP_PKEY* key, const char* name) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) fail("the key has no coordinates");
  const NumberPtr number(raw);
  std::string padded(kCoordinateBytes, '\0');
  if (BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(padded.data()), kCoordinateBytes) < 0) {
    fail("a coordinate is too large");
  }
  return encode_base64url(padded);
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == "prime256v1";
}

// From what OpenSSL makes to the two numbers, side by side.
std::string flattened(std::string_view der) {
  const auto* data = bytes(der);
  const SignaturePtr signature(d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size())));
  std::string flat(kSignatureBytes, '\0');
  auto* to = reinterpret_cast<unsigned char*>(flat.data());
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), to, kCoordinateBytes) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), to + kCoordinateBytes, kCoordinateBytes) < 0) {
    fail("a signature cannot be encoded");
  }
  return flat;
}

// The way back; empty when it cannot be one.
std::string der_signature(std::string_view flat) {
  if (flat.size() != kSignatureBytes) return {};
  const SignaturePtr signature(ECDSA_SIG_new());
  NumberPtr r(BN_bin2bn(bytes(flat), kCoordinateBytes, nullptr));
  NumberPtr s(BN_bin2bn(bytes(flat) + kCoordinateBytes, kCoordinateBytes, nullptr));
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) fail("out of memory");
  (void)r.release();
  (void)s.release();
  unsigned char* data = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &data);
  if (size < 0) fail("out of memory");
  std::string der(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return der;
}

}  // namespace

struct SigningKey::Handle {
  KeyPtr key;
};

SigningKey::SigningKey(std::shared_ptr<const Handle> handle)
    : handle_(std::move(handle)),
      id_(encode_base64url(sha256(der_of_public_key(handle_->key.get())))),
      jwk_(fmt::format(R"({{"use":"sig","kty":"EC","kid":"{}","crv":"P-256","alg":"ES256","x":"{}","y":"{}"}})", id_,
                       coordinate(handle_->key.get(), OSSL_PKEY_PARAM_EC_PUB_X),
                       coordinate(handle_->key.get(), OSSL_PKEY_PARAM_EC_PUB_Y))) {}

SigningKey SigningKey::generate() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) fail("no key could be made");
  return SigningKey(std::make_shared<Handle>(Handle{std::move(key)}));
}

Outcome<SigningKey> SigningKey::from_pem(const std::string& private_key_pem) {
  const BioPtr bio(BIO_new_mem_buf(private_key_pem.data(), static_cast<int>(private_key_pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();  // it may quote what it could not parse
  if (!key || !is_p256(key.get())) {
    return Error{Errc::invalid_argument, "the service account key is no PEM private key of the curve P-256"};
  }
  return SigningKey(std::make_shared<Handle>(Handle{std::move(key)}));
}

std::string SigningKey::private_key_pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), handle_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    fail("the key cannot be written");
  }
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string SigningKey::sign(std::string_view text) const {
  const DigestPtr context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, handle_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes(text), text.size()) != 1) {
    fail("cannot sign");
  }
  std::string der(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size, bytes(text), text.size()) !=
      1) {
    fail("cannot sign");
  }
  return flattened(std::string_view(der).substr(0, size));
}

bool SigningKey::verify(std::string_view text, std::string_view signature) const {
  const auto der = der_signature(signature);
  if (der.empty()) return false;
  const DigestPtr context(EVP_MD_CTX_new());
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, handle_->key.get()) != 1)
    fail("cannot verify");
  const bool good = EVP_DigestVerify(context.get(), bytes(der), der.size(), bytes(text), text.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace kyma::http
