#include "operator/apiserver/crd_validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "operator/apiserver/crd_definition.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/schema_budget.hpp"
#include "operator/apiserver/schema_validator.hpp"
#include "operator/apiserver/selectable_fields.hpp"
#include "operator/apiserver/table_printer.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

using Causes = std::vector<kube::StatusCause>;

constexpr std::string_view kDns1035 =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and "
    "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";

bool is_dns1035(std::string_view text) {
  return kube::check_dns1123_label(text).empty() && !(text.front() >= '0' && text.front() <= '9');
}

bool flag(const json::Value& object, std::string_view member) {
  const auto* value = json::find(object, member);
  return value && value->IsBool() && value->GetBool();
}

std::string lower(std::string text) {
  for (auto& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

void require_label(std::string field, const std::string& text, Causes& causes) {
  if (text.empty())
    causes.push_back(required_value(std::move(field), ""));
  else if (!is_dns1035(text))
    causes.push_back(invalid_value(std::move(field), text, kDns1035));
}

void validate_names(const CrdNames& names, Causes& causes) {
  require_label("spec.names.plural", names.plural, causes);
  require_label("spec.names.singular", names.singular, causes);
  for (std::size_t i = 0; i < names.short_names.size(); ++i) {
    require_label(fmt::format("spec.names.shortNames[{}]", i), names.short_names[i], causes);
  }
  for (std::size_t i = 0; i < names.categories.size(); ++i) {
    require_label(fmt::format("spec.names.categories[{}]", i), names.categories[i], causes);
  }
  if (names.kind.empty())
    causes.push_back(required_value("spec.names.kind", ""));
  else if (!is_dns1035(lower(names.kind))) {
    causes.push_back(invalid_value("spec.names.kind", names.kind,
                                   fmt::format("may have mixed case, but should otherwise match: {}", kDns1035)));
  }
  if (!is_dns1035(lower(names.list_kind))) {
    causes.push_back(invalid_value("spec.names.listKind", names.list_kind,
                                   fmt::format("may have mixed case, but should otherwise match: {}", kDns1035)));
  }
  if (!names.kind.empty() && names.kind == names.list_kind) {
    causes.push_back(invalid_value("spec.names.listKind", names.list_kind, "kind and listKind may not be the same"));
  }
}

void validate_group(const json::Value& crd, std::string_view group, Causes& causes) {
  if (group.empty()) {
    causes.push_back(required_value("spec.group", ""));
  } else if (auto why = kube::check_dns1123_subdomain(group); !why.empty()) {
    causes.push_back(invalid_value("spec.group", group, why));
  } else if (group.find('.') == std::string_view::npos) {
    causes.push_back(invalid_value("spec.group", group, "should be a domain with at least one dot"));
  }
  const bool is_protected =
      group.ends_with(".k8s.io") || group.ends_with(".kubernetes.io") || group == "k8s.io" || group == "kubernetes.io";
  constexpr std::string_view kApproval = "api-approved.kubernetes.io";
  if (is_protected && json::string_at(crd, {"metadata", "annotations", kApproval}).empty()) {
    causes.push_back(
        required_value(fmt::format("metadata.annotations[{}]", kApproval),
                       "protected groups must have approval annotation \"api-approved.kubernetes.io\", see "
                       "https://github.com/kubernetes/enhancements/pull/1111"));
  }
}

// Why the warning cannot be given; empty: it can.
std::string_view why_no_warning(bool deprecated, std::string_view warning) {
  constexpr std::size_t kMaxWarning = 256;
  if (!deprecated) return "can only be set for deprecated versions";
  if (warning.size() > kMaxWarning) return "must be <= 256 characters long";
  if (warning.empty()) return "must not be an empty string";
  const bool printable =
      std::none_of(warning.begin(), warning.end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; });
  return printable ? "" : "must only contain printable UTF-8 characters";
}

void validate_version(const json::Value& version, const std::string& field, SchemaBudget& budget, Causes& causes) {
  const std::string name(json::string_at(version, {"name"}));
  require_label(field + ".name", name, causes);
  if (const auto* warning = json::find(version, "deprecationWarning"); warning && warning->IsString()) {
    const auto text = json::view(*warning);
    if (const auto why = why_no_warning(flag(version, "deprecated"), text); !why.empty()) {
      causes.push_back(invalid_value(field + ".deprecationWarning", text, why));
    }
  }
  const auto* schema = json::find(version, {"schema", "openAPIV3Schema"});
  if (!schema || !schema->IsObject()) {
    causes.push_back(required_value(field + ".schema.openAPIV3Schema", "schemas are required"));
  } else if (auto compiled = Schema::compile(*schema, field + ".schema.openAPIV3Schema", budget); !compiled) {
    const auto& more = compiled.error().causes;
    causes.insert(causes.end(), more.begin(), more.end());
  }
  validate_selectable_fields(version, field, causes);
  if (const auto* columns = json::find(version, "additionalPrinterColumns")) {
    auto more = TablePrinter::check_columns(*columns, field + ".additionalPrinterColumns");
    causes.insert(causes.end(), more.begin(), more.end());
  }
}

void validate_versions(const json::Value& versions, Causes& causes) {
  SchemaBudget budget;
  std::set<std::string_view> names;
  int stored = 0;
  for (rapidjson::SizeType i = 0; i < versions.Size(); ++i) {
    const auto& version = versions[i];
    const auto field = fmt::format("spec.versions[{}]", i);
    validate_version(version, field, budget, causes);
    const auto name = json::string_at(version, {"name"});
    if (!names.insert(name).second) {
      causes.push_back(invalid_value(field + ".name", name, "must contain unique version names"));
    }
    if (flag(version, "storage")) ++stored;
  }
  if (stored != 1) {
    causes.push_back({"FieldValueInvalid", "Invalid value: must have exactly one version marked as storage version",
                      "spec.versions"});
  }
}

void validate_stored_versions(const json::Value& crd, Causes& causes) {
  const auto* stored = json::find(crd, {"status", "storedVersions"});
  const auto* versions = json::find(crd, {"spec", "versions"});
  if (!stored || !stored->IsArray() || !versions) return;
  for (rapidjson::SizeType i = 0; i < stored->Size(); ++i) {
    const auto name = (*stored)[i].IsString() ? json::view((*stored)[i]) : std::string_view{};
    const bool present = std::any_of(versions->Begin(), versions->End(),
                                     [&](const auto& v) { return json::string_at(v, {"name"}) == name; });
    if (present) continue;
    causes.push_back(invalid_value(
        fmt::format("status.storedVersions[{}]", i), name,
        fmt::format(
            "missing from spec.versions; {0} was previously a storage version, and must remain in spec.versions "
            "until a storage migration ensures no data remains persisted in {0} and removes {0} from "
            "status.storedVersions",
            name)));
  }
}

void validate_unchanged(const json::Value& crd, const StoredObject& old, Causes& causes) {
  const auto before = json::parse(old.json);
  if (!before) return;
  const auto same = [&](std::initializer_list<std::string_view> path, std::string field) {
    const auto value = json::string_at(crd, path);
    if (value != json::string_at(*before, path)) {
      causes.push_back(invalid_value(std::move(field), value, "field is immutable"));
    }
  };
  same({"spec", "group"}, "spec.group");
  same({"spec", "names", "plural"}, "spec.names.plural");
  if (condition_status(*before, "Established") != "True") return;
  same({"spec", "scope"}, "spec.scope");
  same({"spec", "names", "kind"}, "spec.names.kind");
}

}  // namespace

void validate_crd(const json::Value& crd, const StoredObject* old, Causes& causes) {
  const auto names = read_crd_names(crd);
  const std::string_view group = json::string_at(crd, {"spec", "group"});
  const auto name = json::string_at(crd, {"metadata", "name"});
  if (name != fmt::format("{}.{}", names.plural, group)) {
    causes.push_back(invalid_value("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
  }
  validate_group(crd, group, causes);
  validate_names(names, causes);
  if (const auto scope = json::string_at(crd, {"spec", "scope"}); scope != "Cluster" && scope != "Namespaced") {
    causes.push_back(unsupported_value("spec.scope", scope, "\"Cluster\", \"Namespaced\""));
  }
  if (const auto strategy = json::string_at(crd, {"spec", "conversion", "strategy"}); strategy != "None") {
    causes.push_back(
        unsupported_value("spec.conversion.strategy", strategy, "\"None\" (this server runs no conversion webhooks)"));
  }
  if (flag(*json::find(crd, "spec"), "preserveUnknownFields")) {
    causes.push_back(
        {"FieldValueInvalid",
         "Invalid value: true: must be false; use x-kubernetes-preserve-unknown-fields in the schema instead",
         "spec.preserveUnknownFields"});
  }
  const auto* versions = json::find(crd, {"spec", "versions"});
  if (!versions || versions->Empty())
    causes.push_back(required_value("spec.versions", "must have at least one version"));
  else
    validate_versions(*versions, causes);
  validate_stored_versions(crd, causes);
  if (old) validate_unchanged(crd, *old, causes);
}

}  // namespace kyma::apiserver
