// What a CustomResourceDefinition asks for and this server does not do, for the Warning headers of the answer.
//
// Thread: none needed.
#pragma once

#include <string>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// One warning for each version that has rules in CEL. The definition is a valid one.
void warn_of_rules(const json::Value& crd, std::vector<std::string>& warnings);

}  // namespace kyma::apiserver
