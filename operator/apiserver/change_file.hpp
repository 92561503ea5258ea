// The SQLite file of a durable storage: one row for each change, by version.
//
// A row lasts as long as somebody needs it: the current state of each object, and what the watch history still shows.
// So a write is one row, stored once, and the file's size is bounded by the objects and the history, never by the past.
// Guarantees: a batch is stored whole or not at all, and is on the disk (WAL, synchronous=FULL) when commit() returns;
// a file of a newer schema, a damaged one and one that is no database are refused with a message that names the remedy.
// Blocks on the disk. Thread: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/sqlite.hpp"
#include "operator/apiserver/storage.hpp"

namespace kyma::apiserver {

// A row as it is read. Views last as long as the call that they are handed to.
struct StoredChange {
  Revision revision;
  std::string_view resource;
  std::string_view key;
  ChangeType type;
  std::string_view object;  // JSON; empty for a deletion, whose last state is the row before
};

// What is committed at once.
struct ChangeBatch {
  struct Entry {
    Table* table;
    Change change;
  };

  std::vector<Entry> changes;        // in the order of versions
  std::vector<Revision> superseded;  // rows that nobody needs any more
  Revision compacted = 0;            // no watch begins before; 0: as it was
};

class ChangeFile {
 public:
  // `first` is the version that a new file counts from. `vfs` names SQLite's way to files; empty: the system's.
  static StorageOutcome<std::unique_ptr<ChangeFile>> open(const std::string& path, Revision first,
                                                          const std::string& vfs);

  // Calls with each row, in the order of versions. An error that `visit` returns ends it.
  using Visitor = std::function<StorageOutcome<void>(const StoredChange&)>;
  StorageOutcome<void> load(const Visitor& visit);
  // Where watches may begin, as read by open().
  Revision compacted() const noexcept { return compacted_; }
  const std::string& path() const noexcept { return path_; }

  // An empty batch tries out whether writing is possible.
  StorageOutcome<void> commit(const ChangeBatch& batch);

  // The error for a file whose contents make no sense.
  StorageFailure damaged(std::string_view what) const;

 private:
  struct Statements {
    SqliteStatement insert;
    SqliteStatement forget;
    SqliteStatement set;
  };

  ChangeFile(SqliteDatabase database, std::string path) : database_(std::move(database)), path_(std::move(path)) {}
  SqliteOutcome<void> configure();
  StorageOutcome<void> check_schema(Revision first);
  SqliteOutcome<void> prepare();
  SqliteOutcome<void> write(const ChangeBatch& batch);
  StorageFailure failure(std::string_view doing, const SqliteError& error) const;

  SqliteDatabase database_;
  std::string path_;
  std::optional<Statements> statements_;
  Revision compacted_ = 0;
};

}  // namespace kyma::apiserver
