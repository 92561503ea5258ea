// Who is calling, as authentication found out: Kubernetes' user.Info.
//
// Thread: immutable once shared; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

inline constexpr std::string_view kAnonymous = "system:anonymous";
inline constexpr std::string_view kGroupAuthenticated = "system:authenticated";
inline constexpr std::string_view kGroupUnauthenticated = "system:unauthenticated";
// Whoever is in it may do everything, whatever the policy says.
inline constexpr std::string_view kGroupMasters = "system:masters";

struct UserInfo {
  std::string name;
  std::string uid = {};
  std::vector<std::string> groups = {};
  // In the order of their keys.
  std::vector<std::pair<std::string, std::vector<std::string>>> extra = {};

  bool in_group(std::string_view group) const noexcept;
  bool is_anonymous() const noexcept { return name == kAnonymous; }
};

using UserPtr = std::shared_ptr<const UserInfo>;

// The user that a request without credentials has.
const UserPtr& anonymous_user();

// {"username":..,"uid":..,"groups":[..],"extra":{..}}; what is empty is left out.
void write_user(json::Writer& out, const UserInfo& user);

// "system:serviceaccount:<namespace>:<name>" and back; an empty name when it is none.
std::string service_account_user(std::string_view name_space, std::string_view name);
struct ServiceAccountName {
  std::string_view name_space;
  std::string_view name;

  explicit operator bool() const noexcept { return !name.empty(); }
};
ServiceAccountName parse_service_account_user(std::string_view user) noexcept;
// "system:serviceaccounts" and "system:serviceaccounts:<namespace>".
std::vector<std::string> service_account_groups(std::string_view name_space);

}  // namespace kyma::apiserver
