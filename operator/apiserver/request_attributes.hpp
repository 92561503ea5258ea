// What a request wants, as authorization sees it: Kubernetes' authorizer.Attributes, and the words for "no".
//
// Source of the verbs and of the wording: Kubernetes' RequestInfo and its forbidden responses. Thread: none needed.
#pragma once

#include <string>
#include <string_view>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

// Views: the owner of the texts is the request (or the review) that they come from.
struct RequestAttributes {
  std::string_view verb;  // "list"; the lower-case method of requests that are about no resource
  bool is_resource = true;
  std::string_view group = {};
  std::string_view version = {};
  std::string_view resource = {};  // plural
  std::string_view subresource = {};
  std::string_view name_space = {};
  std::string_view name = {};
  std::string_view path = {};  // of requests that are about no resource
};

// `single_name` keeps the name that a field selector gives, which resourceNames apply to.
RequestAttributes attributes_of(const Exchange& exchange, std::string& single_name);

// `User "x" cannot list resource "kymas" in API group "g" at the cluster scope`, and ": reason" when there is one.
kube::Error forbidden_request(const UserInfo& user, const RequestAttributes& attributes, std::string_view reason);

// As Go's %q prints it, and a list of them: ["a" "b"].
std::string quoted(std::string_view text);
std::string quoted_list(const std::vector<std::string>& texts);

}  // namespace kyma::apiserver
