// Who may do what: the question, and the two ways to answer it.
//
// Thread: confined to one.
#pragma once

#include <string>
#include <string_view>

#include "operator/apiserver/rbac_rules.hpp"
#include "operator/apiserver/request_attributes.hpp"
#include "operator/apiserver/user_info.hpp"

namespace kyma::apiserver {

struct HeldRules {
  PolicyRules rules;
  std::string errors;  // of roles that are bound but do not exist; empty: none
};

class Authorizer {
 public:
  virtual ~Authorizer() = default;

  virtual bool allows(const UserInfo& user, const RequestAttributes& wanted) const = 0;
  // Why it is so, in Kubernetes' words; may be empty. For those who ask, not for every request.
  virtual std::string reason(const UserInfo& user, const RequestAttributes& wanted) const = 0;
  // What the user holds in this namespace; an empty one: in the cluster.
  virtual HeldRules rules_of(const UserInfo& user, std::string_view name_space) const = 0;
};

// Everybody who is known may do everything.
class AllowAll final : public Authorizer {
 public:
  bool allows(const UserInfo&, const RequestAttributes&) const override { return true; }
  std::string reason(const UserInfo&, const RequestAttributes&) const override { return {}; }
  HeldRules rules_of(const UserInfo&, std::string_view) const override {
    return {{{{"*"}, {"*"}, {"*"}}, {{"*"}, {}, {}, {}, {"*"}}}, {}};
  }
};

}  // namespace kyma::apiserver
