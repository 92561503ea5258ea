#include "operator/helm/chart/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/chart/json_node.hpp"
#include "operator/helm/chart/schema_compiler.hpp"
#include "operator/helm/chart/schema_validator.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

// Helm hands the values over as YAML, whose reader refuses some characters.
bool is_forbidden(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x7f) {
      ++at;
      continue;
    }
    const char32_t rune = gotemplate::next_rune(text, at);
    if (rune < 0xa0 && rune != 0x85) return true;
    if (rune == 0xfffe || rune == 0xffff) return true;
  }
  return false;
}

bool has_forbidden_text(Value value) {
  if (value.is_string()) return is_forbidden(value.as_text());
  if (value.is_list()) {
    const auto& items = value.as_list().items;
    return std::any_of(items.begin(), items.end(), has_forbidden_text);
  }
  if (!value.is_map()) return false;
  const auto& entries = value.as_map().entries;
  return std::any_of(entries.begin(), entries.end(),
                     [](const auto& entry) { return is_forbidden(entry.first) || has_forbidden_text(entry.second); });
}

}  // namespace

std::optional<std::string> schema_complaint(std::string_view schema, Value values) {
  try {
    if (has_forbidden_text(values)) return "yaml: control characters are not allowed";
    JsonNode document = JsonNode::parse(schema);
    SchemaCompiler compiler(document);
    std::string text;
    for (const std::string& complaint : SchemaValidator().validate(compiler.compile(), values)) {
      fmt::format_to(std::back_inserter(text), "- {}\n", complaint);
    }
    return text.empty() ? std::nullopt : std::optional(std::move(text));
  } catch (const std::runtime_error& error) {
    return error.what();
  }
}

}  // namespace kyma::helm
