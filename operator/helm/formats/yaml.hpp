// YAML as Helm reads and writes it: sigs.k8s.io/yaml over its fork of go-yaml v2, which is a port of libyaml.
//
// Reading goes through JSON there, so every number becomes a float64 and every key a string; the scalar rules are YAML
// 1.1's as go-yaml v2 has them. Only the first document is read.
// Bounded: nesting, and aliases (a "YAML bomb" is an error), besides the heap's own limit.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

// yaml.Unmarshal into an interface {}. An empty text is nil. Throws FormatError with Go's whole message
// ("error converting YAML to JSON: yaml: line 2: ...").
Value from_yaml(std::string_view text, Heap& heap);
// The same into a map[string]interface {} or an []interface {}: anything else but null is an error. null (and the empty
// text) is an empty one.
Value from_yaml_map(std::string_view text, Heap& heap);
Value from_yaml_list(std::string_view text, Heap& heap);

// What Helm's toYaml returns, without the final newline. Throws FormatError.
std::string to_yaml(Value value, std::size_t max_size = kMaxText);
// What toYamlPretty returns (yaml.v3, indent 2), without the final newline. Throws FormatError.
std::string to_yaml_pretty(Value value, std::size_t max_size = kMaxText);

// The head of a rendered document, which decides its place in the output; everything else is only checked to be YAML.
struct YamlHead {
  std::string api_version;
  std::string kind;
  std::string name;
  bool has_metadata = false;
  std::vector<std::pair<std::string, std::string>> annotations;  // sorted by key
};

// Much cheaper than from_yaml: no value is built. Throws FormatError with Helm's message for a document that is not
// YAML, not a mapping, or whose head has the wrong types.
YamlHead read_yaml_head(std::string_view document);

}  // namespace kyma::helm
