#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "test/unit/apiserver/durable_fixture.hpp"

namespace kyma::apiserver::test {
namespace {

TEST_CASE("Durable storage shows a write to nobody before it is on disk", "[apiserver][durable]") {
  DurableFixture f;
  const auto start = f.storage->revision();
  std::vector<Revision> seen;
  f.storage->observe([&](Table&, const Change& change) {
    // Whoever hears of it finds it, and the log is synced.
    REQUIRE(f.table->read("n/a") == change.object);
    REQUIRE(FaultyFiles::unsynced_log_writes == 0);
    seen.push_back(change.revision());
  });
  const auto made = f.table->create(draft("a")).value();
  REQUIRE(f.table->get("n/a") == made);
  REQUIRE(f.table->read("n/a") == nullptr);
  REQUIRE(f.table->size() == 0);
  REQUIRE(f.storage->revision() == start);
  REQUIRE_FALSE(f.storage->is_settled());
  REQUIRE(f.changes_since(start).empty());

  REQUIRE(f.settle().has_value());
  REQUIRE(f.table->read("n/a") == made);
  REQUIRE(f.storage->revision() == made->revision);
  REQUIRE(f.storage->is_settled());
  REQUIRE(seen == std::vector{made->revision});
  REQUIRE(f.changes_since(start) == "ADDED a@1");
  // Objects may be Secrets.
  for (const auto& file : std::filesystem::directory_iterator(f.directory.path)) {
    CAPTURE(file.path());
    REQUIRE((file.status().permissions() & std::filesystem::perms(0077)) == std::filesystem::perms::none);
  }
}

TEST_CASE("Durable storage judges a write by the newest object, on disk or not", "[apiserver][durable][concurrency]") {
  DurableFixture f;
  const auto made = f.table->create(draft("a")).value();
  REQUIRE(f.table->create(draft("a")).error().code == StorageErrc::already_exists);
  const auto changed = f.table->update(draft("a", "w"), {made->revision, std::nullopt}).value();
  REQUIRE(f.table->update(draft("a", "x"), {made->revision, std::nullopt}).error().code ==
          StorageErrc::revision_mismatch);
  REQUIRE(f.table->remove("n/a", {changed->revision, std::nullopt}).has_value());
  REQUIRE(f.table->remove("n/a", {}).error().code == StorageErrc::not_found);
  REQUIRE(f.table->get("n/a") == nullptr);
  REQUIRE(f.table->create(draft("a", "again")).has_value());
  REQUIRE(f.settle().has_value());
  REQUIRE(f.table->read("n/a")->labels.front().second == "again");
  REQUIRE(f.changes_since(made->revision - 1) == "ADDED a@1 MODIFIED a@2 DELETED a@3 ADDED a@4");
}

TEST_CASE("Durable storage commits all that wait with one sync", "[apiserver][durable]") {
  DurableFixture f;
  REQUIRE(f.settle().has_value());
  FaultyFiles::log_syncs = 0;
  for (int i = 0; i < 50; ++i) f.table->create(draft("a" + std::to_string(i))).value();
  REQUIRE(f.settle().has_value());
  REQUIRE(FaultyFiles::log_syncs == 1);
  REQUIRE(f.table->size() == 50);
}

TEST_CASE("Durable storage goes on after a restart: objects, versions and watches", "[apiserver][durable]") {
  DurableFixture f;
  const auto start = f.storage->revision();
  for (const auto* name : {"a", "b", "c"}) f.table->create(draft(name)).value();
  f.table->update(draft("b", "w"), {}).value();
  f.table->remove("n/a", {}).value();
  f.storage->table("others").create(draft("z")).value();
  REQUIRE(f.settle().has_value());
  const auto last = f.storage->revision();
  const auto text = f.table->read("n/b")->json;
  const auto changes = f.changes_since(start);

  f.reopen();
  REQUIRE(f.storage->revision() == last);
  REQUIRE(f.storage->tables().size() == 2);
  REQUIRE(f.table->size() == 2);
  REQUIRE(f.table->read("n/a") == nullptr);
  REQUIRE(f.table->read("n/b")->json == text);
  REQUIRE(f.table->read("n/b")->labels.front().second == "w");
  REQUIRE(f.changes_since(start) == changes);
  REQUIRE(f.changes_since(start + 4) == "DELETED a@1");
  REQUIRE(f.table->create(draft("d")).value()->revision == last + 1);
  REQUIRE(f.settle().has_value());
}

TEST_CASE("Durable storage has everything acknowledged in a copy made at any moment", "[apiserver][durable]") {
  DurableFixture f;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 20; ++i) f.table->create(draft(std::to_string(round * 20 + i))).value();
    REQUIRE(f.settle().has_value());
    f.table->create(draft("unacknowledged" + std::to_string(round))).value();
    // What a kill leaves: the file and its log, as they are.
    ScratchDirectory copy;
    for (const auto* name : {"objects.db", "objects.db-wal"}) {
      std::filesystem::copy_file(f.directory.path / name, copy.path / name);
    }
    auto restarted = f.try_open(copy.path);
    REQUIRE(restarted.has_value());
    const auto& table = (*restarted)->table("things.x");
    for (int i = 0; i < (round + 1) * 20; ++i) REQUIRE(table.read("n/" + std::to_string(i)) != nullptr);
  }
}

TEST_CASE("Durable storage keeps no more on disk than objects and watch history need", "[apiserver][durable]") {
  DurableFixture f(10);
  const auto start = f.storage->revision();
  f.table->create(draft("a")).value();
  f.table->create(draft("b")).value();
  f.table->create(draft("c")).value();
  for (int i = 0; i < 300; ++i) {
    f.table->update(draft("a", std::to_string(i)), {}).value();
    if (i % 7 == 0) REQUIRE(f.settle().has_value());
  }
  f.table->remove("n/c", {}).value();
  for (int i = 0; i < 20; ++i) f.table->update(draft("a", std::to_string(i)), {}).value();
  REQUIRE(f.settle().has_value());
  const auto last = f.storage->revision();
  f.table->update(draft("a", "end"), {}).value();  // takes along what the one before let go
  REQUIRE(f.settle().has_value());
  f.close();
  // Ten changes, what the first of them superseded, b, and what goes with the next write.
  REQUIRE(f.query("SELECT count(*) FROM changes") <= 10 + 1 + 1 + 2);
  REQUIRE(f.query("SELECT count(*) FROM changes WHERE key = 'n/c'") == 0);

  f.open();
  REQUIRE_FALSE(f.table->history().retains(start));
  REQUIRE(f.table->history().retains(last));
  REQUIRE(f.changes_since(last) == "MODIFIED a@1");
  REQUIRE(f.table->size() == 2);
  REQUIRE(f.table->read("n/a")->labels.front().second == "end");
}

TEST_CASE("Durable storage moved ahead after a backup was restored knows no watch from before",
          "[apiserver][durable]") {
  DurableFixture f;
  f.table->create(draft("a")).value();
  f.table->update(draft("a", "w"), {}).value();
  REQUIRE(f.settle().has_value());
  const auto last = f.storage->revision();
  f.close();
  f.query("INSERT OR REPLACE INTO meta VALUES('compacted', " + std::to_string(last + 1'000'000) + ") RETURNING 1");
  f.open();
  REQUIRE(f.storage->revision() == last + 1'000'000);
  REQUIRE_FALSE(f.table->history().retains(last));
  REQUIRE(f.table->read("n/a")->labels.front().second == "w");
  REQUIRE(f.table->create(draft("b")).value()->revision == last + 1'000'001);
  REQUIRE(f.settle().has_value());
  f.close();
  REQUIRE(f.query("SELECT count(*) FROM changes") == 2);  // what was superseded is gone
}

TEST_CASE("Durable storage refuses a second server, and names the first", "[apiserver][durable]") {
  DurableFixture f;
  const auto second = f.try_open(f.directory.path);
  REQUIRE_FALSE(second.has_value());
  REQUIRE(second.error().message.find("another server (process ") == 0);
  REQUIRE(second.error().message.find(f.directory.path.string()) != std::string::npos);
  f.reopen();  // the lock goes with its holder
}

TEST_CASE("Durable storage refuses files that it cannot understand, and names the remedy", "[apiserver][durable]") {
  DurableFixture f;
  f.table->create(draft("a")).value();
  for (int i = 0; i < 40; ++i) f.table->create(draft("b" + std::to_string(i))).value();
  REQUIRE(f.settle().has_value());
  f.close();
  const auto path = f.directory.path / DurableStorage::kFile;
  const auto refusal = [&] {
    const auto opened = f.try_open(f.directory.path);
    REQUIRE_FALSE(opened.has_value());
    REQUIRE(opened.error().message.find(path.string()) != std::string::npos);
    return opened.error().message;
  };
  const auto overwrite = [&](std::streamoff offset, const std::string& text) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file << text;
    REQUIRE(file.good());
  };

  SECTION("a newer schema") {
    f.query("PRAGMA user_version = 2");
    REQUIRE(refusal().find("newer version of this program") != std::string::npos);
  }
  SECTION("another program's database") {
    f.query("PRAGMA application_id = 5");
    REQUIRE(refusal().find("another program") != std::string::npos);
  }
  SECTION("no database") {
    overwrite(0, "this is no database, whatever it is called");
    REQUIRE(refusal().find("restore a backup") != std::string::npos);
  }
  SECTION("damaged pages") {
    overwrite(4096, std::string(8192, '\xff'));
    REQUIRE(refusal().find("restore a backup") != std::string::npos);
  }
  SECTION("a row that is no object") {
    f.query("UPDATE changes SET object = '{\"metadata\":[' WHERE key = 'n/a' RETURNING 1");
    REQUIRE(refusal().find("holds no object n/a of things.x") != std::string::npos);
  }
  SECTION("an object of another version than its row") {
    f.query(
        "UPDATE changes SET object = replace(object, 'resourceVersion\":\"1', 'resourceVersion\":\"2') RETURNING 1");
    REQUIRE(refusal().find("is damaged") != std::string::npos);
  }
  SECTION("a change of no known type") {
    f.query("UPDATE changes SET type = 9 WHERE key = 'n/a' RETURNING 1");
    REQUIRE(refusal().find("no known type") != std::string::npos);
  }
}

TEST_CASE("Durable storage refuses a directory that it cannot use", "[apiserver][durable]") {
  DurableFixture f;
  const auto file = f.directory.path / "lock";
  const auto opened = f.try_open(file / "below");
  REQUIRE_FALSE(opened.has_value());
  REQUIRE(opened.error().message.find("name a directory that this user may write to") != std::string::npos);
}

}  // namespace
}  // namespace kyma::apiserver::test
