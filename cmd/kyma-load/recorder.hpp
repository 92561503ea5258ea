// Collects the samples and marks of a run in bounded memory: a run that lasts for hours is sampled less often.
//
// Thread: confined to the loop's.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "cmd/kyma-load/recording.hpp"

namespace kyma::load {

class Recorder {
 public:
  explicit Recorder(std::size_t max_samples = 7200) : max_samples_(max_samples) {}

  // How far apart samples are to be: a second, doubled each time that there are too many.
  Duration period() const noexcept { return period_; }
  void add(Sample sample);
  // More marks than there may be samples are not kept.
  void mark(Duration at, std::string text);

  const Recording& recording() const noexcept { return recording_; }

 private:
  void thin_out();

  std::size_t max_samples_;
  Duration period_ = std::chrono::seconds{1};
  Recording recording_;
};

}  // namespace kyma::load
