#include "cmd/kyma-operator/template_command.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-operator/template_options.hpp"
#include "cmd/kyma-operator/template_source.hpp"
#include "operator/helm/chart/load.hpp"
#include "operator/helm/formats/glob.hpp"
#include "operator/helm/release_rendering.hpp"

namespace kyma::cmd {
namespace {

using helm::Document;
using helm::RenderedRelease;

void warn(std::string_view message) { fmt::print(stderr, "{}\n", message); }

bool print(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

int print_or_fail(std::string_view text) {
  return print(text) ? kExitOk : fail_template("standard output cannot be written to");
}

// Empty, or the reason why not.
std::string make_capabilities(const TemplateOptions& options, helm::Capabilities& capabilities) {
  if (!options.kube_version.empty() && !helm::Capabilities::parse_version(options.kube_version, capabilities)) {
    return fmt::format("invalid kube version '{}': Invalid Semantic Version", options.kube_version);
  }
  capabilities.api_versions.insert(capabilities.api_versions.end(), options.api_versions.begin(),
                                   options.api_versions.end());
  return {};
}

std::string missing_template(std::string_view pattern) {
  return fmt::format("could not find template {} in chart", pattern);
}

// --show-only: the documents whose template one of the patterns names, in the patterns' order.
int show_only(const TemplateOptions& options, const std::string& text) {
  std::string result;
  const auto documents = helm::split_documents(text);
  for (const std::string& pattern : options.show_only) {
    bool missing = true;
    for (const std::string_view document : documents) {
      constexpr std::string_view kMark = "# Source: ";
      const std::size_t mark = document.find(kMark);
      if (mark == std::string_view::npos) continue;
      std::string_view path = document.substr(mark + kMark.size());
      path = path.substr(0, path.find('\n'));
      path = path.substr(path.find('/') + 1);
      bool matches = false;
      try {
        matches = helm::path_match(pattern, path);
      } catch (const helm::FormatError&) {
        matches = false;
      }
      if (!matches) continue;
      missing = false;
      fmt::format_to(std::back_inserter(result), "---\n{}\n", document);
    }
    if (missing) return fail_template(missing_template(pattern));
  }
  return print_or_fail(result);
}

// Writes documents under a directory, each into the file of its template.
class DocumentFiles {
 public:
  // Empty, or what went wrong.
  std::string write(const std::filesystem::path& root, const Document& document) {
    const std::filesystem::path path = root / document.source;
    std::error_code failure;
    std::filesystem::create_directories(path.parent_path(), failure);
    const bool first = written_.insert(path).second;
    std::ofstream file(path, first ? std::ios::trunc : std::ios::app);
    std::string text;
    helm::append_document(text, document);
    if (!(file << text).flush()) return fmt::format("cannot write {}", path.string());
    print(fmt::format("wrote {}\n", path.string()));
    return {};
  }

 private:
  std::set<std::filesystem::path> written_;
};

// --output-dir: each template's documents in a file of its path. CRDs do not belong to a release's directory.
int write_files(const TemplateOptions& options, const RenderedRelease& release, const std::string& name) {
  const std::filesystem::path top = options.output_dir;
  const std::filesystem::path root = options.release_name_in_dir ? top / name : top;
  std::vector<std::pair<const std::filesystem::path*, const Document*>> documents;
  if (options.include_crds) {
    for (const Document& each : release.crds) documents.emplace_back(&top, &each);
  }
  for (const Document& each : release.documents.manifests) documents.emplace_back(&root, &each);
  for (const Document& each : release.documents.hooks) {
    if (!options.no_hooks && !(options.skip_tests && each.is_test)) documents.emplace_back(&root, &each);
  }
  DocumentFiles files;
  for (const auto& [directory, document] : documents) {
    if (const std::string problem = files.write(*directory, *document); !problem.empty()) return fail_template(problem);
  }
  // What went into files is not there to be shown.
  if (!options.show_only.empty()) return fail_template(missing_template(options.show_only.front()));
  return print_or_fail("\n");
}

int print_release(const TemplateOptions& options, const RenderedRelease& release) {
  const std::string text = release.text({options.include_crds, !options.no_hooks, !options.skip_tests});
  return options.show_only.empty() ? print_or_fail(text) : show_only(options, text);
}

int tell_failure(const helm::ReleaseError& error, const TemplateOptions& options) {
  if (!error.in_templates) return fail_template(error.message);
  if (!options.debug) return fail_template(error.message + "\n\nUse --debug flag to render out invalid YAML");
  const int code = print_release(options, error.rendered);
  return code == kExitOk ? fail_template(error.message) : code;
}

// In helm's order, which shows in whose mistake is told first.
int render(const TemplateOptions& options) {
  gotemplate::Environment environment;
  helm::Capabilities capabilities = helm::Capabilities::defaults();
  if (const std::string problem = make_capabilities(options, capabilities); !problem.empty()) {
    return fail_template(problem);
  }
  const auto name = release_name(options, environment);
  if (!name) return fail_template(name.error().message);
  const auto path = locate_chart(options.chart);
  if (!path) return fail_template(path.error().message);
  gotemplate::Heap heap;
  auto values = helm::merge_value_options(options.values, heap);
  if (!values) return fail_template(values.error().message);
  helm::LoadLimits limits;
  limits.digest = false;
  limits.warn = warn;
  const auto chart = helm::load_chart(*path, limits);
  if (!chart) return fail_template(chart.error().message);
  if (auto installable = helm::check_installable(**chart); !installable) {
    return fail_template(installable.error().message);
  }
  if ((*chart)->metadata.deprecated) warn("WARNING: This chart is deprecated");
  if (auto complete = helm::check_dependencies(**chart); !complete) return fail_template(complete.error().message);
  if (const std::string problem = check_release_name(*name); !problem.empty()) return fail_template(problem);

  helm::ReleaseRequest request{*chart,
                               *values,
                               {*name, options.name_space, options.is_upgrade, 1},
                               &capabilities,
                               options.skip_schema_validation,
                               {}};
  helm::ParsedTemplates parsed;
  helm::Warnings warnings;
  auto release = helm::render_release(request, parsed, environment, warnings);
  for (const std::string& warning : warnings) warn(warning);
  if (!release) return tell_failure(release.error(), options);
  if (!options.output_dir.empty()) return write_files(options, *release, *name);
  return print_release(options, *release);
}

}  // namespace

int run_template(int argc, const char* const* argv) {
  // Threads take turns here: one arena, grown in large steps, spares a short process two hundred calls of the system.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TOP_PAD, 4 << 20);
  TemplateOptions options;
  if (const auto code = parse_template_options(argc, argv, options)) return *code;
  return render(options);
}

}  // namespace kyma::cmd
