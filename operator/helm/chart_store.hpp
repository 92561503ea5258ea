// The charts of one directory, loaded when they are asked for and kept while they are in use.
//
// A chart is named by a location, a path below the directory, and a version: `<location>-<version>` as a directory or
// .tgz, or `<location>` itself when that is its version. Nothing outside the directory can be named, symbolic links
// included.
//
// Thread-safe. Loading blocks on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "operator/helm/capability_use.hpp"
#include "operator/helm/chart/load.hpp"
#include "operator/helm/parsed_templates.hpp"

namespace kyma::helm {

// A chart with what is made of it once.
struct LoadedChart {
  explicit LoadedChart(ChartPtr loaded);

  ChartPtr chart;
  ParsedTemplates parsed;
  std::size_t bytes = 0;       // of its files
  CapabilityUse capabilities;  // what its templates, and files that may become templates, ask the cluster
};

class ChartStore {
 public:
  // `directory` is the charts directory.
  ChartStore(std::filesystem::path directory, LoadLimits limits);

  // Errors name the chart and the remedy.
  ChartOutcome<std::shared_ptr<LoadedChart>> get(std::string_view location, std::string_view version);
  // What is asked for from now on is loaded anew.
  void forget_all();
  // Lets go of the charts that nobody asked for since the last call; who holds one keeps it.
  void drop_unused();

  const std::filesystem::path& directory() const noexcept { return directory_; }

 private:
  using Name = std::pair<std::string, std::string>;
  struct Entry {
    std::shared_ptr<LoadedChart> loaded;
    bool used = true;  // since the last drop_unused()
  };

  ChartOutcome<std::filesystem::path> locate(std::string_view location, std::string_view version) const;
  ChartOutcome<ChartPtr> load(std::string_view location, std::string_view version) const;

  std::filesystem::path directory_;
  LoadLimits limits_;
  std::mutex mutex_;
  std::map<Name, Entry> charts_;
  std::uint64_t generation_ = 0;  // of forget_all(): what was loaded before it is not kept after it
};

}  // namespace kyma::helm
