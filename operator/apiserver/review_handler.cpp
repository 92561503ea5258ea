#include "operator/apiserver/review_handler.hpp"

#include <string>
#include <utility>

#include "operator/apiserver/access_review.hpp"
#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/protobuf_body.hpp"
#include "operator/apiserver/request_options.hpp"
#include "operator/apiserver/review_resources.hpp"
#include "operator/apiserver/token_request.hpp"
#include "operator/apiserver/token_review.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kAuthentication = "authentication.k8s.io";
constexpr std::string_view kAuthorization = "authorization.k8s.io";

bool is_token_path(const RequestInfo& info) noexcept {
  return info.subresource == "token" && info.resource == "serviceaccounts" && info.group.empty();
}

}  // namespace

ReviewHandler::ReviewHandler(ObjectService& objects, Authenticator& authenticator, const Authorizer& authorizer,
                             ServiceAccountTokens& tokens)
    : objects_(objects),
      authenticator_(authenticator),
      authorizer_(authorizer),
      tokens_(tokens),
      token_request_(make_token_request_resource()) {}

bool ReviewHandler::serves(const RequestInfo& info) noexcept {
  return info.group == kAuthentication || info.group == kAuthorization || is_token_path(info);
}

kube::Outcome<ResourcePtr> ReviewHandler::find(const RequestInfo& info) const {
  if (is_token_path(info)) {
    if (info.version != "v1" || info.name_space.empty() || info.name.empty() || info.too_long) return unknown_path();
    if (info.verb != Verb::create) return no_such_method();
    return token_request_;
  }
  auto resource = objects_.registry().find(info.group, info.version, info.resource);
  const bool found = resource && info.name.empty() && !info.too_long;
  if (!found || resource->type.namespaced == info.name_space.empty()) return unknown_path();
  if (info.verb != Verb::create) return no_such_method();
  return resource;
}

kube::Outcome<json::Document> ReviewHandler::read(Exchange& exchange, const Resource& resource) const {
  const auto options = parse_write_options(exchange.target);
  if (!options) return options.error();
  auto& body = exchange.request.body;
  if (media_type(exchange.request.headers.get("Content-Type")) == kProtobuf) {
    auto text = json_from_protobuf(body);
    if (!text) return text.error();
    body = std::move(*text);
  }
  FieldProblems problems;
  auto review = parse_resource_object(resource, body, problems);
  if (!review) return review;
  if (auto normal = normalise_metadata(resource, *json::find(*review, "metadata"), problems); !normal) {
    return normal.error();
  }
  for (const auto& path : resource.schema->prune(*review)) problems.push_back("unknown field \"" + path + "\"");
  if (auto judged = judge_fields(resource, options->validation, problems, exchange.warnings); !judged) {
    return judged.error();
  }
  if (auto causes = resource.schema->validate(*review); !causes.empty()) {
    return kube::invalid(resource.type, "", std::move(causes));
  }
  return review;
}

kube::Outcome<void> ReviewHandler::answer(Exchange& exchange, const Resource& resource, json::Document& review) {
  const auto& kind = resource.type.kind;
  const auto& info = exchange.info;
  if (kind == "TokenRequest") return issue_requested_token(tokens_, objects_, info.name_space, info.name, review);
  if (kind == "TokenReview") return review_token(authenticator_, review);
  if (kind == "SelfSubjectAccessReview") {
    return review_self_access(authorizer_, resource.type, *exchange.user, review);
  }
  if (kind == "SelfSubjectRulesReview") return review_self_rules(authorizer_, *exchange.user, review);
  if (kind != "SelfSubjectReview") return review_subject_access(authorizer_, resource.type, info.name_space, review);
  review_self(*exchange.user, review);
  return {};
}

asio::awaitable<void> ReviewHandler::handle(Exchange& exchange) {
  const auto reply = [&]() -> kube::Outcome<std::string> {
    auto resource = find(exchange.info);
    if (!resource) return resource.error();
    // What metrics tell apart is what is in the registry.
    if (*resource != token_request_) exchange.resource = *resource;
    if (!negotiate(exchange.request.headers.get("Accept"), {})) return not_acceptable("application/json");
    auto review = read(exchange, **resource);
    if (!review) return review.error();
    if (auto answered = answer(exchange, **resource, *review); !answered) return answered.error();
    return json::to_string(*review);
  }();
  if (reply) {
    co_await exchange.respond(201, *reply);
  } else {
    co_await exchange.fail(reply.error());
  }
}

}  // namespace kyma::apiserver
