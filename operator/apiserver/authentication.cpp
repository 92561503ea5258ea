#include "operator/apiserver/authentication.hpp"

#include <cstddef>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kBearer = "Bearer ";

// Takes as long for a near miss as for a far one; only the length may be learned.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference =
        static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

}  // namespace

const Credential* Authenticator::authenticate(const http::Headers& headers) const {
  const auto header = headers.get("Authorization");
  if (header.size() <= kBearer.size() || !http::iequals(header.substr(0, kBearer.size()), kBearer)) return nullptr;
  auto token = header.substr(kBearer.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  const Credential* found = nullptr;
  for (const auto& credential : credentials_) {
    if (!credential.token.empty() && equal_in_constant_time(token, credential.token)) found = &credential;
  }
  return found;
}

}  // namespace kyma::apiserver
