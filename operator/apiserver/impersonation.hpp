// Acting as somebody else: the headers Impersonate-User, -Group, -Uid and -Extra-*.
//
// Source of the rules: Kubernetes' impersonation filter. Each part needs the verb "impersonate" on users, groups,
// serviceaccounts, uids or userextras. Thread: none needed.
#pragma once

#include "operator/apiserver/authorizer.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/http/message.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

// The user to act as: `user` where no header asks for another. Errors: forbidden; bad_request (groups, uid or extras
// without a user).
kube::Outcome<UserPtr> impersonate(const UserPtr& user, const http::Headers& headers, const Authorizer& authorizer);

}  // namespace kyma::apiserver
