#include <catch2/catch_test_macros.hpp>

#include <sys/stat.h>

#include <filesystem>

#include "operator/kube/client/files.hpp"
#include "test/unit/http/silent_log.hpp"
#include "test/unit/kube/client/scratch_directory.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

TEST_CASE("A token is sent as a bearer token and never told", "[kube][client][credentials]") {
  ClusterConfig config;
  config.token = "secret-token";
  ScriptedApi api({}, config);
  api.answer(401, "");
  api.refused = false;
  const Error error = api.run(api.client->get(kKymas, "ns", "x")).error();
  CHECK(api.requests.at(0).headers.get("Authorization") == "Bearer secret-token");
  CHECK(error.is_unauthorized());
  CHECK(error.describe().find("secret") == std::string::npos);
  CHECK(api.requests.size() == 1);
}

TEST_CASE("A name and password are sent as basic authentication", "[kube][client][credentials]") {
  ClusterConfig config;
  config.username = "ann";
  config.password = "pw";
  ScriptedApi api({}, config);
  REQUIRE(api.run(api.client->get_raw("/version")).has_value());
  CHECK(api.requests.at(0).headers.get("Authorization") == "Basic YW5uOnB3");
}

TEST_CASE("A token file is read again after a minute", "[kube][client][credentials]") {
  const http::testing::SilentLog log;
  const ScratchDirectory directory;
  ClusterConfig config;
  config.token_file = directory.write("token", "one\n");
  ScriptedApi api({}, config);
  const auto sent = [&] {
    REQUIRE(api.run(api.client->get_raw("/version")).has_value());
    return std::string(api.requests.back().headers.get("Authorization"));
  };
  CHECK(sent() == "Bearer one");
  directory.write("token", "two\n");
  api.clock.run_for(api.loop, 59s);
  CHECK(sent() == "Bearer one");
  api.clock.run_for(api.loop, 1s);
  CHECK(sent() == "Bearer two");
  // What cannot be read, or is empty, changes nothing.
  directory.write("token", "");
  api.clock.run_for(api.loop, 2min);
  CHECK(sent() == "Bearer two");
  std::filesystem::remove(config.token_file);
  api.clock.run_for(api.loop, 2min);
  CHECK(sent() == "Bearer two");
}

TEST_CASE("A refused token is read anew from its file and the request sent once more", "[kube][client][credentials]") {
  const ScratchDirectory directory;
  ClusterConfig config;
  config.token_file = directory.write("token", "one");
  ScriptedApi api({}, config);
  directory.write("token", "two");
  api.answer(401, "");
  api.answer(200, "{}");
  CHECK(api.run(api.client->create(kKymas, "ns", "{}")).has_value());
  REQUIRE(api.requests.size() == 2);
  CHECK(api.requests[0].headers.get("Authorization") == "Bearer one");
  CHECK(api.requests[1].headers.get("Authorization") == "Bearer two");
  CHECK(api.clock.elapsed() == 0s);

  // Whatever is refused from here on: the file is read again when it has changed, and not before.
  api.answer(401, "");
  CHECK(api.run(api.client->get_raw("/version")).error().is_unauthorized());
  CHECK(api.requests.size() == 3);
}

TEST_CASE("Files are replaced as a whole and with mode 0600", "[kube][client][files]") {
  const ScratchDirectory directory;
  const std::string path = directory.path("deep/er/file");
  REQUIRE(write_file_atomically(path, "one").has_value());
  std::filesystem::permissions(path, std::filesystem::perms::all);
  REQUIRE(write_file_atomically(path, "two").has_value());
  CHECK(read_file(path).value() == "two");
  CHECK(std::filesystem::status(path).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  // Nothing is left beside it.
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path("deep/er")), {}) == 1);

  CHECK(read_file(directory.path("absent")).error().message.find("absent: No such file") != std::string::npos);
  CHECK(read_file(directory.path("deep")).error().reason == Reason::configuration);
  CHECK_FALSE(write_file_atomically(path + "/below", "x").has_value());
}

TEST_CASE("Token loads are counted, and no request reads a file", "[kube][client][credentials]") {
  const http::testing::SilentLog log;
  const ScratchDirectory directory;
  ClusterConfig config;
  config.token = "one";
  config.token_file = directory.write("token", "one");
  metrics::Registry registry;
  ScriptedApi api({}, config, &registry);
  const auto loads = [&](const char* result) {
    return registry.counter("kyma_operator_credential_loads_total", "", {"kind", "result"})
        .with({"token", result})
        .value();
  };
  for (int i = 0; i < 100; ++i) REQUIRE(api.run(api.client->get_raw("/version")));
  CHECK(loads("success") == 1);
  // Nor does one that is refused, while nothing has changed.
  for (int i = 0; i < 100; ++i) {
    api.answer(401, "");
    REQUIRE(api.run(api.client->get_raw("/version")).error().is_unauthorized());
  }
  api.clock.run_for(api.loop, 1min);
  REQUIRE(api.run(api.client->get_raw("/version")));
  CHECK(loads("success") == 1);
  directory.write("token", "two\n");
  api.clock.run_for(api.loop, 1min);
  REQUIRE(api.run(api.client->get_raw("/version")));
  CHECK(loads("success") == 2);
  CHECK(loads("error") == 0);

  // What cannot be read is counted for as long as it lasts, and told once.
  directory.write("token", "");
  for (int i = 0; i < 3; ++i) {
    api.clock.run_for(api.loop, 1min);
    REQUIRE(api.run(api.client->get_raw("/version")));
  }
  CHECK(loads("error") == 3);
  directory.write("token", "three\n");
  api.clock.run_for(api.loop, 1min);
  REQUIRE(api.run(api.client->get_raw("/version")));
  CHECK(loads("success") == 3);
}

TEST_CASE("A pipe in place of a token file is read once", "[kube][client][credentials]") {
  const ScratchDirectory directory;
  ClusterConfig config;
  config.token = "one";
  config.token_file = directory.path("pipe");
  REQUIRE(::mkfifo(config.token_file.c_str(), 0600) == 0);
  ScriptedApi api({}, config);
  api.clock.run_for(api.loop, 10min);
  api.answer(401, "");
  CHECK(api.run(api.client->get_raw("/version")).error().is_unauthorized());
  CHECK(api.requests.at(0).headers.get("Authorization") == "Bearer one");
}
