// The manifests under config/ that a program needs when it has neither kubectl nor the source tree: the build turns the
// YAML files into JSON and compiles them in, so the files stay the only source.
//
// The texts live as long as the program. Any thread.
#pragma once

#include <span>
#include <string_view>

namespace kyma::api {

// The CustomResourceDefinitions of Kyma, HelmComponent and Cluster, one JSON object each (config/crd/bases).
std::span<const std::string_view> crd_manifests() noexcept;

// The reference Kyma of 18 components, "kyma-sample" in the namespace "default", as a JSON object (config/samples).
std::string_view sample_kyma_manifest() noexcept;

}  // namespace kyma::api
