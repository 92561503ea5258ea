// Base64 and Base32 with the messages of Go's decoders, which say where a text goes wrong.
#pragma once

#include <string>
#include <string_view>

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {

// With padding; line breaks are ignored. Throws FunctionError: "illegal base64 data at input byte 4".
std::string decode_base64_like_go(std::string_view text);

std::string encode_base32(std::string_view bytes);
// As above. Throws FunctionError: "illegal base32 data at input byte 4".
std::string decode_base32_like_go(std::string_view text);

}  // namespace kyma::helm
