// The embedded server as programs run it: TLS over loopback, on a thread of its own, reached with the real client.
#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/race.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "operator/kube/meta/watch_decoder.hpp"
#include "test/support/run_on_loop.hpp"

namespace kyma::apiserver {
namespace {

using namespace std::chrono_literals;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "kyma-apiserver-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

unsigned mode_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return 0;
  return info.st_mode & 07777u;
}

EmbeddedServerOptions options_in(const TemporaryDirectory& directory) {
  EmbeddedServerOptions options;
  options.listen = "127.0.0.1:0";
  options.kubeconfig = directory.file("kubeconfig");
  return options;
}

// A client of the server that the kubeconfig names, and a loop to run it on.
struct Caller {
  explicit Caller(const std::string& kubeconfig, std::string context = {}) {
    config = kube::load_config({kubeconfig, std::move(context)}).value();
    connect();
  }
  ~Caller() {
    client->close();
    loop.restart();
    loop.poll();
  }
  void connect() {
    kube::ClientOptions options;
    options.qps = 0;
    options.timeout = 10s;
    client = kube::Client::make(loop.get_executor(), clock, config, options, nullptr).value();
  }

  template <class T>
  T run(asio::awaitable<T> task) {
    return test::run_on(loop, std::move(task));
  }

  asio::io_context loop{1};
  RealClock clock{loop.get_executor()};
  kube::ClusterConfig config;
  std::unique_ptr<kube::Client> client;
};

const kube::ResourceType kConfigMaps{"", "v1", "ConfigMap", "configmaps", true};

std::string config_map(const std::string& name, const std::string& value = "v") {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + name + R"("},"data":{"k":")" + value +
         R"("}})";
}

asio::awaitable<kube::Outcome<std::size_t>> count_items(kube::Client& client, std::int64_t limit) {
  std::size_t items = 0;
  kube::ListOptions options;
  options.limit = limit;
  do {
    auto stream = co_await client.list(kConfigMaps, options);
    if (!stream) co_return stream.error();
    kube::ListSplitter splitter([&](std::string_view) { ++items; });
    while (true) {
      const auto piece = co_await (*stream)->read(10s);
      if (!piece) co_return piece.error();
      if (piece->empty()) break;
      if (auto fed = splitter.feed(*piece); !fed) co_return fed.error();
    }
    if (auto finished = splitter.finish(); !finished) co_return finished.error();
    options.continue_token = splitter.continue_token();
  } while (!options.continue_token.empty());
  co_return items;
}

asio::awaitable<std::string> watch_events(kube::Client& client, std::string version, std::size_t count) {
  kube::WatchOptions options;
  options.resource_version = std::move(version);
  options.timeout = 20s;
  auto stream = co_await client.watch(kConfigMaps, options);
  if (!stream) co_return stream.error().describe();
  std::string seen;
  std::size_t events = 0;
  kube::WatchDecoder decoder([&](const kube::WatchEvent& event) {
    ++events;
    const auto document = json::parse(event.object);
    seen += std::string(kube::to_string(event.type)) + " " +
            std::string(json::string_at(*document, {"metadata", "name"})) + " ";
  });
  while (events < count) {
    const auto piece = co_await (*stream)->read(10s);
    if (!piece) co_return piece.error().describe();
    if (piece->empty()) break;
    if (auto fed = decoder.feed(*piece); !fed) co_return fed.error().describe();
  }
  co_return seen;
}

TEST_CASE("Embedded server is used with nothing but its kubeconfig", "[apiserver][embedded]") {
  const TemporaryDirectory directory;
  ServerThread server(options_in(directory));
  const auto info = server.start();
  REQUIRE(info.has_value());
  REQUIRE(info->url.starts_with("https://127.0.0.1:"));
  REQUIRE(mode_of(info->kubeconfig) == 0600);
  for (const auto* file : {"ca.crt", "ca.key", "token"}) REQUIRE(mode_of(info->kubeconfig + ".d/" + file) == 0600);
  REQUIRE(mode_of(info->kubeconfig + ".d") == 0700);

  Caller caller(info->kubeconfig);
  const auto made = caller.run(caller.client->create(kConfigMaps, "default", config_map("a")));
  REQUIRE(made.has_value());
  const auto read = caller.run(caller.client->get(kConfigMaps, "default", "a"));
  REQUIRE(read.value() == made.value());
  const auto version = std::string(json::string_at(*json::parse(*made), {"metadata", "resourceVersion"}));
  const auto patched = caller.run(caller.client->merge_patch(kConfigMaps, "default", "a", R"({"data":{"k":"w"}})"));
  REQUIRE(patched.has_value());
  REQUIRE(caller.run(caller.client->create(kConfigMaps, "default", config_map("a"))).error().is_already_exists());
  REQUIRE(caller.run(caller.client->get(kConfigMaps, "default", "b")).error().is_not_found());
  const auto stale = R"({"metadata":{"resourceVersion":")" + version + R"("}})";
  REQUIRE(caller.run(caller.client->merge_patch(kConfigMaps, "default", "a", stale)).error().is_conflict());
  REQUIRE(caller.run(caller.client->remove(kConfigMaps, "default", "a")).has_value());
  REQUIRE(caller.run(watch_events(*caller.client, version, 2)) == "MODIFIED a DELETED a ");
  REQUIRE(caller.run(caller.client->get_raw("/readyz")).value() == "ok");
}

TEST_CASE("Restart with the same kubeconfig cuts nobody off", "[apiserver][embedded]") {
  const TemporaryDirectory directory;
  auto options = options_in(directory);
  std::string kubeconfig;
  {
    ServerThread first(options);
    const auto info = first.start();
    REQUIRE(info.has_value());
    kubeconfig = read_file(options.kubeconfig);
    options.listen = info->url.substr(std::string("https://").size());
    first.stop();
    first.stop();
  }
  ServerThread second(options);
  REQUIRE(second.start().has_value());
  REQUIRE(read_file(options.kubeconfig) == kubeconfig);
  Caller caller(options.kubeconfig);
  REQUIRE(caller.run(caller.client->get_raw("/version")).has_value());
}

TEST_CASE("Wrong token and wrong CA are turned away", "[apiserver][embedded][authentication]") {
  const TemporaryDirectory directory;
  ServerThread server(options_in(directory));
  const auto info = server.start();
  REQUIRE(info.has_value());
  Caller caller(info->kubeconfig);
  caller.config.token = "0123456789abcdef";
  caller.connect();
  REQUIRE(caller.run(caller.client->get(kConfigMaps, "default", "a")).error().is_unauthorized());

  const TemporaryDirectory elsewhere;
  ServerThread other(options_in(elsewhere));
  const auto foreign = other.start();
  REQUIRE(foreign.has_value());
  caller.config.token = info->token;
  caller.config.ca_pem = foreign->ca_pem;
  caller.connect();
  REQUIRE(caller.run(caller.client->get_raw("/version")).error().is_transport());
}

TEST_CASE("Insecure listening is for loopback only, and still needs the token", "[apiserver][embedded]") {
  const TemporaryDirectory directory;
  auto options = options_in(directory);
  for (const auto* address : {"0.0.0.0:0", ":8080", "[::]:0", "192.0.2.1:80", "example.com:80"}) {
    options.insecure_listen = address;
    ServerThread refused(options);
    const auto started = refused.start();
    REQUIRE_FALSE(started.has_value());
    REQUIRE(started.error().message.find("refusing to serve without TLS") != std::string::npos);
  }
  options.insecure_listen = "127.0.0.1:0";
  ServerThread server(options);
  const auto info = server.start();
  REQUIRE(info.has_value());
  REQUIRE(info->insecure_url.starts_with("http://127.0.0.1:"));
  Caller caller(info->kubeconfig, "kyma-insecure");
  REQUIRE(caller.run(caller.client->create(kConfigMaps, "default", config_map("a"))).has_value());
  caller.config.token.clear();
  caller.connect();
  REQUIRE(caller.run(caller.client->get(kConfigMaps, "default", "a")).error().is_unauthorized());
}

TEST_CASE("Failures to start name the thing and the remedy", "[apiserver][embedded]") {
  const TemporaryDirectory directory;
  ServerThread server(options_in(directory));
  const auto info = server.start();
  REQUIRE(info.has_value());
  const auto message = [&](EmbeddedServerOptions options) {
    ServerThread failing(std::move(options));
    const auto started = failing.start();
    REQUIRE_FALSE(started.has_value());
    return started.error().message;
  };
  auto taken = options_in(directory);
  taken.listen = info->url.substr(std::string("https://").size());
  REQUIRE(message(taken).find("cannot listen on " + taken.listen) != std::string::npos);
  auto nonsense = options_in(directory);
  nonsense.listen = "nowhere";
  REQUIRE(message(nonsense).find("nowhere") != std::string::npos);
  auto unwritable = options_in(directory);
  unwritable.credentials_dir = directory.file("kubeconfig");  // a file
  REQUIRE(message(unwritable).find(directory.file("kubeconfig")) != std::string::npos);
  auto spoilt = options_in(directory);
  std::ofstream(info->kubeconfig + ".d/token") << "a b\n";
  const auto why = message(spoilt);
  REQUIRE(why.find("token") != std::string::npos);
  REQUIRE(why.find("delete") != std::string::npos);
  REQUIRE(why.find("a b") == std::string::npos);
}

TEST_CASE("Stopping ends watches properly and soon", "[apiserver][embedded]") {
  const TemporaryDirectory directory;
  ServerThread server(options_in(directory));
  const auto info = server.start();
  REQUIRE(info.has_value());
  Caller caller(info->kubeconfig);
  kube::WatchOptions options;
  options.bookmarks = false;
  auto stream = caller.run(caller.client->watch(kConfigMaps, options));
  REQUIRE(stream.has_value());
  const auto begin = caller.clock.now();
  server.stop();
  REQUIRE(caller.clock.now() - begin < 3s);
  const auto piece = caller.run((*stream)->read(5s));
  REQUIRE(piece.has_value());
  REQUIRE(piece->empty());
}

TEST_CASE("Thousands of objects are listed whole, in pages and in one stream", "[apiserver][embedded][scale]") {
  const TemporaryDirectory directory;
  auto options = options_in(directory);
  options.insecure_listen = "127.0.0.1:0";
  ServerThread server(options);
  REQUIRE(server.start().has_value());
  Caller caller(options.kubeconfig, "kyma-insecure");
  constexpr std::size_t kCount = 1500;
  const std::string value(1000, 'x');
  for (std::size_t i = 0; i < kCount; ++i) {
    REQUIRE(caller.run(caller.client->create(kConfigMaps, "default", config_map("c" + std::to_string(i), value)))
                .has_value());
  }
  REQUIRE(caller.run(count_items(*caller.client, 0)).value() == kCount);
  REQUIRE(caller.run(count_items(*caller.client, 400)).value() == kCount);
}

TEST_CASE("EmbeddedServer refuses a body that is too large with a Status", "[apiserver][embedded]") {
  const TemporaryDirectory directory;
  ServerThread server(options_in(directory));
  REQUIRE(server.start().has_value());
  Caller caller(directory.file("kubeconfig"));
  const auto big = config_map("big", std::string(4'000'000, 'x'));
  const auto made = caller.run(caller.client->create(kConfigMaps, "default", big));
  REQUIRE_FALSE(made.has_value());
  REQUIRE(made.error().http_status == 413);
  REQUIRE(made.error().reason == kube::Reason::request_entity_too_large);
  REQUIRE(made.error().message == "Request entity too large: limit is 3145728");
}

}  // namespace
}  // namespace kyma::apiserver
