// Where a paged list goes on: a version and the key of the last object sent. Opaque to clients.
//
// One without a version goes on in whatever is newest: the way out for a client whose version has expired.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operator/apiserver/stored_object.hpp"

namespace kyma::apiserver {

struct ContinueToken {
  std::optional<Revision> revision;  // none: the newest, inconsistent with the pages before
  std::string last_key;              // the list goes on behind it
};

// base64url of JSON, as Kubernetes' tokens are.
std::string encode_continue_token(const ContinueToken& token);
// Nothing when malformed.
std::optional<ContinueToken> decode_continue_token(std::string_view text);

}  // namespace kyma::apiserver
