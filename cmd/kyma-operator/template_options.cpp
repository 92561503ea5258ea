#include "cmd/kyma-operator/template_options.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "cmd/common/cli.hpp"

namespace kyma::cmd {
namespace {

// A flag that takes several at once, as a line of CSV.
void split_fields(std::vector<std::string>& flags) {
  std::vector<std::string> result;
  for (const std::string& line : flags) {
    for (std::size_t at = 0; !line.empty() && at <= line.size(); ++at) {
      std::string field;
      if (at < line.size() && line[at] == '"') {
        for (++at; at < line.size() && (line[at] != '"' || line[at + 1] == '"'); ++at) {
          if (line[at] == '"') ++at;
          field += line[at];
        }
        ++at;
      } else {
        field = line.substr(at, line.find(',', at) - at);
        at += field.size();
      }
      result.push_back(std::move(field));
    }
  }
  flags = std::move(result);
}

void add_value_flags(CLI::App& app, TemplateOptions& options) {
  const std::string group = "Values";
  helm::ValueOptions& values = options.values;
  app.add_option("-f,--values", values.files, "Values in a YAML file, or - for standard input (repeatable)")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(group);
  const auto add = [&](const char* flag, std::vector<std::string>& target, const char* help, const char* type) {
    app.add_option(flag, target, help)->type_name(type)->allow_extra_args(false)->group(group);
  };
  add("--set", values.values, "Values: key1=val1,key2=val2 (repeatable)", "K=V");
  add("--set-string", values.string_values, "The same, taken as strings", "K=V");
  add("--set-json", values.json, "The same, taken as JSON", "K=JSON");
  add("--set-file", values.file_values, "The same, read from the files named", "K=FILE");
  add("--set-literal", values.literal_values, "One value, taken as it stands", "K=V");
  app.add_flag("--skip-schema-validation", options.skip_schema_validation,
               "Do not hold the values against values.schema.json")
      ->group(group);
}

void add_output_flags(CLI::App& app, TemplateOptions& options) {
  const std::string group = "Output";
  app.add_flag("--include-crds", options.include_crds, "Print the files under crds/ first")->group(group);
  app.add_flag("--no-hooks", options.no_hooks, "Leave out hooks")->group(group);
  app.add_flag("--skip-tests", options.skip_tests, "Leave out test hooks")->group(group);
  app.add_option("-s,--show-only", options.show_only, "Only what these templates rendered (repeatable)")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group(group);
  app.add_option("--output-dir", options.output_dir, "Write files into this directory instead")
      ->take_last()
      ->type_name("DIR")
      ->group(group);
  app.add_flag("--release-name", options.release_name_in_dir, "Put the release's name into the output's path")
      ->group(group);
  app.add_flag("--debug", options.debug, "Print what was rendered even when it is not valid YAML")->group(group);
}

void add_release_flags(CLI::App& app, TemplateOptions& options) {
  const std::string group = "Release";
  app.add_option("-n,--namespace", options.name_space, "Namespace of the release")
      ->envname("HELM_NAMESPACE")
      ->capture_default_str()
      ->take_last()
      ->type_name("NS")
      ->group(group);
  app.add_flag("-g,--generate-name", options.generate_name, "No name is given: it is release-name")->group(group);
  app.add_option("--name-template", options.name_template, "A template for the release's name")
      ->take_last()
      ->group(group);
  app.add_flag("--is-upgrade", options.is_upgrade, "Set .Release.IsUpgrade instead of .Release.IsInstall")
      ->group(group);
  app.add_option("--kube-version", options.kube_version, "For .Capabilities.KubeVersion")
      ->take_last()
      ->type_name("VERSION")
      ->group(group);
  app.add_option("-a,--api-versions", options.api_versions, "More of .Capabilities.APIVersions (repeatable)")
      ->type_name("GV")
      ->allow_extra_args(false)
      ->group(group);
}

// Those of helm's flags that are about installing: scripts may give them, and what is rendered does not depend on them.
void add_flags_without_effect(CLI::App& app, std::vector<std::string>& ignored) {
  for (const char* flag : {"--atomic", "--create-namespace", "--dependency-update", "--devel",
                           "--disable-openapi-validation", "--force", "--hide-notes", "--render-subchart-notes",
                           "--replace", "--skip-crds", "--verify", "--wait", "--wait-for-jobs"}) {
    app.add_flag(flag)->group("");
  }
  for (const char* flag : {"--description", "--kube-context", "--kubeconfig", "--labels", "--timeout"}) {
    app.add_option(flag, ignored)->allow_extra_args(false)->group("");
  }
  app.add_option("--dry-run", ignored)->expected(0, 1)->group("");
}

// Empty when all is well. Helm's rules for one or two arguments.
std::string take_arguments(const std::vector<std::string>& arguments, TemplateOptions& options) {
  if (arguments.empty()) {
    return "\"kyma-operator template\" requires at least 1 argument\n\n"
           "Usage:  kyma-operator template [NAME] [CHART] [flags]";
  }
  if (arguments.size() > 2) {
    return fmt::format("expected at most two arguments, unexpected arguments: {}",
                       fmt::join(arguments.begin() + 2, arguments.end(), ", "));
  }
  if (arguments.size() == 2 && options.generate_name) return "cannot set --generate-name and also specify a name";
  if (arguments.size() == 2 && !options.name_template.empty()) {
    return "cannot set --name-template and also specify a name";
  }
  // Helm's `template` has this name ready before it would make one up: --generate-name does not change it.
  options.name = arguments.size() == 2 ? arguments[0] : "release-name";
  options.chart = arguments.back();
  return {};
}

}  // namespace

std::optional<int> parse_template_options(int argc, const char* const* argv, TemplateOptions& options) {
  CLI::App app("Renders a chart and prints the manifests, as `helm template` does.", "kyma-operator template");
  set_up(app);
  std::vector<std::string> arguments;
  app.add_option("ARGUMENTS", arguments,
                 "The release's name, which may be left out, and the chart: a directory or .tgz")
      ->type_name("[NAME] CHART");
  add_value_flags(app, options);
  add_output_flags(app, options);
  add_release_flags(app, options);
  std::vector<std::string> ignored;
  add_flags_without_effect(app, ignored);
  if (const auto code = parse(app, argc, argv)) return code;
  split_fields(options.values.files);
  split_fields(options.api_versions);
  if (const std::string mistake = take_arguments(arguments, options); !mistake.empty()) return fail_template(mistake);
  return std::nullopt;
}

int fail_template(const std::string& message) {
  fmt::print(stderr, "Error: {}\n", message);
  return kExitFailure;
}

}  // namespace kyma::cmd
