// The schemas of built-in kinds, as JSON text in the form of a CRD's openAPIV3Schema.
#pragma once

#include <string_view>

namespace kyma::apiserver::schemas {

extern const std::string_view kNamespace;
extern const std::string_view kConfigMap;
extern const std::string_view kSecret;
extern const std::string_view kServiceAccount;
extern const std::string_view kEvent;
extern const std::string_view kLease;
extern const std::string_view kCustomResourceDefinition;

}  // namespace kyma::apiserver::schemas
