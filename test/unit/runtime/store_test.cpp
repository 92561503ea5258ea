#include "operator/runtime/store.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "test/unit/runtime/widget.hpp"

using namespace kyma;
using namespace kyma::runtime;
using kyma::test::make_widget;
using kyma::test::Widget;

namespace {

ObjectPtr<Widget> shared(const test::WidgetSpec& spec) { return std::make_shared<const Widget>(make_widget(spec)); }
Request key(std::string_view name) { return {"default", name}; }

void by_color(const Widget& widget, const std::function<void(std::string_view)>& emit) {
  if (!widget.color.empty()) emit(widget.color);
}

std::set<std::string> names(const std::vector<ObjectPtr<Widget>>& objects) {
  std::set<std::string> found;
  for (const auto& object : objects) found.insert(object->metadata.name.str());
  return found;
}

}  // namespace

TEST_CASE("Store keeps, replaces and erases objects by key", "[runtime][store]") {
  Store<Widget> store;
  CHECK(store.get(key("a")) == nullptr);
  CHECK(store.put(shared({.name = "a", .version = 1})) == nullptr);
  const auto before = store.put(shared({.name = "a", .version = 2}));
  REQUIRE(before);
  CHECK(before->metadata.resource_version == 1);
  CHECK(store.get(key("a"))->metadata.resource_version == 2);
  CHECK(store.peek(key("a")) == store.get(key("a")).get());
  CHECK(store.size() == 1);
  CHECK(store.get({"other", "a"}) == nullptr);
  CHECK(store.erase(key("a"))->metadata.resource_version == 2);
  CHECK(store.erase(key("a")) == nullptr);
  CHECK(store.size() == 0);
  CHECK(before->metadata.name == "a");  // who holds it may go on
}

TEST_CASE("Store visits every object once", "[runtime][store]") {
  Store<Widget> store;
  for (const char* name : {"a", "b", "c"}) store.put(shared({.name = name}));
  store.erase(key("b"));
  std::vector<std::string> seen;
  store.for_each([&](const ObjectPtr<Widget>& object) { seen.push_back(object->metadata.name.str()); });
  std::sort(seen.begin(), seen.end());
  CHECK(seen == std::vector<std::string>{"a", "c"});
}

TEST_CASE("Store finds objects by index as they change", "[runtime][store]") {
  Store<Widget> store;
  const IndexId colors = store.add_index(by_color);
  store.put(shared({.name = "a", .color = "red"}));
  store.put(shared({.name = "b", .color = "red"}));
  store.put(shared({.name = "c"}));
  CHECK(names(store.by_index(colors, "red")) == std::set<std::string>{"a", "b"});
  store.put(shared({.name = "a", .version = 2, .color = "blue"}));
  CHECK(names(store.by_index(colors, "red")) == std::set<std::string>{"b"});
  CHECK(names(store.by_index(colors, "blue")) == std::set<std::string>{"a"});
  store.put(shared({.name = "b", .version = 2, .color = "red"}));
  REQUIRE(store.by_index(colors, "red").size() == 1);
  CHECK(store.by_index(colors, "red")[0]->metadata.resource_version == 2);  // the new object under the old value
  store.erase(key("b"));
  CHECK(store.by_index(colors, "red").empty());
  CHECK(store.by_index(colors, "").empty());
}

TEST_CASE("Store lists an object under each of several values, and once under a repeated one", "[runtime][store]") {
  Store<Widget> store;
  const IndexId letters = store.add_index([](const Widget& widget, const auto& emit) {
    for (const char& c : widget.color) emit(std::string_view(&c, 1));
  });
  store.put(shared({.name = "a", .color = "xyx"}));
  CHECK(store.by_index(letters, "x").size() == 1);
  CHECK(store.by_index(letters, "y").size() == 1);
  store.put(shared({.name = "a", .version = 2, .color = "yz"}));
  CHECK(store.by_index(letters, "x").empty());
  CHECK(store.by_index(letters, "y").size() == 1);
  CHECK(store.by_index(letters, "z").size() == 1);
}

TEST_CASE("Store agrees with a plain map under random changes", "[runtime][store]") {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  Store<Widget> store;
  const IndexId colors = store.add_index(by_color);
  std::map<std::string, std::string> model;
  const std::vector<std::string> palette{"", "red", "green", "blue"};
  for (int step = 0; step < 20'000; ++step) {
    const std::string name = std::to_string(pick(400));
    if (pick(3) == 0) {
      REQUIRE((store.erase(key(name)) != nullptr) == (model.erase(name) == 1));
    } else {
      const std::string color = palette[static_cast<std::size_t>(pick(4))];
      store.put(shared({.name = name, .color = color}));
      model[name] = color;
    }
    if (step % 500 != 0) continue;
    REQUIRE(store.size() == model.size());
    for (const std::string& color : {"red", "green", "blue"}) {
      std::set<std::string> expected;
      for (const auto& [n, c] : model) {
        if (c == color) expected.insert(n);
      }
      REQUIRE(names(store.by_index(colors, color)) == expected);
      REQUIRE(store.by_index(colors, color).size() == expected.size());
    }
  }
}

TEST_CASE("Store moves objects out of a huge index value in constant time each", "[runtime][store]") {
  Store<Widget> store;
  const IndexId colors = store.add_index(by_color);
  constexpr int kMany = 70'000;
  for (int i = 0; i < kMany; ++i) store.put(shared({.name = std::to_string(i), .color = "red"}));
  // Last in first out and first in first out: a linear search would take 70,000^2 / 2 steps, minutes in this build.
  for (int i = 0; i < kMany; i += 2) store.put(shared({.name = std::to_string(i), .version = 2, .color = "blue"}));
  for (int i = kMany - 1; i > 0; i -= 2) store.put(shared({.name = std::to_string(i), .version = 2, .color = "blue"}));
  CHECK(store.by_index(colors, "red").empty());
  CHECK(store.by_index(colors, "blue").size() == kMany);
}
