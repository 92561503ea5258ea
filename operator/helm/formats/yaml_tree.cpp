#include "operator/helm/formats/yaml_tree.hpp"

#include <fmt/format.h>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

bool YamlNode::is_merge() const noexcept {
  return kind == Kind::scalar && text == "<<" && (is_plain || tag == kYamlMergeTag);
}

const YamlNode* YamlTreeBuilder::document() {
  events_.next();  // the stream's start
  if (events_.next().type == YAML_STREAM_END_EVENT) return nullptr;
  events_.next();
  const YamlNode* root = node();
  events_.next();  // the document's end, where its last errors show
  return root;
}

const YamlNode* YamlTreeBuilder::node() {
  std::vector<YamlNode*> open;
  while (true) {
    const yaml_event_type_t type = events_.current().type;
    YamlNode* finished = nullptr;
    if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT) {
      finished = open.back();
      open.pop_back();
    } else {
      YamlNode* made = make_node();
      if (!open.empty()) open.back()->children.push_back(made);
      if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT) {
        open.push_back(made);
      } else {
        finished = made;
      }
    }
    if (open.empty()) return finished;
    events_.next();
  }
}

YamlNode* YamlTreeBuilder::make_node() {
  const yaml_event_t& event = events_.current();
  has_specials_ =
      has_specials_ || event.type == YAML_ALIAS_EVENT || !anchor_of(event).empty() || !tag_of(event).empty();
  using Kind = YamlNode::Kind;
  YamlNode* made = nullptr;
  switch (event.type) {
    case YAML_ALIAS_EVENT: {
      const std::string_view name = anchor_of(event);
      const auto found = anchors_.find(name);
      if (found == anchors_.end()) throw FormatError(fmt::format("yaml: unknown anchor '{}' referenced", name));
      made = nodes_.make<YamlNode>(nodes_, Kind::alias);
      made->text = found->first;
      made->target = found->second;
      return made;
    }
    case YAML_SCALAR_EVENT:
      made = nodes_.make<YamlNode>(nodes_, Kind::scalar);
      made->text = texts_.copy(scalar_text(event));
      made->is_plain = is_plain_scalar(event);
      break;
    case YAML_SEQUENCE_START_EVENT: made = nodes_.make<YamlNode>(nodes_, Kind::sequence); break;
    default: made = nodes_.make<YamlNode>(nodes_, Kind::mapping); break;
  }
  if (const auto tag = tag_of(event); !tag.empty()) made->tag = nodes_.copy(tag);
  if (const auto anchor = anchor_of(event); !anchor.empty()) {
    const auto found = anchors_.find(anchor);
    if (found != anchors_.end()) {
      found->second = made;
    } else {
      anchors_.emplace(nodes_.copy(anchor), made);
    }
  }
  return made;
}

}  // namespace kyma::helm
