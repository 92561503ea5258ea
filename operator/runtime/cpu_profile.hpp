// One profile of this process's CPU time at a time, by gperftools' sampling profiler.
//
// The library (libprofiler.so.0) is loaded when the first profile is asked for: until then nothing of it is in the
// process (docs/decisions/0035). Samples are taken 100 times per second of CPU time, of all threads.
// Lifetime: sampling ends with the object at the latest. Thread: one at a time; start() and finish() read and write
// files, and block for that long.
#pragma once

#include <string>

namespace kyma::runtime {

class CpuProfile {
 public:
  CpuProfile() = default;
  ~CpuProfile();
  CpuProfile(const CpuProfile&) = delete;
  CpuProfile& operator=(const CpuProfile&) = delete;

  // Whether one is being taken, in this process.
  static bool running() noexcept;
  // Why none can be taken here, with the remedy; empty: one can. Loads the library.
  static std::string why_unavailable();

  // The reason why it failed, or nothing.
  std::string start();
  // Ends it: what was sampled, in the format that pprof reads. Empty when it cannot be read back.
  std::string finish();

 private:
  void stop_sampling() noexcept;

  int file_ = -1;  // in memory
  bool sampling_ = false;
};

}  // namespace kyma::runtime
