#include "operator/helm/chart_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {
namespace {

namespace fs = std::filesystem;

void scan(const Chart& chart, CapabilityUse& use) {
  if (!chart.metadata.kube_version.empty()) use.kube_version = true;
  for (const ChartFile& file : chart.templates) use.scan(file.data);
  for (const ChartFile& file : chart.files) use.scan(file.data);
  use.scan(to_json(chart.values));
  for (const ChartPtr& sub : chart.subcharts) scan(*sub, use);
}

std::size_t size_of(const Chart& chart) {
  std::size_t size = 0;
  for (const ChartFile& file : chart.templates) size += file.data.size();
  for (const ChartFile& file : chart.files) size += file.data.size();
  for (const ChartPtr& sub : chart.subcharts) size += size_of(*sub);
  return size;
}

// A path of plain names: nothing absolute, no `.` or `..`.
bool is_plain(std::string_view location) {
  if (location.empty() || location.find('\0') != std::string_view::npos) return false;
  const fs::path path(location);
  return path.is_relative() && std::all_of(path.begin(), path.end(), [](const fs::path& part) {
           return !part.empty() && part != "." && part != "..";
         });
}

bool lies_in(const fs::path& path, const fs::path& directory) {
  std::error_code ec;
  const fs::path real = fs::canonical(path, ec);
  if (ec) return false;
  const fs::path root = fs::canonical(directory, ec);
  if (ec) return false;
  return std::mismatch(root.begin(), root.end(), real.begin(), real.end()).first == root.end();
}

}  // namespace

LoadedChart::LoadedChart(ChartPtr loaded) : chart(std::move(loaded)), bytes(size_of(*chart)) {
  scan(*chart, capabilities);
}

ChartStore::ChartStore(fs::path directory, LoadLimits limits)
    : directory_(std::move(directory)), limits_(std::move(limits)) {
  limits_.confine_to = directory_;
}

ChartOutcome<std::shared_ptr<LoadedChart>> ChartStore::get(std::string_view location, std::string_view version) {
  const Name name(location, version);
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = charts_.find(name);
    if (found != charts_.end()) {
      found->second.used = true;
      return found->second.loaded;
    }
    generation = generation_;
  }
  auto chart = load(location, version);
  if (!chart) return ChartError{fmt::format("chart {}: {}", location, chart.error().message)};
  auto loaded = std::make_shared<LoadedChart>(std::move(*chart));
  const std::lock_guard lock(mutex_);
  if (generation == generation_) charts_.insert_or_assign(name, Entry{loaded});
  return loaded;
}

ChartOutcome<fs::path> ChartStore::locate(std::string_view location, std::string_view version) const {
  if (!is_plain(location)) {
    return ChartError{"chartLocation must be a path of plain names below the charts directory"};
  }
  if (version.find('/') != std::string_view::npos) return ChartError{"version must not contain a slash"};
  std::vector<fs::path> candidates;
  if (!version.empty()) {
    candidates.push_back(directory_ / fmt::format("{}-{}", location, version));
    candidates.push_back(directory_ / fmt::format("{}-{}.tgz", location, version));
  }
  candidates.push_back(directory_ / location);
  candidates.push_back(directory_ / fmt::format("{}.tgz", location));
  for (const fs::path& candidate : candidates) {
    std::error_code ec;
    if (!fs::exists(candidate, ec)) continue;
    if (!lies_in(candidate, directory_)) return ChartError{"it leads out of the charts directory"};
    return candidate;
  }
  return ChartError{fmt::format("there is no {} in the charts directory", candidates.front().filename().string())};
}

ChartOutcome<ChartPtr> ChartStore::load(std::string_view location, std::string_view version) const {
  auto path = locate(location, version);
  if (!path) return path.error();
  auto chart = load_chart(*path, limits_);
  if (!chart) return chart.error();
  if (auto installable = check_installable(**chart); !installable) return installable.error();
  if (!version.empty() && (*chart)->metadata.version != version) {
    return ChartError{fmt::format("version {} was asked for, but {} is version {}", version, path->filename().string(),
                                  (*chart)->metadata.version)};
  }
  return chart;
}

void ChartStore::forget_all() {
  const std::lock_guard lock(mutex_);
  charts_.clear();
  ++generation_;
}

void ChartStore::drop_unused() {
  const std::lock_guard lock(mutex_);
  for (auto each = charts_.begin(); each != charts_.end();) {
    each = std::exchange(each->second.used, false) ? std::next(each) : charts_.erase(each);
  }
}

}  // namespace kyma::helm
