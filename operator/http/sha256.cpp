#include "operator/http/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace kyma::http {

std::string sha256(std::string_view text) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  auto* const bytes = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_Digest(text.data(), text.size(), bytes, &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
  digest.resize(size);
  return digest;
}

}  // namespace kyma::http
