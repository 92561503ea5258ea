// The fields of custom resources that field selectors may name: what a definition's selectableFields say.
//
// Source of the rules and the words: Kubernetes' KEP-4358. Thread: none needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// Of a valid version: "spec.colour" for ".spec.colour".
std::vector<std::string> read_selectable_fields(const json::Value& version);

// Every path must be a plain one to a text, whole number or truth value of the schema. `field` names the version.
void validate_selectable_fields(const json::Value& version, std::string_view field,
                                std::vector<kube::StatusCause>& causes);

}  // namespace kyma::apiserver
