// Concurrent clients against a kyma-apiserver of their own, and a judgement on what they saw.
//
// usage: linearizable_clients KYMA-APISERVER DIRECTORY memory|durable|restarted SECONDS
//
// `durable` keeps the objects in DIRECTORY/data; `restarted` does, and kills the server, or stops it properly, in the
// midst of it, again and again. The time is spent in histories of some seconds each, in a namespace of their own.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "test/support/linearizability.hpp"
#include "test/support/linearizability_clients.hpp"
#include "test/support/run_on_loop.hpp"
#include "test/support/server_process.hpp"

using namespace kyma;
using namespace std::chrono_literals;
using test::linearizability::RecordingClients;

namespace {

constexpr auto kPatience = 2min;
constexpr int kLivesPerHistory = 8;  // when it is restarted
const kube::ResourceType kNamespaces{"", "v1", "Namespace", "namespaces", false};

class Rounds {
 public:
  Rounds(std::string program, const std::filesystem::path& directory, const std::string& form)
      : server_(std::move(program), directory, form + "-server", form != "memory"), restarted_(form == "restarted") {}

  asio::awaitable<void> run(Duration time) {
    const auto end = clock_.now() + time;
    server_.start();
    client_ = co_await server_.connect(clock_, kPatience);
    for (int round = 1; clock_.now() < end; ++round) co_await record(round, std::min<Duration>(end - clock_.now(), 5s));
    client_->close();
    server_.stop();
    fmt::print("{} operations ({} without an answer), {} lists, {} events, {} restarts: linearizable\n", operations_,
               unanswered_, lists_, events_, restarts_);
  }

  asio::io_context& loop() { return loop_; }

 private:
  asio::awaitable<void> record(int round, Duration time) {
    const auto name_space = fmt::format("round-{}", round);
    const auto made = co_await client_->create(
        kNamespaces, {},
        fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name_space));
    made.value();
    RecordingClients clients(clock_, {.name_space = name_space, .clients = 16, .seed = random_()});
    co_await clients.begin(*client_);
    if (restarted_) {
      for (int life = 0; life < kLivesPerHistory; ++life) co_await live_and_die(clients);
    } else {
      clients.spawn(tasks_, *client_);
      co_await clock_.sleep_for(time);
    }
    if (restarted_) clients.spawn(tasks_, *client_);
    clients.stop_clients();
    while (clients.running() > 0) co_await clock_.sleep_for(1ms);
    if (!co_await clients.finish(*client_, kPatience)) throw std::runtime_error("a watch does not come to the end");
    co_await tasks_.stop();
    judge(clients);
    (co_await client_->remove(kNamespaces, {}, name_space)).value();
  }

  // Until SIGKILL, or SIGTERM, comes at some moment.
  asio::awaitable<void> live_and_die(RecordingClients& clients) {
    clients.spawn(tasks_, *client_);
    co_await clock_.sleep_for(std::chrono::milliseconds(50 + random_() % 400));
    random_() % 4 == 0 ? server_.stop() : server_.kill();
    clients.stop_clients();
    client_->close();
    while (clients.running() > 0) co_await clock_.sleep_for(1ms);
    co_await tasks_.stop();
    ++restarts_;
    server_.start();
    client_ = co_await server_.connect(clock_, kPatience);
  }

  void judge(const RecordingClients& clients) {
    const auto& history = clients.history();
    operations_ += history.operations.size();
    unanswered_ += clients.unanswered();
    lists_ += history.listings.size();
    for (const auto& watch : history.watches) events_ += watch.events.size();
    if (const auto fault = test::linearizability::find_fault(history)) throw std::runtime_error(*fault);
  }

  asio::io_context loop_{1};
  RealClock clock_{loop_.get_executor()};
  test::ServerProcess server_;
  bool restarted_;
  std::mt19937_64 random_{std::random_device{}()};
  std::unique_ptr<kube::Client> client_;
  TaskGroup tasks_{loop_.get_executor()};
  std::size_t operations_ = 0;
  std::size_t unanswered_ = 0;
  std::size_t lists_ = 0;
  std::size_t events_ = 0;
  std::size_t restarts_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const std::string form = argc == 5 ? argv[3] : "";
  if (form != "memory" && form != "durable" && form != "restarted") {
    fmt::print(stderr, "usage: linearizable_clients KYMA-APISERVER DIRECTORY memory|durable|restarted SECONDS\n");
    return 1;
  }
  std::signal(SIGPIPE, SIG_IGN);
  Rounds rounds(argv[1], argv[2], form);
  return test::run_to_exit(rounds.loop(), rounds.run(std::chrono::seconds(std::atoi(argv[4]))));
}
