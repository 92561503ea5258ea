// A compiled JSON schema: what the keywords of each of its parts ask for.
#pragma once

#include <re2/re2.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "operator/helm/chart/exact_decimal.hpp"

namespace kyma::helm {

// The hybrid takes the keywords of all drafts; schemas that name no draft, or one that is not known, are of that kind.
enum class SchemaDraft : std::uint8_t { draft4, draft6, draft7, hybrid };

struct SchemaPart {
  // Nothing, or a boolean, or a schema.
  using Rest = std::variant<std::monostate, bool, const SchemaPart*>;
  using Dependency = std::variant<std::vector<std::string>, const SchemaPart*>;
  struct Bounds {
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
  };

  std::string property;  // of those under `properties`
  SchemaDraft draft = SchemaDraft::hybrid;
  std::optional<bool> verdict;            // the schemas `true` and `false`
  const SchemaPart* reference = nullptr;  // $ref; nothing else counts then
  std::vector<std::string> types;         // none: any

  std::vector<const SchemaPart*> properties;  // in order of their names
  Rest additional_properties;
  std::vector<std::pair<std::unique_ptr<re2::RE2>, const SchemaPart*>> pattern_properties;
  const SchemaPart* property_names = nullptr;
  std::map<std::string, Dependency, std::less<>> dependencies;
  std::vector<std::string> required;
  Bounds property_count;

  std::vector<const SchemaPart*> items;
  bool one_for_all_items = false;
  Rest additional_items;
  const SchemaPart* contains = nullptr;
  bool unique_items = false;
  Bounds item_count;

  std::optional<ExactDecimal> multiple_of;
  std::optional<ExactDecimal> minimum;
  std::optional<ExactDecimal> exclusive_minimum;
  std::optional<ExactDecimal> maximum;
  std::optional<ExactDecimal> exclusive_maximum;

  Bounds length;
  std::unique_ptr<re2::RE2> pattern;
  std::string pattern_text;
  std::string format;

  std::optional<std::string> constant;   // as JSON
  std::vector<std::string> enumeration;  // as JSON

  std::vector<const SchemaPart*> one_of;
  std::vector<const SchemaPart*> any_of;
  std::vector<const SchemaPart*> all_of;
  const SchemaPart* negation = nullptr;
  const SchemaPart* condition = nullptr;
  const SchemaPart* consequence = nullptr;
  const SchemaPart* alternative = nullptr;

  bool has_type(std::string_view type) const noexcept {
    for (const std::string& known : types) {
      if (known == type) return true;
    }
    return false;
  }
};

}  // namespace kyma::helm
