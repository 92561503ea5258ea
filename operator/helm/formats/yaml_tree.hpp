// A YAML document as a tree of nodes, as go-yaml builds it before it looks at what the nodes mean: the syntax of the
// whole document is checked first.
//
// Lifetime: nodes live in the heap that the tree was built in.
#pragma once

#include <cstdint>
#include <map>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "operator/helm/formats/yaml_events.hpp"
#include "operator/helm/gotemplate/heap.hpp"

namespace kyma::helm {

struct YamlNode {
  using InHeap = void;
  enum class Kind : std::uint8_t { scalar, sequence, mapping, alias };

  YamlNode(gotemplate::Heap& heap, Kind node_kind) : kind(node_kind), children(&heap) {}

  // The key of a merge: a plain `<<`.
  bool is_merge() const noexcept;

  Kind kind;
  bool is_plain = false;                       // of a scalar: its meaning depends on its text
  std::string_view text;                       // of a scalar; of an alias, its name
  std::string_view tag;                        // in full; empty: none
  const YamlNode* target = nullptr;            // of an alias
  std::pmr::vector<const YamlNode*> children;  // of a mapping, keys and values in turn
};

inline constexpr std::string_view kYamlMergeTag = "tag:yaml.org,2002:merge";

class YamlTreeBuilder {
 public:
  // Nodes go to `nodes`, the texts of scalars to `texts`.
  YamlTreeBuilder(YamlEvents& events, gotemplate::Heap& nodes, gotemplate::Heap& texts)
      : events_(events), nodes_(nodes), texts_(texts) {}

  // The first document's root; null when there is none. Throws FormatError.
  const YamlNode* document();
  // The node that starts with the current event; its last event is current afterwards.
  const YamlNode* node();
  // Whether there has been an anchor, an alias or a tag.
  bool has_specials() const noexcept { return has_specials_; }

 private:
  YamlNode* make_node();

  YamlEvents& events_;
  gotemplate::Heap& nodes_;
  gotemplate::Heap& texts_;
  std::map<std::string_view, const YamlNode*> anchors_;
  bool has_specials_ = false;
};

}  // namespace kyma::helm
