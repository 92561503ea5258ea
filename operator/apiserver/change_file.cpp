#include "operator/apiserver/change_file.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <array>
#include <utility>

namespace kyma::apiserver {
namespace {

// "kyma", as `file` and SQLite show it; and the schema's version, for a successor to know what it finds.
constexpr std::int64_t kApplicationId = 0x6b79'6d61;
constexpr std::int64_t kSchemaVersion = 1;

// FULL makes each commit wait for the disk; the WAL makes that one sync. What the WAL has grown to in a burst is given
// back at the next checkpoint.
constexpr const char* kSettings =
    "PRAGMA synchronous=FULL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16384;";

constexpr const char* kSchema =
    "CREATE TABLE changes(revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, key TEXT NOT NULL,"
    "                     type INTEGER NOT NULL, object TEXT);"  // 0 added, 1 modified, 2 deleted (without object)
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;";

constexpr std::string_view kRemedy = "restore a backup (docs/durability.md), or move the file away to begin empty";

constexpr std::array<ChangeType, 3> kTypes = {ChangeType::added, ChangeType::modified, ChangeType::deleted};

std::int64_t number_of(Revision revision) { return static_cast<std::int64_t>(revision); }

std::string_view remedy_for(SqliteProblem problem) {
  switch (problem) {
    case SqliteProblem::full: return "the disk is full; writes are possible again once there is space";
    case SqliteProblem::read_only: return "it is read-only; make it writable";
    case SqliteProblem::busy: return "another program keeps it locked; end that one";
    case SqliteProblem::damaged: return kRemedy;
    case SqliteProblem::other: break;
  }
  return "see to the disk";
}

// SQLite calls most of what the system refuses an I/O error; the file system tells which it is.
SqliteProblem cause_of(const SqliteError& error, const std::string& path) {
  struct statvfs info {};
  if (error.problem != SqliteProblem::other || ::statvfs(path.c_str(), &info) != 0) return error.problem;
  if ((info.f_flag & ST_RDONLY) != 0) return SqliteProblem::read_only;
  return info.f_bavail == 0 ? SqliteProblem::full : SqliteProblem::other;
}

}  // namespace

StorageFailure ChangeFile::failure(std::string_view doing, const SqliteError& error) const {
  return {fmt::format("cannot {} {}: {}: {}", doing, path_, error.message, remedy_for(cause_of(error, path_)))};
}

StorageFailure ChangeFile::damaged(std::string_view what) const {
  return {fmt::format("{} is damaged: {}; {}", path_, what, kRemedy)};
}

StorageOutcome<std::unique_ptr<ChangeFile>> ChangeFile::open(const std::string& path, Revision first,
                                                             const std::string& vfs) {
  auto database = SqliteDatabase::open(path, vfs);
  if (!database) {
    return StorageFailure{
        fmt::format("cannot open {}: {}: {}", path, database.error().message, remedy_for(database.error().problem))};
  }
  auto file = std::unique_ptr<ChangeFile>(new ChangeFile(std::move(*database), path));
  if (auto configured = file->configure(); !configured) return file->failure("open", configured.error());
  if (auto checked = file->check_schema(first); !checked) return checked.error();
  if (auto prepared = file->prepare(); !prepared) return file->failure("read", prepared.error());
  return file;
}

SqliteOutcome<void> ChangeFile::configure() {
  const auto mode = database_.query_text("PRAGMA journal_mode=WAL");
  if (!mode) return mode.error();
  if (*mode != "wal") {
    return SqliteError{SqliteProblem::other, "the file system cannot hold a write-ahead log (no shared memory)"};
  }
  return database_.execute(kSettings);
}

StorageOutcome<void> ChangeFile::check_schema(Revision first) {
  const auto version = database_.query_integer("PRAGMA user_version");
  const auto application = database_.query_integer("PRAGMA application_id");
  const auto tables = database_.query_integer("SELECT count(*) FROM sqlite_schema");
  if (!version) return failure("read", version.error());
  if (!application) return failure("read", application.error());
  if (!tables) return failure("read", tables.error());
  if (*tables == 0) {
    const auto make = fmt::format(
        "BEGIN IMMEDIATE; {} INSERT INTO meta VALUES('compacted', {}); PRAGMA application_id={}; "
        "PRAGMA user_version={}; COMMIT",
        kSchema, first, kApplicationId, kSchemaVersion);
    if (auto made = database_.execute(make.c_str()); !made) return failure("set up", made.error());
    return {};
  }
  if (*application != kApplicationId) {
    return StorageFailure{
        fmt::format("{} is a database of another program; name another directory, or move the file away", path_)};
  }
  if (*version > kSchemaVersion) {
    return StorageFailure{fmt::format(
        "{} was written by a newer version of this program (its schema is {}, this one knows {}); run that version, or "
        "restore a backup that was made before (docs/durability.md)",
        path_, *version, kSchemaVersion)};
  }
  const auto verdict = database_.query_text("PRAGMA quick_check(1)");
  if (!verdict) return failure("check", verdict.error());
  if (*verdict != "ok") return damaged(*verdict);
  return {};
}

SqliteOutcome<void> ChangeFile::prepare() {
  const auto compacted = database_.query_integer("SELECT value FROM meta WHERE name = 'compacted'");
  if (!compacted) return compacted.error();
  compacted_ = static_cast<Revision>(*compacted);
  auto insert = database_.prepare("INSERT INTO changes VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!insert) return insert.error();
  auto forget = database_.prepare("DELETE FROM changes WHERE revision = ?1");
  if (!forget) return forget.error();
  auto set = database_.prepare("INSERT OR REPLACE INTO meta VALUES(?1, ?2)");
  if (!set) return set.error();
  statements_.emplace(Statements{std::move(*insert), std::move(*forget), std::move(*set)});
  return {};
}

StorageOutcome<void> ChangeFile::load(const Visitor& visit) {
  auto rows = database_.prepare("SELECT revision, resource, key, type, object FROM changes ORDER BY revision");
  if (!rows) return failure("read", rows.error());
  while (true) {
    const auto more = rows->step();
    if (!more) return failure("read", more.error());
    if (!*more) return {};
    const auto type = static_cast<std::size_t>(rows->integer(3));
    const auto revision = static_cast<Revision>(rows->integer(0));
    if (type >= kTypes.size()) return damaged(fmt::format("change {} is of no known type", revision));
    auto visited = visit({revision, rows->text(1), rows->text(2), kTypes[type], rows->text(4)});
    if (!visited) return visited;
  }
}

StorageOutcome<void> ChangeFile::commit(const ChangeBatch& batch) {
  if (auto written = write(batch); !written) {
    // Of some errors SQLite has rolled back by itself, and says so here.
    static_cast<void>(database_.execute("ROLLBACK"));
    return failure("write", written.error());
  }
  return {};
}

SqliteOutcome<void> ChangeFile::write(const ChangeBatch& batch) {
  if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
  auto& [insert, forget, set] = *statements_;
  for (const auto& [table, change] : batch.changes) {
    const auto key = change.object->key();
    insert.bind(1, number_of(change.revision())).bind(2, table->resource()).bind(3, key);
    insert.bind(4, static_cast<std::int64_t>(change.type));
    if (change.type == ChangeType::deleted)
      insert.bind_null(5);
    else
      insert.bind(5, change.object->json);
    if (auto inserted = insert.run(); !inserted) return inserted;
  }
  for (const auto revision : batch.superseded) {
    if (auto forgotten = forget.bind(1, number_of(revision)).run(); !forgotten) return forgotten;
  }
  if (batch.compacted != 0) {
    if (auto moved = set.bind(1, "compacted").bind(2, number_of(batch.compacted)).run(); !moved) return moved;
  }
  if (batch.changes.empty()) {
    // A transaction that changes nothing would not touch the disk.
    if (auto probed = set.bind(1, "probed").bind(2, std::int64_t{1}).run(); !probed) return probed;
  }
  return database_.execute("COMMIT");
}

}  // namespace kyma::apiserver
