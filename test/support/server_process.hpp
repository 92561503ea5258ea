// A kyma-apiserver as a process of its own, which a test kills and starts again. Linux only.
//
// It serves on free ports, TLS and plain HTTP, and ends with whoever started it. Its output goes to a file. Thread: the
// one that made it, which must live as long.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "operator/base/clock.hpp"
#include "operator/kube/client/client.hpp"

namespace kyma::test {

class ServerProcess {
 public:
  // Keeps its kubeconfig, log ("<name>.log") and data below `directory`; in memory: no data.
  ServerProcess(std::string program, std::filesystem::path directory, std::string name, bool durable)
      : program_(std::move(program)), directory_(std::move(directory)), name_(std::move(name)), durable_(durable) {}
  ~ServerProcess() { kill(); }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  void start();
  // SIGKILL. Throws when it had ended by itself.
  void kill();
  // SIGTERM, and waits. Throws when it does not exit with 0.
  void stop();
  // A client over plain HTTP, without limits; throws when the server is not ready in time.
  asio::awaitable<std::unique_ptr<kube::Client>> connect(Clock& clock, Duration patience) const;

 private:
  int signal_and_wait(int signal);

  std::string program_;
  std::filesystem::path directory_;
  std::string name_;
  bool durable_;
  pid_t pid_ = 0;
};

}  // namespace kyma::test
