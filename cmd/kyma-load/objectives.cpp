#include "cmd/kyma-load/objectives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "cmd/kyma-load/measures.hpp"
#include "cmd/kyma-load/report_data.hpp"

namespace kyma::load {
namespace {

kube::Error bad_objective(std::string_view text, std::string_view why) {
  return {.reason = kube::Reason::configuration, .message = fmt::format("\"{}\": {}", text, why)};
}

std::string all_names() {
  std::string names;
  for (const Measure& measure : measures()) names.append(names.empty() ? "" : ", ").append(measure.name);
  return names;
}

Verdict judge_one(const Objective& objective, bool stated, const Figures& figures) {
  const Measure* measure = find_measure(objective.name);
  Verdict verdict{.name = objective.name,
                  .at_most = objective.at_most,
                  .bound = objective.bound,
                  .measured = measure ? measure->read(figures) : std::nullopt,
                  .passed = false,
                  .stated = stated,
                  .note = {}};
  if (verdict.measured) {
    verdict.passed = objective.at_most ? *verdict.measured <= objective.bound : *verdict.measured >= objective.bound;
  } else if (measure) {
    verdict.note = measure->remedy.empty() ? "there was nothing to measure" : std::string(measure->remedy);
  }
  return verdict;
}

}  // namespace

kube::Outcome<Objective> parse_objective(std::string_view text) {
  const auto at = text.find_first_of("<>");
  if (at == std::string_view::npos || text.substr(at + 1, 1) != "=") {
    return bad_objective(
        text, "write NAME<=VALUE or NAME>=VALUE, in quotes, since the shell would take the sign for a redirection");
  }
  Objective objective{.name = std::string(text.substr(0, at)), .at_most = text[at] == '<', .bound = 0};
  if (!find_measure(objective.name)) {
    return bad_objective(text, fmt::format("there is no figure \"{}\"; there are {}", objective.name, all_names()));
  }
  const std::string_view number = text.substr(at + 2);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), objective.bound);
  if (error != std::errc{} || end != number.data() + number.size() || !std::isfinite(objective.bound)) {
    return bad_objective(text, fmt::format("\"{}\" is not a number", number));
  }
  return objective;
}

std::string to_string(const Objective& objective) {
  return fmt::format("{}{}{}", objective.name, objective.at_most ? "<=" : ">=", objective.bound);
}

std::string objective_names() {
  constexpr std::size_t kWidth = 96;
  std::string text;
  std::string line = " ";
  for (const Measure& measure : measures()) {
    if (line.size() + 1 + measure.name.size() > kWidth) {
      text += line + '\n';
      line = " ";
    }
    line.append(" ").append(measure.name);
  }
  return text + line + '\n';
}

std::vector<Objective> default_objectives(bool lateness_allowed) {
  if (lateness_allowed) return {};
  // Kubernetes' own: 99 % of an API server's answers within a second, and the same for what waits in a queue.
  return {{.name = "request-p99-seconds", .at_most = true, .bound = 1},
          {.name = "server-request-p99-seconds", .at_most = true, .bound = 1},
          {.name = "queue-p99-seconds", .at_most = true, .bound = 1}};
}

std::vector<Verdict> judge(const std::vector<Objective>& stated, const std::vector<Objective>& defaults,
                           const Figures& figures) {
  std::vector<Verdict> verdicts;
  verdicts.reserve(stated.size() + defaults.size());
  for (const Objective& objective : stated) verdicts.push_back(judge_one(objective, true, figures));
  for (const Objective& objective : defaults) {
    if (std::ranges::find(stated, objective.name, &Objective::name) != stated.end()) continue;
    Verdict verdict = judge_one(objective, false, figures);
    if (verdict.measured) verdicts.push_back(std::move(verdict));
  }
  return verdicts;
}

bool all_passed(const std::vector<Verdict>& verdicts) noexcept {
  return std::ranges::all_of(verdicts, [](const Verdict& verdict) { return verdict.passed || !verdict.stated; });
}

}  // namespace kyma::load
