#include "operator/helm/chart/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/text.hpp"
#include "operator/helm/formats/semver.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

[[noreturn]] void refuse(std::string_view what) { throw ChartFailure(fmt::format("validation: {}", what)); }

void clean(std::string& text) { text = printable(text); }
void clean(std::vector<std::string>& texts) {
  for (std::string& text : texts) clean(text);
}

// filepath.Base.
std::string_view base_name(std::string_view path) {
  if (path.empty()) return ".";
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path == "/" ? path : path.substr(path.rfind('/') + 1);
}

bool is_version(std::string_view text) {
  try {
    Version::parse(text);
    return true;
  } catch (const FormatError&) {
    return false;
  }
}

bool is_alias(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

void check_dependency(std::optional<Dependency>& dependency) {
  if (!dependency) refuse("dependencies must not contain empty or null nodes");
  clean(dependency->name);
  clean(dependency->version);
  clean(dependency->repository);
  clean(dependency->condition);
  clean(dependency->tags);
  if (!is_alias(dependency->alias)) {
    refuse(fmt::format("dependency {} has disallowed characters in the alias", gotemplate::quote(dependency->name)));
  }
}

void clean_texts(Metadata& metadata) {
  for (std::string* text : {&metadata.name, &metadata.description, &metadata.home, &metadata.icon, &metadata.condition,
                            &metadata.tags, &metadata.app_version, &metadata.kube_version}) {
    clean(*text);
  }
  clean(metadata.sources);
  clean(metadata.keywords);
}

void check_fields(const Metadata& metadata) {
  if (metadata.api_version.empty()) refuse("chart.metadata.apiVersion is required");
  if (metadata.name.empty()) refuse("chart.metadata.name is required");
  if (metadata.name != base_name(metadata.name)) {
    refuse(fmt::format("chart.metadata.name {} is invalid", gotemplate::quote(metadata.name)));
  }
  if (metadata.version.empty()) refuse("chart.metadata.version is required");
  if (!is_version(metadata.version)) {
    refuse(fmt::format("chart.metadata.version {} is invalid", gotemplate::quote(metadata.version)));
  }
  if (!metadata.type.empty() && metadata.type != "application" && metadata.type != "library") {
    refuse("chart.metadata.type must be application or library");
  }
}

}  // namespace

void MetadataReader::default_to_version_1() {
  if (metadata_.api_version.empty()) metadata_.api_version = "v1";
}

Metadata MetadataReader::finish() {
  clean_texts(metadata_);
  check_fields(metadata_);
  for (std::optional<Maintainer>& maintainer : maintainers_) {
    if (!maintainer) refuse("maintainers must not contain empty or null nodes");
    clean(maintainer->name);
    clean(maintainer->email);
    clean(maintainer->url);
    metadata_.maintainers.push_back(std::move(*maintainer));
  }
  std::set<std::string, std::less<>> names;
  for (std::optional<Dependency>& dependency : dependencies_) {
    check_dependency(dependency);
    const std::string& name = dependency->alias.empty() ? dependency->name : dependency->alias;
    if (!names.insert(name).second) {
      refuse(fmt::format("more than one dependency with name or alias {}", gotemplate::quote(name)));
    }
    metadata_.dependencies.push_back(std::move(*dependency));
  }
  return std::move(metadata_);
}

}  // namespace kyma::helm
