#include "operator/apiserver/token_review.hpp"

#include <string>
#include <vector>

#include "operator/apiserver/request_body.hpp"

namespace kyma::apiserver {
namespace {

std::vector<std::string> audiences_of(const json::Value& review) {
  std::vector<std::string> audiences;
  const auto* list = json::find(review, {"spec", "audiences"});
  if (!list || !list->IsArray()) return audiences;
  for (const auto& each : list->GetArray()) {
    if (each.IsString()) audiences.emplace_back(json::view(each));
  }
  return audiences;
}

void set_status(json::Document& review, const json::Writer& status) {
  auto& allocator = review.GetAllocator();
  json::set(review, "status", parse_stored(status.view(), allocator), allocator);
}

}  // namespace

kube::Outcome<void> review_token(Authenticator& authenticator, json::Document& review) {
  const auto token = json::string_at(review, {"spec", "token"});
  if (token.empty()) return kube::bad_request("token is required for TokenReview in authentication");
  const auto found = authenticator.review(token, audiences_of(review));
  json::Writer status;
  status.object([&] {
    if (!found) {
      status.key("user").object([] {});
      status.key("error").string("invalid bearer token");
      return;
    }
    status.key("authenticated").boolean(true);
    status.key("user");
    write_user(status, *found->user);
    status.key("audiences").array([&] {
      for (const auto& audience : found->audiences) status.string(audience);
    });
  });
  set_status(review, status);
  return {};
}

void review_self(const UserInfo& user, json::Document& review) {
  json::Writer status;
  status.object([&] {
    status.key("userInfo");
    write_user(status, user);
  });
  set_status(review, status);
}

}  // namespace kyma::apiserver
