// ClientOptions::may_write: the last word before a write leaves this process.

#include <catch2/catch_test_macros.hpp>

#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

ClientOptions asking(const bool& may) {
  ClientOptions options;
  options.qps = 1;
  options.burst = 1;
  options.may_write = [&may] { return may; };
  return options;
}

}  // namespace

TEST_CASE("Client withholds writes while they are not permitted, and reads as ever", "[kube][client]") {
  bool may = false;
  ScriptedApi api(asking(may));
  Client& client = *api.client;
  CHECK(api.run(client.get(kKymas, "ns", "x")));
  for (const Outcome<std::string>& outcome :
       {api.run(client.create(kKymas, "ns", "{}")), api.run(client.update(kKymas, "ns", "x", "{}")),
        api.run(client.merge_patch(kKymas, "ns", "x", "{}"))}) {
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().is_transport());
    CHECK(outcome.error().message.starts_with("not sent, since this process may not write now: P"));
  }
  CHECK_FALSE(api.run(client.remove(kKymas, "ns", "x")).has_value());
  CHECK(api.requests.size() == 1);
  // The connection is none the worse for it.
  may = true;
  CHECK(api.run(client.merge_patch(kKymas, "ns", "x", "{}")));
  CHECK(api.requests.size() == 2);
  CHECK(api.requests.back().method == "PATCH");
}

TEST_CASE("Client asks for permission after every wait, not before", "[kube][client]") {
  bool may = true;
  ScriptedApi api(asking(may));
  Client& client = *api.client;
  const auto patch_while_it_ends = [&](Duration when) {
    Timer end(api.clock, [&] { may = false; });
    end.expires_after(when);
    return api.run(client.merge_patch(kKymas, "ns", "x", "{}"));
  };
  SECTION("for flow control") {
    REQUIRE(api.run(client.get(kKymas, "ns", "x")));
    CHECK_FALSE(patch_while_it_ends(500ms));
    CHECK(api.requests.size() == 1);
  }
  SECTION("for another try") {
    api.answer(429, "{}", {{"Retry-After", "3"}});
    CHECK_FALSE(patch_while_it_ends(1s));
    CHECK(api.requests.size() == 1);
  }
}
