// Tells when anything below the charts directory changes (inotify), once it has been quiet for a moment, so that a
// chart that is being written is looked at when it is complete.
//
// Directories made later and symbolic links to directories are watched too, as far as they lie below it. That the
// directory itself is another one (made anew, or behind a link that was turned) is noticed within kLook. When the
// system gives no watches, or no more of them, a warning names the remedy, and the whole directory is looked at every
// kPoll instead, until the next start.
// Thread: the loop's; the pool's threads look at the directory only. Lifetime: the pool's work ends before it goes.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "operator/base/clock.hpp"

namespace kyma::controllers {

// The system's calls, which fail where its limits are reached; a test plays that.
struct Inotify {
  int (*open)();                                                         // as inotify_init1
  int (*watch)(int descriptor, const char* path, std::uint32_t events);  // as inotify_add_watch

  static Inotify of_the_system() noexcept;
};

class ChartWatcher {
 public:
  static constexpr std::chrono::milliseconds kQuiet{200};
  static constexpr std::chrono::seconds kLongest{3};  // a change is told after this at the latest
  static constexpr std::chrono::seconds kLook{5};     // how often the directory itself is looked at
  static constexpr std::chrono::seconds kPoll{5};     // how often everything below it is, without inotify

  ChartWatcher(asio::any_io_executor executor, asio::any_io_executor pool, Clock& clock,
               std::filesystem::path directory, Inotify system = Inotify::of_the_system());

  // Waits for the next change. Changes since construction, or since the last call returned, count.
  asio::awaitable<void> changed();

  bool polls() const noexcept { return !events_; }

 private:
  void open(const asio::any_io_executor& executor);
  void watch_all();
  int watch(const std::filesystem::path& directory);
  void poll_from_now_on(const std::string& reason);
  asio::awaitable<void> notified();
  asio::awaitable<void> polled();
  asio::awaitable<std::uint64_t> look();
  void drain();
  asio::awaitable<bool> quiet_for(Duration span);

  Clock& clock_;
  asio::any_io_executor pool_;
  std::filesystem::path directory_;
  Inotify system_;
  std::optional<asio::posix::stream_descriptor> events_;  // none: it is polled
  int root_ = -1;                                         // the watch of the directory itself
  std::string exhausted_;                                 // not empty: why there are no more watches
  bool warned_ = false;
  std::uint64_t seen_ = 0;  // the content when it was last told of; where it is polled
};

}  // namespace kyma::controllers
