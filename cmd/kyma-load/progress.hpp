// Tells how far a run is: on a terminal one line redrawn in place, elsewhere a line every few seconds.
//
// Guarantee: log lines on standard error do not tear the line; it is drawn anew below them.
// Lifetime: `out` must outlive it; while it lives it is the process's log sink. Thread: show() and say() on the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "cmd/kyma-load/tracker.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/log.hpp"

namespace kyma::load {

struct Snapshot {
  Duration elapsed{};
  std::size_t requested = 0;
  std::size_t created = 0;
  std::size_t failed = 0;
  std::size_t success = 0;
  bool components_watched = false;
  ComponentCounts components{};
};

// "12.4s  created 4000/4000  success 0/4000  components: 61000 started, 11000 failing"
std::string progress_line(const Snapshot& snapshot);

class Progress final : public LogSink {
 public:
  // A null `out` shows nothing.
  explicit Progress(std::FILE* out);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  Duration interval() const noexcept;
  void show(std::string_view line);
  // Ends the line that is redrawn, so that other output may follow.
  void finish();

  // LogSink
  void write(std::string_view line) override;

 private:
  std::FILE* out_;
  bool terminal_;
  bool drawn_ = false;  // the cursor stands at the end of a line of ours
};

}  // namespace kyma::load
