// A Prometheus histogram as it is scraped: cumulative counts by upper bound, summed over its label sets.
//
// Values only, no I/O; any thread.
#pragma once

#include <map>
#include <optional>

namespace kyma::load {

class HistogramCounts {
 public:
  // One `_bucket` sample. What is no bound or no count is ignored, and so are bounds beyond kMaxBounds.
  void add_bucket(double upper_bound, double cumulative_count);
  // What came in between: the counts less those of `earlier`. After a restart of the process, which shows by counts
  // that fell, all of them.
  HistogramCounts since(const HistogramCounts& earlier) const;
  // Adds what came in another interval or another process.
  void merge(const HistogramCounts& other);

  double count() const noexcept;
  // As PromQL's histogram_quantile: linear within a bucket, the highest finite bound for what is beyond it. Nothing
  // when empty. `q` is 0 to 1.
  std::optional<double> quantile(double q) const noexcept;

  static constexpr std::size_t kMaxBounds = 1000;

 private:
  std::map<double, double> counts_;  // by upper bound, ascending; the last one may be infinite
};

}  // namespace kyma::load
