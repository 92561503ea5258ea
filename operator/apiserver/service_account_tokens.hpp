// Tokens of service accounts: made, and recognised again.
//
// Guarantees: a token is good only while its ServiceAccount (the very one, by uid) and the object that it is bound to
// exist, until it expires, and for its audiences. A token that was checked once is remembered, so that requests cost a
// look-up and no cryptography; what is remembered is compared with storage and clock each time. Thread: confined to
// one. Lifetime: shorter than the storage's.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/json_web_token.hpp"
#include "operator/apiserver/storage.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/lru_map.hpp"

namespace kyma::apiserver {

struct TokenOptions {
  std::string issuer;
  std::vector<std::string> api_audiences;  // those that this server answers to; not empty
};

// Who shows a token, and for which of the audiences asked for.
struct TokenUser {
  UserPtr user;
  std::vector<std::string> audiences;
};

struct IssuedToken {
  std::string token;  // secret
  WallTime expires;
};

class ServiceAccountTokens {
 public:
  ServiceAccountTokens(Clock& clock, Storage& storage, http::SigningKey key, TokenOptions options);

  // A token for this account. No audiences: the server's own.
  IssuedToken issue(const StoredObject& account, std::vector<std::string> audiences, std::chrono::seconds lifetime,
                    std::optional<TokenObject> bound_to);
  // One that does not expire, and goes with the Secret that holds it.
  std::string issue_for_secret(const StoredObject& account, std::string_view secret);

  // Nothing when it is not good. No audiences: the server's own.
  std::optional<TokenUser> recognise(std::string_view token, const std::vector<std::string>& audiences);
  // The same for the server's own audiences, for every request. Null when it is not good.
  UserPtr user_of(std::string_view token);

  const TokenOptions& options() const noexcept { return options_; }
  // {"keys":[...]}
  std::string key_set() const;
  // /.well-known/openid-configuration
  std::string discovery_document() const;
  std::size_t remembered() const noexcept { return known_.size(); }

 private:
  // A token whose signature was checked.
  struct Known {
    TokenClaims claims;
    UserPtr user;
    kube::Uid account_uid;
    bool for_this_server;         // has one of its audiences
    Revision seen_in_secret = 0;  // the version of the Secret that was seen to hold it
  };

  // Null when the signature is not this server's.
  Known* known(std::string_view token);
  bool is_alive(Known& entry, std::string_view token) const;
  bool is_held(Known& entry, std::string_view token) const;

  Clock& clock_;
  Storage& storage_;
  Table& accounts_;
  Table& secrets_;
  http::SigningKey key_;
  TokenOptions options_;
  LruMap<std::string, Known> known_;
};

}  // namespace kyma::apiserver
