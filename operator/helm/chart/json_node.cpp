#include "operator/helm/chart/json_node.hpp"

#include "operator/helm/chart/json_text.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {
namespace {

constexpr int kMaxDepth = 1000;

// Of a text that is known to be JSON: from_json has read it, and found what is wrong.
class NodeReader {
 public:
  NodeReader(std::string_view text, Heap& heap) : text_(text), heap_(heap) {}

  JsonNode read(int depth = 0) {
    if (depth > kMaxDepth) throw FormatError("the schema is nested too deeply");
    skip_space();
    JsonNode node;
    switch (text_[at_]) {
      case '{': read_object(node, depth); break;
      case '[': read_array(node, depth); break;
      case '"':
        node.kind = JsonNode::Kind::string;
        node.text = read_string();
        break;
      case 't':
      case 'f':
        node.kind = JsonNode::Kind::boolean;
        node.flag = text_[at_] == 't';
        at_ += node.flag ? 4 : 5;
        break;
      case 'n': at_ += 4; break;
      default: node.kind = JsonNode::Kind::number; node.text = take();
    }
    return node;
  }

 private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  // The text of one value.
  std::string_view take() {
    const std::string_view value = text_.substr(at_, json_value_length(text_.substr(at_)));
    at_ += value.size();
    return value;
  }
  std::string read_string() { return std::string(from_json(take(), heap_).as_text()); }
  // Whether another entry follows; at the closing bracket, goes behind it.
  bool more(char closing) {
    skip_space();
    const char c = text_[at_];
    if (c == ',' || c == closing) ++at_;
    skip_space();
    return c != closing;
  }

  void read_object(JsonNode& node, int depth) {
    node.kind = JsonNode::Kind::object;
    for (++at_; more('}');) {
      std::string key = read_string();
      skip_space();
      ++at_;  // the colon
      node.members.insert_or_assign(std::move(key), read(depth + 1));
    }
  }

  void read_array(JsonNode& node, int depth) {
    node.kind = JsonNode::Kind::array;
    for (++at_; more(']');) node.items.push_back(read(depth + 1));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Heap& heap_;
};

Value to_value(const JsonNode& node, Heap& heap) {
  switch (node.kind) {
    case JsonNode::Kind::null: return Value::nil();
    case JsonNode::Kind::boolean: return Value::boolean(node.flag);
    case JsonNode::Kind::number: return from_json(node.text, heap);
    case JsonNode::Kind::string: return Value::string(node.text);
    case JsonNode::Kind::array: {
      auto* list = heap.make<gotemplate::List>(heap);
      for (const JsonNode& item : node.items) list->items.push_back(to_value(item, heap));
      return Value::list(list);
    }
    case JsonNode::Kind::object: {
      gotemplate::Map& map = gotemplate::make_map(heap);
      for (const auto& [key, member] : node.members) map.set(heap, key, to_value(member, heap));
      return Value::map(&map);
    }
  }
  return {};
}

}  // namespace

JsonNode JsonNode::parse(std::string_view text) {
  Heap scratch;
  const std::size_t length = json_value_length(text);
  try {
    from_json(text.substr(0, length), scratch);
  } catch (const FormatError& error) {
    // A number beyond float64 is none of this reader's business.
    if (!error.partial.is_valid()) {
      if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) throw FormatError("EOF");
      const bool truncated = std::string_view(error.what()) == "unexpected end of JSON input";
      throw FormatError(truncated ? "unexpected EOF" : error.what());
    }
  }
  return NodeReader(text.substr(0, length), scratch).read();
}

JsonNode* JsonNode::find(std::string_view key) {
  const auto found = members.find(key);
  return found == members.end() ? nullptr : &found->second;
}

std::string JsonNode::canonical() const {
  Heap scratch;
  return to_json(to_value(*this, scratch));
}

std::string_view JsonNode::go_type() const noexcept {
  switch (kind) {
    case Kind::null: return "nil";
    case Kind::boolean: return "bool";
    case Kind::number: return "json.Number";
    case Kind::string: return "string";
    case Kind::array: return "[]interface {}";
    case Kind::object: return "map[string]interface {}";
  }
  return {};
}

}  // namespace kyma::helm
