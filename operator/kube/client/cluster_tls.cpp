#include "operator/kube/client/cluster_tls.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/base/log.hpp"
#include "operator/kube/client/files.hpp"

namespace kyma::kube {
namespace {

constexpr Duration kLookInterval = std::chrono::seconds{10};

const Logger kLog("credentials");

}  // namespace

ClusterTls::ClusterTls(Clock& clock, const ClusterConfig& config, Names names, std::shared_ptr<CredentialLoads> loads)
    : clock_(clock),
      names_(std::move(names)),
      insecure_skip_verify_(config.insecure_skip_tls_verify),
      loads_(std::move(loads)),
      ca_(config.ca_file, config.ca_pem),
      certificate_(config.client_certificate_file, config.client_certificate_pem),
      key_(config.client_key_file, config.client_key_pem),
      watches_(!ca_.path().empty() || !certificate_.path().empty() || !key_.path().empty()),
      certificate_is_configured_(!config.client_certificate_pem.empty()),
      next_look_(clock.now() + kLookInterval) {}

Outcome<std::shared_ptr<ClusterTls>> ClusterTls::make(Clock& clock, const ClusterConfig& config, Names names,
                                                      std::shared_ptr<CredentialLoads> loads) {
  std::shared_ptr<ClusterTls> tls(new ClusterTls(clock, config, std::move(names), std::move(loads)));
  if (auto made = tls->make_contexts(!config.ca_pem.empty(), tls->certificate_is_configured_); !made)
    return made.error();
  return tls;
}

Outcome<void> ClusterTls::make_contexts(bool new_ca, bool new_certificate) {
  http::TlsClientOptions options;
  options.ca_pem = ca_.content();
  options.certificate_pem = certificate_is_configured_ ? certificate_.content() : plugin_certificate_;
  options.private_key_pem = certificate_is_configured_ ? key_.content() : plugin_key_;
  options.server_name = names_.server;
  options.insecure_skip_verify = insecure_skip_verify_;
  auto made = http::make_client_tls(options);
  auto made_for_proxy = http::Outcome<std::shared_ptr<http::TlsContext>>(nullptr);
  if (made && !names_.proxy.empty()) {
    made_for_proxy = http::make_client_tls({.ca_pem = options.ca_pem,
                                            .system_roots_too = true,
                                            .server_name = names_.proxy,
                                            .insecure_skip_verify = insecure_skip_verify_});
  }
  const bool success = made && made_for_proxy;
  if (new_ca) {
    loads_->count(CredentialLoads::Kind::ca, success);
    ca_is_unusable_ = !success;
  }
  if (new_certificate) {
    loads_->count(CredentialLoads::Kind::client_certificate, success);
    certificate_is_unusable_ = !success;
  }
  if (!success) return configuration_error(made ? made_for_proxy.error().message : made.error().message);
  context_ = *std::move(made);
  proxy_context_ = *std::move(made_for_proxy);
  ++generation_;
  return {};
}

bool ClusterTls::refresh(WatchedFile& file) {
  const auto changed = file.refresh();
  if (changed) return *changed;
  kLog.warning("Credentials cannot be read again; the former stay in use", {{"error", changed.error().message}});
  return false;
}

void ClusterTls::count_what_fails() {
  if (ca_is_unusable_ || !ca_.readable()) loads_->count(CredentialLoads::Kind::ca, false);
  if (certificate_is_unusable_ || !certificate_.readable() || !key_.readable()) {
    loads_->count(CredentialLoads::Kind::client_certificate, false);
  }
}

bool ClusterTls::refresh() {
  next_look_ = clock_.now() + kLookInterval;
  const bool new_ca = refresh(ca_);
  bool new_certificate = refresh(certificate_);
  new_certificate = refresh(key_) || new_certificate;
  if (!new_ca && !new_certificate) {
    count_what_fails();
    return false;
  }
  if (auto made = make_contexts(new_ca, new_certificate); !made) {
    // Half of a pair, most likely: the other half is a change of its own.
    kLog.warning("Changed certificates cannot be used; the former stay in use", {{"error", made.error().message}});
    return false;
  }
  kLog.info("Certificates were loaded again", {{"ca", new_ca}, {"clientCertificate", new_certificate}});
  return true;
}

Outcome<void> ClusterTls::use_certificate(const std::string& certificate_pem, const std::string& key_pem) {
  if (certificate_is_configured_ || (certificate_pem == plugin_certificate_ && key_pem == plugin_key_)) return {};
  auto former_certificate = std::exchange(plugin_certificate_, certificate_pem);
  auto former_key = std::exchange(plugin_key_, key_pem);
  auto made = make_contexts(false, !certificate_pem.empty());
  if (made) return made;
  plugin_certificate_ = std::move(former_certificate);
  plugin_key_ = std::move(former_key);
  return made;
}

}  // namespace kyma::kube
