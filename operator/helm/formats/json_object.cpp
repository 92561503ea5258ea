#include "operator/helm/formats/json_object.hpp"

namespace kyma::helm {

std::vector<JsonField> json_fields(const gotemplate::Object& object) {
  std::vector<JsonField> result;
  for (const auto& field : object.fields()) {
    if (field.json_name == "-") continue;
    if (field.json_name == "^") {
      const std::vector<JsonField> embedded = json_fields(field.value.as_object());
      result.insert(result.end(), embedded.begin(), embedded.end());
      continue;
    }
    // A struct is never empty to Go, a pointer to one is when it is nil: the emptiness of templates' truth.
    if (field.omit_empty && !gotemplate::is_true(field.value)) continue;
    result.push_back({field.json_name.empty() ? field.name : field.json_name, field.value});
  }
  return result;
}

}  // namespace kyma::helm
