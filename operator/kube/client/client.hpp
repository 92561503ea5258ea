// The REST client for one API server: typed paths, Status errors as values, flow control, request metrics, retries.
//
// Guarantees: each call is bounded in time and size; a 429 or 5xx answer with Retry-After is retried up to ten times
// after that delay (as client-go does), GETs also after a lost connection; the token is sent only to the configured
// server and never appears in an error. Bodies are JSON text: what to decode is the caller's business
// (decode_object<T>). Lifetime: must outlive its calls and streams. Thread: confined to its executor's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/http/client.hpp"
#include "operator/kube/client/child_process.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/client/flow_control.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/object_meta.hpp"
#include "operator/kube/meta/resource_type.hpp"

namespace kyma::kube {

class Client;

struct ClientOptions {
  double qps = 150;  // <= 0: unlimited
  double burst = 150;
  std::size_t max_connections = 64;
  Duration timeout = std::chrono::seconds{30};  // per call, retries excluded
  std::size_t max_object_bytes = 16 * 1024 * 1024;
  std::string user_agent;     // empty: "kyma-operator/<version> (linux/amd64) <commit>"
  std::string field_manager;  // empty: none is named, and the server takes user_agent up to its first "/"
  std::shared_ptr<FlowControl> flow_control = {};  // null: a token bucket of qps and burst
  ProcessRunner process_runner = {};               // of credential plugins; empty: run_process()
  // A client of the same configuration, whose credentials, TLS contexts and plugin this one is to use too. It need not
  // live longer than the making.
  const Client* share_access_with = nullptr;
  // Where a permission is granted that a 403 shows to be missing, for the error's text.
  std::string permissions_place = "the ClusterRole (config/rbac/role.yaml)";
  // Asked right before anything but a GET is written to its connection, however long that took: false withholds it,
  // with an error of reason transport. For those who may write for a time only, such as an elected leader. Unset:
  // always.
  std::function<bool()> may_write = {};
};

struct ListOptions {
  std::string name_space;  // empty: all
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;  // "", "0" or a version
  std::int64_t limit = 0;        // 0: no paging
  std::string continue_token;
};

struct WatchOptions {
  std::string name_space;
  std::string label_selector;
  std::string field_selector;
  std::string resource_version;
  std::chrono::seconds timeout{0};  // asks the server to end the watch then; 0: its choice
  bool bookmarks = true;
  bool send_initial_events = false;  // WatchList
};

struct DeleteOptions {
  std::string propagation;                        // "Background", "Foreground", "Orphan"; empty: the server's default
  Uid uid;                                        // precondition when not empty
  std::optional<std::uint64_t> resource_version;  // precondition
};

// A streaming answer: pieces of a list or a watch for ListSplitter and WatchDecoder.
class BodyStream {
 public:
  // `sizes` counts the body's bytes once it was read to its end; may be null.
  explicit BodyStream(std::unique_ptr<http::ResponseStream> stream, metrics::Histogram* sizes = nullptr)
      : stream_(std::move(stream)), sizes_(sizes) {}
  // The next piece, valid until the next call; empty at the end. Error: transport (its message says "timed out" when
  // nothing came for `limit`).
  asio::awaitable<Outcome<std::string_view>> read(Duration limit);
  void close() noexcept { stream_->close(); }

 private:
  std::unique_ptr<http::ResponseStream> stream_;
  metrics::Histogram* sizes_;
  std::size_t bytes_ = 0;
};

class Client {
 public:
  // `metrics` may be null. Error: configuration (server URL, certificates).
  static Outcome<std::unique_ptr<Client>> make(asio::any_io_executor executor, Clock& clock,
                                               const ClusterConfig& config, ClientOptions options,
                                               metrics::Registry* metrics);
  // With streams of the caller's making, for tests in memory: `config.server` only names the host.
  static std::unique_ptr<Client> make_with_dialer(asio::any_io_executor executor, Clock& clock, http::Dialer dialer,
                                                  const ClusterConfig& config, ClientOptions options,
                                                  metrics::Registry* metrics);
  ~Client();

  asio::awaitable<Outcome<std::string>> get(const ResourceType& type, std::string name_space, std::string name);
  asio::awaitable<Outcome<std::string>> create(const ResourceType& type, std::string name_space, std::string body);
  // PUT; `subresource` may be "status".
  asio::awaitable<Outcome<std::string>> update(const ResourceType& type, std::string name_space, std::string name,
                                               std::string body, std::string subresource = {});
  // application/merge-patch+json.
  asio::awaitable<Outcome<std::string>> merge_patch(const ResourceType& type, std::string name_space, std::string name,
                                                    std::string body, std::string subresource = {});
  asio::awaitable<Outcome<void>> remove(const ResourceType& type, std::string name_space, std::string name,
                                        DeleteOptions options = {});
  asio::awaitable<Outcome<std::unique_ptr<BodyStream>>> list(const ResourceType& type, ListOptions options);
  asio::awaitable<Outcome<std::unique_ptr<BodyStream>>> watch(const ResourceType& type, WatchOptions options);
  // Any path: "/version", "/readyz".
  asio::awaitable<Outcome<std::string>> get_raw(std::string target);

  // Why calls wait for credentials: a plugin takes long. Empty: they do not. For readiness messages.
  std::string why_waiting() const;
  // Fails what is running or waits for flow control or another try, and closes all connections.
  void close() noexcept;

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kyma::kube
