#include "cmd/kyma-load/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <utility>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-load/plan.hpp"
#include "operator/base/duration.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::load {
namespace {

// Kubernetes' limit for the name of an object.
constexpr std::size_t kMaxNameLength = 253;
constexpr double kMaxQps = 1e6;

constexpr std::size_t kMaxKymas = 1'000'000;

constexpr const char* kDescription =
    "Load generator: creates Kymas on any API server, waits until all are in success, and reports\n"
    "how long that took, how late it was, and whether that meets the objectives.";
constexpr const char* kFooter =
    "Scenarios:\n"
    "  burst    --kymas at once (the default)\n"
    "  steady   --kymas, --rate a second\n"
    "  batches  --kymas in batches of --batch-size, the next when the one before is in success, or\n"
    "           every --batch-interval\n"
    "  churn    --kymas at once, then for --duration Kymas are created, changed and deleted in\n"
    "           turn, --rate a second; in the end those that are left must be in success, the\n"
    "           changed ones again, and the deleted ones gone with their components\n"
    "  restart  a burst; at half time --restart-command is run, or somebody restarts by hand\n"
    "  slow     a burst on a server that is slow on purpose: there are no default objectives\n"
    "Looked at by default when they can be measured, as Kubernetes states them; missed, they warn:\n"
    "  request-p99-seconds<=1  server-request-p99-seconds<=1  queue-p99-seconds<=1\n"
    "Exit codes: 0 the run succeeded and every stated objective was met; 1 the run failed, an objective\n"
    "was missed, the timeout was reached, or the command line is wrong; 130 and 143 interrupted or\n"
    "terminated (what was reached is still reported).\n"
    "  kyma-load compare A.json B.json  says which of two reports is better, figure by figure; 0,\n"
    "or 1 with --fail-on-regression when B is worse by more.\n"
    "The Kymas of a run carry the label kyma-load=<run id>; every run left behind is deleted with\n"
    "  kubectl delete kymas -n NAMESPACE -l kyma-load\n"
    "The keys of the JSON report are described in the project's cmd/kyma-load/README.md.\n";

constexpr std::array kScenarios{Scenario::burst, Scenario::steady,  Scenario::batches,
                                Scenario::churn, Scenario::restart, Scenario::slow};

void add_cluster_flags(CLI::App& app, Options& options) {
  app.add_option("--kubeconfig", options.kubeconfig,
                 "Kubeconfig file (else $KUBECONFIG, the pod's service account, ~/.kube/config)")
      ->type_name("FILE");
  app.add_option("--context", options.context, "Context of the kubeconfig (else its current one)")->type_name("NAME");
  app.add_option("-n,--namespace", options.name_space,
                 "Namespace of the Kymas, created when missing (else the context's)")
      ->type_name("NAME");
}

void add_load_flags(CLI::App& app, Options& options) {
  app.add_option("--kymas", options.kymas, "How many Kymas to create")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kMaxKymas).description(""))
      ->capture_default_str();
  const auto set_components = [&options](const std::string& text) {
    auto components = parse_components(text);
    if (!components) throw CLI::ValidationError("--components", components.error().message);
    options.components = *std::move(components);
  };
  app.add_option_function<std::string>("--components", set_components,
                                       "Components of each Kyma, comma-separated: NAME or NAMESPACE/NAME")
      ->type_name("LIST")
      ->default_str("the 18 reference components");
  app.add_option("--name-prefix", options.name_prefix, "The Kymas are called PREFIX-1, PREFIX-2 and so on")
      ->type_name("PREFIX")
      ->capture_default_str();
  app.add_option("--qps", options.qps, "Requests a second at most; 0 is unlimited")
      ->type_name("N")
      ->check(CLI::Range(0.0, kMaxQps).description(""))
      ->capture_default_str();
  app.add_option("--burst", options.burst, "Requests that may exceed --qps for a moment; 0 is as many as --qps")
      ->type_name("N")
      ->check(CLI::Range(0.0, kMaxQps).description(""))
      ->capture_default_str();
  app.add_option("--concurrency,--connections", options.concurrency, "Requests at a time, each on a connection")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}).description(""))
      ->capture_default_str();
  cmd::add_duration_flag(app, "--timeout", options.timeout, "Give up when not all Kymas are in success by then");
  app.add_flag("--watch-components", options.watch_components,
               "Watch HelmComponents too, to count them by state; =false spares the server that [true]");
  app.add_flag("--cleanup", options.cleanup, "At the end delete what this run created, and wait until it is gone");
}

// "5m" into an option that knows absence.
void add_optional_duration(CLI::App& app, const std::string& name, std::optional<Duration>& target,
                           const std::string& help) {
  const auto set = [&target, name](const std::string& text) {
    const auto parsed = parse_duration(text);
    if (!parsed || *parsed <= Duration::zero()) {
      throw CLI::ValidationError(name, fmt::format("\"{}\" is not a duration; write for example 90s or 15m", text));
    }
    target = *parsed;
  };
  app.add_option_function<std::string>(name, set, help)->type_name("DURATION");
}

void add_scenario_flags(CLI::App& app, Options& options) {
  const auto set_scenario = [&options](const std::string& text) {
    const auto found = std::ranges::find_if(kScenarios, [&](Scenario one) { return to_string(one) == text; });
    if (found == kScenarios.end()) {
      throw CLI::ValidationError("--scenario", fmt::format("\"{}\" is none of burst, steady, batches, churn, restart, "
                                                           "slow",
                                                           text));
    }
    options.scenario = *found;
  };
  app.add_option_function<std::string>("--scenario", set_scenario, "What is done to the server; see below")
      ->type_name("NAME")
      ->default_str("burst");
  app.add_option("--rate", options.rate, "steady: Kymas a second; churn: operations a second")
      ->type_name("N")
      ->check(CLI::Range(0.001, kMaxQps).description(""))
      ->capture_default_str();
  app.add_option("--batch-size", options.batch_size, "batches: Kymas at a time")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kMaxKymas).description(""))
      ->capture_default_str();
  add_optional_duration(app, "--batch-interval", options.batch_interval,
                        "batches: time from one to the next (else when the one before is in success)");
  cmd::add_duration_flag(app, "--duration", options.duration, "churn: how long");
  app.add_option("--restart-command", options.restart_command,
                 "restart: what the shell runs at half time; what it starts must be in the background")
      ->type_name("COMMAND");
  add_optional_duration(app, "--restart-after", options.restart_after,
                        "restart: when, instead of at half of the physical limit");
}

void add_objective_flags(CLI::App& app, Options& options) {
  const auto set_objectives = [&options](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (text == "none") {
        options.default_objectives = false;
        continue;
      }
      auto objective = parse_objective(text);
      if (!objective) throw CLI::ValidationError("--objective", objective.error().message);
      options.objectives.push_back(*std::move(objective));
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--objective", set_objectives,
         "A bound that must hold, \"NAME<=VALUE\" or \"NAME>=VALUE\"; may be given again; the names are the keys of "
         "\"measures\" in the JSON report; \"none\" drops the defaults")
      ->type_name("BOUND")
      ->allow_extra_args(false);
  app.add_option("--daemon-metrics", options.daemon_metrics,
                 "The daemon's metrics: a URL, or a path on the API server such as a service's proxy, or none (else "
                 "http://127.0.0.1:8080/metrics when the API server is on this machine and it answers)")
      ->type_name("URL");
}

void add_output_flags(CLI::App& app, Options& options) {
  app.add_option("--json", options.json, "Write the figures as JSON; - is standard output")->type_name("FILE");
  app.add_option("--report", options.report, "Write a page with plots, to be opened in a browser")->type_name("FILE");
  app.add_flag("--no-progress", options.no_progress, "Show the result only");
  // The progress line says what matters; routine messages would only tear it.
  logging::set_level(LogLevel::warning);
  cmd::add_log_flags(app);
  app.get_option("--log-level")->default_str("warning");
}

// What belongs to comparing, as a command and as flags.
struct CompareFlags {
  std::vector<std::string> files;
  std::optional<double> fail_on_regression;
  std::string before;
  std::string after;
};

void add_compare(CLI::App& app, CompareFlags& flags) {
  const auto add_limit = [&flags](CLI::App& to) {
    to.add_option("--fail-on-regression", flags.fail_on_regression,
                  "Comparing: exit with 1 when a figure is worse by more than so many percent")
        ->type_name("PERCENT")
        ->check(CLI::Range(0.0, 1e6).description(""));
  };
  app.add_option("--compare", flags.files, "Compare two JSON reports instead of running")
      ->type_name("FILE FILE")
      ->expected(2);
  add_limit(app);
  CLI::App* const command = app.add_subcommand("compare", "Compare two JSON reports");
  command->add_option("before", flags.before, "The report of the first run")->required()->type_name("FILE");
  command->add_option("after", flags.after, "The report of the second run")->required()->type_name("FILE");
  add_limit(*command);
}

// Empty: all is well.
std::string take_compare(const CLI::App& app, const CompareFlags& flags, Options& options) {
  if (app.got_subcommand("compare")) {
    options.compare = CompareOptions{flags.before, flags.after, flags.fail_on_regression};
  } else if (!flags.files.empty()) {
    options.compare = CompareOptions{flags.files[0], flags.files[1], flags.fail_on_regression};
  } else if (flags.fail_on_regression) {
    return "--fail-on-regression belongs to comparing; name two reports with --compare A.json B.json";
  }
  return {};
}

// A flag that its scenario does not know would be ignored in silence. Empty: all is well.
std::string check_scenario(const CLI::App& app, const Options& options) {
  const auto belongs = [&](const char* flag, std::initializer_list<Scenario> to) -> std::string {
    if (app.count(flag) == 0 || std::ranges::find(to, options.scenario) != to.end()) return {};
    std::string names;
    for (const Scenario one : to) names.append(names.empty() ? "" : " or ").append(to_string(one));
    return fmt::format("{} belongs to --scenario {}, and this is {}; drop the flag, or name that scenario", flag, names,
                       to_string(options.scenario));
  };
  for (const auto& why :
       {belongs("--rate", {Scenario::steady, Scenario::churn}), belongs("--batch-size", {Scenario::batches}),
        belongs("--batch-interval", {Scenario::batches}), belongs("--duration", {Scenario::churn}),
        belongs("--restart-command", {Scenario::restart}), belongs("--restart-after", {Scenario::restart})}) {
    if (!why.empty()) return why;
  }
  if (options.duration <= Duration::zero()) return "--duration must be more than 0";
  // Before it is counted: so many would not fit.
  const double churned = options.rate * std::chrono::duration<double>(options.duration).count();
  if (options.scenario == Scenario::churn && churned > static_cast<double>(kMaxKymas)) {
    return fmt::format("--rate x --duration is {:.0f} operations, at most {} are possible; lower one of them", churned,
                       kMaxKymas);
  }
  return {};
}

// What no single flag can check. Empty: all is well.
std::string check(const Options& options) {
  if (const auto why = kube::check_dns1123_subdomain(options.name_prefix); !why.empty()) {
    return fmt::format("--name-prefix \"{}\": {}", options.name_prefix, why);
  }
  if (!options.name_space.empty()) {
    if (const auto why = kube::check_dns1123_label(options.name_space); !why.empty()) {
      return fmt::format("--namespace \"{}\": {}", options.name_space, why);
    }
  }
  // HelmComponents are called <kyma>-<component>.
  const std::size_t kymas = kymas_in_all(options);
  const Workload workload("", options.name_prefix, kymas, options.components);
  const auto longest = workload.name(kymas - 1).size() + 1 + workload.longest_name().name.size();
  if (longest > kMaxNameLength) {
    return fmt::format(
        "--name-prefix is too long: its HelmComponents would have names of {} characters, at most {} are "
        "allowed",
        longest, kMaxNameLength);
  }
  if (options.timeout <= Duration::zero()) return "--timeout must be more than 0";
  if (!options.json.empty() && options.json == options.report) {
    return "--json and --report name the same file; give each its own";
  }
  if (options.report == "-") return "--report: the page is a file; write for example --report run.html";
  if (options.burst > 0 && options.qps == 0) return "--burst without --qps has no meaning; set --qps as well";
  return {};
}

}  // namespace

std::string_view to_string(Scenario scenario) noexcept {
  switch (scenario) {
    case Scenario::burst: return "burst";
    case Scenario::steady: return "steady";
    case Scenario::batches: return "batches";
    case Scenario::churn: return "churn";
    case Scenario::restart: return "restart";
    case Scenario::slow: return "slow";
  }
  return "";
}

std::optional<int> parse_options(int argc, const char* const* argv, Options& options) {
  CLI::App app(kDescription, "kyma-load");
  cmd::set_up(app);
  app.footer(std::string(kFooter) + "Figures that an objective may name:\n" + objective_names());
  CompareFlags compare;
  add_cluster_flags(app, options);
  add_load_flags(app, options);
  add_scenario_flags(app, options);
  add_objective_flags(app, options);
  add_output_flags(app, options);
  add_compare(app, compare);
  if (const auto exit_code = cmd::parse(app, argc, argv)) return exit_code;
  for (const auto& mistake : {take_compare(app, compare, options), check_scenario(app, options), check(options)}) {
    if (!mistake.empty()) return cmd::fail(mistake);
  }
  if (options.qps > 0 && options.burst == 0) options.burst = std::max(options.qps, 1.0);
  return std::nullopt;
}

}  // namespace kyma::load
