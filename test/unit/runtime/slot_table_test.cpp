#include "operator/runtime/slot_table.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <unordered_map>

#include "operator/runtime/delay_heap.hpp"
#include "operator/runtime/index_bucket.hpp"

using namespace kyma;
using namespace kyma::runtime;
using namespace std::chrono_literals;

TEST_CASE("SlotTable finds what was inserted and nothing else", "[runtime][slot_table]") {
  SlotTable table;
  const auto always = [](SlotTable::Slot) { return true; };
  CHECK(table.find(1, always) == SlotTable::kNone);
  table.erase(1, 1);
  table.insert(1, 10);
  CHECK(table.find(1, always) == 10);
  CHECK(table.find(1, [](SlotTable::Slot) { return false; }) == SlotTable::kNone);
  CHECK(table.find(2, always) == SlotTable::kNone);
  table.erase(1, 11);
  CHECK(table.size() == 1);
  table.erase(1, 10);
  CHECK(table.find(1, always) == SlotTable::kNone);
}

TEST_CASE("SlotTable tells keys of equal hashes apart", "[runtime][slot_table]") {
  SlotTable table;
  for (SlotTable::Slot slot = 0; slot < 100; ++slot) table.insert(7, slot);
  for (SlotTable::Slot slot = 0; slot < 100; slot += 2) table.erase(7, slot);
  for (SlotTable::Slot slot = 0; slot < 100; ++slot) {
    const auto found = table.find(7, [slot](SlotTable::Slot other) { return other == slot; });
    REQUIRE(found == (slot % 2 ? slot : SlotTable::kNone));
  }
}

TEST_CASE("SlotTable agrees with a plain map under random changes", "[runtime][slot_table]") {
  std::mt19937 random(3);
  SlotTable table;
  // Few distinct hashes, so that runs of cells are long and wrap around.
  const auto hash_of = [](SlotTable::Slot slot) { return std::size_t{slot % 97} * 0x100000; };
  std::unordered_map<SlotTable::Slot, bool> model;
  for (int step = 0; step < 100'000; ++step) {
    const auto slot = static_cast<SlotTable::Slot>(random() % 700);
    const auto found = table.find(hash_of(slot), [slot](SlotTable::Slot other) { return other == slot; });
    REQUIRE((found != SlotTable::kNone) == model.contains(slot));
    if (model.contains(slot)) {
      table.erase(hash_of(slot), slot);
      model.erase(slot);
    } else {
      table.insert(hash_of(slot), slot);
      model[slot] = true;
    }
    REQUIRE(table.size() == model.size());
  }
}

TEST_CASE("DelayHeap gives deadlines out in order, equal ones as they came", "[runtime][delay_heap]") {
  std::mt19937 random(5);
  DelayHeap heap;
  for (std::uint32_t i = 0; i < 5000; ++i) heap.push(SteadyTime{std::chrono::seconds{random() % 100}}, i);
  DelayHeap::Node last = heap.top();
  for (; !heap.empty(); heap.pop()) {
    const DelayHeap::Node node = heap.top();
    REQUIRE(last.deadline <= node.deadline);
    if (last.deadline == node.deadline) REQUIRE(last.slot <= node.slot);
    last = node;
  }
}

TEST_CASE("DelayHeap keeps its order when it is swept", "[runtime][delay_heap]") {
  std::mt19937 random(6);
  DelayHeap heap;
  for (std::uint32_t i = 0; i < 1000; ++i) heap.push(SteadyTime{std::chrono::seconds{random() % 100}}, i);
  heap.compact([](const DelayHeap::Node& node) { return node.slot % 3 == 0; });
  CHECK(heap.size() == 334);
  SteadyTime last{};
  for (; !heap.empty(); heap.pop()) {
    REQUIRE(heap.top().slot % 3 == 0);
    REQUIRE(last <= heap.top().deadline);
    last = heap.top().deadline;
  }
  heap.compact([](const DelayHeap::Node&) { return true; });
  CHECK(heap.empty());
}

TEST_CASE("IndexBucket grows and shrinks through its table and back", "[runtime][store]") {
  IndexBucket bucket;
  bucket.remove(1);
  for (std::uint32_t i = 0; i < 200; ++i) bucket.add(i * 3);
  for (std::uint32_t i = 0; i < 200; i += 2) bucket.remove(i * 3);
  bucket.remove(1);
  CHECK(bucket.slots().size() == 100);
  for (std::uint32_t i = 199; i > 1; i -= 2) bucket.remove(i * 3);
  CHECK(bucket.slots() == std::vector<std::uint32_t>{3});
  bucket.remove(3);
  CHECK(bucket.empty());
}
