// The TLS contexts towards one cluster: made once, and made again when the CA's, certificate's or key's file has
// changed or an exec plugin gives another certificate.
//
// Guarantees: one context for all connections, so that keys are parsed once and sessions are resumed; a file that
// cannot be used leaves the context in force, is logged once and counted at each look. A context that was replaced
// lives on with its connections. Thread: the client's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/http/tls.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/client/credential_loads.hpp"
#include "operator/kube/client/watched_file.hpp"

namespace kyma::kube {

class ClusterTls {
 public:
  struct Names {
    std::string server;  // that its certificate must hold
    std::string proxy;   // the same for an https proxy; empty: none
  };
  // Error: configuration.
  static Outcome<std::shared_ptr<ClusterTls>> make(Clock& clock, const ClusterConfig& config, Names names,
                                                   std::shared_ptr<CredentialLoads> loads);

  const std::shared_ptr<http::TlsContext>& context() const noexcept { return context_; }
  // For the connection to an https proxy, which is verified with the system's roots too and shown no certificate.
  const std::shared_ptr<http::TlsContext>& proxy_context() const noexcept { return proxy_context_; }
  // Rises with every new context.
  std::uint64_t generation() const noexcept { return generation_; }

  // Looks at the files, at most every ten seconds.
  void refresh_if_due() {
    if (watches_ && clock_.now() >= next_look_) refresh();
  }
  // Looks at the files now. True when there is a new context.
  bool refresh();
  // A plugin's certificate and key; empty: none. One that the configuration gives is preferred.
  Outcome<void> use_certificate(const std::string& certificate_pem, const std::string& key_pem);

 private:
  ClusterTls(Clock& clock, const ClusterConfig& config, Names names, std::shared_ptr<CredentialLoads> loads);
  // What is new is counted as a load.
  Outcome<void> make_contexts(bool new_ca, bool new_certificate);
  bool refresh(WatchedFile& file);
  // What lasts is to be seen in the metric for as long as it lasts.
  void count_what_fails();

  Clock& clock_;
  Names names_;
  bool insecure_skip_verify_;
  std::shared_ptr<CredentialLoads> loads_;
  WatchedFile ca_;
  WatchedFile certificate_;
  WatchedFile key_;
  bool watches_;  // any file
  bool certificate_is_configured_;
  bool ca_is_unusable_ = false;
  bool certificate_is_unusable_ = false;
  std::string plugin_certificate_;
  std::string plugin_key_;
  SteadyTime next_look_;
  std::shared_ptr<http::TlsContext> context_;
  std::shared_ptr<http::TlsContext> proxy_context_;
  std::uint64_t generation_ = 0;
};

}  // namespace kyma::kube
