#include "cmd/common/cli.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>

#include "operator/base/duration.hpp"
#include "operator/base/version.hpp"

namespace kyma::cmd {
namespace {

std::string as_duration_error(const std::string& text) {
  return fmt::format("\"{}\" is not a duration; write for example 90s, 15m or 1h30m", text);
}

// CLI11 says what it thinks is wrong in its own words; users of kubectl expect these.
std::string describe(const CLI::ParseError& error) {
  std::string text = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error)) {
    // "The following arguments were not expected: value --flag": the flag is what was meant.
    const auto colon = text.rfind(": ");
    std::istringstream extras(colon == std::string::npos ? text : text.substr(colon + 2));
    std::string extra, last;
    while (extras >> extra) {
      if (extra.starts_with("-")) return "unknown flag: " + extra;
      last = extra;
    }
    return "unexpected argument: " + last;
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

void set_up(CLI::App& app) {
  app.set_help_flag("-h,--help", "Print this help");
  app.set_version_flag("--version", fmt::format("{} {} ({})", app.get_name(), version(), commit()),
                       "Print the version");
  app.get_formatter()->column_width(44);
  app.get_formatter()->label("OPTIONS", "flags");
}

std::optional<int> parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& request) {
    return app.exit(request);  // --help or --version
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "error: %s\nSee '%s --help' for usage.\n", describe(error).c_str(), app.get_name().c_str());
    return kExitFailure;
  }
}

void add_log_flags(CLI::App& app) {
  const auto set_level = [](const std::string& name) {
    LogLevel level{};
    if (!logging::parse_level(name, level)) {
      throw CLI::ValidationError("--log-level",
                                 fmt::format("\"{}\" is none of debug, info, warning, error, off", name));
    }
    logging::set_level(level);
  };
  const auto set_format = [](const std::string& name) {
    LogFormat format{};
    if (!logging::parse_format(name, format)) {
      throw CLI::ValidationError("--log-format", fmt::format("\"{}\" is neither text nor json", name));
    }
    logging::set_format(format);
  };
  app.add_option_function<std::string>("--log-level", set_level, "debug, info, warning, error or off")
      ->type_name("LEVEL")
      ->default_str("info");
  app.add_option_function<std::string>("--log-format", set_format, "text or json")
      ->type_name("FORMAT")
      ->default_str("text");
}

CLI::Option* add_duration_flag(CLI::App& app, const std::string& name, Duration& target, const std::string& help) {
  const auto set = [&target, name](const std::string& text) {
    const auto parsed = parse_duration(text);
    if (!parsed) throw CLI::ValidationError(name, as_duration_error(text));
    target = *parsed;
  };
  return app.add_option_function<std::string>(name, set, help)
      ->type_name("DURATION")
      ->default_str(format_duration(target));
}

int fail(const std::string& message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  return kExitFailure;
}

}  // namespace kyma::cmd
