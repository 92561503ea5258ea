// The one gateway to YAML in the layers that speak to an API: a text becomes a JSON document.
//
// Guarantees: errors give line and column but never quote the text, which may hold secrets; depth and the growth by
// aliases are limited. Of several documents in a text the first is read. Duplicate keys are kept, as json::parse()
// keeps them. Thread: none needed.
#pragma once

#include <string>

#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

// For configuration: scalars become strings whatever they look like, null apart: a kubeconfig knows no numbers, and
// "true" is read by who expects a boolean. Below a key "extension", whose meaning is others' business, plain scalars
// that JSON has too keep their types.
json::Outcome<json::Document> parse_yaml(const std::string& text);

// For objects of the API: plain scalars have the types that Kubernetes gives them (yes and on are true, 0644 is 420).
// "<<" merges: what an object says itself has precedence.
json::Outcome<json::Document> parse_yaml_object(const std::string& text);

}  // namespace kyma::kube
