// A disk that fails while the server runs: writes are refused, nothing is lost or made up, and all is well again later.
#include <catch2/catch_test_macros.hpp>

#include <cerrno>
#include <string>
#include <vector>

#include "test/unit/apiserver/durable_fixture.hpp"

namespace kyma::apiserver::test {
namespace {

struct Fault {
  std::atomic<int>* kind;
  int code;
  std::string remedy;
};

std::vector<Fault> faults() {
  return {{&FaultyFiles::write_fault, ENOSPC, "the disk is full; writes are possible again once there is space"},
          {&FaultyFiles::write_fault, EROFS, "it is read-only; make it writable"},
          {&FaultyFiles::write_fault, EIO, "disk I/O error: see to the disk"},
          {&FaultyFiles::sync_fault, EIO, "disk I/O error: see to the disk"}};
}

TEST_CASE("Durable storage refuses writes that the disk does not take, and undoes them", "[apiserver][durable]") {
  for (const auto& fault : faults()) {
    DurableFixture f;
    const auto kept = f.table->create(draft("kept")).value();
    const auto other = f.table->create(draft("other")).value();
    REQUIRE(f.settle().has_value());
    const auto before = f.storage->revision();
    std::vector<std::string> counted;
    f.storage->observe_accepted([&](Table&, const Change& change) {
      counted.push_back(fmt::format("{}{}", static_cast<int>(change.type), change.object->name.view()));
    });
    counted.clear();
    int observed = 0;
    f.storage->observe([&](Table&, const Change&) { ++observed; });

    *fault.kind = fault.code;
    const auto lost = f.table->create(draft("lost")).value();
    f.table->update(draft("kept", "w"), {}).value();
    f.table->remove("n/other", {}).value();
    const auto outcome = f.settle();
    REQUIRE_FALSE(outcome.has_value());
    CAPTURE(outcome.error().message);
    REQUIRE(outcome.error().message.find((f.directory.path / "objects.db").string()) != std::string::npos);
    REQUIRE(outcome.error().message.find(fault.remedy) != std::string::npos);
    REQUIRE_FALSE(f.storage->health().has_value());
    // Nothing has happened, for readers and for the next write.
    REQUIRE(f.storage->revision() == before);
    REQUIRE(f.storage->is_settled());
    REQUIRE(f.table->get("n/lost") == nullptr);
    REQUIRE(f.table->get("n/kept") == kept);
    REQUIRE(f.table->get("n/other") == other);
    REQUIRE(observed == 0);
    REQUIRE(counted == std::vector<std::string>{"0lost", "1kept", "2other", "0other", "1kept", "2lost"});

    *fault.kind = 0;
    const auto made = f.table->create(draft("lost")).value();
    REQUIRE(made->revision > lost->revision);
    REQUIRE(f.settle().has_value());
    REQUIRE(f.storage->health().has_value());
    f.reopen();
    REQUIRE(f.table->size() == 3);
    REQUIRE(f.table->read("n/lost")->revision == made->revision);
    REQUIRE(f.changes_since(before) == fmt::format("ADDED lost@{}", made->revision - before));
  }
}

TEST_CASE("Durable storage notices by itself that the disk is back", "[apiserver][durable]") {
  DurableFixture f;
  int recoveries = 0;
  f.storage->on_recovery([&] { ++recoveries; });
  FaultyFiles::write_fault = ENOSPC;
  f.table->create(draft("a")).value();
  REQUIRE_FALSE(f.settle().has_value());
  REQUIRE_FALSE(f.storage->health().has_value());
  FaultyFiles::write_fault = 0;
  f.run_until([&] { return f.storage->health().has_value(); });
  REQUIRE(recoveries == 1);
  REQUIRE(f.table->create(draft("a")).has_value());
  REQUIRE(f.settle().has_value());
}

TEST_CASE("Durable storage fails what builds upon a failed batch as well", "[apiserver][durable]") {
  DurableFixture f;
  FaultyFiles::sync_fault = EIO;
  // More than a batch: the rest would have been committed after it.
  for (int i = 0; i < 200; ++i) f.table->create(draft(std::to_string(i))).value();
  const auto outcome = f.settle();
  REQUIRE_FALSE(outcome.has_value());
  FaultyFiles::sync_fault = 0;
  REQUIRE(f.table->size() == 0);
  REQUIRE(f.storage->is_settled());
  f.reopen();
  REQUIRE(f.table->size() == 0);
}

TEST_CASE("Durable storage still forgets what a failed batch was to forget", "[apiserver][durable]") {
  DurableFixture f(4);
  for (int i = 0; i < 30; ++i) {
    if (i == 0) f.table->create(draft("a")).value();
    f.table->update(draft("a", std::to_string(i)), {}).value();
    FaultyFiles::write_fault = i % 3 == 1 ? ENOSPC : 0;
    REQUIRE(f.settle().has_value() == (i % 3 != 1));
  }
  FaultyFiles::write_fault = 0;
  f.table->update(draft("a", "end"), {}).value();
  REQUIRE(f.settle().has_value());
  f.close();
  REQUIRE(f.query("SELECT count(*) FROM changes") <= 4 + 1 + 1);
}

TEST_CASE("Durable storage tells its observers of everything anew when asked to", "[apiserver][durable]") {
  DurableFixture f;
  f.table->create(draft("a")).value();
  f.table->create(draft("b")).value();
  REQUIRE(f.settle().has_value());
  f.reopen();
  std::string heard;
  f.storage->observe([&](Table& table, const Change& change) {
    REQUIRE(&table == f.table);
    REQUIRE(change.type == ChangeType::added);
    heard += change.object->name.view();
  });
  f.storage->announce(*f.table);
  REQUIRE(heard == "ab");
}

}  // namespace
}  // namespace kyma::apiserver::test
