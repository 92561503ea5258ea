#include "cmd/kyma-load/options.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kyma;
using namespace kyma::load;
using namespace std::chrono_literals;

namespace {

// The exit code, if the program should end, and the options.
struct Parsed {
  std::optional<int> code;
  Options options;
};

Parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "kyma-load");
  Parsed parsed;
  parsed.code = parse_options(static_cast<int>(arguments.size()), arguments.data(), parsed.options);
  return parsed;
}

}  // namespace

TEST_CASE("Without flags one reference Kyma is asked for, unlimited", "[load][options]") {
  const auto [code, options] = parse({});
  REQUIRE_FALSE(code);
  REQUIRE(options.kymas == 1);
  REQUIRE(options.components == reference_components());
  REQUIRE(options.name_prefix == "load");
  REQUIRE(options.name_space.empty());
  REQUIRE(options.qps == 0);
  REQUIRE(options.burst == 0);
  REQUIRE(options.concurrency == 32);
  REQUIRE(options.timeout == 10min);
  REQUIRE(options.watch_components);
  REQUIRE_FALSE(options.cleanup);
  REQUIRE_FALSE(options.no_progress);
}

TEST_CASE("Every flag reaches its option", "[load][options]") {
  const auto [code, options] = parse({"--kubeconfig=k",
                                      "--context",
                                      "c",
                                      "--kymas",
                                      "4000",
                                      "-n",
                                      "fleet",
                                      "--components",
                                      "ory,kiali",
                                      "--name-prefix",
                                      "big.load",
                                      "--qps",
                                      "12.5",
                                      "--burst",
                                      "20",
                                      "--connections",
                                      "7",
                                      "--timeout",
                                      "90s",
                                      "--watch-components=false",
                                      "--cleanup",
                                      "--json",
                                      "-",
                                      "--no-progress"});
  REQUIRE_FALSE(code);
  REQUIRE(options.kubeconfig == "k");
  REQUIRE(options.context == "c");
  REQUIRE(options.kymas == 4000);
  REQUIRE(options.name_space == "fleet");
  REQUIRE(options.components == std::vector<Component>{{"ory", ""}, {"kiali", ""}});
  REQUIRE(options.name_prefix == "big.load");
  REQUIRE(options.qps == 12.5);
  REQUIRE(options.burst == 20);
  REQUIRE(options.concurrency == 7);
  REQUIRE(options.timeout == 90s);
  REQUIRE_FALSE(options.watch_components);
  REQUIRE(options.cleanup);
  REQUIRE(options.json == "-");
  REQUIRE(options.no_progress);
}

TEST_CASE("The burst follows the rate when it is not given", "[load][options]") {
  REQUIRE(parse({"--qps", "50"}).options.burst == 50);
  REQUIRE(parse({"--qps", "0.5"}).options.burst == 1);
}

TEST_CASE("Mistakes on the command line end the program", "[load][options]") {
  const std::vector<std::vector<const char*>> mistakes{
      {"--kymas", "0"},
      {"--kymas", "-1"},
      {"--kymas", "many"},
      {"--components", "a,a"},
      {"--components", ""},
      {"--name-prefix", "Big"},
      {"--name-prefix", ""},
      {"--namespace", "a.b"},
      {"--qps", "-1"},
      {"--burst", "5"},
      {"--concurrency", "0"},
      {"--timeout", "soon"},
      {"--timeout", "0"},
      {"--timeout", "-1s"},
      {"--log-level", "loud"},
      {"--report", "out.html"},
      {"extra"},
  };
  for (const auto& mistake : mistakes) {
    CAPTURE(mistake);
    REQUIRE(parse(mistake).code == 1);
  }
}

TEST_CASE("A prefix is refused when the names of its HelmComponents would be too long", "[load][options]") {
  // 253 = prefix + "-10" + "-" + "ory"
  const std::string fits = std::string(246, 'a');
  REQUIRE_FALSE(parse({"--kymas", "10", "--components", "ory", "--name-prefix", fits.c_str()}).code);
  const std::string too_long = fits + "a";
  REQUIRE(parse({"--kymas", "10", "--components", "ory", "--name-prefix", too_long.c_str()}).code == 1);
}

TEST_CASE("Help and version end the program well", "[load][options]") {
  REQUIRE(parse({"--help"}).code == 0);
  REQUIRE(parse({"--version"}).code == 0);
}
