// Kills a durable API server under the load of 32 writers, again and again, and looks for what it promised.
//
// usage: durable_rounds KYMA-APISERVER DIRECTORY ROUNDS
//
// Each writer makes objects, counts up a number in them and deletes them, every write conditional on the one before. A
// round ends with SIGKILL at some moment; after the restart each writer's object is in the state that was acknowledged
// last, or in the one that was asked for and not answered: anything else is a lost or a doubled write. One watch goes
// through all rounds, resumed where it was: it sees each change exactly once, in order, and adds up to what is listed.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "operator/base/real_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "operator/kube/meta/watch_decoder.hpp"
#include "test/support/run_on_loop.hpp"
#include "test/support/server_process.hpp"

using namespace kyma;
using namespace std::chrono_literals;

namespace {

constexpr int kWriters = 32;
constexpr int kLastNumber = 20;  // then the object is deleted, and the next one made
constexpr auto kPatience = 30s;
constexpr auto kStartPatience = 5min;  // a long history is read at the start, on a busy machine slowly

const kube::ResourceType kConfigMaps{"", "v1", "ConfigMap", "configmaps", true};

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

// What an object is, as far as the writers care. Number 0: there is none.
struct Seen {
  int number = 0;
  std::string version = {};
};
using World = std::map<std::string, Seen>;

std::pair<std::string, Seen> read_object(std::string_view text) {
  const auto document = json::parse(text);
  if (!document) fail("an answer is no JSON");
  return {std::string(json::string_at(*document, {"metadata", "name"})),
          {std::atoi(std::string(json::string_at(*document, {"data", "n"})).c_str()),
           std::string(json::string_at(*document, {"metadata", "resourceVersion"}))}};
}

class Writer {
 public:
  explicit Writer(int number) : number_(number) {}

  // Writes until something fails, which leaves open whether it was done.
  asio::awaitable<void> run(kube::Client& client, std::size_t& acknowledged) {
    while (true) {
      asked_ = next();
      kube::Outcome<std::string> answer = co_await write(client);
      if (!answer) {
        if (answer.error().http_status != 0) fail(fmt::format("{}: {}", name(asked_), answer.error().describe()));
        co_return;
      }
      known_ = asked_;
      known_.version = asked_.seen() ? read_object(*answer).second.version : std::string();
      ++acknowledged;
    }
  }

  // After a restart: what there is must be what was acknowledged or what was asked for last.
  void check(const World& world) {
    const auto known = is_as(world, known_);
    const auto asked = is_as(world, asked_);
    if (!known && !asked) {
      fail(fmt::format("writer {}: acknowledged was {} with {}, asked for {} with {}; neither is there", number_,
                       name(known_), known_.number, name(asked_), asked_.number));
    }
    // Of a deleted object and the next one asked for, the first is gone either way.
    if (asked) known_ = asked_;
    const auto found = world.find(name(known_));
    known_.version = found == world.end() ? std::string() : found->second.version;
    asked_ = known_;
  }
  bool owns(const std::string& object) const { return object == name(known_) && known_.seen(); }

 private:
  struct State {
    int object = 0;
    int number = 0;  // 0: not there (any more)
    std::string version = {};
    bool seen() const { return number != 0; }
  };

  std::string name(const State& state) const { return fmt::format("w{}-{}", number_, state.object); }

  bool is_as(const World& world, const State& state) const {
    const auto found = world.find(name(state));
    return state.seen() ? found != world.end() && found->second.number == state.number : found == world.end();
  }

  State next() const {
    if (!known_.seen()) return {known_.object + 1, 1, {}};
    if (known_.number == kLastNumber) return {known_.object, 0, {}};
    return {known_.object, known_.number + 1, {}};
  }

  asio::awaitable<kube::Outcome<std::string>> write(kube::Client& client) {
    if (asked_.number == 0) {
      kube::DeleteOptions options;
      options.resource_version = std::stoull(known_.version);
      auto removed = co_await client.remove(kConfigMaps, "default", name(asked_), options);
      if (!removed) co_return removed.error();
      co_return std::string();
    }
    if (asked_.number == 1) {
      co_return co_await client.create(
          kConfigMaps, "default",
          fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}"}},"data":{{"n":"1"}}}})",
                      name(asked_)));
    }
    co_return co_await client.merge_patch(
        kConfigMaps, "default", name(asked_),
        fmt::format(R"({{"metadata":{{"resourceVersion":"{}"}},"data":{{"n":"{}"}}}})", known_.version, asked_.number));
  }

  int number_;
  State known_;  // acknowledged
  State asked_;  // asked for
};

// The replica that a watch makes.
class Replica {
 public:
  void begin(World world, std::string version) {
    world_ = std::move(world);
    version_ = std::move(version);
  }

  // Follows until the stream breaks, which a killed server does.
  asio::awaitable<void> follow(kube::Client& client) {
    kube::WatchOptions options;
    options.name_space = "default";
    options.resource_version = version_;
    auto stream = co_await client.watch(kConfigMaps, options);
    if (!stream) {
      if (stream.error().http_status != 0) fail("the watch is refused: " + stream.error().describe());
      co_return;
    }
    kube::WatchDecoder decoder([this](const kube::WatchEvent& event) { apply(event); });
    while (true) {
      const auto piece = co_await (*stream)->read(kPatience);
      if (!piece || piece->empty()) co_return;
      if (auto fed = decoder.feed(*piece); !fed) fail("the watch: " + fed.error().describe());
    }
  }

  bool agrees_with(const World& listed) const {
    if (world_.size() != listed.size()) return false;
    for (const auto& [name, seen] : listed) {
      const auto found = world_.find(name);
      if (found == world_.end() || found->second.version != seen.version) return false;
    }
    return true;
  }
  std::size_t events() const { return events_; }

 private:
  void apply(const kube::WatchEvent& event) {
    auto [name, seen] = read_object(event.object);
    if (event.type == kube::EventType::error) fail("the watch ends with " + std::string(event.object));
    if (seen.version <= version_ && event.type != kube::EventType::bookmark) {
      fail(fmt::format("the watch went back from {} to {} with {}", version_, seen.version, name));
    }
    version_ = seen.version;
    if (event.type == kube::EventType::bookmark) return;
    ++events_;
    const auto before = world_.contains(name) ? world_[name].number : 0;
    const bool deleted = event.type == kube::EventType::deleted;
    const bool in_order = deleted ? before == kLastNumber : !name.starts_with("w") || seen.number == before + 1;
    if (!in_order) {
      fail(fmt::format("the watch shows {} of {} with {} after {}", kube::to_string(event.type), name, seen.number,
                       before));
    }
    if (deleted)
      world_.erase(name);
    else
      world_[name] = seen;
  }

  World world_;
  std::string version_;
  std::size_t events_ = 0;
};

class Rounds {
 public:
  Rounds(std::string program, const std::filesystem::path& directory)
      : server_(std::move(program), directory, "rounds-server", true) {
    for (int i = 0; i < kWriters; ++i) writers_.emplace_back(i);
  }

  asio::awaitable<void> run(int rounds) {
    const auto begin = clock_.now();
    for (int round = 0; round < rounds; ++round) {
      server_.start();
      client_ = co_await server_.connect(clock_, kStartPatience);
      co_await check(round == 0);
      co_await load();
      if ((round + 1) % 10 == 0 || round + 1 == rounds) {
        fmt::print("{} rounds, {} acknowledged writes, {} events, {:.0f} s\n", round + 1, acknowledged_,
                   replica_.events(), std::chrono::duration<double>(clock_.now() - begin).count());
        std::fflush(stdout);
      }
    }
    server_.start();
    client_ = co_await server_.connect(clock_, kStartPatience);
    co_await check(false);
    client_->close();
    co_await tasks_.join();
    server_.kill();
  }

  asio::io_context& loop() { return loop_; }

 private:
  asio::awaitable<std::pair<World, std::string>> list() {
    kube::ListOptions options;
    options.name_space = "default";
    auto stream = co_await client_->list(kConfigMaps, options);
    if (!stream) fail("the list: " + stream.error().describe());
    World world;
    kube::ListSplitter splitter([&](std::string_view item) { world.insert(read_object(item)); });
    while (true) {
      const auto piece = co_await (*stream)->read(kPatience);
      if (!piece) fail("the list: " + piece.error().describe());
      if (piece->empty()) break;
      splitter.feed(*piece).value();
    }
    splitter.finish().value();
    co_return std::pair(std::move(world), std::string(splitter.resource_version()));
  }

  // Nobody writes now but the server, which adds a ConfigMap of its own when it is new.
  asio::awaitable<void> check(bool first) {
    auto [world, version] = co_await list();
    if (first) replica_.begin(world, version);
    tasks_.spawn(replica_.follow(*client_));
    const auto deadline = clock_.now() + kPatience;
    while (!replica_.agrees_with(world)) {
      if (clock_.now() > deadline) fail("the watch does not add up to the list");
      co_await clock_.sleep_for(2ms);
      std::tie(world, version) = co_await list();
    }
    std::size_t owned = 0;
    for (auto& writer : writers_) writer.check(world);
    for (const auto& [name, seen] : world) {
      for (const auto& writer : writers_) owned += writer.owns(name) ? 1 : 0;
      owned += name.starts_with("w") ? 0 : 1;
    }
    if (owned != world.size()) fail("there are objects that nobody made, or whose deletion was acknowledged");
  }

  asio::awaitable<void> load() {
    for (auto& writer : writers_) tasks_.spawn(writer.run(*client_, acknowledged_));
    const auto time = std::chrono::milliseconds(std::uniform_int_distribution<int>(20, 400)(random_));
    co_await clock_.sleep_for(time);
    server_.kill();
    co_await tasks_.join();
    client_->close();
  }

  asio::io_context loop_{1};
  RealClock clock_{loop_.get_executor()};
  test::ServerProcess server_;
  std::mt19937 random_{std::random_device{}()};
  std::unique_ptr<kube::Client> client_;
  std::vector<Writer> writers_;
  Replica replica_;
  std::size_t acknowledged_ = 0;
  TaskGroup tasks_{loop_.get_executor()};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: durable_rounds KYMA-APISERVER DIRECTORY ROUNDS\n");
    return 1;
  }
  std::signal(SIGPIPE, SIG_IGN);
  Rounds rounds(argv[1], argv[2]);
  return test::run_to_exit(rounds.loop(), rounds.run(std::atoi(argv[3])));
}
