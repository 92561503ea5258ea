#include "test/support/linearizability_clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>

#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "operator/kube/meta/watch_decoder.hpp"

namespace kyma::test::linearizability {
namespace {

using namespace std::chrono_literals;

const kube::ResourceType kConfigMaps{"", "v1", "ConfigMap", "configmaps", true};
constexpr std::string_view kPrefix = "lin-";
constexpr std::array<std::string_view, 3> kFields{"a", "b", "c"};
constexpr Duration kIdle = 30s;
constexpr Duration kPauseAfterFailure = 5ms;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

struct Named {
  std::string name;
  Object object;
  bool initial_events_end = false;
};

Named read_object(std::string_view text) {
  const auto document = json::parse(text);
  if (!document) fail("an answer is no JSON");
  Named result;
  result.name = json::string_at(*document, {"metadata", "name"});
  result.object.version =
      std::strtoull(std::string(json::string_at(*document, {"metadata", "resourceVersion"})).c_str(), nullptr, 10);
  if (const auto* data = json::find(*document, "data"); data && data->IsObject()) {
    for (const auto& member : data->GetObject()) {
      result.object.fields.emplace(json::view(member.name), json::view(member.value));
    }
  }
  result.initial_events_end =
      json::string_at(*document, {"metadata", "annotations", "k8s.io/initial-events-end"}) == "true";
  return result;
}

std::string body_of(const Operation& operation) {
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string("v1");
    writer.key("kind").string("ConfigMap");
    writer.key("metadata").object([&] {
      writer.key("name").string(operation.key);
      if (operation.expected) writer.key("resourceVersion").string(std::to_string(*operation.expected));
    });
    writer.key("data").object([&] {
      for (const auto& [name, value] : operation.fields) writer.key(name).string(value);
    });
  });
  return writer.str();
}

asio::awaitable<kube::Outcome<std::string>> send(kube::Client& client, const std::string& name_space,
                                                 const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::get: co_return co_await client.get(kConfigMaps, name_space, operation.key);
    case Operation::Kind::create: co_return co_await client.create(kConfigMaps, name_space, body_of(operation));
    case Operation::Kind::replace:
      co_return co_await client.update(kConfigMaps, name_space, operation.key, body_of(operation));
    case Operation::Kind::patch:
      co_return co_await client.merge_patch(kConfigMaps, name_space, operation.key, body_of(operation));
    case Operation::Kind::remove: break;
  }
  kube::DeleteOptions options;
  options.resource_version = operation.expected;
  auto removed = co_await client.remove(kConfigMaps, name_space, operation.key, options);
  if (!removed) co_return removed.error();
  co_return std::string();
}

Operation::Outcome outcome_of(const kube::Error& error) {
  switch (error.http_status) {
    case 0: return Operation::Outcome::unknown;
    case 404: return Operation::Outcome::missing;
    case 409: return Operation::Outcome::conflict;
    default: break;
  }
  // Out of order or too busy, and it says so: nothing is done then.
  if (error.http_status == 429 || error.http_status >= 500) return Operation::Outcome::refused;
  fail("an answer that makes no sense here: " + error.describe());
}

// The part of a list that one answer holds; nothing when it broke.
struct Page {
  Version version = 0;
  std::string continue_token = {};
  std::map<std::string, Object> objects = {};
};

asio::awaitable<std::optional<Page>> read_page(kube::Client& client, kube::ListOptions options) {
  auto stream = co_await client.list(kConfigMaps, std::move(options));
  if (!stream) {
    if (outcome_of(stream.error()) == Operation::Outcome::missing) fail("the list: " + stream.error().describe());
    co_return std::nullopt;
  }
  Page page;
  kube::ListSplitter splitter([&](std::string_view item) {
    auto read = read_object(item);
    if (!read.name.starts_with(kPrefix)) return;
    if (!page.objects.emplace(read.name, read.object).second) fail("a list shows " + read.name + " twice");
  });
  while (true) {
    const auto piece = co_await (*stream)->read(kIdle);
    if (!piece) co_return std::nullopt;
    if (piece->empty()) break;
    splitter.feed(*piece).value();
  }
  splitter.finish().value();
  page.version = std::stoull(splitter.resource_version());
  page.continue_token = splitter.continue_token();
  co_return page;
}

}  // namespace

// --- One client ------------------------------------------------------------------------------------------------------

class RecordingClients::Client {
 public:
  Client(RecordingClients& owner, int number)
      : owner_(owner), number_(number), random_(owner.options_.seed * 1000 + static_cast<std::uint64_t>(number)) {}

  asio::awaitable<void> run(kube::Client& client) {
    ++owner_.running_;
    while (!owner_.stopping_) {
      if (pick(10) == 0)
        co_await list(client);
      else
        co_await ask(client, next());
      std::uniform_int_distribution<Duration::rep> pause(0, owner_.options_.longest_pause.count());
      co_await owner_.clock_.sleep_for(Duration(pause(random_)));
    }
    --owner_.running_;
  }

  // The recorded outcome.
  asio::awaitable<Operation::Outcome> ask(kube::Client& client, Operation operation) {
    operation.client = number_;
    operation.invoked = owner_.now();
    const auto answer = co_await send(client, owner_.options_.name_space, operation);
    operation.outcome = answer ? Operation::Outcome::done : outcome_of(answer.error());
    if (operation.outcome != Operation::Outcome::unknown) operation.returned = owner_.now();
    if (answer && !answer->empty()) operation.object = read_object(*answer).object;
    note(operation);
    const auto outcome = operation.outcome;
    owner_.history_.operations.push_back(std::move(operation));
    if (!answer && answer.error().http_status == 0) co_await owner_.clock_.sleep_for(kPauseAfterFailure);
    co_return outcome;
  }

  Operation marker() {
    Operation operation;
    operation.kind = Operation::Kind::create;
    operation.key = fmt::format("{}end", kPrefix);
    operation.fields = {{"a", value()}};
    return operation;
  }

 private:
  std::size_t pick(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  std::string value() { return fmt::format("{}-{}", number_, ++values_); }

  // What it knows of an object, for preconditions.
  void note(const Operation& operation) {
    if (operation.outcome == Operation::Outcome::missing) known_.erase(operation.key);
    if (operation.outcome != Operation::Outcome::done) return;
    if (operation.kind == Operation::Kind::remove)
      known_.erase(operation.key);
    else
      known_[operation.key] = operation.object;
  }

  Operation next() {
    Operation operation;
    operation.key = fmt::format("{}{}", kPrefix, pick(static_cast<std::size_t>(owner_.options_.keys)));
    const auto known = known_.find(operation.key);
    const bool knows = known != known_.end();
    const auto expect = [&] {
      if (knows) operation.expected = known->second.version;
    };
    const auto dice = pick(100);
    if (dice < 25) {
      operation.kind = Operation::Kind::get;
    } else if (dice < (knows ? 32U : 60U)) {
      operation.kind = Operation::Kind::create;
      operation.fields = {{"a", value()}, {"b", value()}};
    } else if (dice < 55) {
      operation.kind = Operation::Kind::replace;
      operation.fields = {{std::string(kFields[pick(3)]), value()}, {std::string(kFields[pick(3)]), value()}};
      if (pick(5) != 0) expect();
    } else if (dice < 85) {
      operation.kind = Operation::Kind::patch;
      operation.repeats = knows && pick(6) == 0;
      operation.fields = operation.repeats ? known->second.fields : Fields{{std::string(kFields[pick(3)]), value()}};
      if (pick(4) == 0) expect();
    } else {
      operation.kind = Operation::Kind::remove;
      if (pick(2) == 0) expect();
    }
    return operation;
  }

  asio::awaitable<void> list(kube::Client& client) {
    kube::ListOptions options;
    options.name_space = owner_.options_.name_space;
    options.limit = pick(2) == 0 ? 0 : 2;
    Listing listing;
    listing.client = number_;
    listing.invoked = owner_.now();
    do {
      const auto page = co_await read_page(client, options);
      if (!page) co_return;
      if (listing.version == 0) listing.returned = owner_.now();
      if (listing.version != 0 && page->version != listing.version) fail("a list's pages are of different versions");
      listing.version = page->version;
      for (const auto& [name, object] : page->objects) {
        if (!listing.objects.emplace(name, object).second) fail("two pages of a list show " + name);
      }
      options.continue_token = page->continue_token;
    } while (!options.continue_token.empty());
    owner_.history_.listings.push_back(std::move(listing));
  }

  RecordingClients& owner_;
  int number_;
  std::mt19937_64 random_;
  int values_ = 0;
  std::map<std::string, Object> known_;
};

// --- One watcher -----------------------------------------------------------------------------------------------------

class RecordingClients::Watcher {
 public:
  Watcher(RecordingClients& owner, int number, bool from_scratch)
      : owner_(owner),
        number_(number),
        from_scratch_(from_scratch),
        random_(owner.options_.seed * 77 + static_cast<std::uint64_t>(number)) {}

  // Until cancelled.
  asio::awaitable<void> run(kube::Client& client) {
    if (!from_scratch_ && stream_ == kNone) open(owner_.history_.begin);
    while (true) {
      if (!co_await follow(client)) co_await owner_.clock_.sleep_for(kPauseAfterFailure);
    }
  }

  Version reached() const { return stream_ == kNone ? 0 : owner_.history_.watches[stream_].reached; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void open(Version begin) {
    stream_ = owner_.history_.watches.size();
    WatchStream stream;
    stream.name = from_scratch_ ? fmt::format("{} ({})", number_, stream_) : std::to_string(number_);
    stream.begin = begin;
    stream.reached = begin;
    owner_.history_.watches.push_back(std::move(stream));
  }

  // One connection. False: it was not opened, or broke.
  asio::awaitable<bool> follow(kube::Client& client) {
    kube::WatchOptions options;
    options.name_space = owner_.options_.name_space;
    options.timeout = std::chrono::seconds(1 + random_() % 2);
    options.send_initial_events = from_scratch_;
    if (from_scratch_) {
      stream_ = kNone;
      initial_ = {};
      initial_.client = -number_;
      initial_.invoked = owner_.now();
    } else {
      options.resource_version = std::to_string(reached());
    }
    auto stream = co_await client.watch(kConfigMaps, options);
    if (!stream) {
      if (outcome_of(stream.error()) == Operation::Outcome::missing) fail("the watch: " + stream.error().describe());
      co_return false;
    }
    kube::WatchDecoder decoder([this](const kube::WatchEvent& event) { take(event); });
    while (true) {
      const auto piece = co_await (*stream)->read(kIdle);
      if (!piece) co_return false;
      if (piece->empty()) co_return true;
      if (auto fed = decoder.feed(*piece); !fed) fail("the watch: " + fed.error().describe());
    }
  }

  void take(const kube::WatchEvent& event) {
    if (event.type == kube::EventType::error) fail(fmt::format("watch {} ends with {}", number_, event.object));
    auto read = read_object(event.object);
    if (from_scratch_ && stream_ == kNone) {
      take_initial(event.type, std::move(read));
      return;
    }
    auto& stream = owner_.history_.watches[stream_];
    if (event.type == kube::EventType::bookmark) {
      if (read.object.version < stream.reached) fail(fmt::format("watch {} goes back with a bookmark", number_));
    } else if (read.name.starts_with(kPrefix)) {
      const auto type = event.type == kube::EventType::added      ? WatchEvent::Type::added
                        : event.type == kube::EventType::modified ? WatchEvent::Type::modified
                                                                  : WatchEvent::Type::deleted;
      stream.events.push_back({type, std::move(read.name), std::move(read.object), owner_.now()});
      stream.reached = std::max(stream.reached, stream.events.back().object.version);
      return;
    }
    stream.reached = std::max(stream.reached, read.object.version);
  }

  // What comes before the mark is a list.
  void take_initial(kube::EventType type, Named read) {
    if (type == kube::EventType::bookmark) {
      if (!read.initial_events_end) return;
      initial_.returned = owner_.now();
      initial_.version = read.object.version;
      owner_.history_.listings.push_back(std::move(initial_));
      open(read.object.version);
      return;
    }
    if (type != kube::EventType::added) fail("among the initial events is one that is none");
    if (read.name.starts_with(kPrefix)) initial_.objects.emplace(std::move(read.name), std::move(read.object));
  }

  RecordingClients& owner_;
  int number_;
  bool from_scratch_;
  std::mt19937_64 random_;
  std::size_t stream_ = kNone;
  Listing initial_;
};

// --- All of them -----------------------------------------------------------------------------------------------------

RecordingClients::RecordingClients(Clock& clock, ClientsOptions options)
    : clock_(clock), options_(std::move(options)), start_(clock.now()) {
  for (int i = 0; i < options_.clients; ++i) clients_.push_back(std::make_unique<Client>(*this, i + 1));
  for (int i = 0; i <= options_.watchers; ++i) {
    watchers_.push_back(std::make_unique<Watcher>(*this, i + 1, i == options_.watchers));
  }
}

RecordingClients::~RecordingClients() = default;

Instant RecordingClients::now() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(clock_.now() - start_).count();
}

asio::awaitable<void> RecordingClients::begin(kube::Client& client) {
  kube::ListOptions options;
  options.name_space = options_.name_space;
  const auto page = co_await read_page(client, options);
  if (!page || !page->objects.empty()) fail("the history cannot begin: there are such objects already");
  history_.begin = page->version;
}

void RecordingClients::spawn(TaskGroup& tasks, kube::Client& client) {
  stopping_ = false;
  for (auto& each : clients_) tasks.spawn(each->run(client));
  for (auto& each : watchers_) tasks.spawn(each->run(client));
}

asio::awaitable<bool> RecordingClients::finish(kube::Client& client, Duration patience) {
  const auto outcome = co_await clients_[0]->ask(client, clients_[0]->marker());
  if (outcome != Operation::Outcome::done) fail("the last change is not made");
  const Version last = history_.operations.back().object.version;
  const auto deadline = clock_.now() + patience;
  for (auto& watcher : watchers_) {
    while (watcher->reached() < last) {
      if (clock_.now() >= deadline) co_return false;
      co_await clock_.sleep_for(kPauseAfterFailure);
    }
  }
  co_return true;
}

std::size_t RecordingClients::unanswered() const noexcept {
  std::size_t count = 0;
  for (const auto& each : history_.operations) count += each.outcome == Operation::Outcome::unknown ? 1 : 0;
  return count;
}

}  // namespace kyma::test::linearizability
