#include "operator/apiserver/selectable_fields.hpp"

#include <fmt/format.h>

#include <set>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMaxSelectableFields = 8;

// The schema of a field; null when the path leads nowhere.
const json::Value* schema_at(const json::Value& schema, std::string_view path) {
  const json::Value* here = &schema;
  while (here && !path.empty()) {
    path.remove_prefix(1);  // the dot
    const auto end = path.find('.');
    here = json::find(*here, {"properties", path.substr(0, end)});
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  return here && here->IsObject() ? here : nullptr;
}

// Why the path cannot be selected by; empty: it can.
std::string_view why_not(const json::Value& schema, std::string_view path) {
  if (!path.starts_with('.') || path.find_first_of("[]{}*@'\" ") != path.npos || path.ends_with('.') ||
      path.find("..") != path.npos) {
    return "is an invalid path: it must be made of names of fields, each with a dot before it";
  }
  if (path == ".metadata" || path.starts_with(".metadata.")) return "must not point to fields in metadata";
  const auto* field = schema_at(schema, path);
  if (!field) return "is an invalid path: does not refer to a valid field";
  const auto type = json::string_at(*field, {"type"});
  if (type == "string" || type == "integer" || type == "boolean") return {};
  return "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are "
         "allowed.";
}

}  // namespace

std::vector<std::string> read_selectable_fields(const json::Value& version) {
  std::vector<std::string> fields;
  const auto* list = json::find(version, "selectableFields");
  if (!list || !list->IsArray()) return fields;
  for (const auto& field : list->GetArray()) fields.emplace_back(json::string_at(field, {"jsonPath"}).substr(1));
  return fields;
}

void validate_selectable_fields(const json::Value& version, std::string_view field,
                                std::vector<kube::StatusCause>& causes) {
  const auto* list = json::find(version, "selectableFields");
  const auto* schema = json::find(version, {"schema", "openAPIV3Schema"});
  if (!list || !list->IsArray() || !schema) return;
  if (list->Size() > kMaxSelectableFields) {
    causes.push_back(cause::too_many(fmt::format("{}.selectableFields", field), list->Size(), kMaxSelectableFields));
    return;
  }
  std::set<std::string_view> known;
  std::size_t index = 0;
  for (const auto& entry : list->GetArray()) {
    const auto where = fmt::format("{}.selectableFields[{}].jsonPath", field, index++);
    const auto path = json::string_at(entry, {"jsonPath"});
    if (path.empty())
      causes.push_back(required_value(where, ""));
    else if (const auto why = why_not(*schema, path); !why.empty())
      causes.push_back(invalid_value(where, path, why));
    else if (!known.insert(path).second)
      causes.push_back(cause::duplicate(where, go_quote(path)));
  }
}

}  // namespace kyma::apiserver
