// Where the files of a chart come from: a directory or an archive, read whole before anything looks at them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

#include "operator/helm/chart/chart.hpp"
#include "operator/helm/chart/load.hpp"

namespace kyma::helm {

// What is left of the limits while a chart is being read, its packed subcharts included.
class LoadBudget {
 public:
  explicit LoadBudget(const LoadLimits& limits) : limits_(limits) {}

  const LoadLimits& limits() const noexcept { return limits_; }
  // One file more, of this size. Throws ChartFailure.
  void take(std::string_view name, std::size_t size);
  std::size_t bytes_left() const noexcept { return limits_.max_bytes - bytes_; }
  // A chart's heap has this size now, and its subcharts get the rest.
  void take_heap(std::size_t size) noexcept { heap_ += std::min(size, heap_left()); }
  std::size_t heap_left() const noexcept { return limits_.max_heap - heap_; }

 private:
  const LoadLimits& limits_;
  std::size_t bytes_ = 0;
  std::size_t heap_ = 0;
  std::size_t files_ = 0;
};

// The files below the directory that its .helmignore leaves, without byte order marks, in bytewise order of the walk.
// Throws ChartFailure.
std::vector<ChartFile> read_directory(const std::filesystem::path& directory, LoadBudget& budget);

// What read_archive throws for what is not gzip.
inline constexpr std::string_view kBadGzipHeader = "gzip: invalid header";

// The files of a .tgz, their first path element left out. Throws ChartFailure.
std::vector<ChartFile> read_archive(std::string_view bytes, LoadBudget& budget);

// Throws ChartFailure for a path that leads out of where the limits confine charts to.
void check_confined(const std::filesystem::path& path, const LoadLimits& limits);

// The content of a file. Throws ChartFailure with Go's message.
std::string read_file(const std::filesystem::path& path);

// The first 3 bytes, if they are UTF-8's byte order mark, go.
void remove_byte_order_mark(std::string& data);

}  // namespace kyma::helm
