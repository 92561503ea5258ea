// Base64 (RFC 4648), as kubeconfig data and basic authentication use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kyma::kube {

std::string encode_base64(std::string_view bytes);
// Line breaks are ignored; nothing when anything else is wrong.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace kyma::kube
