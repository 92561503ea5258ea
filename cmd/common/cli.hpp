// What all programs do alike on the command line: help, version, errors in one line, logging flags, durations.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/base/log.hpp"

namespace kyma::cmd {

// Exit codes, as kubectl has them.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;

// Prepares --help and --version, and wide two-column help.
void set_up(CLI::App& app);

// Parses. Returns the exit code when the program should end now: after --help, --version, or a mistake, which is told
// on standard error in one line with the remedy.
std::optional<int> parse(CLI::App& app, int argc, const char* const* argv);

// --log-level and --log-format, applied as soon as they are parsed.
void add_log_flags(CLI::App& app);

// A flag whose value is a duration ("1h30m").
CLI::Option* add_duration_flag(CLI::App& app, const std::string& name, Duration& target, const std::string& help);

// Prints "error: <message>" and returns kExitFailure.
int fail(const std::string& message);

}  // namespace kyma::cmd
