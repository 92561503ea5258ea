// The daemon's settings: flags, and a YAML file with the flags' names as keys. A flag wins over the file.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/runtime/election.hpp"

namespace kyma::cmd {

struct Options {
  // API server
  std::string kubeconfig;
  std::string context;
  bool adaptive_qps = false;  // --qps=auto: found by itself, `qps` and `burst` have no meaning
  double qps = 150;           // 0 or less: unlimited
  double burst = 150;

  // Controllers
  std::size_t max_concurrent_reconciles = 0;  // 0: what the request rate can use
  Duration sync_period = std::chrono::hours{10};
  double queue_rate = 150;
  double queue_burst = 200;
  std::string charts_dir;  // complete after parse_options()
  std::size_t manifest_cache_mib = 32;

  // Leader election
  bool leader_elect = false;
  std::string leader_elect_namespace;  // empty: the pod's, else the context's
  std::string leader_elect_id = "kyma-operator";
  runtime::ElectionTimes leader_elect_times;

  // Endpoints; "0": off
  std::string metrics_bind_address = ":8080";
  bool metrics_secure = false;
  std::string metrics_cert_path;  // directory; empty: a self-signed certificate
  std::string metrics_cert_name = "tls.crt";
  std::string metrics_cert_key = "tls.key";
  std::string health_probe_bind_address = ":8081";
  std::string debug_bind_address = "0";

  // Embedded API server
  bool embedded = false;
  std::string embedded_listen = "127.0.0.1:6443";
  std::string embedded_data_dir;
  std::string embedded_audit_log;
  std::string embedded_kubeconfig;

  bool demo = false;
};

// Returns the exit code when the program should end now; otherwise `options` is complete and checked.
std::optional<int> parse_options(int argc, const char* const* argv, Options& options);

}  // namespace kyma::cmd
