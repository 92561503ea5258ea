// The one gateway to YAML in this layer: a text becomes a JSON document.
//
// Scalars become strings whatever they look like, null apart: a kubeconfig knows no numbers, and "true" is read by who
// expects a boolean. Below a key "extension", whose meaning is others' business, plain scalars keep their types. Errors
// give line and column but never quote the text, which may hold secrets.
#pragma once

#include <string>

#include "operator/kube/meta/json.hpp"

namespace kyma::kube {

json::Outcome<json::Document> parse_yaml(const std::string& text);

}  // namespace kyma::kube
