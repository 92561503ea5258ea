#include "operator/apiserver/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace kyma::apiserver {
namespace {

// Another program may hold the lock for a moment; longer than this, writes fail.
constexpr int kBusyMilliseconds = 5000;

SqliteProblem problem_of(int code, int system) {
  if (system == ENOSPC || system == EDQUOT || system == EFBIG) return SqliteProblem::full;
  if (system == EROFS) return SqliteProblem::read_only;
  switch (code & 0xff) {
    case SQLITE_FULL: return SqliteProblem::full;
    case SQLITE_READONLY: return SqliteProblem::read_only;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return SqliteProblem::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return SqliteProblem::damaged;
    default: return SqliteProblem::other;
  }
}

SqliteError last_error(sqlite3* database) {
  const int code = sqlite3_extended_errcode(database);
  const int kind = code & 0xff;
  // The system's number stays from the last failed call, and means something after these only.
  const bool by_system = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN || kind == SQLITE_FULL;
  const int system = by_system ? sqlite3_system_errno(database) : 0;
  std::string message = sqlite3_errmsg(database);
  if (system != 0) message += fmt::format(" ({})", std::strerror(system));
  return {problem_of(code, system), std::move(message)};
}

}  // namespace

void throw_exception_from_error(const SqliteError& error, const boost::source_location&) {
  throw std::runtime_error("sqlite: " + error.message);
}

void SqliteStatement::Deleter::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, value);
  return *this;
}

SqliteStatement& SqliteStatement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::bind_null(int parameter) {
  sqlite3_bind_null(statement_.get(), parameter);
  return *this;
}

SqliteOutcome<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return last_error(sqlite3_db_handle(statement_.get()));
}

std::int64_t SqliteStatement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view SqliteStatement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return text ? std::string_view(text, size) : std::string_view();
}

bool SqliteStatement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

SqliteOutcome<void> SqliteStatement::run() {
  auto more = step();
  while (more && *more) more = step();
  reset();
  if (!more) return more.error();
  return {};
}

void SqliteDatabase::Deleter::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

SqliteOutcome<SqliteDatabase> SqliteDatabase::open(const std::string& path, const std::string& vfs) {
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, kFlags, vfs.empty() ? nullptr : vfs.c_str());
  SqliteDatabase database;
  database.database_.reset(raw);
  if (!raw) return SqliteError{SqliteProblem::other, "out of memory"};
  if (code != SQLITE_OK) return last_error(raw);
  // A file that cannot be written is opened for reading without a word.
  if (sqlite3_db_readonly(raw, "main") == 1) {
    return SqliteError{SqliteProblem::read_only, "attempt to write a readonly database"};
  }
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  return database;
}

SqliteOutcome<void> SqliteDatabase::execute(const char* statements) {
  if (sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return last_error(database_.get());
}

SqliteOutcome<SqliteStatement> SqliteDatabase::prepare(std::string_view statement) {
  sqlite3_stmt* raw = nullptr;
  const auto size = static_cast<int>(statement.size());
  if (sqlite3_prepare_v3(database_.get(), statement.data(), size, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
      SQLITE_OK) {
    return last_error(database_.get());
  }
  return SqliteStatement(raw);
}

SqliteOutcome<std::int64_t> SqliteDatabase::query_integer(std::string_view statement) {
  auto prepared = prepare(statement);
  if (!prepared) return prepared.error();
  const auto row = prepared->step();
  if (!row) return row.error();
  return *row ? prepared->integer(0) : 0;
}

SqliteOutcome<std::string> SqliteDatabase::query_text(std::string_view statement) {
  auto prepared = prepare(statement);
  if (!prepared) return prepared.error();
  const auto row = prepared->step();
  if (!row) return row.error();
  return *row ? std::string(prepared->text(0)) : std::string();
}

}  // namespace kyma::apiserver
