// The order in which go-yaml writes the keys of a mapping: digits count as numbers, letters come after all else.
#pragma once

#include <string_view>

namespace kyma::helm {

enum class KeyOrder { yaml2, yaml3 };

// Not always transitive for keys that differ in letters and digits; that is Go's doing.
bool key_less(std::string_view a, std::string_view b, KeyOrder order);

}  // namespace kyma::helm
