// Makes samples and totals of what the daemon and the API server say of themselves.
//
// Sans-I/O: fed with one /metrics text after another. The first one is the baseline of the totals; counters that fall,
// after a restart of the process, begin anew and nothing is lost but what came since the last text.
// Thread: confined to its owner's.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "cmd/kyma-load/figures.hpp"
#include "cmd/kyma-load/histogram_counts.hpp"
#include "cmd/kyma-load/recording.hpp"

namespace kyma::load {

// The growth of a counter, restarts included.
class CounterGrowth {
 public:
  void see(double value) noexcept;
  double total() const noexcept { return total_; }

 private:
  std::optional<double> last_;
  double total_ = 0;
};

// The same of a histogram.
class HistogramGrowth {
 public:
  // Returns the 99th percentile of what came since the one before; nothing for the first and when nothing came.
  std::optional<double> see(HistogramCounts counts);
  const HistogramCounts& total() const noexcept { return total_; }

 private:
  std::optional<HistogramCounts> last_;
  HistogramCounts total_;
};

class DaemonMetrics {
 public:
  // Nothing when the text is none of the operator's.
  std::optional<DaemonSample> read(std::string_view text);
  // Nothing before the first text.
  std::optional<DaemonTotals> totals() const;

 private:
  bool seen_ = false;
  DaemonTotals peaks_;  // only the peaks are kept here
  CounterGrowth cpu_, requests_, throttled_;
  HistogramGrowth queue_, latency_;
};

class ServerMetrics {
 public:
  // Nothing when the text is none of an API server's.
  std::optional<ServerSample> read(std::string_view text);
  std::optional<ServerTotals> totals() const;

 private:
  bool seen_ = false;
  std::uint64_t peak_resident_bytes_ = 0;
  CounterGrowth cpu_, requests_;
  HistogramGrowth latency_;
};

}  // namespace kyma::load
