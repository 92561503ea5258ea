#include "operator/helm/release_rendering.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/helm/deep_stack.hpp"
#include "operator/helm/formats/semver.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::make_map;

// Empty: the chart allows this Kubernetes, or does not care.
std::string check_kube_version(const Metadata& metadata, const Capabilities& capabilities) {
  if (metadata.kube_version.empty()) return {};
  bool allowed = false;
  try {
    allowed = Constraint::parse(metadata.kube_version).allows(Version::parse(capabilities.version));
  } catch (const FormatError&) {
    allowed = false;
  }
  if (allowed) return {};
  return fmt::format("chart requires kubeVersion: {} which is incompatible with Kubernetes {}", metadata.kube_version,
                     capabilities.version);
}

std::string trim_ascii(std::string text) {
  constexpr std::string_view kSpaces = " \t\n\v\f\r";
  const std::size_t last = text.find_last_not_of(kSpaces);
  text.erase(last == std::string::npos ? 0 : last + 1);
  return text.erase(0, text.find_first_not_of(kSpaces));
}

bool is_blank(std::string_view text) { return split_documents(text).empty(); }

std::vector<Document> whole_files(RenderedFiles files) {
  std::vector<Document> result;
  for (auto& [path, text] : files) {
    if (!is_notes(path) && !is_blank(text)) result.push_back({path, {}, std::move(text)});
  }
  return result;
}

ReleaseOutcome<RenderedRelease> render(const ReleaseRequest& request, ParsedTemplates& parsed,
                                       gotemplate::Environment& environment, Warnings& warnings) {
  Heap heap(request.limits.heap);
  const Value user = request.user_values.is_valid() ? request.user_values : Value::map(&make_map(heap));
  auto root = process_dependencies(request.chart, user, heap, warnings);
  if (!root) return ReleaseError{root.error().message};
  auto values = coalesce_values(*root, user, heap, warnings);
  if (!values) return ReleaseError{values.error().message};
  if (!request.skip_schema_validation) {
    if (auto valid = validate_values(*root, *values); !valid) return ReleaseError{valid.error().message};
  }
  if (std::string problem = check_kube_version(request.chart->metadata, *request.capabilities); !problem.empty()) {
    return ReleaseError{std::move(problem), true};
  }
  RenderedFiles files;
  RenderedRelease result;
  try {
    files = render_templates(
        *root, *values, {request.release, *request.capabilities, parsed, heap, environment, request.limits.templates});
    read_documents(files, warnings, result.documents);
  } catch (const RenderFailure& failure) {
    result.documents.manifests = whole_files(std::move(files));
    return ReleaseError{failure.what(), true, std::move(result)};
  }
  sort_documents(result.documents);
  result.crds = crd_files(*root);
  return result;
}

}  // namespace

std::string RenderedRelease::text(Print print) const {
  std::string result;
  if (print.include_crds) {
    for (const Document& crd : crds) append_document(result, crd);
  }
  for (const Document& manifest : documents.manifests) append_document(result, manifest);
  result = trim_ascii(std::move(result)) + "\n";
  if (!print.hooks) return result;
  for (const Document& hook : documents.hooks) {
    if (print.tests || !hook.is_test) append_document(result, hook);
  }
  return result;
}

ReleaseOutcome<RenderedRelease> render_release(const ReleaseRequest& request, ParsedTemplates& parsed,
                                               gotemplate::Environment& environment, Warnings& warnings) {
  ReleaseOutcome<RenderedRelease> outcome = ReleaseError{"nothing was rendered"};
  run_on_deep_stack(request.limits.stack, [&] {
    try {
      outcome = render(request, parsed, environment, warnings);
    } catch (const std::exception& error) {
      outcome = ReleaseError{error.what(), true};
    }
  });
  return outcome;
}

}  // namespace kyma::helm
