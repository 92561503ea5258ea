// Base64, as the API writes binary data, and its form for URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::apiserver {

std::string base64(std::string_view bytes);
// Without padding.
std::string base64url(std::string_view bytes);
// Padding is optional. Nothing when malformed.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace kyma::apiserver
