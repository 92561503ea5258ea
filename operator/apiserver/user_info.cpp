#include "operator/apiserver/user_info.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kServiceAccountPrefix = "system:serviceaccount:";

void write_strings(json::Writer& out, const std::vector<std::string>& texts) {
  out.array([&] {
    for (const auto& text : texts) out.string(text);
  });
}

}  // namespace

bool UserInfo::in_group(std::string_view group) const noexcept {
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

const UserPtr& anonymous_user() {
  static const UserPtr kUser =
      std::make_shared<UserInfo>(UserInfo{std::string(kAnonymous), {}, {std::string(kGroupUnauthenticated)}, {}});
  return kUser;
}

void write_user(json::Writer& out, const UserInfo& user) {
  out.object([&] {
    if (!user.name.empty()) out.key("username").string(user.name);
    if (!user.uid.empty()) out.key("uid").string(user.uid);
    if (!user.groups.empty()) {
      out.key("groups");
      write_strings(out, user.groups);
    }
    if (user.extra.empty()) return;
    out.key("extra").object([&] {
      for (const auto& [key, values] : user.extra) {
        out.key(key);
        write_strings(out, values);
      }
    });
  });
}

std::string service_account_user(std::string_view name_space, std::string_view name) {
  return fmt::format("{}{}:{}", kServiceAccountPrefix, name_space, name);
}

ServiceAccountName parse_service_account_user(std::string_view user) noexcept {
  if (!user.starts_with(kServiceAccountPrefix)) return {};
  user.remove_prefix(kServiceAccountPrefix.size());
  const auto colon = user.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  const auto name = user.substr(colon + 1);
  if (name.find(':') != std::string_view::npos) return {};
  return {user.substr(0, colon), name};
}

std::vector<std::string> service_account_groups(std::string_view name_space) {
  return {"system:serviceaccounts", fmt::format("system:serviceaccounts:{}", name_space)};
}

}  // namespace kyma::apiserver
