// SQLite behind values and RAII: a database, its statements, and errors that say what the system said.
//
// The only gateway to sqlite3.h. Errors are values; nothing throws. Lifetime: statements go before their database.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace kyma::apiserver {

enum class SqliteProblem {
  full,       // no space left, or a size limit
  read_only,  // the file or its file system
  busy,       // another program holds a lock
  damaged,    // not a database, or one whose pages contradict each other
  other,      // an I/O error above all
};

struct SqliteError {
  SqliteProblem problem = SqliteProblem::other;
  std::string message;  // SQLite's words and the system's: "disk I/O error (Input/output error)"
};
[[noreturn]] void throw_exception_from_error(const SqliteError& error, const boost::source_location& location);

template <class T>
using SqliteOutcome = boost::system::result<T, SqliteError>;

class SqliteStatement {
 public:
  // Parameters count from 1. Texts are not copied: they stay until the next reset().
  SqliteStatement& bind(int parameter, std::int64_t value);
  SqliteStatement& bind(int parameter, std::string_view text);
  SqliteStatement& bind_null(int parameter);

  // True: there is a row, whose columns count from 0. False: done.
  SqliteOutcome<bool> step();
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // until the next step
  bool is_null(int column) const;
  // To be run again; its parameters are bound anew.
  void reset();
  // step() to the end, then reset().
  SqliteOutcome<void> run();

 private:
  friend class SqliteDatabase;
  struct Deleter {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Deleter> statement_;
};

class SqliteDatabase {
 public:
  // Makes the file when there is none. `vfs` empty: the system's files.
  static SqliteOutcome<SqliteDatabase> open(const std::string& path, const std::string& vfs);

  // Statements without results, separated by semicolons.
  SqliteOutcome<void> execute(const char* statements);
  SqliteOutcome<SqliteStatement> prepare(std::string_view statement);
  // The first column of the first row; 0 and "" when there is none.
  SqliteOutcome<std::int64_t> query_integer(std::string_view statement);
  SqliteOutcome<std::string> query_text(std::string_view statement);

 private:
  struct Deleter {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Deleter> database_;
};

}  // namespace kyma::apiserver
