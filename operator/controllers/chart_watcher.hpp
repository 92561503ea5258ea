// Tells when anything below the charts directory changes (inotify), once it has been quiet for a moment, so that a
// chart that is being written is looked at when it is complete.
//
// Directories made later and symbolic links to directories are watched too, as far as they lie below it. That the
// directory itself is another one (made anew, or behind a link that was turned) is noticed within kLook. When the
// system gives no more watches, a warning says so, and changes below what is not watched are found at the next start.
// Thread: the loop's.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <filesystem>
#include <memory>

#include "operator/base/clock.hpp"

namespace kyma::controllers {

class ChartWatcher {
 public:
  static constexpr std::chrono::milliseconds kQuiet{200};
  static constexpr std::chrono::seconds kLongest{3};  // a change is told after this at the latest
  static constexpr std::chrono::seconds kLook{5};     // how often the directory itself is looked at

  ChartWatcher(asio::any_io_executor executor, Clock& clock, std::filesystem::path directory);

  // Waits for the next change. Changes since construction, or since the last call returned, count.
  asio::awaitable<void> changed();

 private:
  void watch_all();
  int watch(const std::filesystem::path& directory);
  void drain();
  asio::awaitable<bool> quiet_for(Duration span);

  Clock& clock_;
  std::filesystem::path directory_;
  asio::posix::stream_descriptor events_;
  int root_ = -1;  // the watch of the directory itself
  bool warned_ = false;
};

}  // namespace kyma::controllers
