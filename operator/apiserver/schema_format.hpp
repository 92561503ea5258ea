// The string formats that the API checks ("date-time", "ipv4"); all others are only documentation.
#pragma once

#include <string_view>

namespace kyma::apiserver {

struct StringFormat {
  std::string_view name;
  bool (*matches)(std::string_view text);
};

// Null when the format is not one that is checked.
const StringFormat* find_string_format(std::string_view name) noexcept;

}  // namespace kyma::apiserver
