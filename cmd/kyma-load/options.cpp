#include "cmd/kyma-load/options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/common/cli.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::load {
namespace {

// Kubernetes' limit for the name of an object.
constexpr std::size_t kMaxNameLength = 253;
constexpr double kMaxQps = 1e6;

constexpr const char* kDescription =
    "Load generator: creates Kymas as fast as the API server takes them, waits until all are in\n"
    "success, and reports how long that took.";
constexpr const char* kFooter =
    "Exit codes: 0 all Kymas are in success; 1 creations failed, or the timeout was reached;\n"
    "130 and 143 interrupted or terminated (what was reached is still reported).\n"
    "The Kymas of a run carry the label kyma-load=<run id>; every run left behind is deleted with\n"
    "  kubectl delete kymas -n NAMESPACE -l kyma-load\n"
    "The keys of the JSON report are described in the project's cmd/kyma-load/README.md.";

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
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
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

void add_output_flags(CLI::App& app, Options& options) {
  app.add_option("--json", options.json, "Write the figures as JSON; - is standard output")->type_name("FILE");
  app.add_flag("--no-progress", options.no_progress, "Show the result only");
  // The progress line says what matters; routine messages would only tear it.
  logging::set_level(LogLevel::warning);
  cmd::add_log_flags(app);
  app.get_option("--log-level")->default_str("warning");
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
  const Workload workload("", options.name_prefix, options.kymas, options.components);
  const auto longest = workload.name(options.kymas - 1).size() + 1 + workload.longest_name().name.size();
  if (longest > kMaxNameLength) {
    return fmt::format(
        "--name-prefix is too long: its HelmComponents would have names of {} characters, at most {} are "
        "allowed",
        longest, kMaxNameLength);
  }
  if (options.timeout <= Duration::zero()) return "--timeout must be more than 0";
  if (options.burst > 0 && options.qps == 0) return "--burst without --qps has no meaning; set --qps as well";
  return {};
}

}  // namespace

std::optional<int> parse_options(int argc, const char* const* argv, Options& options) {
  CLI::App app(kDescription, "kyma-load");
  cmd::set_up(app);
  app.footer(kFooter);
  add_cluster_flags(app, options);
  add_load_flags(app, options);
  add_output_flags(app, options);
  if (const auto exit_code = cmd::parse(app, argc, argv)) return exit_code;
  if (const auto mistake = check(options); !mistake.empty()) return cmd::fail(mistake);
  if (options.qps > 0 && options.burst == 0) options.burst = std::max(options.qps, 1.0);
  return std::nullopt;
}

}  // namespace kyma::load
