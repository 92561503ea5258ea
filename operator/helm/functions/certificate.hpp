// X.509 certificates as Sprig's genCA and its kin make them: version 3, a random serial number, a subject of a common
// name alone, fixed usages, in the encoding and the order of Go's crypto/x509.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/functions/private_key.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {

// What a certificate is to say.
struct CertificateRequest {
  std::string_view common_name;
  std::vector<std::string> addresses;  // 4 or 16 bytes each
  std::vector<std::string_view> dns_names;
  std::int64_t days = 0;
  bool is_ca = false;
};

// A certificate and its key, both PEM.
struct CertificatePair {
  std::string certificate;
  std::string key;
};

// Signed by itself. Throws FunctionError with Sprig's message.
CertificatePair self_signed(const CertificateRequest& request, const PrivateKey& key,
                            gotemplate::Environment& environment);
// Signed by `ca`, whose texts are read first. Throws FunctionError.
CertificatePair signed_by(const CertificatePair& ca, const CertificateRequest& request, const PrivateKey& key,
                          gotemplate::Environment& environment);

// Throws FunctionError when the PEM text is no certificate.
void check_certificate(std::string_view pem);

}  // namespace kyma::helm
