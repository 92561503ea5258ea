#include "cmd/kyma-operator/template_source.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iterator>

#include "operator/helm/functions/functions.hpp"
#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/parser.hpp"

namespace kyma::cmd {
namespace {

namespace fs = std::filesystem;
using gotemplate::Call;

// What a reference to something that is no path fails with, without a repository or registry configured.
std::string tell_unknown_chart(std::string_view chart) {
  const std::size_t scheme = chart.find("://");
  if (scheme != std::string_view::npos) {
    return fmt::format("{}: charts are not downloaded; give the path of a directory or .tgz", chart);
  }
  const std::size_t slash = chart.find('/');
  if (slash == std::string_view::npos) {
    return fmt::format("non-absolute URLs should be in form of repo_name/path_to_chart, got: {}", chart);
  }
  return fmt::format("repo {} not found", chart.substr(0, slash));
}

// Sprig's own; the one of charts words its error for them.
[[noreturn]] gotemplate::Value fail(Call& call) { Call::fail(std::string(call.text(0))); }

const gotemplate::FunctionMap& name_functions() {
  static constexpr gotemplate::Function kFail[] = {{"fail", "s", fail}};
  static const gotemplate::FunctionMap functions = [] {
    gotemplate::FunctionMap result = helm::sprig_functions();
    result.add(kFail);
    return result;
  }();
  return functions;
}

std::string execute_name(const std::string& text, gotemplate::Environment& environment) {
  constexpr std::string_view kName = "name-template";
  gotemplate::Heap heap;
  gotemplate::TemplateSet set;
  set.add(gotemplate::parse(kName, text, name_functions()));
  gotemplate::Run run(heap, environment);
  std::string name;
  gotemplate::execute(set, kName, gotemplate::Value(), run, name);
  return name;
}

}  // namespace

helm::ChartOutcome<std::string> locate_chart(const std::string& chart) {
  std::error_code failure;
  if (fs::exists(chart, failure)) {
    fs::path path = fs::absolute(chart, failure).lexically_normal();
    if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    return path.string();
  }
  if (chart.starts_with('/') || chart.starts_with('.')) {
    return helm::ChartError{fmt::format("path {} not found", gotemplate::quote(chart))};
  }
  return helm::ChartError{tell_unknown_chart(chart)};
}

helm::ChartOutcome<std::string> release_name(const TemplateOptions& options, gotemplate::Environment& environment) {
  if (options.name_template.empty()) return options.name;
  try {
    return execute_name(options.name_template, environment);
  } catch (const std::exception& error) {
    return helm::ChartError{error.what()};
  }
}

std::string check_release_name(std::string_view name) {
  if (name.empty()) return "release name \"\": no name provided";
  const auto is_alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool valid = name.size() <= 53;
  for (std::size_t i = 0; valid && i < name.size(); ++i) {
    const bool inner = i > 0 && i + 1 < name.size() && name[i - 1] != '.' && name[i + 1] != '.';
    valid = is_alnum(name[i]) || (name[i] == '-' && inner) ||
            (name[i] == '.' && i > 0 && i + 1 < name.size() && is_alnum(name[i - 1]) && is_alnum(name[i + 1]));
  }
  if (valid) return {};
  return fmt::format(
      "release name {}: invalid release name, must match regex "
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be longer than 53",
      gotemplate::quote(name));
}

}  // namespace kyma::cmd
