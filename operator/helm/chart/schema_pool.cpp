#include "operator/helm/chart/schema_pool.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "operator/helm/chart/failure.hpp"
#include "operator/helm/formats/go_number.hpp"

namespace kyma::helm {
namespace {

Url parse_url(std::string_view text) {
  std::string error;
  auto url = Url::parse(text, &error);
  if (!url) throw ChartFailure(error);
  return std::move(*url);
}

std::optional<SchemaDraft> draft_of(JsonNode& root) {
  if (root.is(JsonNode::Kind::boolean)) return std::nullopt;
  if (!root.is_object()) throw ChartFailure("schema is invalid");
  const JsonNode* name = root.find("$schema");
  if (name == nullptr) return std::nullopt;
  if (!name->is_string()) throw ChartFailure("$schema must be of type string");
  const std::string url = parse_url(name->text).str();
  if (url == "http://json-schema.org/draft-04/schema") return SchemaDraft::draft4;
  if (url == "http://json-schema.org/draft-06/schema") return SchemaDraft::draft6;
  if (url == "http://json-schema.org/draft-07/schema") return SchemaDraft::draft7;
  return std::nullopt;
}

std::string unescape_token(std::string_view token) {
  std::string result;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    if (escape && token[i + 1] == '1') {
      result += '/';
      ++i;
    } else if (escape && token[i + 1] == '0') {
      result += '~';
      ++i;
    } else {
      result += token[i];
    }
  }
  return result;
}

JsonNode* item_at(JsonNode& array, std::string_view token) {
  const auto index = parse_integer(token, 10);
  if (!index || index->is_unsigned) throw ChartFailure(fmt::format("Invalid array index '{}'", token));
  const auto size = static_cast<std::int64_t>(array.items.size());
  if (index->value < 0 || index->value >= size) {
    throw ChartFailure(fmt::format("Out of bound array[0,{}] index '{}'", size, index->value));
  }
  return &array.items[static_cast<std::size_t>(index->value)];
}

// A JSON pointer; what is none points at the whole, as in the library that Helm uses.
JsonNode* point(JsonNode& root, std::string_view pointer) {
  JsonNode* node = &root;
  if (!pointer.starts_with('/')) return node;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (node->is_object()) {
      const std::string key = unescape_token(token);
      node = node->find(key);
      if (node == nullptr) throw ChartFailure(fmt::format("Object has no key '{}'", key));
    } else if (node->is(JsonNode::Kind::array)) {
      node = item_at(*node, token);
    } else {
      throw ChartFailure(fmt::format("Invalid token reference '{}'", unescape_token(token)));
    }
  }
  return node;
}

}  // namespace

SchemaPool::SchemaPool(JsonNode& root) : draft_(draft_of(root)) {
  scan(root, Url());
  documents_.insert_or_assign(std::string(), Document{&root, draft_});
}

void SchemaPool::scan(JsonNode& node, const Url& base) {
  for (JsonNode& item : node.items) scan(item, base);
  if (!node.is_object()) return;

  Url here = base;
  const JsonNode* id = node.find("id");
  if (id == nullptr) id = node.find("$id");
  if (id != nullptr && id->is_string()) {
    if (const auto url = Url::parse(id->text)) {
      Url unbased = base;
      unbased.fragment.clear();
      here = unbased.resolve(*url);
      // A second one of a name, with all below it, is left alone.
      if (!documents_.emplace(here.str(), Document{&node, draft_}).second) return;
    }
  }
  JsonNode* reference = node.find("$ref");
  if (reference != nullptr && reference->is_string()) {
    if (const auto url = Url::parse(reference->text)) {
      Url unbased = here;
      unbased.fragment.clear();
      reference->text = unbased.resolve(*url).str();
    }
  }
  scan_members(node, here);
}

// Properties may be called anything, `$ref` included; constants mean nothing but themselves.
void SchemaPool::scan_members(JsonNode& node, const Url& base) {
  for (auto& [key, member] : node.members) {
    if (key == "const" || key == "enum") continue;
    const bool names_only = key == "properties" || key == "dependencies" || key == "patternProperties";
    if (names_only && member.is_object()) {
      for (auto& [name, child] : member.members) scan(child, base);
    } else {
      scan(member, base);
    }
  }
}

SchemaPool::Document SchemaPool::find(const std::string& reference) {
  Url url = parse_url(reference);
  if (const auto found = documents_.find(url.str()); found != documents_.end()) return found->second;
  const std::string pointer = url.fragment;
  url.fragment.clear();
  if (const auto found = documents_.find(url.str()); found != documents_.end()) {
    return {point(*found->second.node, pointer), found->second.draft};
  }
  if (url.scheme.empty() || (!url.authority && url.scheme != "file")) {
    throw ChartFailure(fmt::format("Reference {} must be canonical", reference));
  }
  throw ChartFailure(
      fmt::format("reference {} leads out of the schema, and nothing is fetched: copy what it names to the schema's "
                  "own definitions",
                  reference));
}

}  // namespace kyma::helm
