// The key that signs the server's own tokens: ECDSA P-256 with SHA-256, which JSON Web Tokens call ES256.
//
// Thread: immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "operator/http/error.hpp"

namespace kyma::http {

class SigningKey {
 public:
  static SigningKey generate();
  // Error: invalid_argument (no PEM key, or not of that kind); it quotes nothing of the text.
  static Outcome<SigningKey> from_pem(const std::string& private_key_pem);

  std::string private_key_pem() const;  // PKCS#8; secret

  // 64 bytes, as RFC 7518 has them: r and s.
  std::string sign(std::string_view text) const;
  bool verify(std::string_view text, std::string_view signature) const;

  // Tells this key from others: a digest of the public key.
  const std::string& id() const noexcept { return id_; }
  // The public key as a JSON Web Key.
  const std::string& jwk() const noexcept { return jwk_; }

 private:
  struct Handle;

  explicit SigningKey(std::shared_ptr<const Handle> handle);

  std::shared_ptr<const Handle> handle_;
  std::string id_;
  std::string jwk_;
};

}  // namespace kyma::http
