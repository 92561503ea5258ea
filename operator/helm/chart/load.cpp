#include "operator/helm/chart/load.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>

#include "operator/helm/chart/content_type.hpp"
#include "operator/helm/chart/failure.hpp"
#include "operator/helm/chart/metadata.hpp"
#include "operator/helm/chart/source.hpp"
#include "operator/helm/chart/system_error.hpp"
#include "operator/helm/formats/yaml.hpp"

namespace kyma::helm {
namespace {

namespace fs = std::filesystem;

std::string hex_digest(const std::vector<ChartFile>& files) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
  const auto add = [&](std::string_view text) {
    std::array<unsigned char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i) length[i] = static_cast<unsigned char>(text.size() >> (8 * i));
    EVP_DigestUpdate(context.get(), length.data(), length.size());
    EVP_DigestUpdate(context.get(), text.data(), text.size());
  };
  for (const ChartFile& file : files) {
    add(file.name);
    add(file.data);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(hex), "{:02x}", digest[i]);
  return hex;
}

// filepath.Ext.
std::string_view extension(std::string_view path) {
  const std::size_t dot = path.find_last_of("./");
  return dot == std::string_view::npos || path[dot] == '/' ? std::string_view() : path.substr(dot);
}

// Makes a chart of its files, as Helm's LoadFiles does.
class ChartBuilder {
 public:
  ChartBuilder(std::vector<ChartFile> files, LoadBudget& budget, int depth)
      : files_(std::move(files)), budget_(budget), depth_(depth) {}

  ChartPtr build() {
    chart_->heap = std::make_unique<Heap>(budget_.heap_left());
    within("cannot load values.yaml", [&] { chart_->values = Value::map(&gotemplate::make_map(*chart_->heap)); });
    if (budget_.limits().digest) chart_->digest = hex_digest(files_);
    for (const ChartFile& file : files_) {
      if (file.name == "Chart.yaml") read_metadata(file);
    }
    for (ChartFile& file : files_) classify(file);
    if (!metadata_.has_read()) throw ChartFailure("Chart.yaml file is missing");
    chart_->metadata = metadata_.finish();
    budget_.take_heap(chart_->heap->size());
    for (auto& [name, files] : subcharts_) add_subchart(name, files);
    return chart_;
  }

 private:
  // Runs `work`; what it throws is prefixed.
  template <class Work>
  void within(std::string_view prefix, Work work) const {
    try {
      work();
    } catch (const FormatError& error) {
      throw ChartFailure(fmt::format("{}: {}", prefix, error.what()));
    } catch (const gotemplate::HeapExhausted&) {
      throw ChartFailure(fmt::format("{}: the chart's values and metadata take more than {} MiB of memory", prefix,
                                     budget_.limits().max_heap >> 20U));
    }
  }

  void read_metadata(const ChartFile& file) {
    within(fmt::format("cannot load {}", file.name), [&] { metadata_.read(file.data, *chart_->heap); });
    if (file.name == "Chart.yaml") metadata_.default_to_version_1();
  }

  void classify(ChartFile& file) {
    const std::string_view name = file.name;
    if (name == "Chart.yaml") return;
    if (name == "Chart.lock") return within("cannot load Chart.lock", [&] { check_lock(file.data); });
    if (name == "values.yaml") return read_values(file);
    if (name == "values.schema.json") {
      chart_->schema = std::move(file.data);
    } else if (name == "requirements.yaml") {
      read_requirements(file);
    } else if (name == "requirements.lock") {
      within("cannot load requirements.lock", [&] { check_lock(file.data); });
      keep_of_version_1(file,
                        "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend "
                        "migrating to Chart.lock.");
    } else if (name.starts_with("templates/")) {
      chart_->templates.push_back(std::move(file));
    } else if (name.starts_with("charts/") && extension(name) != ".prov") {
      constexpr std::size_t kPrefix = std::string_view("charts/").size();
      const std::size_t end = name.find('/', kPrefix);
      auto& files = subcharts_[std::string(name.substr(kPrefix, end == name.npos ? end : end - kPrefix))];
      files.push_back({std::string(name.substr(kPrefix)), std::move(file.data)});
    } else {
      chart_->files.push_back(std::move(file));
    }
  }

  void read_values(const ChartFile& file) {
    within("cannot load values.yaml", [&] { chart_->values = from_yaml_map(file.data, *chart_->heap); });
  }

  void read_requirements(ChartFile& file) {
    if (!metadata_.is_version_1()) {
      warn(
          "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating "
          "dependencies "
          "to Chart.yaml.");
    }
    read_metadata(file);
    if (metadata_.is_version_1()) chart_->files.push_back(std::move(file));
  }

  void keep_of_version_1(ChartFile& file, std::string_view warning) {
    if (metadata_.is_version_1()) {
      chart_->files.push_back(std::move(file));
    } else {
      warn(warning);
    }
  }

  void warn(std::string_view text) const {
    if (budget_.limits().warn) budget_.limits().warn(text);
  }

  void add_subchart(const std::string& name, std::vector<ChartFile>& files) {
    if (name.starts_with('_') || name.starts_with('.')) return;
    const std::string& parent = chart_->metadata.name;
    const bool packed = extension(name) == ".tgz";
    if (packed && files[0].name != name) {
      throw ChartFailure(
          fmt::format("error unpacking subchart tar in {}: expected {}, got {}", parent, name, files[0].name));
    }
    try {
      if (depth_ >= budget_.limits().max_depth) {
        throw ChartFailure(fmt::format("subcharts are nested more than {} deep", budget_.limits().max_depth));
      }
      auto content = packed ? read_archive(files[0].data, budget_) : without_first_element(files);
      chart_->subcharts.push_back(ChartBuilder(std::move(content), budget_, depth_ + 1).build());
    } catch (const ChartFailure& failure) {
      throw ChartFailure(fmt::format("error unpacking subchart {} in {}: {}", name, parent, failure.what()));
    }
  }

  // A file that lies in charts/ itself has nothing else in its name, and is left out.
  static std::vector<ChartFile> without_first_element(std::vector<ChartFile>& files) {
    std::vector<ChartFile> inner;
    for (ChartFile& file : files) {
      const std::size_t slash = file.name.find('/');
      if (slash != std::string::npos) inner.push_back({file.name.substr(slash + 1), std::move(file.data)});
    }
    return inner;
  }

  std::vector<ChartFile> files_;
  LoadBudget& budget_;
  int depth_;
  std::shared_ptr<Chart> chart_ = std::make_shared<Chart>();
  MetadataReader metadata_;
  std::map<std::string, std::vector<ChartFile>> subcharts_;
};

// Helm tells what it was given instead of an archive.
void check_is_archive(const fs::path& path, std::string_view bytes) {
  std::string head(bytes.substr(0, 512));
  head.resize(512);
  if (head.starts_with("\x1f\x8b\x08")) return;
  const std::string name = path.string();
  if (name.ends_with(".yml") || name.ends_with(".yaml")) {
    throw ChartFailure(fmt::format("file '{}' seems to be a YAML file, but expected a gzipped archive", name));
  }
  throw ChartFailure(
      fmt::format("file '{}' does not appear to be a gzipped archive; got '{}'", name, content_type(head)));
}

ChartPtr load_archive_file(const fs::path& path, LoadBudget& budget) {
  if (fs::file_size(path) > budget.limits().max_bytes) {
    throw ChartFailure(fmt::format("{} is larger than the maximum size {}", path.string(), budget.limits().max_bytes));
  }
  const std::string bytes = read_file(path);
  check_is_archive(path, bytes);
  try {
    return ChartBuilder(read_archive(bytes, budget), budget, 0).build();
  } catch (const ChartFailure& failure) {
    if (failure.what() != kBadGzipHeader) throw;
    throw ChartFailure(
        fmt::format("file '{}' does not appear to be a valid chart file (details: {})", path.string(), kBadGzipHeader));
  }
}

}  // namespace

ChartOutcome<ChartPtr> load_chart(const fs::path& path, const LoadLimits& limits) {
  return outcome_of([&]() -> ChartPtr {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) fail_with_errno("stat", path);
    check_confined(path, limits);
    LoadBudget budget(limits);
    if (!S_ISDIR(status.st_mode)) return load_archive_file(path, budget);
    return ChartBuilder(read_directory(path, budget), budget, 0).build();
  });
}

ChartOutcome<ChartPtr> load_archive(std::string_view bytes, const LoadLimits& limits) {
  return outcome_of([&]() -> ChartPtr {
    LoadBudget budget(limits);
    return ChartBuilder(read_archive(bytes, budget), budget, 0).build();
  });
}

ChartOutcome<void> check_installable(const Chart& chart) {
  if (chart.metadata.type.empty() || chart.metadata.type == "application") return {};
  return ChartError{fmt::format("{} charts are not installable", chart.metadata.type)};
}

ChartOutcome<void> check_dependencies(const Chart& chart) {
  std::vector<std::string_view> missing;
  for (const Dependency& dependency : chart.metadata.dependencies) {
    const bool present = std::any_of(chart.subcharts.begin(), chart.subcharts.end(),
                                     [&](const ChartPtr& s) { return s->metadata.name == dependency.name; });
    if (!present) missing.push_back(dependency.name);
  }
  if (missing.empty()) return {};
  return ChartError{fmt::format(
      "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch "
      "missing dependencies: found in Chart.yaml, but missing in charts/ directory: {}",
      fmt::join(missing, ", "))};
}

}  // namespace kyma::helm
