#include "operator/base/lru_map.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using kyma::LruMap;

namespace {

std::string keys(const LruMap<std::string, int>& map) {
  std::string result;
  map.for_each([&](const std::string& key, int) { result += key; });
  return result;
}

bool any(int) { return true; }

}  // namespace

TEST_CASE("LruMap lets go of what was asked for longest ago", "[base][lru]") {
  LruMap<std::string, int> map;
  for (const char* key : {"a", "b", "c"}) map.insert(key, 1);
  REQUIRE(map.find("a"));
  map.insert("b", 2);
  CHECK(keys(map) == "bac");
  CHECK(map.evict(any));
  CHECK_FALSE(map.find("c"));
  CHECK(map.evict(any));
  CHECK(keys(map) == "b");
  CHECK(*map.find("b") == 2);
  CHECK(map.evict(any));
  CHECK_FALSE(map.evict(any));
  CHECK(map.size() == 0);
}

TEST_CASE("LruMap passes over what may not go", "[base][lru]") {
  LruMap<std::string, int> map;
  for (int i = 0; i < 4; ++i) map.insert(std::string(1, static_cast<char>('a' + i)), i);
  CHECK(map.evict([](int value) { return value % 2 == 1; }));
  CHECK(keys(map) == "dca");
  CHECK_FALSE(map.evict([](int value) { return value > 3; }));
  map.erase_if([](int value) { return value != 2; });
  CHECK(keys(map) == "c");
  CHECK(map.erase("c"));
  CHECK_FALSE(map.erase("c"));
}
