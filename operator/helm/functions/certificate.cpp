#include "operator/helm/functions/certificate.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>
#include <span>

#include "operator/helm/functions/pem.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Environment;
using gotemplate::FunctionError;

template <auto Function>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    Function(object);
  }
};
using X509Ptr = std::unique_ptr<X509, Free<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;
using NumberPtr = std::unique_ptr<BIGNUM, Free<BN_free>>;

void require(bool success) {
  if (success) return;
  ERR_clear_error();
  throw FunctionError("error creating certificate: the cryptographic library refuses it");
}

[[noreturn]] void refuse(std::string_view reason) {
  throw FunctionError(fmt::format("error creating certificate: {}", reason));
}

// --- DER -------------------------------------------------------------------------------------------------------------

constexpr unsigned char kSequence = 0x30;
constexpr unsigned char kOctets = 0x04;
constexpr unsigned char kContext0 = 0x80;
constexpr unsigned char kDnsName = 0x82;
constexpr unsigned char kIpAddress = 0x87;

std::string der(unsigned char tag, std::string_view content) {
  std::string length;
  if (content.size() < 0x80) {
    length += static_cast<char>(content.size());
  } else {
    for (std::size_t rest = content.size(); rest != 0; rest >>= 8)
      length.insert(length.begin(), static_cast<char>(rest));
    length.insert(length.begin(), static_cast<char>(0x80 | length.size()));
  }
  return static_cast<char>(tag) + length + std::string(content);
}

std::string_view text_of(const ASN1_OCTET_STRING* octets) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(octets)),
          static_cast<std::size_t>(ASN1_STRING_length(octets))};
}

std::string encoded(const X509_NAME* name) {
  unsigned char* data = nullptr;
  const int size = i2d_X509_NAME(name, &data);
  require(size >= 0);
  std::string bytes(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  return bytes;
}

// --- Parts -----------------------------------------------------------------------------------------------------------

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t start = i;
    if (gotemplate::next_rune(text, i) == U'\uFFFD' && i - start == 1) return false;
  }
  return true;
}

// ASN.1's PrintableString, without the two characters that Go leaves out.
bool is_printable_string(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 '()+,-./:=?";
  return text.find_first_not_of(kAllowed) == std::string_view::npos;
}

void set_subject(X509& certificate, std::string_view common_name) {
  if (common_name.empty()) return;
  const bool is_plain = is_printable_string(common_name);
  if (!is_plain && !is_utf8(common_name)) refuse("asn1: string not valid UTF-8");
  require(X509_NAME_add_entry_by_NID(X509_get_subject_name(&certificate), NID_commonName,
                                     is_plain ? V_ASN1_PRINTABLESTRING : V_ASN1_UTF8STRING,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0) == 1);
}

void set_serial_number(X509& certificate, Environment& environment) {
  unsigned char bytes[16];
  environment.random(bytes);
  const NumberPtr number(BN_bin2bn(bytes, sizeof bytes, nullptr));
  require(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)));
}

void set_validity(X509& certificate, std::int64_t days, Environment& environment) {
  using std::chrono::nanoseconds;
  const nanoseconds now = environment.now().time_since_epoch();
  // Go reckons in 64 bits of nanoseconds, which wrap around after 292 years.
  constexpr std::uint64_t kDay = 86'400'000'000'000;
  const auto length = static_cast<std::int64_t>(static_cast<std::uint64_t>(days) * kDay);
  const auto seconds = [](std::int64_t nanosecond_count) {
    return std::chrono::floor<std::chrono::seconds>(nanoseconds(nanosecond_count)).count();
  };
  // Seconds and the rest apart: the sum may not fit into nanoseconds.
  const std::int64_t start = seconds(now.count());
  const std::int64_t rest = now.count() - start * 1'000'000'000;
  const std::int64_t whole = seconds(length);
  const std::int64_t end = start + whole + (rest + length - whole * 1'000'000'000) / 1'000'000'000;
  require(ASN1_TIME_set(X509_getm_notBefore(&certificate), start) &&
          ASN1_TIME_set(X509_getm_notAfter(&certificate), end));
}

void add_extension(X509& certificate, int nid, bool is_critical, std::string_view content) {
  const OctetsPtr octets(ASN1_OCTET_STRING_new());
  require(octets && ASN1_OCTET_STRING_set(octets.get(), reinterpret_cast<const unsigned char*>(content.data()),
                                          static_cast<int>(content.size())) == 1);
  const ExtensionPtr extension(X509_EXTENSION_create_by_NID(nullptr, nid, is_critical ? 1 : 0, octets.get()));
  require(extension && X509_add_ext(&certificate, extension.get(), -1) == 1);
}

std::string alternative_names(const CertificateRequest& request) {
  std::string names;
  for (const std::string_view name : request.dns_names) {
    for (const char c : name) {
      if (static_cast<unsigned char>(c) >= 0x80) {
        refuse(fmt::format("x509: {} cannot be encoded as an IA5String", gotemplate::quote(name)));
      }
    }
    names += der(kDnsName, name);
  }
  for (const std::string& address : request.addresses) names += der(kIpAddress, address);
  return der(kSequence, names);
}

// In the order of Go's crypto/x509. `authority_id`: the signer's key identifier, if the certificate is to name it.
void add_extensions(X509& certificate, const CertificateRequest& request, std::string_view authority_id) {
  using std::string_view_literals::operator""sv;
  add_extension(certificate, NID_key_usage, true, request.is_ca ? "\x03\x02\x02\xa4"sv : "\x03\x02\x05\xa0"sv);
  // serverAuth and clientAuth
  add_extension(certificate, NID_ext_key_usage, false,
                der(kSequence, "\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02"sv));
  add_extension(certificate, NID_basic_constraints, true, der(kSequence, request.is_ca ? "\x01\x01\xff"sv : ""sv));
  if (request.is_ca) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    require(X509_pubkey_digest(&certificate, EVP_sha1(), digest, &size) == 1);
    add_extension(certificate, NID_subject_key_identifier, false,
                  der(kOctets, {reinterpret_cast<const char*>(digest), size}));
  }
  if (!authority_id.empty()) {
    add_extension(certificate, NID_authority_key_identifier, false, der(kSequence, der(kContext0, authority_id)));
  }
  if (!request.dns_names.empty() || !request.addresses.empty()) {
    add_extension(certificate, NID_subject_alt_name, request.common_name.empty(), alternative_names(request));
  }
}

const EVP_MD* digest_for(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA: return EVP_sha256();
    case EVP_PKEY_EC: {
      const int bits = EVP_PKEY_get_bits(key);
      return bits <= 256 ? EVP_sha256() : bits <= 384 ? EVP_sha384() : EVP_sha512();
    }
    default: return nullptr;  // Ed25519 has its own
  }
}

X509Ptr parse_certificate(std::string_view bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const unsigned char* const end = data + bytes.size();
  X509Ptr certificate(d2i_X509(nullptr, &data, static_cast<long>(bytes.size())));
  ERR_clear_error();
  constexpr std::string_view kContext = "error parsing certificate: decodedCert.Bytes: ";
  if (!certificate) throw FunctionError(fmt::format("{}x509: malformed certificate", kContext));
  if (data != end) throw FunctionError(fmt::format("{}x509: trailing data", kContext));
  return certificate;
}

std::string pem_of(X509& certificate) {
  unsigned char* data = nullptr;
  const int size = i2d_X509(&certificate, &data);
  require(size > 0);
  std::string text = encode_pem("CERTIFICATE", {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)});
  OPENSSL_free(data);
  return text;
}

// `parent` null: the certificate itself.
CertificatePair make(const CertificateRequest& request, const PrivateKey& key, X509* parent, const PrivateKey& signer,
                     Environment& environment) {
  if (signer.is_dsa()) refuse("x509: certificate private key does not implement crypto.Signer");
  const X509Ptr certificate(X509_new());
  require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  set_serial_number(*certificate, environment);
  set_validity(*certificate, request.days, environment);
  if (key.is_dsa()) refuse("x509: unsupported public key type: *dsa.PublicKey");
  require(X509_set_pubkey(certificate.get(), key.get()) == 1);
  set_subject(*certificate, request.common_name);

  const X509_NAME* subject = X509_get_subject_name(certificate.get());
  const X509_NAME* issuer = parent ? X509_get_subject_name(parent) : subject;
  require(X509_set_issuer_name(certificate.get(), issuer) == 1);
  std::string_view authority_id;
  if (parent) {
    const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(parent);
    if (id && encoded(issuer) != encoded(subject)) authority_id = text_of(id);
  }
  add_extensions(*certificate, request, authority_id);
  if (parent && EVP_PKEY_eq(X509_get0_pubkey(parent), signer.get()) != 1) {
    ERR_clear_error();
    refuse("x509: provided PrivateKey doesn't match parent's PublicKey");
  }
  require(X509_sign(certificate.get(), signer.get(), digest_for(signer.get())) > 0);
  return {pem_of(*certificate), key.pem()};
}

}  // namespace

CertificatePair self_signed(const CertificateRequest& request, const PrivateKey& key, Environment& environment) {
  return make(request, key, nullptr, key, environment);
}

CertificatePair signed_by(const CertificatePair& ca, const CertificateRequest& request, const PrivateKey& key,
                          Environment& environment) {
  const auto block = decode_pem(ca.certificate);
  if (!block) throw FunctionError("unable to decode certificate");
  const X509Ptr parent = parse_certificate(block->bytes);
  std::optional<PrivateKey> signer;
  try {
    signer = PrivateKey::parse_pem(ca.key);
  } catch (const FunctionError& error) {
    throw FunctionError(fmt::format("error parsing private key: {}", error.what()));
  }
  return make(request, key, parent.get(), *signer, environment);
}

void check_certificate(std::string_view pem) {
  const auto block = decode_pem(pem);
  if (!block) throw FunctionError("unable to decode certificate");
  parse_certificate(block->bytes);
}

}  // namespace kyma::helm
