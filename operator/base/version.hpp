// What this build is.
#pragma once

#include <string_view>

namespace kyma {

std::string_view version() noexcept;  // "0.1.0"
std::string_view commit() noexcept;   // abbreviated hash, or "unknown"

}  // namespace kyma
