#include "operator/helm/functions/private_key.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "operator/helm/functions/pem.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {
namespace {

using gotemplate::FunctionError;

constexpr std::string_view kSuffix = " PRIVATE KEY";

struct FreeContext {
  void operator()(EVP_PKEY_CTX* context) const noexcept { EVP_PKEY_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, FreeContext>;

EVP_PKEY* read_pkcs8(std::string_view der) {
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  PKCS8_PRIV_KEY_INFO* info = d2i_PKCS8_PRIV_KEY_INFO(nullptr, &data, static_cast<long>(der.size()));
  EVP_PKEY* key = info ? EVP_PKCS82PKEY(info) : nullptr;
  PKCS8_PRIV_KEY_INFO_free(info);
  ERR_clear_error();
  return key;
}

// In the type's own form, with nothing behind it. Null when it is none.
EVP_PKEY* read_der(int type, std::string_view der) {
  // OpenSSL would take PKCS#8 for any type, too.
  if (EVP_PKEY* other = read_pkcs8(der)) {
    EVP_PKEY_free(other);
    return nullptr;
  }
  const auto* data = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* const end = data + der.size();
  EVP_PKEY* key = d2i_PrivateKey(type, nullptr, &data, static_cast<long>(der.size()));
  ERR_clear_error();
  if (key && data != end) {
    EVP_PKEY_free(key);
    return nullptr;
  }
  return key;
}

// Why a text is not a key of the wanted form: most often it is one of another form.
std::string form_problem(std::string_view der, std::string_view wanted) {
  struct Form {
    std::string_view name;
    EVP_PKEY* key;
  };
  std::string problem;
  for (const Form& form : {Form{"PKCS1", read_der(EVP_PKEY_RSA, der)}, Form{"EC", read_der(EVP_PKEY_EC, der)},
                           Form{"PKCS8", read_pkcs8(der)}}) {
    if (form.key && form.name != wanted && problem.empty()) {
      problem = fmt::format("x509: failed to parse private key (use Parse{}PrivateKey instead for this key format)",
                            form.name);
    }
    EVP_PKEY_free(form.key);
  }
  return problem.empty() ? "asn1: structure error: not a private key of this form" : problem;
}

[[noreturn]] void library_failure(std::string_view what) {
  ERR_clear_error();
  throw FunctionError(fmt::format("the cryptographic library fails to {}", what));
}

}  // namespace

void PrivateKey::Free::operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }

PrivateKey::PrivateKey(EVP_PKEY* key) : key_(key) {
  if (!key) library_failure("make a private key");
}

PrivateKey PrivateKey::generate_rsa(unsigned int bits) { return PrivateKey(EVP_RSA_gen(bits)); }

PrivateKey PrivateKey::generate_dsa() {
  EVP_PKEY* parameters = nullptr;
  const Context setup(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  if (!setup || EVP_PKEY_paramgen_init(setup.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(setup.get(), 2048) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(setup.get(), 256) != 1 || EVP_PKEY_paramgen(setup.get(), &parameters) != 1) {
    library_failure("make DSA parameters");
  }
  const PrivateKey owner(parameters);
  EVP_PKEY* key = nullptr;
  const Context generator(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  if (!generator || EVP_PKEY_keygen_init(generator.get()) != 1 || EVP_PKEY_keygen(generator.get(), &key) != 1) {
    library_failure("make a DSA key");
  }
  return PrivateKey(key);
}

PrivateKey PrivateKey::generate_ec() { return PrivateKey(EVP_EC_gen("P-256")); }

PrivateKey PrivateKey::generate_ed25519() { return PrivateKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

PrivateKey PrivateKey::parse_pem(std::string_view text) {
  const auto block = decode_pem(text);
  if (!block) throw FunctionError("no PEM data in input");
  std::string_view type = block->type;
  if (type == "PRIVATE KEY") {
    if (EVP_PKEY* key = read_pkcs8(block->bytes)) return PrivateKey(key);
    throw FunctionError(fmt::format("decoding PEM as PKCS#8: {}", form_problem(block->bytes, "PKCS8")));
  }
  if (!type.ends_with(kSuffix)) {
    throw FunctionError(fmt::format("no private key data in PEM block of type {}", type));
  }
  type.remove_suffix(kSuffix.size());
  const int wanted = type == "RSA" ? EVP_PKEY_RSA : type == "EC" ? EVP_PKEY_EC : type == "DSA" ? EVP_PKEY_DSA : 0;
  if (wanted == 0) throw FunctionError(fmt::format("invalid private key type {}", block->type));
  if (EVP_PKEY* key = read_der(wanted, block->bytes)) return PrivateKey(key);
  throw FunctionError(fmt::format("parsing {} private key from PEM: {}", type,
                                  form_problem(block->bytes, type == "RSA" ? "PKCS1" : type)));
}

bool PrivateKey::is_dsa() const { return EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_DSA; }

std::string PrivateKey::pem() const {
  unsigned char* der = nullptr;
  const int size = i2d_PrivateKey(key_.get(), &der);
  if (size <= 0) library_failure("write a private key");
  std::string_view type = "PRIVATE KEY";
  switch (EVP_PKEY_get_base_id(key_.get())) {
    case EVP_PKEY_RSA: type = "RSA PRIVATE KEY"; break;
    case EVP_PKEY_DSA: type = "DSA PRIVATE KEY"; break;
    case EVP_PKEY_EC: type = "EC PRIVATE KEY"; break;
    default: break;
  }
  std::string text = encode_pem(type, {reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return text;
}

}  // namespace kyma::helm
