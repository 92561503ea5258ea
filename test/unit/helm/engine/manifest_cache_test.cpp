#include "operator/helm/manifest_cache.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace kyma;
using namespace kyma::helm;

namespace {

ManifestKey key(const std::string& name) { return {name, "", name, "default", ""}; }

std::shared_ptr<const Manifest> manifest(const std::string& digest, std::size_t bytes) {
  return std::make_shared<const Manifest>(Manifest{digest, std::string(bytes, 'x')});
}

}  // namespace

TEST_CASE("ManifestCache gives the very manifest that was put in", "[helm][cache]") {
  ManifestCache cache(10'000);
  const auto stored = manifest("d", 100);
  cache.insert(key("a"), stored);
  CHECK(cache.find(key("a")).get() == stored.get());
  CHECK(cache.find(key("b")) == nullptr);
}

TEST_CASE("ManifestCache tells keys apart by each of their parts", "[helm][cache]") {
  ManifestCache cache(100'000);
  const ManifestKey base{"c", "v", "r", "n", "{}"};
  cache.insert(base, manifest("d", 1));
  for (const auto part : {&ManifestKey::chart, &ManifestKey::version, &ManifestKey::release_name,
                          &ManifestKey::release_namespace, &ManifestKey::values}) {
    ManifestKey other = base;
    other.*part = "other";
    CHECK(cache.find(other) == nullptr);
  }
}

TEST_CASE("ManifestCache stays within its bytes and lets the least recently used go", "[helm][cache]") {
  ManifestCache cache(10'000);
  for (const char* name : {"a", "b", "c"}) cache.insert(key(name), manifest("d", 2'500));
  REQUIRE(cache.size() == 3);
  REQUIRE(cache.find(key("a")) != nullptr);  // now b is the oldest
  cache.insert(key("d"), manifest("d", 2'500));
  CHECK(cache.bytes() <= 10'000);
  CHECK(cache.find(key("a")) != nullptr);
  CHECK(cache.find(key("b")) == nullptr);
  CHECK(cache.find(key("d")) != nullptr);
}

TEST_CASE("ManifestCache does not keep what is larger than itself, nor empties itself for it", "[helm][cache]") {
  ManifestCache cache(5'000);
  cache.insert(key("small"), manifest("d", 100));
  cache.insert(key("large"), manifest("d", 50'000));
  CHECK(cache.find(key("large")) == nullptr);
  CHECK(cache.find(key("small")) != nullptr);
}

TEST_CASE("ManifestCache counts a replaced manifest once", "[helm][cache]") {
  ManifestCache cache(50'000);
  cache.insert(key("a"), manifest("1", 1'000));
  const std::size_t bytes = cache.bytes();
  cache.insert(key("a"), manifest("2", 1'000));
  CHECK(cache.bytes() == bytes);
  CHECK(cache.find(key("a"))->digest == "2");
  cache.erase(key("a"));
  CHECK(cache.bytes() == 0);
  CHECK(cache.size() == 0);
}

TEST_CASE("A manifest that is let go lives on with those who hold it", "[helm][cache]") {
  ManifestCache cache(5'000);
  cache.insert(key("a"), manifest("d", 100));
  const auto held = cache.find(key("a"));
  cache.clear();
  CHECK(held->text.size() == 100);
}
