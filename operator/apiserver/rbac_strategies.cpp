#include "operator/apiserver/rbac_strategies.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/apiserver/schema_cause.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

using Causes = std::vector<kube::StatusCause>;

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";

// Names in this group are path segments and nothing more: "system:node" is one.
std::string check_path_segment(std::string_view name) {
  if (name == "." || name == "..") return fmt::format("may not be '{}'", name);
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string_view::npos) return fmt::format("may not contain '{}'", c);
  }
  return {};
}

bool has_elements(const json::Value& rule, std::string_view list) {
  const auto* value = json::find(rule, list);
  return value && value->IsArray() && !value->Empty();
}

void validate_rule(const json::Value& rule, const std::string& path, bool cluster, Causes& causes) {
  const auto require = [&](std::string_view list, std::string_view why) {
    if (!has_elements(rule, list)) causes.push_back(required_value(fmt::format("{}.{}", path, list), why));
  };
  require("verbs", "verbs must contain at least one value");
  if (!has_elements(rule, "nonResourceURLs")) {
    require("apiGroups", "resource rules must supply at least one api group");
    require("resources", "resource rules must supply at least one resource");
    return;
  }
  const auto refuse = [&](std::string_view why) {
    causes.push_back(cause::invalid(path + ".nonResourceURLs", printed(*json::find(rule, "nonResourceURLs")), why));
  };
  if (!cluster) refuse("namespaced rules cannot apply to non-resource URLs");
  if (has_elements(rule, "apiGroups") || has_elements(rule, "resources") || has_elements(rule, "resourceNames")) {
    refuse("rules cannot apply to both regular resources and non-resource URLs");
  }
}

class RoleStrategy final : public Strategy {
 public:
  explicit RoleStrategy(bool cluster) : cluster_(cluster) {}

  std::string check_name(std::string_view name) const override { return check_path_segment(name); }

  void validate(const json::Value& object, const StoredObject*, Causes& causes) const override {
    const auto* rules = json::find(object, "rules");
    if (!rules || !rules->IsArray()) return;
    std::size_t index = 0;
    for (const auto& rule : rules->GetArray()) {
      if (causes.size() >= kMaxToldCauses) return;
      validate_rule(rule, fmt::format("rules[{}]", index++), cluster_, causes);
    }
  }

 private:
  bool cluster_;
};

class RoleBindingStrategy final : public Strategy {
 public:
  explicit RoleBindingStrategy(bool cluster) : cluster_(cluster) {}

  std::string check_name(std::string_view name) const override { return check_path_segment(name); }

  void prepare(json::Value& object, json::Allocator& allocator, const StoredObject*) const override {
    if (auto* role = json::find(object, "roleRef"); role && role->IsObject()) {
      if (json::string_at(*role, {"apiGroup"}).empty()) json::set(*role, "apiGroup", kGroup, allocator);
    }
    auto* subjects = json::find(object, "subjects");
    if (!subjects || !subjects->IsArray()) return;
    for (auto& subject : subjects->GetArray()) {
      const auto kind = json::string_at(subject, {"kind"});
      if ((kind == "User" || kind == "Group") && json::string_at(subject, {"apiGroup"}).empty()) {
        json::set(subject, "apiGroup", kGroup, allocator);
      }
    }
  }

  void validate(const json::Value& object, const StoredObject* old, Causes& causes) const override {
    validate_role(object, causes);
    validate_unchanged(object, old, causes);
    const auto* subjects = json::find(object, "subjects");
    if (!subjects || !subjects->IsArray()) return;
    std::size_t index = 0;
    for (const auto& subject : subjects->GetArray()) {
      if (causes.size() >= kMaxToldCauses) return;
      validate_subject(subject, fmt::format("subjects[{}]", index++), causes);
    }
  }

 private:
  void validate_role(const json::Value& object, Causes& causes) const {
    const auto group = json::string_at(object, {"roleRef", "apiGroup"});
    const auto kind = json::string_at(object, {"roleRef", "kind"});
    const auto name = json::string_at(object, {"roleRef", "name"});
    if (group != kGroup) {
      causes.push_back(unsupported_value("roleRef.apiGroup", group, fmt::format("\"{}\"", kGroup)));
    }
    if (kind != "ClusterRole" && (cluster_ || kind != "Role")) {
      causes.push_back(
          unsupported_value("roleRef.kind", kind, cluster_ ? "\"ClusterRole\"" : "\"Role\", \"ClusterRole\""));
    }
    if (name.empty()) {
      causes.push_back(required_value("roleRef.name", ""));
    } else if (auto why = check_path_segment(name); !why.empty()) {
      causes.push_back(invalid_value("roleRef.name", name, why));
    }
  }

  static void validate_unchanged(const json::Value& object, const StoredObject* old, Causes& causes) {
    if (!old) return;
    json::Document before;
    const auto stored = parse_stored(old->json, before.GetAllocator());
    const auto* was = json::find(stored, "roleRef");
    const auto* is = json::find(object, "roleRef");
    if (was && is && json::equal(*was, *is)) return;
    causes.push_back({"FieldValueInvalid",
                      fmt::format("Invalid value: {}: cannot change roleRef", is ? json::to_string(*is) : "null"),
                      "roleRef"});
  }

  void validate_subject(const json::Value& subject, const std::string& path, Causes& causes) const {
    const auto kind = json::string_at(subject, {"kind"});
    const auto name = json::string_at(subject, {"name"});
    const auto group = json::string_at(subject, {"apiGroup"});
    if (name.empty()) causes.push_back(required_value(path + ".name", ""));
    if (kind == "ServiceAccount") {
      if (auto why = name.empty() ? std::string() : kube::check_dns1123_subdomain(name); !why.empty()) {
        causes.push_back(invalid_value(path + ".name", name, why));
      }
      if (!group.empty()) causes.push_back(unsupported_value(path + ".apiGroup", group, "\"\""));
      if (cluster_ && json::string_at(subject, {"namespace"}).empty()) {
        causes.push_back(required_value(path + ".namespace", ""));
      }
    } else if (kind == "User" || kind == "Group") {
      if (group != kGroup) {
        causes.push_back(unsupported_value(path + ".apiGroup", group, fmt::format("\"{}\"", kGroup)));
      }
    } else {
      causes.push_back(unsupported_value(path + ".kind", kind, "\"ServiceAccount\", \"User\", \"Group\""));
    }
  }

  bool cluster_;
};

}  // namespace

std::shared_ptr<const Strategy> make_role_strategy(bool cluster) { return std::make_shared<RoleStrategy>(cluster); }

std::shared_ptr<const Strategy> make_role_binding_strategy(bool cluster) {
  return std::make_shared<RoleBindingStrategy>(cluster);
}

}  // namespace kyma::apiserver
