#include "operator/kube/client/child_process.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <string_view>

#include "operator/base/condition.hpp"
#include "operator/base/race.hpp"
#include "operator/kube/client/spawn.hpp"

namespace kyma::kube {
namespace {

using Pipe = asio::posix::stream_descriptor;

constexpr std::size_t kErrorBytes = 4096;            // kept of standard error
constexpr std::size_t kMostErrorRest = 1024 * 1024;  // what a pipe may hold
constexpr std::size_t kTailLines = 3;
constexpr std::size_t kTailBytes = 600;
constexpr Duration kReapTime = std::chrono::seconds{5};            // after SIGKILL only the kernel can hold a process
constexpr int kLastReapMilliseconds = 1000;                        // where nothing can be awaited any more
constexpr Duration kPollInterval = std::chrono::milliseconds{10};  // on kernels without pidfd

// --- The child -------------------------------------------------------------------------------------------------------

// Ended and reaped at the latest when this goes.
class Child {
 public:
  Child(const asio::any_io_executor& executor, Clock& clock)
      : clock_(clock), output(executor), errors(executor), ended_(executor) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  std::error_code start(const ProcessRequest& request);
  // Waits for its end and reaps it.
  asio::awaitable<void> end();
  // Ends it and what it has started, so far as that stayed in its group.
  void kill() noexcept;
  bool running() const noexcept { return pid_ > 0; }
  int status() const noexcept { return status_; }

 private:
  static std::error_code adopt(Pipe& pipe, OwnedDescriptor& descriptor);
  bool reap() noexcept;

  Clock& clock_;

 public:
  Pipe output;
  Pipe errors;

 private:
  Pipe ended_;  // a pidfd: readable once the process has ended; not open where there is none
  ::pid_t pid_ = 0;
  int status_ = 0;
};

Child::~Child() {
  if (!running()) return;
  kill();
  // The loop itself goes: there is nothing left that could wait without blocking.
  ::pollfd until_end{ended_.is_open() ? ended_.native_handle() : -1, POLLIN, 0};
  for (int waited = 0; !reap() && waited < kLastReapMilliseconds; ++waited) ::poll(&until_end, 1, 1);
}

std::error_code Child::start(const ProcessRequest& request) {
  Spawned spawned = spawn(request);
  if (spawned.failed) return spawned.failed;
  pid_ = spawned.pid;
  // The process cannot be gone before it is reaped, so its number is its own. Without a pidfd it is polled for.
  OwnedDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (handle.number() >= 0) adopt(ended_, handle);
  if (auto failed = adopt(output, spawned.output)) return failed;
  return adopt(errors, spawned.errors);
}

// The pipe owns the descriptor then.
std::error_code Child::adopt(Pipe& pipe, OwnedDescriptor& descriptor) {
  error_code failed;
  pipe.assign(descriptor.number(), failed);
  if (failed) return failed;
  descriptor.release();
  pipe.non_blocking(true, failed);
  return failed;
}

asio::awaitable<void> Child::end() {
  while (running() && !reap()) {
    if (!ended_.is_open()) {
      co_await clock_.sleep_for(kPollInterval);
      continue;
    }
    const auto [error] = co_await ended_.async_wait(Pipe::wait_read, asio::as_tuple(asio::use_awaitable));
    if (error) throw boost::system::system_error(error);
  }
}

bool Child::reap() noexcept {
  const ::pid_t found = ::waitpid(pid_, &status_, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return false;
  // Where children are reaped by the system (SIGCHLD is ignored), how it ended is not known.
  if (found < 0) status_ = 0;
  pid_ = 0;
  return true;
}

void Child::kill() noexcept {
  if (!running()) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // it may have left its group
}

// --- Its output ------------------------------------------------------------------------------------------------------

// Nobody notifies it: lasts until it is cancelled.
asio::awaitable<void> forever() {
  Condition never;
  co_await never.wait();
}

// Ends only when there is more than the limit.
asio::awaitable<bool> collect_output(Pipe& pipe, std::string& output, std::size_t limit) {
  std::array<char, 4096> buffer;
  while (output.size() <= limit) {
    const auto [error, count] =
        co_await pipe.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_await forever();
    output.append(buffer.data(), count);
  }
  co_return true;
}

void keep_tail(std::string& text) {
  if (text.size() > 2 * kErrorBytes) text.erase(0, text.size() - kErrorBytes);
}

// Does not end.
asio::awaitable<bool> collect_errors(Pipe& pipe, std::string& text) {
  std::array<char, 4096> buffer;
  for (;;) {
    const auto [error, count] =
        co_await pipe.async_read_some(asio::buffer(buffer), asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
    if (error) co_await forever();
    text.append(buffer.data(), count);
    keep_tail(text);
  }
}

asio::awaitable<void> errors_until_end(Child& child, std::string& text) {
  co_await race(collect_errors(child.errors, text), child.end());
}

// What is left in a pipe whose writer has ended; another writer may still fill it, so it is bounded.
std::string rest_of(Pipe& pipe, std::size_t limit) {
  std::string rest;
  std::array<char, 4096> buffer;
  while (rest.size() < limit) {
    const auto count = ::read(pipe.native_handle(), buffer.data(), std::min(buffer.size(), limit - rest.size()));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return rest;
}

std::string last_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  const auto end_line = [&] {
    while (line.ends_with(' ')) line.pop_back();
    if (!line.empty()) lines.push_back(std::exchange(line, {}));
    line.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r') {
      end_line();
    } else {
      line += byte >= 0x20 && byte != 0x7F ? c : ' ';
    }
  }
  end_line();
  std::string tail;
  for (std::size_t i = lines.size() - std::min(lines.size(), kTailLines); i < lines.size(); ++i) {
    tail += (tail.empty() ? "" : " | ") + lines[i];
  }
  if (tail.size() <= kTailBytes) return tail;
  std::size_t begin = tail.size() - kTailBytes;
  while (begin < tail.size() && (static_cast<unsigned char>(tail[begin]) & 0xC0) == 0x80)
    ++begin;  // no half of a character
  return "..." + tail.substr(begin);
}

// Returns when the child has ended; true: because it printed too much.
asio::awaitable<bool> attend(Child& child, ProcessResult& result, std::string& errors, std::size_t limit) {
  const auto too_large =
      co_await race(collect_output(child.output, result.output, limit), errors_until_end(child, errors));
  co_return too_large.has_value();
}

}  // namespace

asio::awaitable<ProcessResult> run_process(Clock& clock, ProcessRequest request) {
  ProcessResult result;
  Child child(co_await asio::this_coro::executor, clock);
  result.not_started = child.start(request);
  if (result.not_started) co_return result;

  std::string errors;
  std::exception_ptr failure;
  try {
    result.output_too_large = co_await attend(child, result, errors, request.max_output_bytes);
  } catch (...) {
    failure = std::current_exception();
  }
  if (child.running()) {
    child.kill();
    // Awaited also by who is cancelled: nobody else would reap the child.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await with_timeout(clock, kReapTime, child.end());
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  }
  if (failure) std::rethrow_exception(failure);

  // It may have ended just when it had printed too much.
  if (result.output.size() <= request.max_output_bytes) {
    result.output += rest_of(child.output, request.max_output_bytes + 1 - result.output.size());
  }
  errors += rest_of(child.errors, kMostErrorRest);
  result.output_too_large = result.output.size() > request.max_output_bytes;
  result.error_tail = last_lines(errors);
  if (WIFSIGNALED(child.status())) result.signal = WTERMSIG(child.status());
  if (WIFEXITED(child.status())) result.exit_code = WEXITSTATUS(child.status());
  co_return result;
}

}  // namespace kyma::kube
