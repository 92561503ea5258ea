#include "operator/kube/client/credentials.hpp"

#include "operator/base/base64.hpp"
#include "operator/kube/client/files.hpp"

namespace kyma::kube {
namespace {

constexpr Duration kTokenAge = std::chrono::minutes{1};

}  // namespace

Credentials::Credentials(Clock& clock, const ClusterConfig& config)
    : clock_(clock), token_file_(config.token_file), read_at_(clock.now()) {
  if (!config.token.empty()) {
    authorization_ = "Bearer " + config.token;
  } else if (!token_file_.empty()) {
    read_token_file();
  } else if (!config.username.empty()) {
    authorization_ = "Basic " + encode_base64(config.username + ':' + config.password);
  }
}

const std::string& Credentials::authorization() {
  if (!token_file_.empty() && clock_.now() - read_at_ >= kTokenAge) read_token_file();
  return authorization_;
}

bool Credentials::renew(std::uint64_t refused) {
  // Another request may have renewed it already.
  if (generation_ == refused && !token_file_.empty()) read_token_file();
  return generation_ != refused;
}

void Credentials::read_token_file() {
  read_at_ = clock_.now();
  auto token = read_file(token_file_);
  if (!token) return;
  token->erase(token->find_last_not_of(" \t\r\n") + 1);
  std::string authorization = "Bearer " + *token;
  if (token->empty() || authorization == authorization_) return;
  authorization_ = std::move(authorization);
  ++generation_;
}

}  // namespace kyma::kube
