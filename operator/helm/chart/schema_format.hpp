// The formats that schemas can ask texts to have, as gojsonschema checks them.
#pragma once

#include <string_view>

namespace kyma::helm {

// Whether there is such a format; others are not checked.
bool is_schema_format(std::string_view format);
bool has_schema_format(std::string_view format, std::string_view text);

}  // namespace kyma::helm
