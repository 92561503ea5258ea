#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <optional>
#include <vector>

#include "cmd/kyma-operator/options.hpp"

using namespace kyma::cmd;
using namespace std::chrono_literals;

namespace {

std::optional<Options> parse(std::vector<const char*> arguments) {
  for (const char* argument : {"charts", "--charts-dir", "kyma-operator"}) {
    arguments.insert(arguments.begin(), argument);
  }
  Options options;
  if (parse_options(static_cast<int>(arguments.size()), arguments.data(), options)) return std::nullopt;
  return options;
}

}  // namespace

TEST_CASE("Leader election is off, and its defaults are those of every operator", "[daemon][options][election]") {
  const auto options = parse({});
  REQUIRE(options);
  CHECK_FALSE(options->leader_elect);
  CHECK(options->leader_elect_id == "kyma-operator");
  CHECK(options->leader_elect_namespace.empty());
  CHECK(options->leader_elect_times.lease_duration == 15s);
  CHECK(options->leader_elect_times.renew_deadline == 10s);
  CHECK(options->leader_elect_times.retry_period == 2s);
}

TEST_CASE("The flags of leader election are taken", "[daemon][options][election]") {
  const auto options = parse({"--leader-elect", "--leader-elect-id", "mine", "--leader-elect-namespace", "ns",
                              "--leader-elect-lease-duration", "30s", "--leader-elect-renew-deadline", "20s",
                              "--leader-elect-retry-period", "500ms"});
  REQUIRE(options);
  CHECK(options->leader_elect);
  CHECK(options->leader_elect_id == "mine");
  CHECK(options->leader_elect_namespace == "ns");
  CHECK(options->leader_elect_times.lease_duration == 30s);
  CHECK(options->leader_elect_times.renew_deadline == 20s);
  CHECK(options->leader_elect_times.retry_period == 500ms);
}

TEST_CASE("Flags of leader election that cannot work are refused", "[daemon][options][election]") {
  CHECK_FALSE(parse({"--leader-elect-id", "mine"}));  // without --leader-elect
  CHECK_FALSE(parse({"--leader-elect", "--leader-elect-lease-duration", "10s"}));
  CHECK_FALSE(parse({"--leader-elect", "--leader-elect-renew-deadline", "2400ms"}));
  CHECK_FALSE(parse({"--leader-elect", "--leader-elect-retry-period", "0s"}));
  CHECK_FALSE(parse({"--leader-elect", "--leader-elect-id", "A_B"}));
  CHECK_FALSE(parse({"--leader-elect", "--leader-elect-id", ""}));
  CHECK_FALSE(parse({"--leader-elect", "--leader-elect-namespace", "a/b"}));
  CHECK_FALSE(parse({"--leader-elect", "--embedded", "--demo"}));
}
