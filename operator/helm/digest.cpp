#include "operator/helm/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <new>

namespace kyma::helm {
namespace {

EVP_MD_CTX* of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void Digest::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(of(context)); }

Digest::Digest() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(of(context_.get()), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

void Digest::add(std::string_view part) {
  const std::string length = fmt::format("{}:", part.size());
  EVP_DigestUpdate(of(context_.get()), length.data(), length.size());
  EVP_DigestUpdate(of(context_.get()), part.data(), part.size());
}

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(of(context_.get()), bytes.data(), &size);
  return fmt::format("sha256:{:02x}", fmt::join(bytes.begin(), bytes.begin() + size, ""));
}

}  // namespace kyma::helm
