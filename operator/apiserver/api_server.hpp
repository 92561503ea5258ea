// A Kubernetes-compatible API server as an object: storage, registry, verbs, watches, discovery, CRDs and the
// background work that belongs to them (garbage collection, namespace emptying). It speaks HTTP through handler();
// where the bytes come from (TLS listener, memory streams) is the business of whoever runs an http::Server with it.
//
// Guarantees: optimistic concurrency by resourceVersion; watches deliver every change after the version they start
// from, in order, or end with 410; a list is one consistent snapshot; nothing blocks the loop for long (big lists and
// collections are cut into batches). resourceVersions are one counter that starts at the wall clock in microseconds, so
// that versions of an earlier life are recognisably old.
// Every credential may do everything, unless authorization is by roles (AuthorizationMode::rbac).
// Durable as the storage that it is given: in memory by default, on disk with a DurableStorage, whose versions go on
// where they ended. Not guaranteed: admission. Lifetime: stop() the http::Server first or right after stop(), which
// ends all watches; destroy after stop() returned. Thread: confined to its executor's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/api_switches.hpp"
#include "operator/apiserver/audit_options.hpp"
#include "operator/apiserver/request_limits.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/http/server.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

// Who may call, recognised by a bearer token.
struct Credential {
  std::string token;  // secret
  std::string user = "kubernetes-admin";
  std::vector<std::string> groups = {"system:masters"};
};

enum class AuthorizationMode {
  always_allow,  // whoever is known may do everything; nobody else gets further than health and version
  rbac,          // Roles, ClusterRoles and their bindings decide; the usual ones exist from the start
};

struct ApiServerOptions {
  std::vector<Credential> credentials;
  AuthorizationMode authorization = AuthorizationMode::always_allow;
  // Signs the tokens of service accounts (PEM, P-256); secret. Empty: a new key, for this life only.
  std::string service_account_key;
  std::string service_account_issuer = "https://kubernetes.default.svc.cluster.local";
  // Keeps the ServiceAccount "default" and, when there is a CA, the ConfigMap "kube-root-ca.crt" in every namespace,
  // and fills Secrets of the type kubernetes.io/service-account-token.
  bool service_account_objects = false;
  std::string ca_pem;  // what clients inside are to trust; empty: not published
  // The watch history over all resources; whichever bound is met first drops the oldest events.
  std::size_t history_events = 100'000;
  std::size_t history_bytes = 64 * 1024 * 1024;
  Duration bookmark_interval = std::chrono::seconds{60};
  // A watch without timeoutSeconds ends after a random time between this and twice this.
  Duration min_watch_timeout = std::chrono::minutes{30};
  // A continue token is good for this long, as etcd's compaction makes it in Kubernetes.
  Duration continue_lifetime = std::chrono::minutes{5};
  Duration event_lifetime = std::chrono::hours{1};  // of Event objects since their last change
  std::size_t stream_chunk_bytes = 128 * 1024;      // of lists and watches, per write
  std::uint64_t seed = 0;                           // of watch timeouts and generated names; 0: random
  ApiSwitches switches;                             // everything on
  RequestLimits limits;                             // none
  AuditOptions audit;                               // none
};

class ApiServer {
 public:
  // Serves from the first moment on; namespaces default, kube-system, kube-public and kube-node-lease exist. Throws
  // when they cannot be stored, or the audit log cannot be opened. `storage` null: one in memory, bounded as the
  // options say.
  ApiServer(asio::any_io_executor executor, Clock& clock, ApiServerOptions options,
            std::unique_ptr<Storage> storage = nullptr);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // For http::Server. Both refer to this object.
  http::Handler handler();
  // Whether a request is from somebody, so that its body is worth being received: http::ServerOptions::takes_body.
  bool is_known(const http::Request& head, const http::PeerIdentity* certificate);
  // Starts the background work.
  void start();
  // Ends all watches properly, then the background work. Idempotent.
  asio::awaitable<void> stop();

  // Creates an object in this process with all the checks of a POST; the JSON names its kind and namespace ("default"
  // when it has none). Returns the object, which is as safe as the storage makes it once that is settled.
  kube::Outcome<std::string> create(std::string_view object_json);

  Storage& storage() noexcept;
  metrics::Registry& metrics() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kyma::apiserver
