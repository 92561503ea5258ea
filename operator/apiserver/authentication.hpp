// Who is calling: bearer tokens, compared in constant time. Everybody who is known may do everything.
//
// Thread: immutable, any thread.
#pragma once

#include <string_view>
#include <vector>

#include "operator/apiserver/api_server.hpp"
#include "operator/http/message.hpp"

namespace kyma::apiserver {

class Authenticator {
 public:
  explicit Authenticator(std::vector<Credential> credentials) : credentials_(std::move(credentials)) {}

  // Null when the request shows no valid token.
  const Credential* authenticate(const http::Headers& headers) const;

 private:
  std::vector<Credential> credentials_;
};

}  // namespace kyma::apiserver
