// A DurableStorage in a directory of its own, which a test may close and open again.
#pragma once

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/apiserver/durable_storage.hpp"
#include "operator/apiserver/sqlite.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/kube/meta/json.hpp"
#include "test/unit/apiserver/faulty_files.hpp"

namespace kyma::apiserver::test {

class ScratchDirectory {
 public:
  ScratchDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "kyma-durable.XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~ScratchDirectory() { std::filesystem::remove_all(path); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::filesystem::path path;
};

inline Draft draft(std::string_view name, std::string_view value = "v") {
  auto document = json::parse(fmt::format(
      R"({{"apiVersion":"x/v1","kind":"Thing","metadata":{{"namespace":"n","name":"{}","labels":{{"l":"{}"}},)"
      R"("uid":"00000000-0000-4000-8000-000000000001"}},"spec":{{"a":[1,2.5,null]}}}})",
      name, value));
  return encode_object(*document, document->GetAllocator());
}

class DurableFixture {
 public:
  explicit DurableFixture(std::size_t history_events = 1000) : history_events_(history_events) {
    FaultyFiles::install();
    open();
  }
  ~DurableFixture() { close(); }

  StorageOutcome<std::unique_ptr<DurableStorage>> try_open(const std::filesystem::path& path) {
    return DurableStorage::open(loop.get_executor(), clock,
                                {.directory = path.string(),
                                 .history_events = history_events_,
                                 .batch_changes = 64,
                                 .probe_interval = std::chrono::milliseconds{20},
                                 .vfs = FaultyFiles::kName});
  }
  void open() {
    auto opened = try_open(directory.path);
    if (!opened) FAIL(opened.error().message);
    storage = std::move(*opened);
    table = &storage->table("things.x");
  }
  void close() { storage.reset(); }
  void reopen() {
    close();
    open();
  }

  StorageOutcome<void> settle() {
    std::optional<StorageOutcome<void>> outcome;
    asio::co_spawn(
        loop, [this]() { return storage->settle(); },
        [&](std::exception_ptr error, StorageOutcome<void> result) {
          REQUIRE_FALSE(error);
          outcome = std::move(result);
        });
    run_until([&] { return outcome.has_value(); });
    return *outcome;
  }
  void run_until(const std::function<bool()>& done) {
    loop.restart();
    while (!done()) REQUIRE(loop.run_one_for(std::chrono::seconds{10}) == 1);
  }
  // "ADDED a@1 MODIFIED a@2", versions counted from the storage's first.
  std::string changes_since(Revision since) {
    WatchHistory::Cursor cursor;
    REQUIRE(table->history().retains(since));
    table->history().place(cursor, since);
    std::string text;
    static constexpr const char* kNames[] = {"ADDED", "MODIFIED", "DELETED"};
    while (const auto* change = table->history().next(cursor)) {
      text += fmt::format("{}{} {}@{}", text.empty() ? "" : " ", kNames[static_cast<int>(change->type)],
                          change->object->name.view(), change->revision() - since);
      REQUIRE((change->previous != nullptr) == (change->type != ChangeType::added));
    }
    return text;
  }
  std::int64_t query(std::string_view statement) {
    auto database = SqliteDatabase::open((directory.path / DurableStorage::kFile).string(), {}).value();
    return database.query_integer(statement).value();
  }

  ScratchDirectory directory;
  asio::io_context loop{1};
  RealClock clock{loop.get_executor()};
  std::unique_ptr<DurableStorage> storage;
  Table* table = nullptr;

 private:
  std::size_t history_events_;
};

}  // namespace kyma::apiserver::test
