#include "operator/apiserver/review_resources.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "operator/apiserver/type_table.hpp"
#include "operator/apiserver/typed_schema.hpp"

namespace kyma::apiserver {
namespace {

ResourcePtr make_review(kube::ResourceType type, std::string singular) {
  const auto* definition = TypeTable::instance().find_kind(type.api_version(), type.kind);
  if (!definition) throw std::logic_error("no type for " + type.kind);
  auto resource = std::make_shared<Resource>();
  resource->definition = definition;
  resource->schema = std::make_shared<TypedSchema>(*definition);
  resource->type = std::move(type);
  resource->singular = std::move(singular);
  resource->list_kind = resource->type.kind + "List";
  resource->api_version_text = fmt::format("\"{}\"", resource->type.api_version());
  resource->create_only = true;
  return resource;
}

}  // namespace

void add_review_resources(Registry& registry, Storage& storage) {
  const std::string authentication = "authentication.k8s.io";
  const std::string authorization = "authorization.k8s.io";
  const auto add = [&](const std::string& group, const std::string& kind, const std::string& singular,
                       bool namespaced = false) {
    auto resource = make_review({group, "v1", kind, singular + "s", namespaced}, singular);
    // Always empty; one for all of them.
    resource->table = &storage.table("reviews");
    registry.add(std::move(resource));
  };
  add(authentication, "TokenReview", "tokenreview");
  add(authentication, "SelfSubjectReview", "selfsubjectreview");
  add(authorization, "SubjectAccessReview", "subjectaccessreview");
  add(authorization, "LocalSubjectAccessReview", "localsubjectaccessreview", true);
  add(authorization, "SelfSubjectAccessReview", "selfsubjectaccessreview");
  add(authorization, "SelfSubjectRulesReview", "selfsubjectrulesreview");
}

ResourcePtr make_token_request_resource() {
  return make_review({"authentication.k8s.io", "v1", "TokenRequest", "tokenrequests", true}, "tokenrequest");
}

}  // namespace kyma::apiserver
