// GET /debug/manifests: which manifests are kept. GET /debug/manifests/<component>: what was rendered for it, one
// answer per namespace and values that differ; the data of Secrets is redacted.
//
// Thread: the loop's. What it refers to must outlive it.
#pragma once

#include <string>
#include <string_view>

#include "operator/controllers/chart_manifests.hpp"
#include "operator/http/server.hpp"

namespace kyma::controllers {

http::Handler debug_manifests_handler(const ChartManifests& manifests);

// The documents with every value under a Secret's data and stringData replaced. What is no YAML is left out.
std::string redact_secrets(std::string_view manifest);

}  // namespace kyma::controllers
