// Who is calling: bearer tokens and client certificates.
//
// Guarantees: fixed tokens are compared in constant time; credentials that are shown and are not good are an error,
// whatever else is shown beside them; without any the caller is system:anonymous, which is no error yet. As in
// Kubernetes a client certificate comes before a token, and is looked at on every request: it may end before its
// connection does. Thread: confined to one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/api_server.hpp"
#include "operator/apiserver/service_account_tokens.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/http/message.hpp"
#include "operator/http/stream.hpp"

namespace kyma::apiserver {

class Authenticator {
 public:
  Authenticator(Clock& clock, const std::vector<Credential>& credentials, ServiceAccountTokens& tokens);

  // Null when credentials are shown that are not good. `certificate`: null without one.
  UserPtr authenticate(const http::Headers& headers, const http::PeerIdentity* certificate);
  // For TokenReview: any token, for these audiences (none: the server's own).
  std::optional<TokenUser> review(std::string_view token, const std::vector<std::string>& audiences);

 private:
  struct Fixed {
    std::string token;  // secret
    UserPtr user;
  };

  UserPtr find_fixed(std::string_view token) const noexcept;
  UserPtr user_of(const http::PeerIdentity& certificate);

  bool has_ended(const http::PeerIdentity& certificate) const noexcept;

  Clock& clock_;
  std::vector<Fixed> fixed_;
  ServiceAccountTokens& tokens_;
  UserPtr last_certificate_user_;  // most connections of one client ask many times
};

}  // namespace kyma::apiserver
