#include "cmd/kyma-load/report_thinning.hpp"

#include <algorithm>
#include <numeric>

#include "cmd/kyma-load/report_text.hpp"

namespace kyma::load {
namespace {

// Adds where the values in [begin, end) are least and greatest.
void add_extremes(const Values& values, std::size_t begin, std::size_t end, std::vector<std::size_t>& indices) {
  std::size_t least = end;
  std::size_t greatest = end;
  for (std::size_t i = begin; i < end; ++i) {
    if (is_absent(values[i])) continue;
    if (least == end || values[i] < values[least]) least = i;
    if (greatest == end || values[i] > values[greatest]) greatest = i;
  }
  if (least == end) return;
  indices.push_back(least);
  indices.push_back(greatest);
}

}  // namespace

std::vector<std::size_t> thin(std::size_t count, const std::vector<const Values*>& series, std::size_t limit) {
  std::vector<std::size_t> indices;
  if (count <= limit) {
    indices.resize(count);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
  }
  // A part contributes its first sample and two per series; the last sample comes on top.
  const std::size_t parts = std::max<std::size_t>((limit - 1) / (1 + 2 * series.size()), 1);
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t begin = count * part / parts;
    const std::size_t end = count * (part + 1) / parts;
    indices.push_back(begin);
    for (const Values* values : series) add_extremes(*values, begin, end, indices);
  }
  indices.push_back(count - 1);
  std::ranges::sort(indices);
  indices.erase(std::ranges::unique(indices).begin(), indices.end());
  return indices;
}

}  // namespace kyma::load
