#include "operator/controllers/chart_watcher.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/base/race.hpp"

namespace kyma::controllers {
namespace {

namespace fs = std::filesystem;

const Logger kLog("charts");

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF | IN_ATTRIB;

int open_inotify() {
  const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "inotify_init1");
  return descriptor;
}

bool lies_in(const fs::path& path, const fs::path& real_root) {
  std::error_code ec;
  const fs::path real = fs::canonical(path, ec);
  return !ec && std::mismatch(real_root.begin(), real_root.end(), real.begin(), real.end()).first == real_root.end();
}

}  // namespace

ChartWatcher::ChartWatcher(asio::any_io_executor executor, Clock& clock, fs::path directory)
    : clock_(clock), directory_(std::move(directory)), events_(std::move(executor), open_inotify()) {
  watch_all();
}

// Watching what is watched already changes nothing, so that no list needs to be kept. A directory is watched before it
// is listed, lest one that is made meanwhile be missed.
void ChartWatcher::watch_all() {
  root_ = watch(directory_);
  std::error_code ec;
  const fs::path real_root = fs::canonical(directory_, ec);
  if (root_ < 0 || ec) return;
  std::set<int> seen;  // a directory has one number, however many links lead to it
  std::vector<std::pair<fs::path, int>> rest{{directory_, root_}};
  while (!rest.empty()) {
    const auto [directory, number] = std::move(rest.back());
    rest.pop_back();
    if (!seen.insert(number).second) continue;
    for (fs::directory_iterator each(directory, ec), end; !ec && each != end; each.increment(ec)) {
      std::error_code ignored;
      if (!each->is_directory(ignored)) continue;
      if (each->is_symlink(ignored) && !lies_in(each->path(), real_root)) continue;
      if (const int child = watch(each->path()); child >= 0) rest.emplace_back(each->path(), child);
    }
    ec.clear();  // one that is gone again, or cannot be read, is no reason to leave out the rest
  }
}

// The number of the watch; below 0: there is none.
int ChartWatcher::watch(const fs::path& directory) {
  const int number = inotify_add_watch(events_.native_handle(), directory.c_str(), kEvents);
  if (number >= 0 || warned_ || errno == ENOENT || errno == ENOTDIR) return number;
  warned_ = true;
  kLog.warning("Changes below a directory of charts will not be noticed",
               {{"directory", directory.string()}, {"reason", std::system_category().message(errno)}});
  return number;
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
  // No event tells that the directory itself is another one: it was missing, or a link on the way to it was turned.
  while (co_await quiet_for(kLook) && watch(directory_) == root_) {
  }
  const SteadyTime latest = clock_.now() + kLongest;
  do {
    drain();
  } while (!co_await quiet_for(kQuiet) && clock_.now() < latest);
  // What happens from here on is told next time: nothing is drained any more.
  watch_all();
}

}  // namespace kyma::controllers
