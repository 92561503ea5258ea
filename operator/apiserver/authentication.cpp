#include "operator/apiserver/authentication.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace kyma::apiserver {
namespace {

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

UserPtr make_user(std::string name, std::vector<std::string> groups) {
  groups.emplace_back(kGroupAuthenticated);
  return std::make_shared<UserInfo>(UserInfo{std::move(name), {}, std::move(groups), {}});
}

// The groups of `user`, the one that authentication adds aside.
bool is_user_of(const UserInfo& user, const http::PeerIdentity& certificate) noexcept {
  return user.name == certificate.common_name && user.groups.size() == certificate.organizations.size() + 1 &&
         std::equal(certificate.organizations.begin(), certificate.organizations.end(), user.groups.begin());
}

}  // namespace

Authenticator::Authenticator(Clock& clock, const std::vector<Credential>& credentials, ServiceAccountTokens& tokens)
    : clock_(clock), tokens_(tokens) {
  for (const auto& credential : credentials) {
    if (!credential.token.empty()) {
      fixed_.push_back({credential.token, make_user(credential.user, credential.groups)});
    }
  }
}

UserPtr Authenticator::authenticate(const http::Headers& headers, const http::PeerIdentity* certificate) {
  if (certificate && !certificate->trusted) return nullptr;
  UserPtr user;
  if (const auto header = headers.get("Authorization"); !header.empty()) {
    const auto token = http::bearer_token(header);
    if (token.empty()) return nullptr;
    user = find_fixed(token);
    if (!user) user = tokens_.user_of(token);
    if (!user) return nullptr;
  }
  if (certificate && !certificate->common_name.empty()) {
    return has_ended(*certificate) ? nullptr : user_of(*certificate);
  }
  return user ? user : anonymous_user();
}

std::optional<TokenUser> Authenticator::review(std::string_view token, const std::vector<std::string>& audiences) {
  const auto user = find_fixed(token);
  if (!user) return tokens_.recognise(token, audiences);
  // A fixed token says nothing of audiences: it is for the server itself.
  const auto& own = tokens_.options().api_audiences;
  TokenUser found{user, {}};
  for (const auto& audience : audiences.empty() ? own : audiences) {
    if (std::find(own.begin(), own.end(), audience) != own.end()) found.audiences.push_back(audience);
  }
  if (found.audiences.empty()) return std::nullopt;
  return found;
}

UserPtr Authenticator::find_fixed(std::string_view token) const noexcept {
  UserPtr found;
  for (const auto& fixed : fixed_) {
    if (equal_in_constant_time(token, fixed.token)) found = fixed.user;
  }
  return found;
}

bool Authenticator::has_ended(const http::PeerIdentity& certificate) const noexcept {
  return clock_.wall_now() >= WallTime(std::chrono::seconds(certificate.valid_until));
}

UserPtr Authenticator::user_of(const http::PeerIdentity& certificate) {
  if (!last_certificate_user_ || !is_user_of(*last_certificate_user_, certificate)) {
    last_certificate_user_ = make_user(certificate.common_name, certificate.organizations);
  }
  return last_certificate_user_;
}

}  // namespace kyma::apiserver
