#include "cmd/kyma-load/shell_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "operator/base/duration.hpp"

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPollInterval = 20ms;

kube::Error failure(std::string message) {
  return {.reason = kube::Reason::configuration, .message = std::move(message)};
}

// How the child is to be started.
class SpawnSetting {
 public:
  SpawnSetting() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t all;
    ::sigfillset(&all);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
  }
  ~SpawnSetting() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnSetting(const SpawnSetting&) = delete;
  SpawnSetting& operator=(const SpawnSetting&) = delete;

  // Returns 0, or why not.
  int spawn(const std::string& command, pid_t& child) {
    std::string shell = "sh", flag = "-c", text = command;
    char* arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
    return ::posix_spawn(&child, "/bin/sh", &actions_, &attributes_, arguments, environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

kube::Outcome<void> outcome_of(const std::string& command, int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) return failure(fmt::format("\"{}\" ended with exit code {}", command, WEXITSTATUS(status)));
  return failure(fmt::format("\"{}\" was ended by signal {}", command, WTERMSIG(status)));
}

}  // namespace

asio::awaitable<kube::Outcome<void>> run_shell_command(Clock& clock, std::string command, Duration limit) {
  pid_t child = -1;
  if (const int error = SpawnSetting().spawn(command, child); error != 0) {
    co_return failure(fmt::format("\"{}\" cannot be started: {}", command, std::generic_category().message(error)));
  }
  const SteadyTime deadline = clock.now() + limit;
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) co_return outcome_of(command, status);
    if (ended < 0 && errno != EINTR) {
      co_return failure(
          fmt::format("\"{}\" cannot be waited for: {}", command, std::generic_category().message(errno)));
    }
    if (clock.now() >= deadline) {
      co_return failure(fmt::format("\"{}\" has not ended within {}; put what it starts into the background with &",
                                    command, format_duration(limit)));
    }
    co_await clock.sleep_for(kPollInterval);
  }
}

}  // namespace kyma::load
