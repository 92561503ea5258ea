// Tells how far a run is: on a terminal a few lines redrawn in place, elsewhere a line every few seconds.
//
// Guarantee: log lines on standard error do not tear the block; it is drawn anew below them.
// Lifetime: `out` must outlive it; while it lives it is the process's log sink. Thread: all but write() on the loop's.
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/kyma-load/recording.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/log.hpp"

namespace kyma::load {

// How fast things go just now, by the samples of the last seconds.
struct Rates {
  double creations = 0;  // per second, as all of them
  double requests = 0;
  double throttled = 0;
  std::optional<double> queue_depth;  // the rest: of the daemon, when it tells
  std::optional<double> daemon_requests;
  std::optional<double> daemon_mib;
  std::optional<double> daemon_cpu_percent;
};
Rates recent_rates(const std::vector<Sample>& samples);

struct Snapshot {
  Duration elapsed{};
  bool cleaning_up = false;
  std::size_t requested = 0;
  std::size_t created = 0;
  std::size_t failed = 0;
  std::size_t success = 0;
  std::size_t removed = 0;   // by this run
  std::size_t existing = 0;  // Kymas
  bool components_watched = false;
  ComponentCounts components{};
  Rates rates{};
};

// "12.4s  created 4000/4000  success 0/4000", "components: 61000 started, 11000 failing" and what else is known.
std::vector<std::string> progress_lines(const Snapshot& snapshot);

class Progress final : public LogSink {
 public:
  // A null `out` shows nothing.
  explicit Progress(std::FILE* out);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  Duration interval() const noexcept;
  void show(const Snapshot& snapshot);
  // A line that stays.
  void note(std::string_view line);
  // Ends the block that is redrawn, so that other output may follow.
  void finish();

  // LogSink
  void write(std::string_view line) override;

 private:
  void erase();

  std::FILE* out_;
  bool terminal_;
  std::size_t drawn_ = 0;  // lines of ours above the cursor, which stands at the end of the last one
};

}  // namespace kyma::load
