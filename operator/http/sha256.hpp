// SHA-256, for the ids of keys, and for keys under which secrets are remembered without being kept.
#pragma once

#include <string>
#include <string_view>

namespace kyma::http {

// 32 bytes. Throws std::runtime_error when OpenSSL has no SHA-256, which none lacks.
std::string sha256(std::string_view text);

}  // namespace kyma::http
