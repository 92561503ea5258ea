// Makes certificates for a private cluster: a CA and what it signs. ECDSA P-256, SHA-256.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "operator/http/error.hpp"

namespace kyma::http {

struct KeyPair {
  std::string certificate_pem;
  std::string private_key_pem;  // PKCS#8; secret
};

struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> organizations;  // groups, in a client certificate
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  bool server = false;  // extended key usage: serverAuth or clientAuth
};

// Valid from five minutes before now, since clocks differ.
Outcome<KeyPair> make_certificate_authority(const std::string& common_name, std::chrono::hours lifetime);
Outcome<KeyPair> sign_certificate(const KeyPair& authority, const CertificateRequest& request,
                                  std::chrono::hours lifetime);
// True when the certificate can be parsed, is signed by the authority and is valid for another `margin`.
bool is_usable(const std::string& certificate_pem, const std::string& authority_pem, std::chrono::hours margin);

// Cryptographically random bytes as lower-case hexadecimal: tokens and UIDs. Throws std::runtime_error when the system
// has no randomness.
std::string random_hex(std::size_t bytes);

}  // namespace kyma::http
