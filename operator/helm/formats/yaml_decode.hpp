// What a YAML tree means: go-yaml v2's decoding into an interface {}, and sigs.k8s.io/yaml's conversion to JSON.
#pragma once

#include "operator/helm/formats/json.hpp"
#include "operator/helm/formats/yaml_tree.hpp"

namespace kyma::helm {

// What becomes of numbers: float64 and finite as in JSON, or int, uint64 and any float64 as in Go, for whoever turns
// them into text.
enum class YamlNumbers : std::uint8_t { as_float64, as_read };

// Keys become strings; a later key replaces an equal earlier one; merges and aliases are resolved. Throws FormatError.
Value decode_yaml(const YamlNode* root, Heap& heap, YamlNumbers numbers);
// sigs.k8s.io/yaml tells in which of its two steps an error arose.
inline constexpr std::string_view kYamlConverting = "error converting YAML to JSON: ";
inline constexpr std::string_view kYamlDecoding = "error unmarshaling JSON: while decoding JSON: ";
// An error of decode_yaml as it tells it.
std::string whole_yaml_error(std::string_view message);
// A text, tree and all. Throws FormatError.
Value decode_yaml(std::string_view text, Heap& heap, YamlNumbers numbers);

}  // namespace kyma::helm
