// PEM blocks (RFC 7468) as Go's encoding/pem reads and writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::helm {

struct PemBlock {
  std::string type;  // "RSA PRIVATE KEY"
  std::string bytes;
};

// The first block that is whole; text around it does not matter. Nothing when there is none.
std::optional<PemBlock> decode_pem(std::string_view text);
// With a final newline.
std::string encode_pem(std::string_view type, std::string_view bytes);

}  // namespace kyma::helm
