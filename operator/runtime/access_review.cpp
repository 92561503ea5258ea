#include "operator/runtime/access_review.hpp"

#include "operator/kube/meta/json.hpp"

namespace kyma::runtime {
namespace {

void begin(json::Writer& out, const kube::ResourceType& type) {
  out.key("kind").string(type.kind).key("apiVersion").string(type.api_version());
}

kube::Outcome<json::Document> parse(std::string_view answer, const kube::ResourceType& type) {
  auto document = json::parse(answer);
  if (document && document->IsObject() && json::find(*document, {"status"})) return std::move(*document);
  return kube::Error{kube::Reason::decode, 0,
                     "the answer to a " + type.kind + (document ? " has no status" : ": " + document.error().message)};
}

bool is_true(const json::Document& document, std::string_view key) {
  const json::Value* value = json::find(document, {"status", key});
  return value && value->IsBool() && value->GetBool();
}

std::string text_of(const json::Value* value) { return value ? json::to_string(*value) : std::string(); }

}  // namespace

const kube::ResourceType& token_review_type() {
  static const kube::ResourceType type{"authentication.k8s.io", "v1", "TokenReview", "tokenreviews", false};
  return type;
}

const kube::ResourceType& subject_access_review_type() {
  static const kube::ResourceType type{"authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews",
                                       false};
  return type;
}

std::string make_token_review(std::string_view token) {
  json::Writer out;
  out.object([&] {
    begin(out, token_review_type());
    out.key("spec").object([&] { out.key("token").string(token); });
  });
  return out.str();
}

kube::Outcome<ReviewedUser> read_token_review(std::string_view answer) {
  const auto document = parse(answer, token_review_type());
  if (!document) return document.error();
  ReviewedUser user;
  user.authenticated = is_true(*document, "authenticated");
  user.name = json::string_at(*document, {"status", "user", "username"});
  user.uid = json::string_at(*document, {"status", "user", "uid"});
  user.groups = text_of(json::find(*document, {"status", "user", "groups"}));
  user.extra = text_of(json::find(*document, {"status", "user", "extra"}));
  return user;
}

std::string make_access_review(const ReviewedUser& user, std::string_view verb, std::string_view path) {
  json::Writer out;
  out.object([&] {
    begin(out, subject_access_review_type());
    out.key("spec").object([&] {
      out.key("user").string(user.name);
      if (!user.uid.empty()) out.key("uid").string(user.uid);
      if (!user.groups.empty()) out.key("groups").raw(user.groups);
      if (!user.extra.empty()) out.key("extra").raw(user.extra);
      out.key("nonResourceAttributes").object([&] { out.key("path").string(path).key("verb").string(verb); });
    });
  });
  return out.str();
}

kube::Outcome<ReviewedAccess> read_access_review(std::string_view answer) {
  const auto document = parse(answer, subject_access_review_type());
  if (!document) return document.error();
  ReviewedAccess access;
  access.allowed = is_true(*document, "allowed") && !is_true(*document, "denied");
  access.reason = json::string_at(*document, {"status", "reason"});
  return access;
}

}  // namespace kyma::runtime
