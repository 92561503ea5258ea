#include "operator/controllers/chart_watcher.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/base/race.hpp"

namespace kyma::controllers {
namespace {

namespace fs = std::filesystem;

const Logger kLog("charts");

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF | IN_ATTRIB;
constexpr int kMaxDepth = 40;

int open_inotify() {
  const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "inotify_init1");
  return descriptor;
}

}  // namespace

ChartWatcher::ChartWatcher(asio::any_io_executor executor, Clock& clock, fs::path directory)
    : clock_(clock), directory_(std::move(directory)), events_(std::move(executor), open_inotify()) {
  watch_all();
}

// Watching what is watched already changes nothing, so that no list needs to be kept.
void ChartWatcher::watch_all() {
  watch(directory_);
  std::error_code ec;
  fs::recursive_directory_iterator walk(
      directory_, fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied, ec);
  for (; !ec && walk != fs::recursive_directory_iterator(); walk.increment(ec)) {
    std::error_code ignored;
    if (!walk->is_directory(ignored)) continue;
    watch(walk->path());
    if (walk.depth() >= kMaxDepth) walk.disable_recursion_pending();  // a link that leads to itself
  }
}

void ChartWatcher::watch(const fs::path& directory) {
  if (inotify_add_watch(events_.native_handle(), directory.c_str(), kEvents) >= 0 || warned_) return;
  if (errno == ENOENT || errno == ENOTDIR) return;  // gone again
  warned_ = true;
  kLog.warning("Changes below a directory of charts will not be noticed",
               {{"directory", directory.string()}, {"reason", std::system_category().message(errno)}});
}

void ChartWatcher::drain() {
  std::array<char, 4096> buffer{};
  while (::read(events_.native_handle(), buffer.data(), buffer.size()) > 0) {
  }
}

asio::awaitable<bool> ChartWatcher::quiet_for(Duration span) {
  co_return !co_await with_timeout(clock_, span,
                                   events_.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable));
}

asio::awaitable<void> ChartWatcher::changed() {
  co_await events_.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
  const SteadyTime latest = clock_.now() + kLongest;
  do {
    drain();
  } while (!co_await quiet_for(kQuiet) && clock_.now() < latest);
  watch_all();
  drain();
}

}  // namespace kyma::controllers
