// Who we are in each request: a token, a token file, name and password, an exec plugin's token or certificate, and whom
// we impersonate.
//
// A token file is read again when it is a minute old, and when the server refuses it; one that cannot be read leaves
// the last token in use. Files are small and local, so they are read in place; no request reads or parses anything.
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
  void read_token_file(bool first = false);
  void authorize(std::string authorization);
  Outcome<void> take(const ExecCredential& credential);

  Clock& clock_;
  std::string token_file_;
  std::string authorization_;  // the header's value; empty: none. Secret
  http::Headers impersonation_;
  std::uint64_t generation_ = 0;
  SteadyTime read_at_;
  std::shared_ptr<ClusterTls> tls_;
  std::shared_ptr<CredentialLoads> loads_;
  std::unique_ptr<ExecPlugin> plugin_;  // null without one
  bool plugin_gives_certificate_ = false;
};

}  // namespace kyma::kube
