#include "cmd/kyma-load/compare.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-load/measures.hpp"
#include "cmd/kyma-load/options.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::load {
namespace {

constexpr std::size_t kMaxFileBytes = 512 * 1024 * 1024;

kube::Error unreadable(std::string_view name, std::string_view why) {
  return {.reason = kube::Reason::decode, .message = fmt::format("{}: {}", name, why)};
}

kube::Outcome<json::Document> parse_report(std::string_view text, std::string_view name) {
  auto document = json::parse(text);
  if (!document) return unreadable(name, document.error().message);
  if (json::string_at(*document, {"program"}) != "kyma-load") {
    return unreadable(name, "not a report of kyma-load; make one with --json FILE");
  }
  const json::Value* measures = json::find(*document, "measures");
  if (!measures || !measures->IsObject()) {
    return unreadable(name, "a report of an older kyma-load, without \"measures\"; make it anew");
  }
  return *std::move(document);
}

std::optional<double> measured(const json::Value& report, std::string_view name) {
  const json::Value* value = json::find(report, {"measures", name});
  return value && value->IsNumber() ? std::optional(value->GetDouble()) : std::nullopt;
}

Difference difference(const Measure& measure, double before, double after) {
  Difference result{.name = std::string(measure.name), .before = before, .after = after, .percent = {}};
  if (before != 0) result.percent = 100 * (after - before) / std::abs(before);
  if (std::abs(after - before) > measure.noise) {
    const bool better = (after < before) == measure.lower_is_better;
    result.change = better ? Difference::Change::better : Difference::Change::worse;
  }
  return result;
}

std::string text_at(const json::Value& report, std::initializer_list<std::string_view> path) {
  const json::Value* value = json::find(report, path);
  return value ? json::to_string(*value) : "null";
}

void warn(const json::Value& before, const json::Value& after, std::vector<std::string>& warnings) {
  for (const std::string_view option :
       {"scenario", "kymas", "components", "rate", "batchSize", "batchIntervalSeconds", "durationSeconds", "qps"}) {
    const std::string first = text_at(before, {"options", option});
    const std::string second = text_at(after, {"options", option});
    if (first == second) continue;
    if (option == "components") {
      warnings.emplace_back("the components differ");
    } else {
      warnings.push_back(fmt::format("{} differs: {} and {}", option, first, second));
    }
  }
  const auto check_result = [&](const json::Value& report, std::string_view which) {
    const auto result = json::string_at(report, {"result"});
    if (result != "success") warnings.push_back(fmt::format("the {} run ended with \"{}\"", which, result));
  };
  check_result(before, "first");
  check_result(after, "second");
}

kube::Outcome<std::string> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
  if (!file) return unreadable(path, std::generic_category().message(errno));
  std::string text;
  char buffer[64 * 1024];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, size);
    if (text.size() > kMaxFileBytes) return unreadable(path, "too large for a report");
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, std::generic_category().message(errno));
  return text;
}

std::string_view word(Difference::Change change) {
  switch (change) {
    case Difference::Change::better: return "better";
    case Difference::Change::worse: return "worse";
    case Difference::Change::same: break;
  }
  return "";
}

}  // namespace

kube::Outcome<Comparison> compare(std::string_view before, std::string_view after, std::string_view before_name,
                                  std::string_view after_name) {
  auto first = parse_report(before, before_name);
  if (!first) return first.error();
  auto second = parse_report(after, after_name);
  if (!second) return second.error();
  Comparison comparison;
  warn(*first, *second, comparison.warnings);
  for (const Measure& measure : measures()) {
    const auto was = measured(*first, measure.name);
    const auto is = measured(*second, measure.name);
    if (was && is) comparison.differences.push_back(difference(measure, *was, *is));
  }
  return comparison;
}

std::string to_text(const Comparison& comparison) {
  std::string text;
  for (const auto& warning : comparison.warnings) text += fmt::format("warning: {}\n", warning);
  text += fmt::format("{:<38} {:>12} {:>12} {:>9}\n", "", "first", "second", "change");
  for (const Difference& difference : comparison.differences) {
    const std::string percent = difference.percent                      ? fmt::format("{:+.1f} %", *difference.percent)
                                : difference.after == difference.before ? "+0.0 %"
                                                                        : "new";
    text += fmt::format("{:<38} {:>12.3f} {:>12.3f} {:>9}  {}", difference.name, difference.before, difference.after,
                        percent, word(difference.change));
    while (text.ends_with(' ')) text.pop_back();
    text += '\n';
  }
  return text;
}

std::vector<std::string> regressions(const Comparison& comparison, double percent) {
  std::vector<std::string> names;
  for (const Difference& difference : comparison.differences) {
    if (difference.change != Difference::Change::worse) continue;
    if (!difference.percent || std::abs(*difference.percent) > percent) names.push_back(difference.name);
  }
  return names;
}

int run_compare(const CompareOptions& options) {
  const auto before = read_file(options.before);
  if (!before) return cmd::fail(before.error().message);
  const auto after = read_file(options.after);
  if (!after) return cmd::fail(after.error().message);
  const auto comparison = compare(*before, *after, options.before, options.after);
  if (!comparison) return cmd::fail(comparison.error().message);
  std::fputs(to_text(*comparison).c_str(), stdout);
  std::fflush(stdout);
  if (!options.fail_on_regression) return cmd::kExitOk;
  const auto worse = regressions(*comparison, *options.fail_on_regression);
  if (worse.empty()) return cmd::kExitOk;
  std::string names;
  for (const auto& name : worse) names.append(names.empty() ? "" : ", ").append(name);
  return cmd::fail(fmt::format("worse by more than {} %: {}", *options.fail_on_regression, names));
}

}  // namespace kyma::load
