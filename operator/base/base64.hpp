// Base64 (RFC 4648), as the API writes binary data, and its form for URLs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma {

std::string encode_base64(std::string_view bytes);
// Line breaks are ignored; nothing when anything else is wrong.
std::optional<std::string> decode_base64(std::string_view text);

// Without padding.
std::string encode_base64url(std::string_view bytes);
// Padding is optional. Nothing when malformed.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace kyma
