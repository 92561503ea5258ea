// Lets CLI11 read --config from YAML: a flat map whose keys are the flags' names without dashes.
//
//   qps: 500
//   sync-period: 5h
#pragma once

#include <CLI/CLI.hpp>

#include <memory>

namespace kyma::cmd {

std::shared_ptr<CLI::Config> make_yaml_config();

}  // namespace kyma::cmd
