#include "test/support/server_process.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "operator/kube/client/config.hpp"

namespace kyma::test {

void ServerProcess::start() {
  const auto kubeconfig = (directory_ / "kubeconfig").string();
  std::filesystem::remove(kubeconfig);
  const auto log = (directory_ / (name_ + ".log")).string();
  std::vector<std::string> words{program_,      "--listen",         "127.0.0.1:0", "--insecure-listen",
                                 "127.0.0.1:0", "--kubeconfig-out", kubeconfig};
  if (durable_) words.insert(words.end(), {"--data-dir", (directory_ / "data").string()});
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!std::freopen(log.c_str(), "a", stdout) || ::dup2(1, 2) < 0) std::_Exit(126);
  ::execv(arguments[0], arguments.data());
  std::_Exit(127);
}

int ServerProcess::signal_and_wait(int signal) {
  ::kill(pid_, signal);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  return status;
}

void ServerProcess::kill() {
  if (pid_ <= 0) return;
  const int status = signal_and_wait(SIGKILL);
  if (WIFEXITED(status))
    throw std::runtime_error(fmt::format("the server had ended by itself with {}", WEXITSTATUS(status)));
  if (WTERMSIG(status) != SIGKILL)
    throw std::runtime_error(fmt::format("the server had died of signal {}", WTERMSIG(status)));
}

void ServerProcess::stop() {
  const int status = signal_and_wait(SIGTERM);
  if (status != 0) throw std::runtime_error(fmt::format("the server did not stop properly: status {:#x}", status));
}

asio::awaitable<std::unique_ptr<kube::Client>> ServerProcess::connect(Clock& clock, Duration patience) const {
  const auto deadline = clock.now() + patience;
  while (clock.now() < deadline) {
    const auto config = kube::load_config({(directory_ / "kubeconfig").string(), "kyma-insecure"});
    if (config) {
      kube::ClientOptions options;
      options.qps = 0;
      auto client = kube::Client::make(co_await asio::this_coro::executor, clock, *config, options, nullptr).value();
      if (co_await client->get_raw("/readyz")) co_return client;
      client->close();
    }
    co_await clock.sleep_for(std::chrono::milliseconds{5});
  }
  throw std::runtime_error(fmt::format("the server did not start; see {}.log", name_));
}

}  // namespace kyma::test
