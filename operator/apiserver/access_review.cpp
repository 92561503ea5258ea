#include "operator/apiserver/access_review.hpp"

#include <string>
#include <utility>
#include <vector>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/request_body.hpp"

namespace kyma::apiserver {
namespace {

using Causes = std::vector<kube::StatusCause>;

const json::Value* object_at(const json::Value& review, std::string_view member) {
  const auto* value = json::find(review, {"spec", member});
  return value && value->IsObject() ? value : nullptr;
}

Causes check_question(const json::Value& review) {
  const bool resource = object_at(review, "resourceAttributes");
  const bool path = object_at(review, "nonResourceAttributes");
  if (resource != path) return {};
  return {{"FieldValueInvalid",
           "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
           "spec.resourceAttributes"}};
}

RequestAttributes question_of(const json::Value& review) {
  if (const auto* path = object_at(review, "nonResourceAttributes")) {
    RequestAttributes wanted{json::string_at(*path, {"verb"}), false};
    wanted.path = json::string_at(*path, {"path"});
    return wanted;
  }
  const auto& asked = *object_at(review, "resourceAttributes");
  return {json::string_at(asked, {"verb"}),
          true,
          json::string_at(asked, {"group"}),
          json::string_at(asked, {"version"}),
          json::string_at(asked, {"resource"}),
          json::string_at(asked, {"subresource"}),
          json::string_at(asked, {"namespace"}),
          json::string_at(asked, {"name"}),
          {}};
}

UserInfo subject_of(const json::Value& review) {
  UserInfo user{std::string(json::string_at(review, {"spec", "user"})),
                std::string(json::string_at(review, {"spec", "uid"}))};
  if (const auto* groups = json::find(review, {"spec", "groups"}); groups && groups->IsArray()) {
    for (const auto& group : groups->GetArray()) {
      if (group.IsString()) user.groups.emplace_back(json::view(group));
    }
  }
  return user;
}

void set_status(json::Document& review, const json::Writer& status) {
  auto& allocator = review.GetAllocator();
  json::set(review, "status", parse_stored(status.view(), allocator), allocator);
}

void answer(const Authorizer& authorizer, const UserInfo& user, json::Document& review) {
  const auto wanted = question_of(review);
  const bool allowed = authorizer.allows(user, wanted);
  const auto reason = authorizer.reason(user, wanted);
  json::Writer status;
  status.object([&] {
    status.key("allowed").boolean(allowed);
    if (!reason.empty()) status.key("reason").string(reason);
  });
  set_status(review, status);
}

void write_strings(json::Writer& out, std::string_view key, const std::vector<std::string>& texts) {
  out.key(key).array([&] {
    for (const auto& text : texts) out.string(text);
  });
}

}  // namespace

kube::Outcome<void> review_subject_access(const Authorizer& authorizer, const kube::ResourceType& type,
                                          std::string_view name_space, json::Document& review) {
  auto causes = check_question(review);
  const auto user = subject_of(review);
  if (user.name.empty() && user.groups.empty()) {
    causes.push_back(invalid_value("spec.user", "", "at least one of user or group must be specified"));
  }
  if (!name_space.empty()) {
    const auto asked = json::string_at(review, {"spec", "resourceAttributes", "namespace"});
    if (object_at(review, "nonResourceAttributes")) {
      causes.push_back(forbidden_value("spec.nonResourceAttributes", "disallowed on this kind of request"));
    } else if (asked != name_space) {
      causes.push_back(invalid_value("spec.resourceAttributes.namespace", asked, "must match metadata.namespace"));
    }
  }
  if (!causes.empty()) return kube::invalid(type, "", std::move(causes));
  answer(authorizer, user, review);
  return {};
}

kube::Outcome<void> review_self_access(const Authorizer& authorizer, const kube::ResourceType& type,
                                       const UserInfo& user, json::Document& review) {
  if (auto causes = check_question(review); !causes.empty()) return kube::invalid(type, "", std::move(causes));
  answer(authorizer, user, review);
  return {};
}

kube::Outcome<void> review_self_rules(const Authorizer& authorizer, const UserInfo& user, json::Document& review) {
  const auto name_space = json::string_at(review, {"spec", "namespace"});
  if (name_space.empty()) return kube::bad_request("no namespace on request");
  const auto held = authorizer.rules_of(user, name_space);
  json::Writer status;
  status.object([&] {
    status.key("resourceRules").array([&] {
      for (const auto& rule : held.rules) {
        if (rule.resources.empty()) continue;
        status.object([&] {
          write_strings(status, "verbs", rule.verbs);
          write_strings(status, "apiGroups", rule.groups);
          write_strings(status, "resources", rule.resources);
          if (!rule.names.empty()) write_strings(status, "resourceNames", rule.names);
        });
      }
    });
    status.key("nonResourceRules").array([&] {
      for (const auto& rule : held.rules) {
        if (rule.urls.empty()) continue;
        status.object([&] {
          write_strings(status, "verbs", rule.verbs);
          write_strings(status, "nonResourceURLs", rule.urls);
        });
      }
    });
    status.key("incomplete").boolean(!held.errors.empty());
    if (!held.errors.empty()) status.key("evaluationError").string(held.errors);
  });
  set_status(review, status);
  return {};
}

}  // namespace kyma::apiserver
