// Loads charts from directories and .tgz archives, as Helm's loader does (HELM-SPEC 2).
//
// Bounded: bytes, files, depth of subcharts and directories. An archive can name nothing outside its own directory;
// symbolic links of a directory are followed but cannot loop, and with `confine_to` cannot leave.
// Errors are Helm's texts, where Helm fails at all.
// Blocks on disk. Thread: any.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "operator/helm/chart/chart.hpp"

namespace kyma::helm {

struct LoadLimits {
  std::size_t max_bytes = std::size_t{100} << 20;  // of all files of a chart, as they are after unpacking
  std::size_t max_file = std::size_t{100} << 20;
  std::size_t max_files = 20'000;
  int max_depth = 32;  // subcharts in subcharts
  // Of memory for what is made of the values and the metadata, of all subcharts together: a short list in YAML is a
  // long one in memory.
  std::size_t max_heap = std::size_t{1} << 30;
  // Not empty: the chart, and what its symbolic links lead to, must lie in this directory.
  std::filesystem::path confine_to;
  // Whether Chart::digest is wanted; it costs a short-lived program the start of the crypto library.
  bool digest = true;
  // Gets what Helm logs ("found symbolic link in path: ..."); may be empty.
  std::function<void(std::string_view)> warn;
};

ChartOutcome<ChartPtr> load_chart(const std::filesystem::path& path, const LoadLimits& limits = {});
ChartOutcome<ChartPtr> load_archive(std::string_view bytes, const LoadLimits& limits = {});

// chart.Metadata.Validate and Helm's check of what `helm template` is given: a library is no root chart, ...
ChartOutcome<void> check_installable(const Chart& chart);
// "found in Chart.yaml, but missing in charts/ directory: X" (helm template's check; the library has none).
ChartOutcome<void> check_dependencies(const Chart& chart);

}  // namespace kyma::helm
