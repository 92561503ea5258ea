// Clients that do at random what clients of an API server do, at the same time and to the same few ConfigMaps, and
// write down what they asked and what they were told, for linearizability.hpp to judge.
//
// Creates, conditional and unconditional replacements, patches that change something and that change nothing, deletes
// with and without a precondition, gets, lists whole and in pages; watchers that are ended by the server every second
// or two and resume where they were, and one that begins with the initial events each time. Every write has a value of
// its own. The history may go on over a restart of the server: connect again, and spawn() again.
// Lifetime: outlives the tasks that it spawns. Thread: the loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/client.hpp"
#include "test/support/linearizability_history.hpp"

namespace kyma::test::linearizability {

struct ClientsOptions {
  std::string name_space = "default";  // in which nobody else makes ConfigMaps whose names begin with "lin-"
  int clients = 8;
  int keys = 5;
  int watchers = 2;                                       // and one with initial events
  Duration longest_pause = std::chrono::milliseconds{2};  // of a client between two requests
  std::uint64_t seed = 1;
};

class RecordingClients {
 public:
  RecordingClients(Clock& clock, ClientsOptions options);
  ~RecordingClients();
  RecordingClients(const RecordingClients&) = delete;
  RecordingClients& operator=(const RecordingClients&) = delete;

  // Before everything else, while there are none of the objects: where the history begins.
  asio::awaitable<void> begin(kube::Client& client);
  // Clients and watchers on this connection, which go on whatever becomes of it: stop the clients, wait until none
  // runs, and cancel the rest.
  void spawn(TaskGroup& tasks, kube::Client& client);
  // Each ends after the request that is under way.
  void stop_clients() noexcept { stopping_ = true; }
  std::size_t running() const noexcept { return running_; }
  // The last change, with nothing else going on: true when all watchers have seen it in time.
  asio::awaitable<bool> finish(kube::Client& client, Duration patience);

  const History& history() const noexcept { return history_; }
  std::size_t unanswered() const noexcept;

 private:
  class Client;
  class Watcher;

  Instant now() const;

  Clock& clock_;
  ClientsOptions options_;
  SteadyTime start_;
  History history_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  bool stopping_ = false;
  std::size_t running_ = 0;
};

}  // namespace kyma::test::linearizability
