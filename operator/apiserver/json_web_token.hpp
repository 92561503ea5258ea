// JSON Web Tokens as this server makes and takes them: compact form, ES256, and the claims of service accounts.
//
// Guarantee: claims are given out only when the signature of this very key covers them; nothing in a token chooses the
// algorithm or the key. Whether they are still true is not asked here. Thread: none needed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/http/signing_key.hpp"

namespace kyma::apiserver {

// An object whose life bounds the token's.
struct TokenObject {
  std::string kind;  // as the claims name it: "pod", "secret", "node"
  std::string name;
  std::string uid;
};

struct TokenClaims {
  std::string issuer;
  std::vector<std::string> audiences = {};
  std::int64_t issued_at = 0;   // seconds since 1970
  std::int64_t not_before = 0;  // 0: always
  std::int64_t expires_at = 0;  // 0: never, as tokens in Secrets are
  std::string id = {};          // empty: of a Secret
  std::string name_space = {};
  std::string service_account = {};
  std::string service_account_uid = {};
  std::optional<TokenObject> bound_to = {};
};

// Tokens in Secrets have this issuer, in Kubernetes too, whatever the server's own is.
inline constexpr std::string_view kSecretTokenIssuer = "kubernetes/serviceaccount";

// A token longer than this is none.
inline constexpr std::size_t kMaxTokenBytes = 8 * 1024;

std::string encode_token(const TokenClaims& claims, const http::SigningKey& key);
// Nothing when it is malformed, is signed by anybody else, or is about no service account.
std::optional<TokenClaims> decode_token(std::string_view token, const http::SigningKey& key);

}  // namespace kyma::apiserver
