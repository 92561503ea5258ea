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
      {"--scenario", "storm"},
      {"--scenario", "steady", "--rate", "0"},
      {"--rate", "5"},
      {"--batch-size", "5"},
      {"--scenario", "batches", "--batch-size", "0"},
      {"--scenario", "batches", "--batch-interval", "0"},
      {"--scenario", "batches", "--batch-interval", "often"},
      {"--batch-interval", "5s"},
      {"--duration", "5s"},
      {"--scenario", "churn", "--duration", "0"},
      {"--scenario", "churn", "--duration", "24h", "--rate", "1000"},
      {"--restart-command", "true"},
      {"--scenario", "churn", "--restart-after", "5s"},
      {"--objective", "total-seconds"},
      {"--objective", "speed<=5"},
      {"--report", "-"},
      {"--json", "x", "--report", "x"},
      {"--compare", "a.json"},
      {"--fail-on-regression", "5"},
      {"compare", "a.json"},
      {"compare", "a.json", "b.json", "c.json"},
      {"compare", "a.json", "b.json", "--fail-on-regression", "-1"},
      {"extra"},
  };
  for (const auto& mistake : mistakes) {
    CAPTURE(mistake);
    REQUIRE(parse(mistake).code == 1);
  }
}

TEST_CASE("Every scenario has its flags", "[load][options]") {
  REQUIRE(parse({}).options.scenario == Scenario::burst);
  REQUIRE(parse({"--scenario", "slow"}).options.scenario == Scenario::slow);
  const auto steady = parse({"--scenario=steady", "--rate", "2.5"});
  REQUIRE_FALSE(steady.code);
  REQUIRE(steady.options.rate == 2.5);
  const auto batches = parse({"--scenario", "batches", "--batch-size", "7", "--batch-interval", "5s"});
  REQUIRE_FALSE(batches.code);
  REQUIRE(batches.options.batch_size == 7);
  REQUIRE(batches.options.batch_interval == 5s);
  const auto churn = parse({"--scenario", "churn", "--rate", "20", "--duration", "2m"});
  REQUIRE_FALSE(churn.code);
  REQUIRE(churn.options.duration == 2min);
  const auto restart = parse({"--scenario", "restart", "--restart-command", "x &", "--restart-after", "9s"});
  REQUIRE_FALSE(restart.code);
  REQUIRE(restart.options.restart_command == "x &");
  REQUIRE(restart.options.restart_after == 9s);
}

TEST_CASE("Objectives may be given again, and none drops the defaults", "[load][options]") {
  const auto [code, options] = parse({"--objective", "total-seconds<=70.5", "--objective", "failures<=0"});
  REQUIRE_FALSE(code);
  REQUIRE(options.objectives.size() == 2);
  REQUIRE(options.objectives[1].name == "failures");
  REQUIRE(options.default_objectives);
  const auto none = parse({"--objective", "none", "--objective", "failures<=0"});
  REQUIRE_FALSE(none.options.default_objectives);
  REQUIRE(none.options.objectives.size() == 1);
}

TEST_CASE("Comparing is a command and a flag", "[load][options]") {
  for (const auto& arguments :
       std::vector<std::vector<const char*>>{{"compare", "a.json", "b.json", "--fail-on-regression", "5"},
                                             {"--compare", "a.json", "b.json", "--fail-on-regression", "5"}}) {
    const auto [code, options] = parse(arguments);
    REQUIRE_FALSE(code);
    REQUIRE(options.compare);
    REQUIRE(options.compare->before == "a.json");
    REQUIRE(options.compare->after == "b.json");
    REQUIRE(options.compare->fail_on_regression == 5);
  }
  REQUIRE_FALSE(parse({}).options.compare);
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
