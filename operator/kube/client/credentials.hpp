// Who we are in each request: a token, a token file, name and password, an exec plugin's token or certificate, and whom
// we impersonate.
//
// A token file is looked at every minute, and when the server refuses it, and read again when it has changed: however
// many requests are refused, they read it once. One that cannot be read leaves the last token in use; that is logged
// once, and counted every minute. Files are small and local, so they are read in place; no request reads or parses
// anything.
// A token of the configuration is preferred to name and password, and these to a plugin, which then is not run.
// Thread: the client's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/http/message.hpp"
#include "operator/kube/client/cluster_tls.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/client/exec_plugin.hpp"
#include "operator/kube/client/watched_file.hpp"

namespace kyma::kube {

// Impersonate-User and what goes with it.
http::Headers impersonation_headers(const Impersonation& impersonation);

class Credentials {
 public:
  // `tls` may be null: then certificates are nobody's business here.
  Credentials(Clock& clock, const ClusterConfig& config, std::shared_ptr<ClusterTls> tls,
              std::shared_ptr<CredentialLoads> loads, ProcessRunner runner);

  // Before each request: looks after the files that are due. False: obtain() first.
  bool ready();
  // Error: unauthorized.
  asio::awaitable<Outcome<void>> obtain();
  // Why obtain() takes long; empty: it does not.
  std::string why_waiting() const { return plugin_ ? plugin_->why_waiting() : std::string(); }
  void add_to(http::Headers& headers) const;

  // Rises with every change of who we are or whom we trust.
  std::uint64_t generation() const noexcept { return generation_ + connection_generation(); }
  // The same of what connections are made with: those of another one are not used any longer.
  std::uint64_t connection_generation() const noexcept { return tls_ ? tls_->generation() : 0; }
  // After a 401 to a request of this generation: true when there is something newer to try.
  asio::awaitable<bool> renew(std::uint64_t refused);
  // The same after TLS has failed.
  asio::awaitable<bool> renew_certificates(std::uint64_t refused);

 private:
  // False: there is nothing new.
  bool look_at_token_file();
  void authorize(std::string authorization);
  Outcome<void> take(const ExecCredential& credential);

  Clock& clock_;
  WatchedFile token_file_;
  bool token_file_is_bad_ = false;
  std::string authorization_;  // the header's value; empty: none. Secret
  http::Headers impersonation_;
  std::uint64_t generation_ = 0;
  SteadyTime next_look_;  // at the token file
  std::shared_ptr<ClusterTls> tls_;
  std::shared_ptr<CredentialLoads> loads_;
  std::unique_ptr<ExecPlugin> plugin_;  // null without one
  bool plugin_gives_certificate_ = false;
};

}  // namespace kyma::kube
