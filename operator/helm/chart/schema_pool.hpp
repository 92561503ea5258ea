// The parts of a schema that references can name: the whole document, and whatever has an $id of its own.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "operator/helm/chart/json_node.hpp"
#include "operator/helm/chart/schema_tree.hpp"
#include "operator/helm/chart/url.hpp"

namespace kyma::helm {

class SchemaPool {
 public:
  struct Document {
    JsonNode* node;
    std::optional<SchemaDraft> draft;  // nothing: as what refers to it
  };

  // Makes every $ref below `root` absolute, in place. `root` must outlive the pool. Throws ChartFailure.
  explicit SchemaPool(JsonNode& root);
  // What the reference names. Throws ChartFailure.
  Document find(const std::string& reference);
  std::optional<SchemaDraft> draft() const noexcept { return draft_; }

 private:
  void scan(JsonNode& node, const Url& base);
  void scan_members(JsonNode& node, const Url& base);

  std::optional<SchemaDraft> draft_;
  std::map<std::string, Document, std::less<>> documents_;
};

}  // namespace kyma::helm
