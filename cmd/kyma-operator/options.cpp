#include "cmd/kyma-operator/options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "cmd/common/cli.hpp"
#include "cmd/kyma-operator/yaml_config.hpp"
#include "installed.hpp"
#include "operator/base/log.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::cmd {
namespace {

// "auto" or a number. Empty when `text` is one of them.
std::string set_qps(std::string_view text, Options& options) {
  options.adaptive_qps = text == "auto";
  if (options.adaptive_qps) return {};
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, options.qps);
  if (problem == std::errc() && stop == end && std::isfinite(options.qps)) return {};
  return fmt::format("\"{}\" is neither auto nor a number of requests per second", text);
}

void add_api_server_flags(CLI::App& app, Options& options) {
  const std::string group = "API server";
  app.add_option("--kubeconfig", options.kubeconfig,
                 "Kubeconfig file; default: $KUBECONFIG, the pod's service account, ~/.kube/config")
      ->type_name("FILE")
      ->group(group);
  app.add_option("--context", options.context, "Kubeconfig context; default: the current one")->group(group);
  app.add_option_function<std::string>(
         "--qps",
         [&options](const std::string& text) {
           if (const auto mistake = set_qps(text, options); !mistake.empty()) {
             throw CLI::ValidationError("--qps", mistake);
           }
         },
         "Requests per second to the API server; auto: as many as it answers quickly; 0: unlimited")
      ->type_name("auto|NUMBER")
      ->default_str(options.adaptive_qps ? "auto" : fmt::format("{}", options.qps))
      ->group(group);
  app.add_option("--burst", options.burst, "Requests that may come at once; not with --qps=auto")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->group(group);
}

void add_controller_flags(CLI::App& app, Options& options) {
  const std::string group = "Controllers";
  app.add_option("--max-concurrent-reconciles", options.max_concurrent_reconciles,
                 "Per controller; 0: what --qps can use, at most 64")
      ->capture_default_str()
      ->check(CLI::Range(0, 10'000))
      ->group(group);
  add_duration_flag(app, "--sync-period", options.sync_period, "Every object is looked at again after this, +-10 %")
      ->group(group);
  app.add_option("--queue-rate", options.queue_rate, "Retries per second over all objects")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->group(group);
  app.add_option("--queue-burst", options.queue_burst, "Retries that may come at once")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->group(group);
  app.add_option("--charts-dir", options.charts_dir,
                 fmt::format("Directory of the component charts; default: {}, else ./charts", kInstalledCharts))
      ->type_name("DIR")
      ->group(group);
  app.add_option("--manifest-cache-mib", options.manifest_cache_mib, "Rendered manifests are kept up to this size")
      ->capture_default_str()
      ->check(CLI::Range(1, 65'536))
      ->group(group);
}

void add_election_flags(CLI::App& app, Options& options) {
  const std::string group = "Leader election";
  CLI::Option* elect =
      app.add_flag("--leader-elect", options.leader_elect,
                   "Of several replicas one reconciles at a time; the others stand by with their caches filled")
          ->group(group);
  app.add_option("--leader-elect-namespace", options.leader_elect_namespace,
                 "Of the Lease; default: the pod's namespace, else the kubeconfig context's")
      ->type_name("NAME")
      ->needs(elect)
      ->group(group);
  app.add_option("--leader-elect-id", options.leader_elect_id, "Name of the Lease, the same for all replicas")
      ->capture_default_str()
      ->type_name("NAME")
      ->needs(elect)
      ->group(group);
  runtime::ElectionTimes& times = options.leader_elect_times;
  add_duration_flag(app, "--leader-elect-lease-duration", times.lease_duration,
                    "A leader that shows no sign of life for this long is replaced")
      ->needs(elect)
      ->group(group);
  add_duration_flag(app, "--leader-elect-renew-deadline", times.renew_deadline,
                    "A leader that cannot renew the Lease for this long stops")
      ->needs(elect)
      ->group(group);
  add_duration_flag(app, "--leader-elect-retry-period", times.retry_period,
                    "Between renewals, and between tries to lead")
      ->needs(elect)
      ->group(group);
}

void add_endpoint_flags(CLI::App& app, Options& options) {
  const std::string group = "Endpoints";
  app.add_option("--metrics-bind-address", options.metrics_bind_address, "For /metrics; 0: off")
      ->capture_default_str()
      ->type_name("ADDR")
      ->group(group);
  CLI::Option* secure =
      app.add_flag("--metrics-secure", options.metrics_secure,
                   "/metrics over HTTPS, for bearer tokens that the API server knows and lets get /metrics")
          ->group(group);
  CLI::Option* path =
      app.add_option("--metrics-cert-path", options.metrics_cert_path,
                     "Directory of the certificate, which is loaded again when it has changed; default: "
                     "a self-signed one")
          ->type_name("DIR")
          ->needs(secure)
          ->group(group);
  app.add_option("--metrics-cert-name", options.metrics_cert_name, "The certificate's file there")
      ->capture_default_str()
      ->type_name("FILE")
      ->needs(path)
      ->group(group);
  app.add_option("--metrics-cert-key", options.metrics_cert_key, "The key's file there")
      ->capture_default_str()
      ->type_name("FILE")
      ->needs(path)
      ->group(group);
  app.add_option("--health-probe-bind-address", options.health_probe_bind_address, "For /healthz and /readyz; 0: off")
      ->capture_default_str()
      ->type_name("ADDR")
      ->group(group);
  app.add_option("--debug-bind-address", options.debug_bind_address,
                 "For /debug: manifests, pprof, loglevel; a port alone is bound on 127.0.0.1; 0: off")
      ->capture_default_str()
      ->type_name("ADDR")
      ->group(group);
}

void add_embedded_flags(CLI::App& app, Options& options) {
  const std::string group = "Embedded API server";
  CLI::Option* embedded =
      app.add_flag("--embedded", options.embedded,
                   "Run a Kubernetes-compatible API server in this process, with the CRDs installed")
          ->group(group);
  app.add_option("--embedded-listen", options.embedded_listen, "Where it listens")
      ->capture_default_str()
      ->type_name("ADDR")
      ->needs(embedded)
      ->group(group);
  app.add_option("--embedded-data-dir", options.embedded_data_dir,
                 "Where it keeps its objects, CA and credentials; without it, objects live in memory")
      ->type_name("DIR")
      ->needs(embedded)
      ->group(group);
  app.add_option("--embedded-audit-log", options.embedded_audit_log,
                 "Where it writes a line of JSON for each request (audit.k8s.io/v1 Event); - for standard output")
      ->type_name("FILE")
      ->needs(embedded)
      ->group(group);
  app.add_option("--embedded-kubeconfig", options.embedded_kubeconfig, "Write a kubeconfig for it here (mode 0600)")
      ->type_name("FILE")
      ->needs(embedded)
      ->group(group);
  app.add_flag("--demo", options.demo, "Install the CRDs, apply the sample Kyma and show its progress")->group(group);
}

// Empty when there is none.
std::string default_charts_dir() {
  for (const char* directory : {kInstalledCharts, "charts"}) {
    if (std::filesystem::is_directory(directory)) return directory;
  }
  return {};
}

std::string check_election(const Options& options) {
  if (options.leader_elect && options.demo) return "--demo shows one replica alone: drop --leader-elect";
  if (std::string mistake = kube::check_dns1123_subdomain(options.leader_elect_id); !mistake.empty()) {
    return fmt::format("--leader-elect-id: \"{}\" is no name for a Lease: {}", options.leader_elect_id, mistake);
  }
  const std::string& name_space = options.leader_elect_namespace;
  if (std::string mistake = kube::check_dns1123_label(name_space); !name_space.empty() && !mistake.empty()) {
    return fmt::format("--leader-elect-namespace: \"{}\" is no namespace: {}", name_space, mistake);
  }
  return runtime::check(options.leader_elect_times);
}

// What one flag cannot check alone. Empty when all is well.
std::string check(const Options& options) {
  if (options.embedded && !options.kubeconfig.empty()) {
    return "--embedded runs its own API server: drop --kubeconfig, or drop --embedded";
  }
  if (std::string mistake = check_election(options); !mistake.empty()) return mistake;
  if (options.charts_dir.empty()) {
    return fmt::format("there are no charts in {} nor in ./charts; name their directory with --charts-dir",
                       kInstalledCharts);
  }
  if (!std::filesystem::is_directory(options.charts_dir)) {
    return fmt::format("--charts-dir: {} is not a directory", options.charts_dir);
  }
  if (options.sync_period < Duration::zero()) return "--sync-period must not be negative; 0 turns it off";
  return {};
}

}  // namespace

std::optional<int> parse_options(int argc, const char* const* argv, Options& options) {
  CLI::App app("Reconciles Kyma resources: fans each out into HelmComponents and drives them to success.",
               "kyma-operator");
  set_up(app);
  app.footer(
      "`kyma-operator template [NAME] CHART` renders one chart and prints it; see `kyma-operator template --help`.");
  add_api_server_flags(app, options);
  add_controller_flags(app, options);
  add_election_flags(app, options);
  add_endpoint_flags(app, options);
  add_embedded_flags(app, options);
  add_log_flags(app);
  app.set_config("--config", "", "YAML file with flag names as keys; flags win over it")->type_name("FILE");
  app.config_formatter(make_yaml_config());
  app.allow_config_extras(CLI::config_extras_mode::error);
  if (const auto code = parse(app, argc, argv)) return code;
  // A person watches the demo: its progress, not every line of the log.
  if (options.demo && app.get_option("--log-level")->count() == 0) logging::set_level(LogLevel::warning);
  if (options.charts_dir.empty()) options.charts_dir = default_charts_dir();
  if (options.adaptive_qps && app.get_option("--burst")->count() > 0) {
    return fail("--burst goes with a fixed --qps: drop it, or set --qps to a number");
  }
  if (options.debug_bind_address.starts_with(':')) options.debug_bind_address.insert(0, "127.0.0.1");
  if (const std::string mistake = check(options); !mistake.empty()) return fail(mistake);
  return std::nullopt;
}

}  // namespace kyma::cmd
