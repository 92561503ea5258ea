#include "operator/apiserver/json_web_token.hpp"

#include <fmt/format.h>

#include <array>

#include "operator/apiserver/user_info.hpp"
#include "operator/base/base64.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {
namespace {

// Tokens in Secrets have flat claims.
constexpr std::string_view kFlat = "kubernetes.io/serviceaccount/";

void write_private_claims(json::Writer& out, const TokenClaims& claims) {
  out.key("kubernetes.io").object([&] {
    out.key("namespace").string(claims.name_space);
    if (claims.bound_to) {
      out.key(claims.bound_to->kind).object([&] {
        out.key("name").string(claims.bound_to->name);
        out.key("uid").string(claims.bound_to->uid);
      });
    }
    out.key("serviceaccount").object([&] {
      out.key("name").string(claims.service_account);
      out.key("uid").string(claims.service_account_uid);
    });
  });
}

void write_flat_claims(json::Writer& out, const TokenClaims& claims) {
  out.key(fmt::format("{}namespace", kFlat)).string(claims.name_space);
  out.key(fmt::format("{}secret.name", kFlat)).string(claims.bound_to ? claims.bound_to->name : std::string());
  out.key(fmt::format("{}service-account.name", kFlat)).string(claims.service_account);
  out.key(fmt::format("{}service-account.uid", kFlat)).string(claims.service_account_uid);
}

std::string payload_of(const TokenClaims& claims) {
  json::Writer out;
  out.object([&] {
    if (!claims.audiences.empty()) {
      out.key("aud").array([&] {
        for (const auto& audience : claims.audiences) out.string(audience);
      });
    }
    if (claims.expires_at != 0) out.key("exp").integer(claims.expires_at);
    if (claims.issued_at != 0) out.key("iat").integer(claims.issued_at);
    out.key("iss").string(claims.issuer);
    if (!claims.id.empty()) out.key("jti").string(claims.id);
    if (claims.not_before != 0) out.key("nbf").integer(claims.not_before);
    out.key("sub").string(service_account_user(claims.name_space, claims.service_account));
    if (claims.issuer == kSecretTokenIssuer)
      write_flat_claims(out, claims);
    else
      write_private_claims(out, claims);
  });
  return out.str();
}

// header.payload.signature
std::optional<std::array<std::string_view, 3>> split(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return std::nullopt;
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return std::array{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

std::optional<json::Document> decode_part(std::string_view part) {
  const auto text = decode_base64url(part);
  if (!text) return std::nullopt;
  auto document = json::parse(*text);
  if (!document || !document->IsObject()) return std::nullopt;
  return std::move(*document);
}

// Seconds since 1970; 0 when absent. Nothing when it is no sensible time.
std::optional<std::int64_t> time_at(const json::Value& payload, std::string_view name) {
  const auto* value = json::find(payload, name);
  if (!value) return 0;
  if (!value->IsInt64() || value->GetInt64() <= 0) return std::nullopt;
  return value->GetInt64();
}

bool read_audiences(const json::Value& payload, std::vector<std::string>& audiences) {
  const auto* value = json::find(payload, "aud");
  if (!value) return true;
  if (value->IsString()) {
    audiences.emplace_back(json::view(*value));
    return true;
  }
  if (!value->IsArray()) return false;
  for (const auto& each : value->GetArray()) {
    if (!each.IsString()) return false;
    audiences.emplace_back(json::view(each));
  }
  return true;
}

void read_private_claims(const json::Value& payload, TokenClaims& claims) {
  const auto* own = json::find(payload, "kubernetes.io");
  if (!own) return;
  claims.name_space = json::string_at(*own, {"namespace"});
  claims.service_account = json::string_at(*own, {"serviceaccount", "name"});
  claims.service_account_uid = json::string_at(*own, {"serviceaccount", "uid"});
  for (const std::string_view kind : {"pod", "secret", "node"}) {
    const auto* object = json::find(*own, kind);
    if (!object) continue;
    claims.bound_to = TokenObject{std::string(kind), std::string(json::string_at(*object, {"name"})),
                                  std::string(json::string_at(*object, {"uid"}))};
    return;
  }
}

void read_flat_claims(const json::Value& payload, TokenClaims& claims) {
  const auto at = [&](std::string_view name) {
    return std::string(json::string_at(payload, {fmt::format("{}{}", kFlat, name)}));
  };
  claims.name_space = at("namespace");
  claims.service_account = at("service-account.name");
  claims.service_account_uid = at("service-account.uid");
  claims.bound_to = TokenObject{"secret", at("secret.name"), {}};
}

std::optional<TokenClaims> read_claims(const json::Value& payload) {
  TokenClaims claims;
  claims.issuer = json::string_at(payload, {"iss"});
  claims.id = json::string_at(payload, {"jti"});
  const auto issued = time_at(payload, "iat");
  const auto begin = time_at(payload, "nbf");
  const auto end = time_at(payload, "exp");
  if (!issued || !begin || !end || !read_audiences(payload, claims.audiences)) return std::nullopt;
  claims.issued_at = *issued;
  claims.not_before = *begin;
  claims.expires_at = *end;
  const bool of_secret = claims.issuer == kSecretTokenIssuer;
  of_secret ? read_flat_claims(payload, claims) : read_private_claims(payload, claims);
  // One that never expires lives and dies with its Secret.
  if (!of_secret && claims.expires_at == 0) return std::nullopt;
  const auto subject = service_account_user(claims.name_space, claims.service_account);
  const bool complete =
      !claims.name_space.empty() && !claims.service_account.empty() && !claims.service_account_uid.empty();
  if (!complete || json::string_at(payload, {"sub"}) != subject) return std::nullopt;
  return claims;
}

}  // namespace

std::string encode_token(const TokenClaims& claims, const http::SigningKey& key) {
  const auto header = fmt::format(R"({{"alg":"ES256","kid":"{}"}})", key.id());
  auto text = fmt::format("{}.{}", encode_base64url(header), encode_base64url(payload_of(claims)));
  const auto signature = encode_base64url(key.sign(text));
  return text.append(1, '.').append(signature), text;
}

std::optional<TokenClaims> decode_token(std::string_view token, const http::SigningKey& key) {
  const auto parts = split(token);
  if (!parts) return std::nullopt;
  const auto header = decode_part((*parts)[0]);
  if (!header || json::string_at(*header, {"alg"}) != "ES256" || json::string_at(*header, {"kid"}) != key.id()) {
    return std::nullopt;
  }
  const auto signature = decode_base64url((*parts)[2]);
  const auto text = token.substr(0, token.size() - (*parts)[2].size() - 1);
  if (!signature || !key.verify(text, *signature)) return std::nullopt;
  const auto payload = decode_part((*parts)[1]);
  return payload ? read_claims(*payload) : std::nullopt;
}

}  // namespace kyma::apiserver
