// Private keys as Sprig makes, reads and writes them, with the error texts that it gives.
//
// The key material is in OpenSSL's care, which wipes it.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace kyma::helm {

class PrivateKey {
 public:
  static PrivateKey generate_rsa(unsigned int bits);
  static PrivateKey generate_dsa();  // 2048 and 256 bits
  static PrivateKey generate_ec();   // P-256
  static PrivateKey generate_ed25519();
  // Throws FunctionError ("no PEM data in input").
  static PrivateKey parse_pem(std::string_view text);

  EVP_PKEY* get() const noexcept { return key_.get(); }
  bool is_dsa() const;
  // PKCS#1 for RSA, SEC 1 for elliptic curves, OpenSSL's form for DSA, else PKCS#8.
  std::string pem() const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const noexcept;
  };

  explicit PrivateKey(EVP_PKEY* key);

  std::unique_ptr<EVP_PKEY, Free> key_;
};

}  // namespace kyma::helm
