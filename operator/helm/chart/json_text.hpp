// Where the first JSON value of a text ends: Go's decoder takes one value and leaves the rest.
#pragma once

#include <cstddef>
#include <string_view>

namespace kyma::helm {

// The length of the value at the start of the text, with the white space before it; npos if it has no end. What stands
// inside brackets is not looked at: reading the value will tell what is wrong with it.
std::size_t json_value_length(std::string_view text) noexcept;

}  // namespace kyma::helm
