// The operations of one resource in an OpenAPI v3 document.
#pragma once

#include <string>
#include <string_view>

#include "operator/apiserver/resource.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// "io.kyma-project.inventory.v1alpha1.Kyma"
std::string definition_name(const Resource& resource, std::string_view kind);
// Writes one member per path into the open "paths" object.
void write_open_api_paths(json::Writer& out, const Resource& resource);

}  // namespace kyma::apiserver
