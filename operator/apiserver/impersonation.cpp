#include "operator/apiserver/impersonation.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "operator/apiserver/request_attributes.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kPrefix = "Impersonate-";
constexpr std::string_view kExtraPrefix = "Impersonate-Extra-";
constexpr std::string_view kAuthenticationGroup = "authentication.k8s.io";

struct Wanted {
  std::string_view user;
  std::vector<std::string> groups;
  std::string_view uid;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;  // by key

  bool any() const noexcept { return !user.empty() || !groups.empty() || !uid.empty() || !extra.empty(); }
};

bool has_prefix(std::string_view name, std::string_view prefix) noexcept {
  return name.size() >= prefix.size() && http::iequals(name.substr(0, prefix.size()), prefix);
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Header names know neither case nor every character: keys are lower-case, and escaped as in a URL.
std::string extra_key(std::string_view text) {
  std::string key;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_digit(text[i + 2]);
    char c = text[i];
    if (low >= 0) {
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    key += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

Wanted read(const http::Headers& headers) {
  Wanted wanted;
  for (const auto& [name, value] : headers) {
    if (!has_prefix(name, kPrefix)) continue;
    if (http::iequals(name, "Impersonate-User")) {
      if (wanted.user.empty()) wanted.user = value;
    } else if (http::iequals(name, "Impersonate-Group")) {
      wanted.groups.push_back(value);
    } else if (http::iequals(name, "Impersonate-Uid")) {
      if (wanted.uid.empty()) wanted.uid = value;
    } else if (has_prefix(name, kExtraPrefix)) {
      auto key = extra_key(std::string_view(name).substr(kExtraPrefix.size()));
      const auto at = std::lower_bound(wanted.extra.begin(), wanted.extra.end(), key,
                                       [](const auto& entry, const auto& k) { return entry.first < k; });
      if (at != wanted.extra.end() && at->first == key)
        at->second.push_back(value);
      else
        wanted.extra.insert(at, {std::move(key), {value}});
    }
  }
  return wanted;
}

RequestAttributes attributes_of(std::string_view group, std::string_view resource, std::string_view name) {
  RequestAttributes attributes{"impersonate", true, group, "v1", resource};
  attributes.name = name;
  return attributes;
}

// The first part of what is wanted that the user may not have.
std::optional<kube::Error> refusal(const UserInfo& user, const Wanted& wanted, const Authorizer& authorizer) {
  const auto denied = [&](const RequestAttributes& attributes) -> std::optional<kube::Error> {
    if (authorizer.allows(user, attributes)) return std::nullopt;
    return forbidden_request(user, attributes, authorizer.reason(user, attributes));
  };
  if (const auto account = parse_service_account_user(wanted.user)) {
    auto attributes = attributes_of("", "serviceaccounts", account.name);
    attributes.name_space = account.name_space;
    if (auto no = denied(attributes)) return no;
  } else if (auto no = denied(attributes_of("", "users", wanted.user))) {
    return no;
  }
  for (const auto& group : wanted.groups) {
    if (auto no = denied(attributes_of("", "groups", group))) return no;
  }
  if (!wanted.uid.empty()) {
    if (auto no = denied(attributes_of(kAuthenticationGroup, "uids", wanted.uid))) return no;
  }
  for (const auto& [key, values] : wanted.extra) {
    for (const auto& value : values) {
      auto attributes = attributes_of(kAuthenticationGroup, "userextras", value);
      attributes.subresource = key;
      if (auto no = denied(attributes)) return no;
    }
  }
  return std::nullopt;
}

std::vector<std::string> groups_of(Wanted& wanted) {
  auto groups = std::move(wanted.groups);
  if (const auto account = parse_service_account_user(wanted.user); account && groups.empty()) {
    groups = service_account_groups(account.name_space);
  }
  const auto has = [&](std::string_view group) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  };
  if (wanted.user == kAnonymous) {
    if (!has(kGroupUnauthenticated)) groups.emplace_back(kGroupUnauthenticated);
  } else if (!has(kGroupAuthenticated) && !has(kGroupUnauthenticated)) {
    groups.emplace_back(kGroupAuthenticated);
  }
  return groups;
}

}  // namespace

kube::Outcome<UserPtr> impersonate(const UserPtr& user, const http::Headers& headers, const Authorizer& authorizer) {
  auto wanted = read(headers);
  if (!wanted.any()) return user;
  if (wanted.user.empty()) {
    return kube::bad_request("a group, uid or extra was to be impersonated without a user: set Impersonate-User too");
  }
  if (auto no = refusal(*user, wanted, authorizer)) return *no;
  auto groups = groups_of(wanted);
  return std::make_shared<UserInfo>(
      UserInfo{std::string(wanted.user), std::string(wanted.uid), std::move(groups), std::move(wanted.extra)});
}

}  // namespace kyma::apiserver
