// Structured logging: a constant message plus keys and values, never a formatted sentence.
//
//   log.info("Reconciled", {{"controller", "kyma"}, {"seconds", 0.2}});
//
// Two formats: text (`time LEVEL logger message key=value`) and JSON (one object a line). Thread-safe: one line is one
// write. Whoever logs keeps secrets out: tokens, keys and Secret data are never values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace kyma {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <class Integer, class = std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>>>
  LogField(std::string_view k, Integer v) : key(k), value(static_cast<std::int64_t>(v)) {}
};

// Where lines go. The default writes to standard error.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // `line` ends with a newline. Called under the log's lock.
  virtual void write(std::string_view line) = 0;
};

// Process-wide, since a log is: level, format and sink. Safe to call at any time, from any thread.
namespace logging {
void set_level(LogLevel level) noexcept;
LogLevel level() noexcept;
void set_format(LogFormat format) noexcept;
// The sink must outlive its use; null restores standard error.
void set_sink(LogSink* sink) noexcept;
// Nothing when the name is unknown. Names: debug, info, warning (or warn), error, off; text, json.
bool parse_level(std::string_view name, LogLevel& level) noexcept;
bool parse_format(std::string_view name, LogFormat& format) noexcept;
std::string_view name_of(LogLevel level) noexcept;
}  // namespace logging

// A named handle with optional bound fields; cheap to copy.
class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  explicit Logger(std::string_view name) : name_(name) {}
  // A logger that adds these fields to each of its lines.
  Logger with(Fields fields) const;

  void debug(std::string_view message, Fields fields = {}) const { log(LogLevel::debug, message, fields); }
  void info(std::string_view message, Fields fields = {}) const { log(LogLevel::info, message, fields); }
  void warning(std::string_view message, Fields fields = {}) const { log(LogLevel::warning, message, fields); }
  void error(std::string_view message, Fields fields = {}) const { log(LogLevel::error, message, fields); }
  void log(LogLevel level, std::string_view message, Fields fields) const;
  static bool enabled(LogLevel level) noexcept { return level >= logging::level(); }

 private:
  std::string name_;
  std::string bound_text_;  // the bound fields, already rendered, in each format
  std::string bound_json_;
};

}  // namespace kyma
