#include "operator/kube/client/exec_credential.hpp"

#include <fmt/format.h>

#include "operator/base/base64.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::kube {
namespace {

Error unusable(std::string why) { return Error{Reason::unauthorized, 0, std::move(why)}; }

// What a plugin printed is repeated only where it cannot be a secret.
std::string printed_version(std::string_view version) {
  constexpr std::string_view kGroup = "client.authentication.k8s.io/";
  if (version.empty()) return "no apiVersion";
  return version.starts_with(kGroup) && version.size() <= kGroup.size() + 16 ? fmt::format("apiVersion {}", version)
                                                                             : "another apiVersion";
}

void write_cluster(json::Writer& out, const ExecConfig& exec, const ClusterConfig& cluster) {
  out.key("cluster").object([&] {
    out.key("server").string(cluster.server);
    if (!cluster.tls_server_name.empty()) out.key("tls-server-name").string(cluster.tls_server_name);
    if (cluster.insecure_skip_tls_verify) out.key("insecure-skip-tls-verify").boolean(true);
    if (!cluster.ca_pem.empty()) out.key("certificate-authority-data").string(encode_base64(cluster.ca_pem));
    if (!cluster.proxy_url.empty()) out.key("proxy-url").string(cluster.proxy_url);
    if (!exec.cluster_extension.empty()) out.key("config").raw(exec.cluster_extension);
  });
}

}  // namespace

std::string exec_info(const ExecConfig& exec, const ClusterConfig& cluster) {
  json::Writer out;
  out.object([&] {
    out.key("kind").string("ExecCredential").key("apiVersion").string(exec.api_version);
    out.key("spec").object([&] {
      out.key("interactive").boolean(false);
      if (exec.provide_cluster_info) write_cluster(out, exec, cluster);
    });
  });
  return out.str();
}

Outcome<ExecCredential> parse_exec_credential(std::string_view output, std::string_view api_version) {
  const auto document = json::parse(output);
  if (!document || !document->IsObject()) {
    return unusable(
        fmt::format("it printed something else than an ExecCredential of apiVersion {} in JSON", api_version));
  }
  if (json::string_at(*document, {"kind"}) != "ExecCredential") return unusable("it printed no ExecCredential");
  if (const auto version = json::string_at(*document, {"apiVersion"}); version != api_version) {
    return unusable(
        fmt::format("it printed {} where the kubeconfig asks for {}; set exec.apiVersion to what the plugin speaks",
                    printed_version(version), api_version));
  }
  const json::Value* status = json::find(*document, "status");
  if (!status || !status->IsObject()) return unusable("it printed an ExecCredential without a status");
  ExecCredential credential;
  credential.token = json::string_at(*status, {"token"});
  credential.certificate_pem = json::string_at(*status, {"clientCertificateData"});
  credential.key_pem = json::string_at(*status, {"clientKeyData"});
  if (credential.certificate_pem.empty() != credential.key_pem.empty()) {
    return unusable("it printed only one of clientCertificateData and clientKeyData");
  }
  if (credential.token.empty() && credential.certificate_pem.empty()) {
    return unusable("it printed neither a token nor a client certificate");
  }
  if (credential.token.find_first_of("\r\n") != std::string::npos)
    return unusable("it printed a token of several lines");
  const json::Value* expiry = json::find(*status, "expirationTimestamp");
  if (!expiry || expiry->IsNull()) return credential;
  credential.expires = parse_time(json::string_at(*status, {"expirationTimestamp"}));
  if (!credential.expires) return unusable("it printed an expirationTimestamp that is no RFC 3339 time");
  return credential;
}

}  // namespace kyma::kube
