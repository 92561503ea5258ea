#include "operator/base/interned_string.hpp"

#include <catch2/catch_test_macros.hpp>

#include <thread>
#include <vector>

using kyma::InternedString;

TEST_CASE("InternedString stores equal texts once", "[base][intern]") {
  const InternedString a("istio"), b(std::string("istio")), c("kiali"), none;
  REQUIRE(a == b);
  REQUIRE(a.view().data() == b.view().data());
  REQUIRE_FALSE(a == c);
  REQUIRE(a.hash() == b.hash());
  REQUIRE(none.empty());
  REQUIRE(InternedString("") == none);
  REQUIRE(none.view().empty());
  REQUIRE(a < c);
}

TEST_CASE("InternedString survives copies, moves and many threads", "[base][intern]") {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 5000; ++i) {
        InternedString a("name-" + std::to_string(i % 7));
        InternedString b = a;
        InternedString c = std::move(a);
        if (!(b == c) || b.view().substr(0, 5) != "name-") std::abort();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  REQUIRE(InternedString("name-3").view() == "name-3");
}
