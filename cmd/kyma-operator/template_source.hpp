// What `kyma-operator template` renders, and as what: the chart's path and the release's name, by helm's rules.
#pragma once

#include <string>
#include <string_view>

#include "cmd/kyma-operator/template_options.hpp"
#include "operator/helm/chart/failure.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::cmd {

// The absolute path of a chart that is there; repositories and registries are not asked.
helm::ChartOutcome<std::string> locate_chart(const std::string& chart);

// --name-template's, or the one given. Not checked.
helm::ChartOutcome<std::string> release_name(const TemplateOptions& options, gotemplate::Environment& environment);

// Empty: it is a name.
std::string check_release_name(std::string_view name);

}  // namespace kyma::cmd
