// Keys and certificates, and the list of all that is secret or random.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>

#include "operator/helm/functions/base_encoding.hpp"
#include "operator/helm/functions/certificate.hpp"
#include "operator/helm/functions/crypto_natives.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/functions/private_key.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::Object;
using gotemplate::Type;
using gotemplate::Value;

constexpr unsigned int kCertificateBits = 2048;
constexpr unsigned int kKeyBits = 4096;

const Type kCertificateType{.name = "sprig.certificate"};

class CertificateObject final : public Object {
 public:
  CertificateObject(Value certificate, Value key) : certificate_(certificate), key_(key) {}

  CertificatePair pair() const { return {std::string(certificate_.as_text()), std::string(key_.as_text())}; }
  const Type& type() const noexcept override { return kCertificateType; }
  std::vector<Field> fields() const override {
    return {{.name = "Cert", .value = certificate_}, {.name = "Key", .value = key_}};
  }
  bool equals(const Object& other) const override {
    if (&other.type() != &kCertificateType) return false;
    const auto& theirs = static_cast<const CertificateObject&>(other);
    return certificate_.as_text() == theirs.certificate_.as_text() && key_.as_text() == theirs.key_.as_text();
  }

 private:
  Value certificate_;
  Value key_;
};

Value make_certificate(Call& call, const CertificatePair& pair) {
  return Value::object(call.heap.make<CertificateObject>(call.make(pair.certificate), call.make(pair.key)));
}

PrivateKey parse_key(std::string_view pem, std::string_view context) {
  try {
    return PrivateKey::parse_pem(pem);
  } catch (const FunctionError& error) {
    Call::fail(fmt::format("{}: {}", context, error.what()));
  }
}

// --- What a certificate is asked to say ------------------------------------------------------------------------------

// As Go's net.ParseIP; 4 bytes for version 4, mapped or not.
std::optional<std::string> parse_address(std::string_view text) {
  if (text.find('\0') != text.npos) return std::nullopt;
  const std::string terminated(text);
  std::array<char, 16> bytes;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return std::string(bytes.data(), 4);
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) != 1) return std::nullopt;
  const std::string address(bytes.data(), bytes.size());
  constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  return address.starts_with(kMapped) ? address.substr(12) : address;
}

std::vector<std::string> addresses(Value list) {
  std::vector<std::string> result;
  if (!list.is_list()) return result;
  for (const Value item : list.as_list().items) {
    if (!item.is_string()) {
      Call::fail(fmt::format("error parsing ip: {} is not a string", gotemplate::to_text(item)));
    }
    auto address = parse_address(item.as_text());
    if (!address) Call::fail(fmt::format("error parsing ip: {}", item.as_text()));
    result.push_back(std::move(*address));
  }
  return result;
}

std::vector<std::string_view> dns_names(Value list) {
  std::vector<std::string_view> result;
  if (!list.is_list()) return result;
  for (const Value item : list.as_list().items) {
    if (!item.is_string()) {
      Call::fail(fmt::format("error processing alternate dns name: {} is not a string", gotemplate::to_text(item)));
    }
    result.push_back(item.as_text());
  }
  return result;
}

CertificateRequest ca_request(Call& call) {
  return {.common_name = call.text(0), .addresses = {}, .dns_names = {}, .days = call.integer(1), .is_ca = true};
}

// CN IPS DNS DAYS
CertificateRequest server_request(Call& call) {
  CertificateRequest request{.common_name = call.text(0), .addresses = addresses(call[1]), .dns_names = {}};
  request.dns_names = dns_names(call[2]);
  request.days = call.integer(3);
  return request;
}

// --- Functions -------------------------------------------------------------------------------------------------------

Value gen_private_key(Call& call) {
  const std::string_view type = call.text(0);
  if (type.empty() || type == "rsa") return call.make(PrivateKey::generate_rsa(kKeyBits).pem());
  if (type == "dsa") return call.make(PrivateKey::generate_dsa().pem());
  if (type == "ecdsa") return call.make(PrivateKey::generate_ec().pem());
  if (type == "ed25519") return call.make(PrivateKey::generate_ed25519().pem());
  return call.make(fmt::format("Unknown type {}", type));
}

Value build_custom_cert(Call& call) {
  const auto decode = [&call](std::size_t index, std::string_view what) {
    try {
      return decode_base64_like_go(call.text(index));
    } catch (const FunctionError&) {
      Call::fail(fmt::format("unable to decode base64 {}", what));
    }
  };
  const CertificatePair pair{decode(0, "certificate"), decode(1, "private key")};
  check_certificate(pair.certificate);
  parse_key(pair.key, "error parsing private key");
  return make_certificate(call, pair);
}

Value gen_ca(Call& call) {
  const PrivateKey key = PrivateKey::generate_rsa(kCertificateBits);
  return make_certificate(call, self_signed(ca_request(call), key, call.environment));
}

Value gen_ca_with_key(Call& call) {
  const PrivateKey key = parse_key(call.text(2), "parsing private key");
  return make_certificate(call, self_signed(ca_request(call), key, call.environment));
}

Value gen_self_signed(Call& call) {
  const CertificateRequest request = server_request(call);
  return make_certificate(call, self_signed(request, PrivateKey::generate_rsa(kCertificateBits), call.environment));
}

Value gen_self_signed_with_key(Call& call) {
  const PrivateKey key = parse_key(call.text(4), "parsing private key");
  return make_certificate(call, self_signed(server_request(call), key, call.environment));
}

CertificatePair authority(Call& call) { return static_cast<const CertificateObject&>(call[4].as_object()).pair(); }

// The key is made last: it costs the most, and much else may be wrong.
Value gen_signed(Call& call) {
  const CertificatePair ca = authority(call);
  check_certificate(ca.certificate);
  parse_key(ca.key, "error parsing private key");
  const CertificateRequest request = server_request(call);
  const PrivateKey key = PrivateKey::generate_rsa(kCertificateBits);
  return make_certificate(call, signed_by(ca, request, key, call.environment));
}

Value gen_signed_with_key(Call& call) {
  const PrivateKey key = parse_key(call.text(5), "parsing private key");
  const CertificatePair ca = authority(call);
  check_certificate(ca.certificate);
  parse_key(ca.key, "error parsing private key");
  return make_certificate(call, signed_by(ca, server_request(call), key, call.environment));
}

constexpr Function kFunctions[] = {
    {"randAlphaNum", "i", crypto::random_alphanumeric},
    {"randAlpha", "i", crypto::random_letters},
    {"randAscii", "i", crypto::random_ascii},
    {"randNumeric", "i", crypto::random_digits},
    {"randInt", "ii", crypto::random_integer},
    {"randBytes", "i", crypto::random_bytes},
    {"uuidv4", "", crypto::random_uuid},
    {"bcrypt", "s", crypto::hash_password},
    {"htpasswd", "ss", crypto::htpasswd_line},
    {"derivePassword", "ussss", crypto::derive_password},
    {"encryptAES", "ss", crypto::encrypt},
    {"decryptAES", "ss", crypto::decrypt},
    {"genPrivateKey", "s", gen_private_key},
    {"buildCustomCert", "ss", build_custom_cert},
    {"genCA", "si", gen_ca},
    {"genCAWithKey", "sis", gen_ca_with_key},
    {"genSelfSignedCert", "sLLi", gen_self_signed},
    {"genSelfSignedCertWithKey", "sLLis", gen_self_signed_with_key},
    {"genSignedCert", "sLLiC", gen_signed},
    {"genSignedCertWithKey", "sLLiCs", gen_signed_with_key},
};

}  // namespace

std::span<const Function> crypto_functions() { return kFunctions; }

}  // namespace kyma::helm
