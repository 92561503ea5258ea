// Kymas as a user would write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kyma::test {

// The 18 components of the reference Kyma: 13 distinct name lengths, the longest 22 characters.
const std::vector<std::string>& reference_components();

// A Kyma with these components, as JSON to be created.
std::string kyma_json(std::string_view name, const std::vector<std::string>& components,
                      std::string_view name_space = "default");
// "spec.components" alone, as a merge patch.
std::string components_patch(const std::vector<std::string>& components);
// A HelmComponent without an owner.
std::string component_json(std::string_view name, std::string_view component_name,
                           std::string_view name_space = "default");

// CustomResourceDefinitions of Kyma and HelmComponent that let everything pass, as JSON: with them the operator meets
// what the real ones keep from it.
std::vector<std::string> lenient_crd_manifests();

}  // namespace kyma::test
