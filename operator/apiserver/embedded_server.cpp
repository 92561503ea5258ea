#include "operator/apiserver/embedded_server.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/credentials.hpp"
#include "operator/apiserver/durable_storage.hpp"
#include "operator/apiserver/exchange.hpp"
#include "operator/base/descriptors.hpp"
#include "operator/base/log.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/tcp.hpp"
#include "operator/http/tls.hpp"

namespace kyma::apiserver {
namespace {

const Logger& log() {
  static const Logger kLog("apiserver");
  return kLog;
}

bool is_loopback(const std::string& host) {
  if (host == "localhost") return true;
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

// What remains of the descriptors for files, the database and the program's own clients.
std::size_t connections_allowed() {
  const auto limit = descriptor_limit();
  return limit - std::min<std::size_t>(256, limit / 4);
}

// Where a client on this machine reaches a listener.
http::Endpoint reachable(http::Endpoint endpoint) {
  if (endpoint.host.empty() || endpoint.host == "0.0.0.0" || endpoint.host == "::") endpoint.host = "127.0.0.1";
  return endpoint;
}

}  // namespace

class EmbeddedServer::Impl {
 public:
  Impl(asio::any_io_executor executor, Clock& clock, EmbeddedServerOptions options)
      : executor_(std::move(executor)), clock_(clock), options_(std::move(options)), tasks_(executor_) {}

  http::Outcome<EmbeddedServerInfo> start() {
    auto endpoint = http::parse_endpoint(options_.listen);
    if (!endpoint) return endpoint.error();
    auto storage = open_storage();
    if (!storage) return storage.error();
    auto directory = options_.credentials_dir.empty() ? options_.data_dir : options_.credentials_dir;
    if (directory.empty() && !options_.kubeconfig.empty()) directory = options_.kubeconfig + ".d";
    auto credentials = load_or_make_credentials(directory, {reachable(*endpoint).host});
    if (!credentials) return credentials.error();
    auto shown = tls_options(*credentials);
    if (!shown) return shown.error();
    auto tls = http::make_server_tls(*shown);
    if (!tls) return tls.error();
    if (!options_.tls_cert_file.empty()) credentials->ca_pem = shown->certificate_pem;

    auto listener = http::Listener::bind(executor_, *endpoint, std::move(*tls));
    if (!listener) return listener.error();
    listener_ = std::move(*listener);
    EmbeddedServerInfo info;
    // The name that was asked for, since the certificate has it; the port that was bound.
    info.url = fmt::format("https://{}", reachable({endpoint->host, listener_->local().port}).str());
    if (auto bound = bind_insecure(info); !bound) return bound.error();
    if (!options_.kubeconfig.empty()) {
      const auto text = make_kubeconfig(info.url, info.insecure_url, *credentials);
      if (auto written = write_private_file(options_.kubeconfig, text); !written) return written.error();
    }
    info.kubeconfig = options_.kubeconfig;
    info.ca_pem = credentials->ca_pem;
    info.token = credentials->token;
    if (auto served = serve(*credentials, std::move(*storage)); !served) return served.error();
    log().info("Serving the API", {{"url", info.url}, {"kubeconfig", info.kubeconfig}});
    return info;
  }

  asio::awaitable<void> stop() {
    if (!api_) co_return;
    listener_->close();
    if (insecure_) insecure_->close();
    co_await api_->stop();
    co_await server_->stop(options_.grace);
    co_await tasks_.stop();
  }

  ApiServer& api() noexcept { return *api_; }

 private:
  http::Outcome<void> bind_insecure(EmbeddedServerInfo& info) {
    if (options_.insecure_listen.empty()) return {};
    const auto endpoint = http::parse_endpoint(options_.insecure_listen);
    if (!endpoint) return endpoint.error();
    if (!is_loopback(endpoint->host)) {
      return http::Error{http::Errc::invalid_argument,
                         fmt::format("refusing to serve without TLS on {}: only loopback addresses may be named there, "
                                     "such as 127.0.0.1:8080",
                                     options_.insecure_listen)};
    }
    auto listener = http::Listener::bind(executor_, *endpoint, nullptr);
    if (!listener) return listener.error();
    insecure_ = std::move(*listener);
    info.insecure_url = fmt::format("http://{}", http::Endpoint{endpoint->host, insecure_->local().port}.str());
    return {};
  }

  // What the server shows and whose clients it takes: its own, unless files are named.
  http::Outcome<http::TlsServerOptions> tls_options(const ServerCredentials& own) const {
    http::TlsServerOptions tls{own.server.certificate_pem, own.server.private_key_pem, own.ca_pem};
    tls.admits_untrusted = true;  // they get 401
    if (options_.tls_cert_file.empty() != options_.tls_private_key_file.empty()) {
      return http::Error{http::Errc::invalid_argument, "a TLS certificate file and its private key file go together"};
    }
    for (const auto& [path, text] : {std::pair{&options_.tls_cert_file, &tls.certificate_pem},
                                     {&options_.tls_private_key_file, &tls.private_key_pem},
                                     {&options_.client_ca_file, &tls.client_ca_pem}}) {
      if (path->empty()) continue;
      auto read = read_pem_file(*path);
      if (!read) return read.error();
      *text = std::move(*read);
    }
    return tls;
  }

  // Null: in memory. First of all, since it is what another server with the same directory fails at.
  http::Outcome<std::unique_ptr<Storage>> open_storage() const {
    if (options_.data_dir.empty()) return std::unique_ptr<Storage>();
    auto storage = DurableStorage::open(executor_, clock_,
                                        {.directory = options_.data_dir,
                                         .history_events = options_.api.history_events,
                                         .history_bytes = options_.api.history_bytes});
    if (!storage) return http::Error{http::Errc::invalid_argument, storage.error().message};
    return std::unique_ptr<Storage>(std::move(*storage));
  }

  http::Outcome<void> serve(const ServerCredentials& credentials, std::unique_ptr<Storage> storage) {
    options_.api.credentials.push_back({credentials.token});
    options_.api.service_account_key = credentials.service_account_key;
    options_.api.ca_pem = credentials.ca_pem;
    try {
      api_ = std::make_unique<ApiServer>(executor_, clock_, options_.api, std::move(storage));
    } catch (const std::runtime_error& error) {
      return http::Error{http::Errc::invalid_argument, error.what()};
    }
    http::ServerOptions server;
    server.name = "apiserver";
    server.max_connections = std::min(server.max_connections, connections_allowed());
    server.takes_body = [api = api_.get()](const http::Request& head, const http::PeerIdentity* certificate) {
      return api->is_known(head, certificate);
    };
    server.refusal = [limit = server.max_body_bytes](unsigned status) {
      return error_response(unreadable_request(status, limit));
    };
    server_ = std::make_unique<http::Server>(executor_, clock_, api_->handler(), server);
    api_->start();
    const auto accept = [this](std::unique_ptr<http::Stream> stream) { server_->serve(std::move(stream)); };
    tasks_.spawn(listener_->accept_all(clock_, accept));
    if (insecure_) tasks_.spawn(insecure_->accept_all(clock_, accept));
    return {};
  }

  asio::any_io_executor executor_;
  Clock& clock_;
  EmbeddedServerOptions options_;
  std::unique_ptr<http::Listener> listener_;
  std::unique_ptr<http::Listener> insecure_;
  std::unique_ptr<ApiServer> api_;
  std::unique_ptr<http::Server> server_;
  TaskGroup tasks_;
};

EmbeddedServer::EmbeddedServer(asio::any_io_executor executor, Clock& clock, EmbeddedServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(executor), clock, std::move(options))) {}

EmbeddedServer::~EmbeddedServer() = default;

http::Outcome<EmbeddedServerInfo> EmbeddedServer::start() { return impl_->start(); }

asio::awaitable<void> EmbeddedServer::stop() { co_await impl_->stop(); }

ApiServer& EmbeddedServer::api() noexcept { return impl_->api(); }

}  // namespace kyma::apiserver
