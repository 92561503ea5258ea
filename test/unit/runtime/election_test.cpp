#include "operator/runtime/election.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/kube/meta/time.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::runtime;

constexpr SteadyTime kStart{};
constexpr WallTime kNoon{std::chrono::seconds{1'700'000'000}};

Lease lease_of(std::string holder, WallTime renewed, int version = 1, int transitions = 0, int seconds = 15) {
  const std::string time = kube::format_micro_time(renewed);
  return parse_lease(R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"x","namespace":"n",)"
                     R"("resourceVersion":")" +
                     std::to_string(version) + R"(","annotations":{"a":"b"}},"spec":{"holderIdentity":")" + holder +
                     R"(","leaseDurationSeconds":)" + std::to_string(seconds) + R"(,"acquireTime":")" + time +
                     R"(","renewTime":")" + time + R"(","leaseTransitions":)" + std::to_string(transitions) + "}}")
      .value();
}

}  // namespace

TEST_CASE("The times of an election must leave room for each other", "[runtime][election]") {
  CHECK(check({}).empty());
  CHECK(check({15s, 15s, 2s}) ==
        "--leader-elect-lease-duration (15s) must be more than --leader-elect-renew-deadline (15s)");
  CHECK(check({15s, 2400ms, 2s}) ==
        "--leader-elect-renew-deadline (2.4s) must be more than 1.2 x --leader-elect-retry-period (2s)");
  CHECK(check({15s, 2401ms, 2s}).empty());
  CHECK(check({15s, 10s, 0s}) == "--leader-elect-retry-period must be more than 0");
  CHECK_FALSE(check({15s, 10s, -1s}).empty());
}

TEST_CASE("A Lease that is not there, or that nobody holds, is free at once", "[runtime][election]") {
  Election election("me", {});
  election.observe(std::nullopt, kStart);
  CHECK_FALSE(election.claimed_until());
  CHECK(election.lease() == nullptr);
  CHECK(election.claim(kNoon) == LeaseRecord{"me", 15s, kNoon, kNoon, 0});
  election.observe(lease_of("", kNoon, 1, 4, 1), kStart);
  CHECK_FALSE(election.claimed_until());
  CHECK(election.claim(kNoon).transitions == 5);
}

TEST_CASE("Another's claim stands for its own duration since it was seen to change, whatever its clock says",
          "[runtime][election]") {
  Election election("me", {});
  // Written an hour ago or an hour ahead.
  election.observe(lease_of("other", kNoon - 1h, 1, 0, 20), kStart + 100s);
  CHECK(election.claimed_until() == kStart + 120s);
  election.observe(lease_of("other", kNoon - 1h, 2, 0, 20), kStart + 105s);  // nothing new but a label, say
  CHECK(election.claimed_until() == kStart + 120s);
  election.observe(lease_of("other", kNoon + 1h, 3, 0, 20), kStart + 110s);
  CHECK(election.claimed_until() == kStart + 130s);
}

TEST_CASE("A Lease that vanished frees nobody before the claim that was known runs out", "[runtime][election]") {
  Election election("me", {});
  election.observe(lease_of("other", kNoon), kStart);
  election.observe(std::nullopt, kStart + 3s);
  CHECK(election.claimed_until() == kStart + 15s);
  CHECK(election.lease() == nullptr);
}

TEST_CASE("A claim without a duration stands as long as one of this process", "[runtime][election]") {
  Election election("me", {});
  election.observe(lease_of("other", kNoon, 1, 0, 0), kStart);
  CHECK(election.claimed_until() == kStart + 15s);
}

TEST_CASE("A leader leads until the renew deadline after its claim was sent", "[runtime][election]") {
  Election election("me", {});
  CHECK_FALSE(election.leads(kStart));
  election.win(lease_of("me", kNoon), kStart);
  CHECK(election.leads(kStart + 10s - 1ns));
  CHECK_FALSE(election.leads(kStart + 10s));
  election.win(lease_of("me", kNoon + 12s, 2), kStart + 12s);
  CHECK(election.leads(kStart + 20s));
  election.step_down();
  CHECK_FALSE(election.leads(kStart + 20s));
}

TEST_CASE("A renewal keeps when the Lease was acquired, a takeover counts as a transition", "[runtime][election]") {
  Election election("me", {1500ms, 1s, 100ms});
  election.observe(lease_of("other", kNoon, 7, 2), kStart);
  const LeaseRecord taken = election.claim(kNoon + 20s);
  CHECK(taken == LeaseRecord{"me", 2s, kNoon + 20s, kNoon + 20s, 3});  // no less than what was asked for
  election.win(parse_lease(lease_to_update(*election.lease(), taken)).value(), kStart + 20s);
  CHECK(election.claim(kNoon + 22s) == LeaseRecord{"me", 2s, kNoon + 20s, kNoon + 22s, 3});
  CHECK(election.release(kNoon + 23s) == LeaseRecord{"", 1s, kNoon + 23s, kNoon + 23s, 3});
}

TEST_CASE("Transitions stay within what the API holds", "[runtime][election]") {
  Election election("me", {});
  election.observe(lease_of("other", kNoon, 1, 2'147'483'647), kStart);
  CHECK(election.claim(kNoon).transitions == 2'147'483'647);
}

TEST_CASE("An update keeps what others have in the Lease and names its version", "[runtime][election]") {
  const Lease read = lease_of("other", kNoon, 42);
  const auto written = json::parse(lease_to_update(read, {"me", 15s, kNoon, kNoon, 1})).value();
  CHECK(json::string_at(written, {"metadata", "resourceVersion"}) == "42");
  CHECK(json::string_at(written, {"metadata", "annotations", "a"}) == "b");
  CHECK(json::string_at(written, {"spec", "holderIdentity"}) == "me");
  CHECK(json::int_at(written, {"spec", "leaseDurationSeconds"}) == 15);
}

TEST_CASE("A Lease that is none gives an error", "[runtime][election]") {
  for (const char* text :
       {"", "[]", "{", R"({"spec":7})", R"({"spec":{"holderIdentity":1}})", R"({"spec":{"leaseDurationSeconds":-1}})",
        R"({"spec":{"leaseDurationSeconds":2147483648}})", R"({"spec":{"leaseTransitions":-2}})"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_lease(text).has_value());
  }
  // All of it may be missing or null.
  for (const char* text : {"{}", R"({"spec":null})", R"({"spec":{"holderIdentity":null,"renewTime":"yesterday"}})"}) {
    CAPTURE(text);
    const auto lease = parse_lease(text);
    REQUIRE(lease.has_value());
    CHECK(lease->record == LeaseRecord{});
    CHECK(json::parse(lease_to_update(*lease, {"me", 15s, kNoon, kNoon, 1})).has_value());
  }
}
