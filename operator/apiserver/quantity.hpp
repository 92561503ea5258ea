// Amounts of resources as the API writes them: "100m", "1.5Gi", "2e3". Texts are checked and kept as they are; nothing
// is calculated. Source: the grammar of resource.Quantity in Kubernetes. Thread: none needed.
#pragma once

#include <string_view>

namespace kyma::apiserver {

bool is_quantity(std::string_view text) noexcept;

}  // namespace kyma::apiserver
