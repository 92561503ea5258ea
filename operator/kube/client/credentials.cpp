#include "operator/kube/client/credentials.hpp"

#include <fmt/format.h>

#include <utility>

#include "operator/base/base64.hpp"
#include "operator/base/log.hpp"

namespace kyma::kube {
namespace {

constexpr Duration kTokenAge = std::chrono::minutes{1};

const Logger kLog("credentials");

// Keys may hold anything, names of headers may not: bytes that no name has are percent-encoded, as is '%'.
std::string header_name_of(std::string_view key) {
  std::string name = "Impersonate-Extra-";
  for (const char c : key) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || std::string_view("!#$&'*+-.^_`|~").find(c) != std::string_view::npos) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return name;
}

}  // namespace

http::Headers impersonation_headers(const Impersonation& impersonation) {
  http::Headers headers;
  if (impersonation.user.empty()) return headers;
  headers.add("Impersonate-User", impersonation.user);
  if (!impersonation.uid.empty()) headers.add("Impersonate-Uid", impersonation.uid);
  for (const std::string& group : impersonation.groups) headers.add("Impersonate-Group", group);
  for (const auto& [key, values] : impersonation.extra) {
    const std::string name = header_name_of(key);
    for (const std::string& value : values) headers.add(name, value);
  }
  return headers;
}

Credentials::Credentials(Clock& clock, const ClusterConfig& config, std::shared_ptr<ClusterTls> tls,
                         std::shared_ptr<CredentialLoads> loads, ProcessRunner runner)
    : clock_(clock),
      token_file_(config.token_file, config.token),
      impersonation_(impersonation_headers(config.impersonation)),
      next_look_(clock.now() + kTokenAge),
      tls_(std::move(tls)),
      loads_(std::move(loads)) {
  if (!config.token.empty()) {
    authorization_ = "Bearer " + config.token;
    if (!config.token_file.empty()) loads_->count(CredentialLoads::Kind::token, true);
  } else if (!config.token_file.empty()) {
    look_at_token_file();
  } else if (!config.username.empty()) {
    authorization_ = "Basic " + encode_base64(config.username + ':' + config.password);
  } else if (config.exec) {
    plugin_ = std::make_unique<ExecPlugin>(clock, config, loads_, std::move(runner),
                                           [this](const ExecCredential& credential) { return take(credential); });
  }
}

bool Credentials::ready() {
  if (!token_file_.path().empty() && clock_.now() >= next_look_) {
    // What lasts is to be seen in the metric for as long as it lasts.
    if (!look_at_token_file() && token_file_is_bad_) loads_->count(CredentialLoads::Kind::token, false);
  }
  if (tls_) tls_->refresh_if_due();
  return !plugin_ || plugin_->fresh();
}

asio::awaitable<Outcome<void>> Credentials::obtain() {
  if (!plugin_) co_return Outcome<void>();
  co_return co_await plugin_->obtain();
}

void Credentials::add_to(http::Headers& headers) const {
  if (!authorization_.empty()) headers.add("Authorization", authorization_);
  for (const auto& [name, value] : impersonation_) headers.add(name, value);
}

asio::awaitable<bool> Credentials::renew(std::uint64_t refused) {
  // Another request may have renewed it already.
  if (generation() != refused) co_return true;
  look_at_token_file();
  if (tls_) tls_->refresh();
  if (plugin_) co_await plugin_->replace(plugin_->count());
  co_return generation() != refused;
}

asio::awaitable<bool> Credentials::renew_certificates(std::uint64_t refused) {
  if (generation() != refused) co_return true;
  if (tls_) tls_->refresh();
  // It may have expired without a word of its plugin's.
  if (plugin_ && plugin_gives_certificate_) co_await plugin_->replace(plugin_->count());
  co_return generation() != refused;
}

void Credentials::authorize(std::string authorization) {
  if (authorization == authorization_) return;
  authorization_ = std::move(authorization);
  ++generation_;
}

Outcome<void> Credentials::take(const ExecCredential& credential) {
  if (tls_) {
    if (auto used = tls_->use_certificate(credential.certificate_pem, credential.key_pem); !used) return used;
  }
  plugin_gives_certificate_ = !credential.certificate_pem.empty();
  authorize(credential.token.empty() ? "" : "Bearer " + credential.token);
  return {};
}

bool Credentials::look_at_token_file() {
  next_look_ = clock_.now() + kTokenAge;
  const auto changed = token_file_.refresh();
  if (changed && !*changed) return false;
  std::string token = changed ? token_file_.content() : std::string();
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  token_file_is_bad_ = token.empty();
  if (token_file_is_bad_) {
    loads_->count(CredentialLoads::Kind::token, false);
    kLog.warning("The token cannot be read again; the former stays in use",
                 {{"error", changed ? token_file_.path() + " is empty" : changed.error().message}});
    return true;
  }
  token.insert(0, "Bearer ");
  // The first look finds what the configuration was made with.
  if (token != authorization_) loads_->count(CredentialLoads::Kind::token, true);
  authorize(std::move(token));
  return true;
}

}  // namespace kyma::kube
