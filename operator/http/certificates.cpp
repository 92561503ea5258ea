#include "operator/http/certificates.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <utility>

#include "operator/http/tls_context.hpp"

namespace kyma::http {
namespace {

using BioPtr = std::unique_ptr<BIO, OpenSslDelete<&BIO_free_all>>;
using CertificatePtr = std::unique_ptr<X509, OpenSslDelete<&X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDelete<&EVP_PKEY_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpenSslDelete<&X509_EXTENSION_free>>;

constexpr long kClockSkew = 5 * 60;
constexpr int kSerialBytes = 16;

// OpenSSL fails here only for lack of memory or on bad names.
Error failed(std::string_view what) {
  return {Errc::invalid_argument, fmt::format("certificate: {}: {}", what, take_openssl_error())};
}

int no_passphrase(char*, int, int, void*) { return -1; }

CertificatePtr parse_certificate(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  return certificate;
}

KeyPtr parse_key(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  return key;
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

bool add_name(X509_NAME* name, const char* kind, const std::string& value) {
  return X509_NAME_add_entry_by_txt(name, kind, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_random_serial(X509* certificate) {
  std::array<unsigned char, kSerialBytes> bytes;
  if (RAND_bytes(bytes.data(), kSerialBytes) != 1) return false;
  bytes[0] &= 0x7F;  // serial numbers are positive
  const std::unique_ptr<BIGNUM, OpenSslDelete<&BN_free>> number(BN_bin2bn(bytes.data(), kSerialBytes, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

// A certificate with key, names and validity, without extensions and signature.
struct Draft {
  CertificatePtr certificate;
  KeyPtr key;
};

Outcome<Draft> draft(const std::string& common_name, const std::vector<std::string>& organizations,
                     std::chrono::hours lifetime) {
  Draft made{CertificatePtr(X509_new()), KeyPtr(EVP_EC_gen("P-256"))};
  X509* certificate = made.certificate.get();
  if (!certificate || !made.key) return failed("no key could be made");
  const auto seconds = static_cast<long>(std::chrono::seconds(lifetime).count());
  X509_NAME* name = X509_get_subject_name(certificate);
  bool good = X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
              X509_gmtime_adj(X509_getm_notBefore(certificate), -kClockSkew) &&
              X509_gmtime_adj(X509_getm_notAfter(certificate), seconds) &&
              X509_set_pubkey(certificate, made.key.get()) == 1;
  for (const std::string& organization : organizations) good = good && add_name(name, "O", organization);
  if (!good || !add_name(name, "CN", common_name))
    return failed(fmt::format("the name \"{}\" cannot be used", common_name));
  return made;
}

Outcome<KeyPair> finish(const Draft& made, EVP_PKEY* signer) {
  if (X509_sign(made.certificate.get(), signer, EVP_sha256()) == 0) return failed("cannot be signed");
  const BioPtr certificate(BIO_new(BIO_s_mem()));
  const BioPtr key(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate.get(), made.certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key.get(), made.key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return failed("cannot be written");
  }
  return KeyPair{text_of(certificate.get()), text_of(key.get())};
}

// "DNS:a,IP:10.0.0.1". A comma or a colon in a name would smuggle in another entry.
Outcome<std::string> alternative_names(const CertificateRequest& request) {
  std::string names;
  const auto add = [&](std::string_view kind, const std::string& value, std::string_view forbidden) {
    if (value.empty() || value.find_first_of(forbidden) != std::string::npos) return false;
    names += fmt::format("{}{}:{}", names.empty() ? "" : ",", kind, value);
    return true;
  };
  for (const std::string& name : request.dns_names) {
    if (!add("DNS", name, ",:\n ")) return Error{Errc::invalid_argument, fmt::format("\"{}\" is no DNS name", name)};
  }
  for (const std::string& address : request.ip_addresses) {
    if (!add("IP", address, ",\n "))
      return Error{Errc::invalid_argument, fmt::format("\"{}\" is no IP address", address)};
  }
  return names;
}

}  // namespace

Outcome<KeyPair> make_certificate_authority(const std::string& common_name, std::chrono::hours lifetime) {
  auto made = draft(common_name, {}, lifetime);
  if (!made) return made.error();
  X509* certificate = made->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  if (!add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE") ||
      !add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature") ||
      !add_extension(certificate, certificate, NID_subject_key_identifier, "hash")) {
    return failed("extensions");
  }
  return finish(*made, made->key.get());
}

Outcome<KeyPair> sign_certificate(const KeyPair& authority, const CertificateRequest& request,
                                  std::chrono::hours lifetime) {
  const CertificatePtr issuer = parse_certificate(authority.certificate_pem);
  const KeyPtr issuer_key = parse_key(authority.private_key_pem);
  if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    ERR_clear_error();
    return Error{Errc::invalid_argument, "the authority's certificate and key are no matching PEM pair"};
  }
  const auto names = alternative_names(request);
  if (!names) return names.error();
  auto made = draft(request.common_name, request.organizations, lifetime);
  if (!made) return made.error();
  X509* certificate = made->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer.get()));
  const char* usage = request.server ? "serverAuth" : "clientAuth";
  if (!add_extension(certificate, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(certificate, issuer.get(), NID_key_usage, "critical,digitalSignature") ||
      !add_extension(certificate, issuer.get(), NID_ext_key_usage, usage) ||
      !add_extension(certificate, issuer.get(), NID_subject_key_identifier, "hash") ||
      !add_extension(certificate, issuer.get(), NID_authority_key_identifier, "keyid")) {
    return failed("extensions");
  }
  if (!names->empty() && !add_extension(certificate, issuer.get(), NID_subject_alt_name, *names)) {
    return failed(fmt::format("alternative names {}", *names));
  }
  return finish(*made, issuer_key.get());
}

bool is_usable(const std::string& certificate_pem, const std::string& authority_pem, std::chrono::hours margin) {
  const CertificatePtr certificate = parse_certificate(certificate_pem);
  const CertificatePtr authority = parse_certificate(authority_pem);
  if (!certificate || !authority) return false;
  const bool is_signed = X509_verify(certificate.get(), X509_get0_pubkey(authority.get())) == 1;
  ERR_clear_error();
  std::time_t until = std::time(nullptr) + std::chrono::seconds(margin).count();
  return is_signed && X509_cmp_current_time(X509_get0_notBefore(certificate.get())) < 0 &&
         X509_cmp_time(X509_get0_notAfter(certificate.get()), &until) > 0;
}

std::string random_hex(std::size_t bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string raw(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1) {
    throw std::runtime_error("the system has no randomness: " + take_openssl_error());
  }
  std::string text;
  text.reserve(bytes * 2);
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    text += kHex[byte >> 4];
    text += kHex[byte & 0xF];
  }
  return text;
}

}  // namespace kyma::http
