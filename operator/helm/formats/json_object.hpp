// Which fields of a Go struct encoding/json writes, and under which names.
#pragma once

#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

struct JsonField {
  std::string_view name;
  gotemplate::Value value;
};

// In declaration order, without those that are left out ("-", or empty with omitempty).
std::vector<JsonField> json_fields(const gotemplate::Object& object);

}  // namespace kyma::helm
