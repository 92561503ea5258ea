#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string_view>
#include <vector>

#include "operator/helm/formats/key_order.hpp"

namespace kyma::helm {
namespace {

TEST_CASE("Keys are ordered by their numbers, letters after all else", "[helm][formats][yaml]") {
  const std::vector<std::string_view> sorted = {"",    "10",  "1a", "9",   "A",   "Z",  "a-b", "a.b",
                                                "a/b", "a_b", "a2", "a02", "a10", "aB", "ab"};
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    CAPTURE(sorted[i], sorted[i + 1]);
    CHECK(key_less(sorted[i], sorted[i + 1], KeyOrder::yaml2));
    CHECK_FALSE(key_less(sorted[i + 1], sorted[i], KeyOrder::yaml2));
  }
}

TEST_CASE("After a digit version 3 puts letters first", "[helm][formats][yaml]") {
  CHECK(key_less("a1_", "a1b", KeyOrder::yaml2));
  CHECK(key_less("a1b", "a1_", KeyOrder::yaml3));
  CHECK(key_less("a_", "ab", KeyOrder::yaml3));
}

}  // namespace
}  // namespace kyma::helm
