#include "operator/base/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <mutex>

namespace kyma {
namespace {

class StandardError final : public LogSink {
 public:
  void write(std::string_view line) override { std::fwrite(line.data(), 1, line.size(), stderr); }
};

struct State {
  std::atomic<LogLevel> level{LogLevel::info};
  std::atomic<LogFormat> format{LogFormat::text};
  std::mutex mutex;
  LogSink* sink = nullptr;
  StandardError standard_error;
};

State& state() {
  static State* instance = new State;  // never destroyed: logging works until the very end
  return *instance;
}

constexpr std::string_view kLevelNames[] = {"debug", "info", "warning", "error", "off"};
constexpr std::string_view kLevelText[] = {"DEBUG", "INFO ", "WARN ", "ERROR", "OFF"};

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

bool is_plain(std::string_view text) noexcept {
  if (text.empty()) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\\' || c == '=') return false;
  }
  return true;
}

struct AppendValue {
  std::string& out;
  bool always_quote;

  void operator()(std::string_view text) const {
    if (!always_quote && is_plain(text)) {
      out += text;
    } else {
      append_quoted(out, text);
    }
  }
  void operator()(std::int64_t number) const { fmt::format_to(std::back_inserter(out), "{}", number); }
  void operator()(double number) const {
    const auto text = fmt::format("{:.6g}", number);
    const bool quote = always_quote && !std::isfinite(number);  // JSON has neither "nan" nor "inf"
    quote ? append_quoted(out, text) : void(out += text);
  }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
};

void append_text(std::string& out, Logger::Fields fields) {
  for (const LogField& field : fields) {
    out += ' ';
    out += field.key;
    out += '=';
    std::visit(AppendValue{out, false}, field.value);
  }
}

void append_json(std::string& out, Logger::Fields fields) {
  for (const LogField& field : fields) {
    out += ',';
    append_quoted(out, field.key);
    out += ':';
    std::visit(AppendValue{out, true}, field.value);
  }
}

void append_time(std::string& out) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  fmt::format_to(std::back_inserter(out), "{:%Y-%m-%dT%H:%M:%S}.{:06}Z", fmt::gmtime(second), (now - second).count());
}

}  // namespace

namespace logging {

void set_level(LogLevel level) noexcept { state().level = level; }
LogLevel level() noexcept { return state().level.load(std::memory_order_relaxed); }
void set_format(LogFormat format) noexcept { state().format = format; }

void set_sink(LogSink* sink) noexcept {
  const std::lock_guard lock(state().mutex);
  state().sink = sink;
}

bool parse_level(std::string_view name, LogLevel& level) noexcept {
  if (name == "warn") name = "warning";
  for (std::size_t i = 0; i < std::size(kLevelNames); ++i) {
    if (name != kLevelNames[i]) continue;
    level = static_cast<LogLevel>(i);
    return true;
  }
  return false;
}

bool parse_format(std::string_view name, LogFormat& format) noexcept {
  if (name != "text" && name != "json") return false;
  format = name == "json" ? LogFormat::json : LogFormat::text;
  return true;
}

std::string_view name_of(LogLevel level) noexcept { return kLevelNames[static_cast<int>(level)]; }

}  // namespace logging

Logger Logger::with(Fields fields) const {
  Logger bound = *this;
  append_text(bound.bound_text_, fields);
  append_json(bound.bound_json_, fields);
  return bound;
}

void Logger::log(LogLevel level, std::string_view message, Fields fields) const {
  if (!enabled(level)) return;
  std::string line;
  line.reserve(200);
  if (state().format.load(std::memory_order_relaxed) == LogFormat::json) {
    line += "{\"time\":\"";
    append_time(line);
    fmt::format_to(std::back_inserter(line), "\",\"level\":\"{}\",\"logger\":", kLevelNames[static_cast<int>(level)]);
    append_quoted(line, name_);
    line += ",\"message\":";
    append_quoted(line, message);
    line += bound_json_;
    append_json(line, fields);
    line += '}';
  } else {
    append_time(line);
    fmt::format_to(std::back_inserter(line), " {} {}: {}", kLevelText[static_cast<int>(level)], name_, message);
    line += bound_text_;
    append_text(line, fields);
  }
  line += '\n';
  const std::lock_guard lock(state().mutex);
  (state().sink ? *state().sink : state().standard_error).write(line);
}

}  // namespace kyma
