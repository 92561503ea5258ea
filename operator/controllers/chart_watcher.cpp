#include "operator/controllers/chart_watcher.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/base/offload.hpp"
#include "operator/base/race.hpp"
#include "operator/controllers/chart_tree.hpp"

namespace kyma::controllers {
namespace {

namespace fs = std::filesystem;

const Logger kLog("charts");

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF | IN_ATTRIB;

std::string describe(int error) { return std::system_category().message(error); }

}  // namespace

Inotify Inotify::of_the_system() noexcept {
  return {[] { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }, &inotify_add_watch};
}

ChartWatcher::ChartWatcher(asio::any_io_executor executor, asio::any_io_executor pool, Clock& clock, fs::path directory,
                           Inotify system)
    : clock_(clock), pool_(std::move(pool)), directory_(std::move(directory)), system_(system) {
  open(executor);
}

void ChartWatcher::open(const asio::any_io_executor& executor) {
  const int descriptor = system_.open();
  if (descriptor < 0) {
    return poll_from_now_on(
        fmt::format("{}; raise the sysctl fs.inotify.max_user_instances, or the limit of open files, and restart",
                    describe(errno)));
  }
  events_.emplace(executor, descriptor);
  watch_all();
}

void ChartWatcher::poll_from_now_on(const std::string& reason) {
  kLog.warning("Changes of charts are not told by the system; the directory is looked at instead",
               {{"directory", directory_.string()}, {"seconds", kPoll.count()}, {"reason", reason}});
  events_.reset();
  seen_ = look_at_tree(directory_);
}

// Watching what is watched already changes nothing, so that no list needs to be kept. A directory is watched before it
// is listed, lest one that is made meanwhile be missed.
void ChartWatcher::watch_all() {
  root_ = watch(directory_);
  std::error_code ec;
  const fs::path real_root = fs::canonical(directory_, ec);
  if (!exhausted_.empty()) return poll_from_now_on(exhausted_);
  if (root_ < 0 || ec) return;
  std::set<int> seen;  // a directory has one number, however many links lead to it
  std::vector<std::pair<fs::path, int>> rest{{directory_, root_}};
  while (!rest.empty() && exhausted_.empty()) {
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
  if (!exhausted_.empty()) poll_from_now_on(exhausted_);
}

// The number of the watch; below 0: there is none.
int ChartWatcher::watch(const fs::path& directory) {
  const int number = system_.watch(events_->native_handle(), directory.c_str(), kEvents);
  if (number >= 0 || errno == ENOENT || errno == ENOTDIR) return number;
  if (errno == ENOSPC || errno == ENOMEM) {
    exhausted_ = fmt::format("{}; raise the sysctl fs.inotify.max_user_watches and restart", describe(errno));
    return number;
  }
  if (std::exchange(warned_, true)) return number;
  kLog.warning("Changes below a directory of charts will not be noticed",
               {{"directory", directory.string()}, {"reason", describe(errno)}});
  return number;
}

void ChartWatcher::drain() {
  std::array<char, 4096> buffer{};
  while (::read(events_->native_handle(), buffer.data(), buffer.size()) > 0) {
  }
}

asio::awaitable<bool> ChartWatcher::quiet_for(Duration span) {
  co_return !co_await with_timeout(clock_, span,
                                   events_->async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable));
}

asio::awaitable<void> ChartWatcher::changed() { return events_ ? notified() : polled(); }

asio::awaitable<void> ChartWatcher::notified() {
  // No event tells that the directory itself is another one: it was missing, or a link on the way to it was turned.
  while (co_await quiet_for(kLook) && watch(directory_) == root_ && exhausted_.empty()) {
  }
  const SteadyTime latest = clock_.now() + kLongest;
  do {
    drain();
  } while (!co_await quiet_for(kQuiet) && clock_.now() < latest);
  // What happens from here on is told next time: nothing is drained any more.
  watch_all();
}

asio::awaitable<void> ChartWatcher::polled() {
  std::uint64_t now = seen_;
  while (now == seen_) {
    co_await clock_.sleep_for(kPoll);
    now = co_await look();
  }
  const SteadyTime latest = clock_.now() + kLongest;
  while (std::exchange(seen_, now) != now && clock_.now() < latest) {
    co_await clock_.sleep_for(kQuiet);
    now = co_await look();
  }
}

asio::awaitable<std::uint64_t> ChartWatcher::look() {
  return offload(pool_, [directory = directory_] { return look_at_tree(directory); });
}

}  // namespace kyma::controllers
