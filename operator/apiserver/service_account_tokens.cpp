#include "operator/apiserver/service_account_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/base/base64.hpp"
#include "operator/http/certificates.hpp"

namespace kyma::apiserver {
namespace {

// Some 3 kB each as a rule.
constexpr std::size_t kMaxRemembered = 2048;
constexpr std::size_t kTokenIdBytes = 16;
// A clock that was set back must not shut out what was issued just before.
constexpr std::int64_t kClockSkew = 60;

std::int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string plural_of(std::string_view kind) { return fmt::format("{}s", kind); }

UserPtr make_user(const TokenClaims& claims) {
  UserInfo user;
  user.name = service_account_user(claims.name_space, claims.service_account);
  user.uid = claims.service_account_uid;
  user.groups = service_account_groups(claims.name_space);
  user.groups.emplace_back(kGroupAuthenticated);
  if (!claims.id.empty()) {
    user.extra.push_back({"authentication.kubernetes.io/credential-id", {fmt::format("JTI={}", claims.id)}});
  }
  if (claims.bound_to && claims.bound_to->kind != "secret") {
    const auto prefix = fmt::format("authentication.kubernetes.io/{}", claims.bound_to->kind);
    user.extra.push_back({prefix + "-name", {claims.bound_to->name}});
    user.extra.push_back({prefix + "-uid", {claims.bound_to->uid}});
  }
  return std::make_shared<UserInfo>(std::move(user));
}

std::vector<std::string> common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> result;
  std::copy_if(a.begin(), a.end(), std::back_inserter(result),
               [&](const auto& each) { return std::find(b.begin(), b.end(), each) != b.end(); });
  return result;
}

}  // namespace

ServiceAccountTokens::ServiceAccountTokens(Clock& clock, Storage& storage, http::SigningKey key, TokenOptions options)
    : clock_(clock),
      storage_(storage),
      accounts_(storage.table("serviceaccounts")),
      secrets_(storage.table("secrets")),
      key_(std::move(key)),
      options_(std::move(options)) {
  // Not needed for being right, since storage is asked each time: memory is given back.
  storage.observe([this](Table& table, const Change& change) {
    if (&table != &accounts_ || change.type != ChangeType::deleted || known_.size() == 0) return;
    const auto uid = change.object->uid.str();
    known_.erase_if([&](const Known& entry) { return entry.claims.service_account_uid == uid; });
  });
}

IssuedToken ServiceAccountTokens::issue(const StoredObject& account, std::vector<std::string> audiences,
                                        std::chrono::seconds lifetime, std::optional<TokenObject> bound_to) {
  const auto now = clock_.wall_now();
  TokenClaims claims{options_.issuer, audiences.empty() ? options_.api_audiences : std::move(audiences)};
  claims.issued_at = claims.not_before = seconds_of(now);
  claims.expires_at = claims.issued_at + lifetime.count();
  claims.id = http::random_hex(kTokenIdBytes);
  for (const std::size_t dash : {8u, 13u, 18u, 23u}) claims.id.insert(dash, 1, '-');
  claims.name_space = account.name_space.view();
  claims.service_account = account.name.view();
  claims.service_account_uid = account.uid.str();
  claims.bound_to = std::move(bound_to);
  return {encode_token(claims, key_), WallTime(std::chrono::seconds(claims.expires_at))};
}

std::string ServiceAccountTokens::issue_for_secret(const StoredObject& account, std::string_view secret) {
  TokenClaims claims{std::string(kSecretTokenIssuer)};
  claims.name_space = account.name_space.view();
  claims.service_account = account.name.view();
  claims.service_account_uid = account.uid.str();
  claims.bound_to = TokenObject{"secret", std::string(secret), {}};
  return encode_token(claims, key_);
}

ServiceAccountTokens::Known* ServiceAccountTokens::known(std::string_view token) {
  const std::string key(token);
  if (auto* found = known_.find(key)) return found;
  auto claims = decode_token(token, key_);
  if (!claims) return nullptr;
  // Tokens of Secrets name no audience: they are for the server itself.
  const bool for_this_server = claims->audiences.empty() || !common(options_.api_audiences, claims->audiences).empty();
  auto user = make_user(*claims);
  const kube::Uid uid(claims->service_account_uid);
  while (known_.size() >= kMaxRemembered) known_.evict([](const Known&) { return true; });
  return &known_.insert(key, {std::move(*claims), std::move(user), uid, for_this_server});
}

bool ServiceAccountTokens::is_held(Known& entry, std::string_view token) const {
  const auto secret = secrets_.read(storage_key(entry.claims.name_space, entry.claims.bound_to->name));
  if (!secret || secret->deletion) return false;
  if (secret->revision == entry.seen_in_secret) return true;
  const auto document = json::parse(secret->json);
  if (!document || decode_base64(json::string_at(*document, {"data", "token"})) != token) return false;
  entry.seen_in_secret = secret->revision;
  return true;
}

bool ServiceAccountTokens::is_alive(Known& entry, std::string_view token) const {
  const auto& claims = entry.claims;
  const auto now = seconds_of(clock_.wall_now());
  if (claims.expires_at != 0 && now >= claims.expires_at) return false;
  if (now < claims.not_before - kClockSkew) return false;
  const auto account = accounts_.read(storage_key(claims.name_space, claims.service_account));
  if (!account || account->uid != entry.account_uid) return false;
  if (claims.issuer == kSecretTokenIssuer) return is_held(entry, token);
  if (claims.issuer != options_.issuer) return false;
  if (!claims.bound_to) return true;
  const bool in_cluster = claims.bound_to->kind == "node";
  const auto bound = storage_.table(plural_of(claims.bound_to->kind))
                         .read(storage_key(in_cluster ? std::string_view{} : claims.name_space, claims.bound_to->name));
  return bound && bound->uid.str() == claims.bound_to->uid;
}

std::optional<TokenUser> ServiceAccountTokens::recognise(std::string_view token,
                                                         const std::vector<std::string>& audiences) {
  auto* entry = known(token);
  if (!entry || !is_alive(*entry, token)) return std::nullopt;
  const auto& own = entry->claims.audiences.empty() ? options_.api_audiences : entry->claims.audiences;
  auto shared = common(audiences.empty() ? options_.api_audiences : audiences, own);
  if (shared.empty()) return std::nullopt;
  return TokenUser{entry->user, std::move(shared)};
}

UserPtr ServiceAccountTokens::user_of(std::string_view token) {
  auto* entry = known(token);
  return entry && entry->for_this_server && is_alive(*entry, token) ? entry->user : nullptr;
}

std::string ServiceAccountTokens::key_set() const { return fmt::format(R"({{"keys":[{}]}})", key_.jwk()); }

std::string ServiceAccountTokens::discovery_document() const {
  json::Writer out;
  out.object([&] {
    out.key("issuer").string(options_.issuer);
    out.key("jwks_uri").string(fmt::format("{}/openid/v1/jwks", options_.issuer));
    out.key("response_types_supported").array([&] { out.string("id_token"); });
    out.key("subject_types_supported").array([&] { out.string("public"); });
    out.key("id_token_signing_alg_values_supported").array([&] { out.string("ES256"); });
  });
  return out.str();
}

}  // namespace kyma::apiserver
