#include <catch2/catch_test_macros.hpp>

#include <vector>

#include "operator/apiserver/memory_storage.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

constexpr Revision kStart = 1'700'000'000'000'000;

Draft draft(std::string_view name, std::string_view value = "v", std::string_view name_space = "n") {
  auto document = json::parse(
      R"({"kind":"Thing","spec":{"b":1,"a":[true,null,1.5]},"apiVersion":"x/v1","metadata":{"namespace":")" +
      std::string(name_space) + R"(","name":")" + std::string(name) + R"(","labels":{"l":")" + std::string(value) +
      R"("},"uid":"00000000-0000-4000-8000-00000000000)" + (value == "v" ? "1" : "2") + R"("}})");
  return encode_object(*document, document->GetAllocator());
}

struct Fixture {
  MemoryStorage storage{kStart, {}};
  Table& table = storage.table("things.x");
};

TEST_CASE("An object that is too large is not encoded", "[apiserver][storage]") {
  auto document = json::parse(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"k":"v"}}})");
  const auto fits = encode_object(*document, document->GetAllocator());
  REQUIRE(encode_object(*document, document->GetAllocator(), nullptr, fits->json.size()) != nullptr);
  REQUIRE(encode_object(*document, document->GetAllocator(), nullptr, fits->json.size() - 1) == nullptr);
}

TEST_CASE("Storage encodes objects canonically, with room for the version", "[apiserver][storage]") {
  Fixture f;
  const auto made = f.table.create(draft("a"));
  REQUIRE(made.has_value());
  REQUIRE(
      (*made)->json ==
      R"({"apiVersion":"x/v1","kind":"Thing","metadata":{"labels":{"l":"v"},"name":"a","namespace":"n","resourceVersion":"1700000000000001","uid":"00000000-0000-4000-8000-000000000001"},"spec":{"a":[true,null,1.5],"b":1}})");
  REQUIRE((*made)->revision == kStart + 1);
  REQUIRE((*made)->key() == "n/a");
  REQUIRE((*made)->text((*made)->spec_text) == R"({"a":[true,null,1.5],"b":1})");
  REQUIRE((*made)->text((*made)->api_version_text) == R"("x/v1")");
  REQUIRE((*made)->status_text.empty());
  REQUIRE((*made)->labels.size() == 1);
}

TEST_CASE("Storage gives every write the next version, over all tables", "[apiserver][storage]") {
  Fixture f;
  auto& other = f.storage.table("others.x");
  REQUIRE(f.storage.revision() == kStart);
  REQUIRE((*f.table.create(draft("a")))->revision == kStart + 1);
  REQUIRE((*other.create(draft("a")))->revision == kStart + 2);
  REQUIRE((*f.table.update(draft("a", "w"), {}))->revision == kStart + 3);
  REQUIRE((*f.table.remove("n/a", {}))->revision == kStart + 4);
  REQUIRE(f.storage.revision() == kStart + 4);
  REQUIRE(&f.storage.table("others.x") == &other);
  // However early the clock is, versions have all their digits.
  REQUIRE(MemoryStorage(5, {}).revision() == kMinRevision);
}

TEST_CASE("Storage writes only at the version and uid that are expected", "[apiserver][storage][concurrency]") {
  Fixture f;
  REQUIRE(f.table.update(draft("a"), {}).error().code == StorageErrc::not_found);
  REQUIRE(f.table.remove("n/a", {}).error().code == StorageErrc::not_found);
  const auto made = *f.table.create(draft("a"));
  const auto again = f.table.create(draft("a"));
  REQUIRE(again.error().code == StorageErrc::already_exists);
  REQUIRE(again.error().current == made);
  const auto changed = *f.table.update(draft("a", "w"), {made->revision, std::nullopt});
  const auto stale = f.table.update(draft("a"), {made->revision, std::nullopt});
  REQUIRE(stale.error().code == StorageErrc::revision_mismatch);
  REQUIRE(stale.error().current == changed);
  REQUIRE(f.table.remove("n/a", {made->revision, std::nullopt}).error().code == StorageErrc::revision_mismatch);
  REQUIRE(f.table.remove("n/a", {std::nullopt, made->uid}).error().code == StorageErrc::uid_mismatch);
  REQUIRE(f.table.get("n/a") == changed);
  REQUIRE(f.storage.revision() == changed->revision);
  REQUIRE(f.table.remove("n/a", {changed->revision, changed->uid}).has_value());
  REQUIRE(f.table.size() == 0);
}

TEST_CASE("Snapshot stays as it was and is sorted by namespace and name", "[apiserver][storage]") {
  Fixture f;
  for (const auto* name : {"c", "a", "b"}) f.table.create(draft(name)).value();
  f.table.create(draft("z", "v", "m")).value();
  f.table.create(draft("a", "v", "n-1")).value();
  const auto all = f.table.list({});
  const auto some = f.table.list("n");
  f.table.remove("n/b", {}).value();
  f.table.update(draft("a", "w"), {}).value();
  std::string keys;
  for (const auto& object : *all.objects) keys += object->key() + " ";
  REQUIRE(keys == "m/z n-1/a n/a n/b n/c ");
  REQUIRE(some.objects->size() == 3);
  REQUIRE(some.objects->front()->labels.front().second == "v");
  REQUIRE(all.revision == kStart + 5);
}

TEST_CASE("History drops the oldest change of all when it is full", "[apiserver][storage][history]") {
  MemoryStorage storage(kStart, {.history_events = 4, .history_bytes = 1 << 20});
  auto& one = storage.table("one");
  auto& two = storage.table("two");
  for (int i = 0; i < 3; ++i) one.create(draft("a" + std::to_string(i))).value();
  REQUIRE(one.history().retains(kStart));
  REQUIRE_FALSE(one.history().retains(kStart - 1));
  for (int i = 0; i < 3; ++i) two.create(draft("a" + std::to_string(i))).value();
  REQUIRE(storage.history_budget().events() == 4);
  REQUIRE(one.history().size() == 1);
  REQUIRE_FALSE(one.history().retains(kStart + 1));
  REQUIRE(one.history().retains(kStart + 2));
  REQUIRE(two.history().retains(kStart));
}

TEST_CASE("History is bounded in bytes as well", "[apiserver][storage][history]") {
  MemoryStorage storage(kStart, {.history_events = 1000, .history_bytes = 10'000});
  auto& table = storage.table("t");
  for (int i = 0; i < 100; ++i) table.create(draft("a" + std::to_string(i))).value();
  REQUIRE(storage.history_budget().bytes() <= 10'000);
  REQUIRE(table.history().size() > 3);
  REQUIRE(table.history().size() < 100);
}

TEST_CASE("Cursor reads each change once and notices what it has lost", "[apiserver][storage][history]") {
  MemoryStorage storage(kStart, {.history_events = 3, .history_bytes = 1 << 20});
  auto& table = storage.table("t");
  table.create(draft("a")).value();
  table.create(draft("b")).value();
  WatchHistory::Cursor cursor;
  table.history().place(cursor, kStart + 1);
  REQUIRE(table.history().watchers() == 1);
  const auto* change = table.history().next(cursor);
  REQUIRE(change->revision() == kStart + 2);
  REQUIRE(change->type == ChangeType::added);
  REQUIRE(table.history().next(cursor) == nullptr);
  table.update(draft("b", "w"), {}).value();
  change = table.history().next(cursor);
  REQUIRE(change->type == ChangeType::modified);
  REQUIRE(change->previous->labels.front().second == "v");
  for (int i = 0; i < 3; ++i) table.create(draft("c" + std::to_string(i))).value();
  REQUIRE_FALSE(table.history().is_lost(cursor));
  table.create(draft("d")).value();
  REQUIRE(table.history().is_lost(cursor));
}

TEST_CASE("Observers hear of each change when it is visible", "[apiserver][storage]") {
  Fixture f;
  std::vector<std::string> heard;
  f.storage.observe([&](Table& table, const Change& change) {
    const bool visible = table.get(change.object->key()) != nullptr;
    heard.push_back(table.resource() + (change.type == ChangeType::deleted ? " deleted" : " there") +
                    (visible ? " yes" : " no"));
  });
  f.table.create(draft("a")).value();
  f.table.remove("n/a", {}).value();
  REQUIRE(heard == std::vector<std::string>{"things.x there yes", "things.x deleted no"});
}

TEST_CASE("Texts are compared by parts", "[apiserver][storage]") {
  const auto object = [](std::string_view text) {
    auto document = json::parse(text);
    auto result = encode_object(*document, document->GetAllocator());
    return result;
  };
  const auto base =
      object(R"({"apiVersion":"v1","kind":"K","metadata":{"name":"a"},"spec":{"x":1},"status":{"s":1},"zeta":1})");
  const auto same =
      object(R"({"zeta":1,"status":{"s":1},"spec":{"x":1},"metadata":{"name":"a"},"kind":"K","apiVersion":"v1"})");
  stamp(*same, 1'800'000'000'000'000);
  REQUIRE(same_but_revision(*base, *same));
  const auto labelled =
      object(R"({"apiVersion":"v1","kind":"K","metadata":{"name":"a","labels":{"l":"m"}},"spec":{"x":1},"zeta":1})");
  REQUIRE_FALSE(same_but_revision(*base, *labelled));
  REQUIRE(same_desired_state(*base, *labelled));
  REQUIRE_FALSE(same_desired_state(
      *base,
      *object(R"({"apiVersion":"v1","kind":"K","metadata":{"name":"a"},"spec":{"x":2},"status":{"s":1},"zeta":1})")));
  REQUIRE_FALSE(same_desired_state(
      *base, *object(R"({"apiVersion":"v1","kind":"K","metadata":{"name":"a"},"spec":{"x":1},"zeta":2})")));
  REQUIRE_FALSE(same_desired_state(*base, *object(R"({"apiVersion":"v1","kind":"K","metadata":{"name":"a"}})")));
}

}  // namespace
}  // namespace kyma::apiserver
