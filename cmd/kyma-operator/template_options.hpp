// The flags of `kyma-operator template`, which are `helm template`'s as far as they concern rendering.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operator/helm/chart/user_values.hpp"

namespace kyma::cmd {

struct TemplateOptions {
  std::string name;   // of the release
  std::string chart;  // path of a directory or archive
  std::string name_space = "default";
  helm::ValueOptions values;
  std::vector<std::string> api_versions;  // besides the default ones
  std::string kube_version;               // empty: the default one
  std::vector<std::string> show_only;
  std::string output_dir;
  bool release_name_in_dir = false;
  bool generate_name = false;
  std::string name_template;
  bool include_crds = false;
  bool is_upgrade = false;
  bool no_hooks = false;
  bool skip_tests = false;
  bool skip_schema_validation = false;
  bool debug = false;
};

// Returns the exit code when the program should end now.
std::optional<int> parse_template_options(int argc, const char* const* argv, TemplateOptions& options);

// Prints "Error: <message>", as helm does, and returns kExitFailure.
int fail_template(const std::string& message);

}  // namespace kyma::cmd
