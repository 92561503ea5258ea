#include "operator/helm/formats/yaml_decode.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <set>

#include "operator/base/base64.hpp"
#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/go_syntax.hpp"
#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/formats/yaml_scalar.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Map;

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

// How much of a document may come out of aliases: nearly all of a small one, little of a large one.
constexpr std::uint64_t kSmallDocument = 400'000;
constexpr std::uint64_t kLargeDocument = 4'000'000;
constexpr double kSmallShare = 0.99;
constexpr double kLargeShare = 0.10;

double allowed_alias_share(std::uint64_t nodes) {
  if (nodes <= kSmallDocument) return kSmallShare;
  if (nodes >= kLargeDocument) return kLargeShare;
  constexpr auto kRange = static_cast<double>(kLargeDocument - kSmallDocument);
  return kSmallShare - (kSmallShare - kLargeShare) * (static_cast<double>(nodes - kSmallDocument) / kRange);
}

std::string short_tag(std::string_view tag) {
  if (!tag.starts_with(kTagPrefix)) return std::string(tag);
  return fmt::format("!!{}", tag.substr(kTagPrefix.size()));
}

std::string_view tag_name(YamlType type) {
  switch (type) {
    case YamlType::null: return "null";
    case YamlType::boolean: return "bool";
    case YamlType::integer:
    case YamlType::uinteger: return "int";
    case YamlType::floating: return "float";
    case YamlType::timestamp: return "timestamp";
    default: return "str";
  }
}

// Go's hint table: only texts that start so are looked at.
bool may_mean_something(std::string_view text) {
  return text.empty() || std::string_view("yYnNtTfFoO~.+-0123456789").find(text[0]) != std::string_view::npos;
}

class Decoder {
 public:
  Decoder(Heap& heap, YamlNumbers numbers) : heap_(heap), numbers_(numbers) {}

  Value decode_root(const YamlNode& root) {
    const Value value = decode(root);
    if (!late_error_.empty()) throw FormatError(late_error_);
    return value;
  }

 private:
  Value decode(const YamlNode& node);
  Value decode_content(const YamlNode& node);
  Value decode_alias(const YamlNode& node);
  Value decode_scalar(const YamlNode& node);
  Value decode_tagged(const YamlNode& node, std::string_view tag);
  Value decode_mapping(const YamlNode& node);
  void fill(const YamlNode& node, Map& map);
  void merge(const YamlNode& node, Map& map);
  void merge_one(const YamlNode& node, Map& map);
  void count();
  // JSON's limit, which Go meets only after it has decoded the YAML: aliases can nest deeper than the text does.
  void enter(const YamlNode& node) {
    if (nesting_.enter() <= gotemplate::kMaxDepth) return;
    throw FormatError(json_depth_error(node.kind == YamlNode::Kind::mapping ? '{' : '['));
  }
  Value value_of(const YamlScalar& scalar, const YamlNode& node);
  std::string_view key_text(Value key, const YamlNode& value_node);
  // Go checks keys and numbers after all else has been decoded.
  void fail_late(std::string message) {
    if (late_error_.empty()) late_error_ = std::move(message);
  }

  Heap& heap_;
  YamlNumbers numbers_;
  std::uint64_t nodes_ = 0;
  std::uint64_t nodes_of_aliases_ = 0;
  int alias_depth_ = 0;
  Nesting nesting_;
  std::set<const YamlNode*> open_aliases_;
  std::string late_error_;
  bool as_key_ = false;
};

void Decoder::count() {
  ++nodes_;
  if (alias_depth_ > 0) ++nodes_of_aliases_;
  if (nodes_of_aliases_ > 100 && nodes_ > 1000 &&
      static_cast<double>(nodes_of_aliases_) / static_cast<double>(nodes_) > allowed_alias_share(nodes_)) {
    throw FormatError("yaml: document contains excessive aliasing");
  }
}

Value Decoder::decode(const YamlNode& node) {
  count();
  switch (node.kind) {
    case YamlNode::Kind::alias: return decode_alias(node);
    case YamlNode::Kind::scalar: return decode_scalar(node);
    default: break;
  }
  enter(node);
  const Value value = decode_content(node);
  nesting_.leave();
  return value;
}

Value Decoder::decode_content(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::mapping) return decode_mapping(node);
  List* list = heap_.make<List>(heap_);
  list->items.reserve(node.children.size());
  for (const YamlNode* child : node.children) list->items.push_back(decode(*child));
  return Value::list(list);
}

Value Decoder::decode_alias(const YamlNode& node) {
  if (!open_aliases_.insert(&node).second) {
    throw FormatError(fmt::format("yaml: anchor '{}' value contains itself", node.text));
  }
  ++alias_depth_;
  const Value value = decode(*node.target);
  --alias_depth_;
  open_aliases_.erase(&node);
  return value;
}

Value Decoder::value_of(const YamlScalar& scalar, const YamlNode& node) {
  switch (scalar.type) {
    case YamlType::null: return Value::nil();
    case YamlType::boolean: return Value::boolean(scalar.integer != 0);
    case YamlType::integer:
      return numbers_ == YamlNumbers::as_read || as_key_ ? Value::integer(scalar.integer)
                                                         : Value::float64(static_cast<double>(scalar.integer));
    case YamlType::uinteger: {
      const auto value = static_cast<std::uint64_t>(scalar.integer);
      return numbers_ == YamlNumbers::as_read || as_key_ ? Value::uint64(value)
                                                         : Value::float64(static_cast<double>(value));
    }
    case YamlType::floating:
      if (!std::isfinite(scalar.floating) && !as_key_ && numbers_ == YamlNumbers::as_float64) {
        fail_late("json: unsupported value: " + general_text(scalar.floating));
      }
      return Value::float64(scalar.floating);
    default: return Value::string(node.text);
  }
}

Value Decoder::decode_scalar(const YamlNode& node) {
  if (node.tag.empty()) {
    return node.is_plain ? value_of(resolve_yaml2_untimed(node.text), node) : Value::string(node.text);
  }
  if (!node.tag.starts_with(kTagPrefix)) return Value::string(node.text);
  return decode_tagged(node, node.tag.substr(kTagPrefix.size()));
}

// A tag forbids what does not look like it; it never makes something of a text that would not be that without it, but
// for integers that are wanted as floats.
Value Decoder::decode_tagged(const YamlNode& node, std::string_view tag) {
  if (tag == "str") return Value::string(node.text);
  if (tag == "binary") {
    const auto data = decode_base64(node.text);
    if (!data) throw FormatError("yaml: !!binary value contains invalid base64 data");
    std::string text;  // JSON knows no other bytes
    for (std::size_t at = 0; at < data->size();) gotemplate::append_rune(text, gotemplate::next_rune(*data, at));
    return gotemplate::make_string(heap_, text);
  }
  if (tag != "bool" && tag != "int" && tag != "float" && tag != "null" && tag != "timestamp") {
    return Value::string(node.text);
  }
  YamlScalar scalar;
  if (may_mean_something(node.text)) {
    scalar = tag == "timestamp" ? resolve_yaml2(node.text) : resolve_yaml2_untimed(node.text);
  }
  const std::string_view found = tag_name(scalar.type);
  if (found == tag) return value_of(scalar, node);
  if (tag == "float" && scalar.type == YamlType::integer) {
    return Value::float64(static_cast<double>(scalar.integer));
  }
  throw FormatError(fmt::format("yaml: cannot decode !!{} `{}` as a {}", found, node.text, short_tag(node.tag)));
}

Value Decoder::decode_mapping(const YamlNode& node) {
  Map* map = heap_.make<Map>(heap_);
  fill(node, *map);
  return Value::map(map);
}

void Decoder::fill(const YamlNode& node, Map& map) {
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) {
    const YamlNode& key_node = *node.children[i];
    const YamlNode& value_node = *node.children[i + 1];
    if (key_node.is_merge()) {
      merge(value_node, map);
      continue;
    }
    const bool outer = std::exchange(as_key_, true);
    const Value key = decode(key_node);
    if (key.is_map() || key.is_list()) throw FormatError("yaml: invalid map key: " + go_syntax(key));
    as_key_ = outer;
    const Value value = decode(value_node);
    if (as_key_) {  // within a key that is a collection, which is an error that shows its keys
      map.entries.insert_or_assign(heap_.copy(go_syntax(key)), value);
    } else {
      map.entries.insert_or_assign(key.is_string() ? key.as_text() : key_text(key, value_node), value);
    }
  }
}

std::string_view Decoder::key_text(Value key, const YamlNode& value_node) {
  switch (key.kind()) {
    case Kind::boolean: return key.as_bool() ? "true" : "false";
    case Kind::integer: return heap_.copy(fmt::format_int(key.as_int()).c_str());
    case Kind::float64: {
      const double number = key.as_float();
      if (std::isnan(number)) return ".nan";
      // JSON's keys are made of a float32, for which more is infinite.
      const auto single = static_cast<float>(number);
      if (std::isinf(single)) return single > 0 ? ".inf" : "-.inf";
      return heap_.copy(general_text(single));
    }
    default: break;
  }
  const bool outer = std::exchange(as_key_, true);
  const std::string value = go_argument(decode(value_node));
  as_key_ = outer;
  fail_late(fmt::format("unsupported map key of type: {}, key: {}, value: {}",
                        key.is(Kind::uint64) ? "uint64" : "%!s(<nil>)", go_argument(key), value));
  return {};
}

void Decoder::merge_one(const YamlNode& node, Map& map) {
  const bool is_alias = node.kind == YamlNode::Kind::alias;
  const YamlNode& content = is_alias ? *node.target : node;
  if (content.kind != YamlNode::Kind::mapping) {
    throw FormatError("yaml: map merge requires map or sequence of maps as the value");
  }
  count();
  if (is_alias) {
    if (!open_aliases_.insert(&node).second) {
      throw FormatError(fmt::format("yaml: anchor '{}' value contains itself", node.text));
    }
    ++alias_depth_;
    count();
  }
  enter(content);
  fill(content, map);
  nesting_.leave();
  if (is_alias) {
    --alias_depth_;
    open_aliases_.erase(&node);
  }
}

// Of a sequence of maps the first wins.
void Decoder::merge(const YamlNode& node, Map& map) {
  if (node.kind != YamlNode::Kind::sequence) {
    merge_one(node, map);
    return;
  }
  for (std::size_t i = node.children.size(); i-- > 0;) merge_one(*node.children[i], map);
}

}  // namespace

Value decode_yaml(const YamlNode* root, Heap& heap, YamlNumbers numbers) {
  return root == nullptr ? Value::nil() : Decoder(heap, numbers).decode_root(*root);
}

std::string whole_yaml_error(std::string_view message) {
  return fmt::format("{}{}", message.ends_with(kJsonTooDeep) ? kYamlDecoding : kYamlConverting, message);
}

Value decode_yaml(std::string_view text, Heap& heap, YamlNumbers numbers) {
  return read_go_yaml(text, [&](std::string_view mended) {
    Heap nodes(heap.limit());
    YamlEvents events(mended);
    YamlTreeBuilder builder(events, nodes, heap);
    return decode_yaml(builder.document(), heap, numbers);
  });
}

}  // namespace kyma::helm
