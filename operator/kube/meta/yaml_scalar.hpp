// What a plain scalar of YAML means, as Kubernetes reads manifests: the types of YAML 1.1, as far as JSON has them.
//
// Source: the resolution rules of gopkg.in/yaml.v2. Times stay texts. Thread: none needed.
#pragma once

#include <string_view>

#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

json::Value yaml_scalar(std::string_view text, json::Allocator& allocator);

}  // namespace kyma::kube
