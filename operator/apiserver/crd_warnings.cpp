#include "operator/apiserver/crd_warnings.hpp"

#include <fmt/format.h>

#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {
namespace {

struct Rules {
  std::size_t count = 0;
  std::string first;  // where in the schema
};

void find_rules(const json::Value& schema, const FieldPath& path, Rules& rules) {
  if (!schema.IsObject()) return;
  if (const auto* own = json::find(schema, "x-kubernetes-validations"); own && own->IsArray() && !own->Empty()) {
    if (rules.count == 0) rules.first = path.root() ? "the root" : path.str();
    rules.count += own->Size();
  }
  if (const auto* properties = json::find(schema, "properties"); properties && properties->IsObject()) {
    for (const auto& member : properties->GetObject()) {
      find_rules(member.value, FieldPath(path, json::view(member.name)), rules);
    }
  }
  // An element has the name of its list.
  for (const std::string_view within : {"items", "additionalProperties"}) {
    if (const auto* inner = json::find(schema, within)) find_rules(*inner, path, rules);
  }
}

}  // namespace

void warn_of_rules(const json::Value& crd, std::vector<std::string>& warnings) {
  const auto* versions = json::find(crd, {"spec", "versions"});
  if (!versions || !versions->IsArray()) return;
  for (const auto& version : versions->GetArray()) {
    const auto* schema = json::find(version, {"schema", "openAPIV3Schema"});
    if (!schema) continue;
    Rules rules;
    find_rules(*schema, FieldPath(), rules);
    if (rules.count == 0) continue;
    warnings.push_back(
        fmt::format("this server does not evaluate the rules in CEL (x-kubernetes-validations) of version {}: {}, the "
                    "first of them at {}",
                    json::string_at(version, {"name"}), rules.count, rules.first));
  }
}

}  // namespace kyma::apiserver
