// The API server as a program runs it: an ApiServer behind a TLS listener, with its own CA, a bearer token and a
// kubeconfig that a client needs nothing else than.
//
// Guarantees: the CA, the token and the key of service accounts' tokens are kept in files of mode 0600 in
// `credentials_dir`; a restart with the same directory uses them again, so that no client is cut off, and makes a new
// serving certificate of that CA. Certificates that the CA signs for clients are taken (CN is the user, O the groups).
// The kubeconfig is replaced atomically, mode 0600.
// Objects live in memory and end with the server, unless there is a `data_dir`: what is acknowledged is there after a
// crash then (DurableStorage), and no other server may use that directory at the same time.
// Thread: EmbeddedServer is confined to its executor's thread; ServerThread may be used from any one thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "operator/apiserver/api_server.hpp"
#include "operator/base/clock.hpp"
#include "operator/http/error.hpp"

namespace kyma::apiserver {

struct EmbeddedServerOptions {
  std::string listen = "127.0.0.1:6443";  // host:port; port 0: the kernel's choice
  std::string insecure_listen;            // host:port without TLS, loopback addresses only; empty: none
  std::string kubeconfig;                 // file to write; empty: none
  std::string data_dir;                   // where objects are kept; empty: in memory
  // Empty: `data_dir`, or else "<kubeconfig>.d"; all empty: credentials last for this life only.
  std::string credentials_dir;
  // PEM files instead of the server's own certificate and, for clients' certificates, instead of its own CA. Empty: its
  // own. Certificate and key go together; the certificate file is then what the kubeconfig trusts.
  std::string tls_cert_file;
  std::string tls_private_key_file;
  std::string client_ca_file;
  Duration grace = std::chrono::seconds{5};  // for running requests when stopping
  ApiServerOptions api;                      // credentials, keys and CA are filled in
};

// Where it listens, once started.
struct EmbeddedServerInfo {
  std::string url;           // "https://127.0.0.1:6443"
  std::string insecure_url;  // "http://127.0.0.1:8080"; empty: none
  std::string kubeconfig;    // the file; empty: none
  std::string ca_pem;
  std::string token;  // secret
};

class EmbeddedServer {
 public:
  EmbeddedServer(asio::any_io_executor executor, Clock& clock, EmbeddedServerOptions options);
  ~EmbeddedServer();

  // Binds, makes or loads credentials and writes the kubeconfig; serves when it returns. Blocks on files, briefly.
  // Errors name the address or the file and the remedy.
  http::Outcome<EmbeddedServerInfo> start();
  asio::awaitable<void> stop();
  ApiServer& api() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// An EmbeddedServer on a thread and io_context of its own, in real time.
class ServerThread {
 public:
  explicit ServerThread(EmbeddedServerOptions options);
  ~ServerThread();  // stops

  // Returns when the server is ready, or with the reason why it is not.
  http::Outcome<EmbeddedServerInfo> start();
  // Stops the server and joins its thread. Idempotent.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kyma::apiserver
