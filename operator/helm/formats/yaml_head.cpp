// The head of a rendered document. Most documents are plain mappings without anchors, tags or merges: their events are
// looked at and forgotten, and only what the head needs is decoded. Anything else takes the long way, over a tree of
// the whole document.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>

#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/nesting.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/formats/yaml_decode.hpp"
#include "operator/helm/formats/yaml_scalar.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::Map;

// JSON's field names match in any case, in which the long s and the Kelvin sign are letters too.
bool matches_field(std::string_view key, std::string_view lower_name) {
  std::size_t at = 0;
  for (const char expected : lower_name) {
    if (at >= key.size()) return false;
    const char c = key[at];
    if (c == expected || (c >= 'A' && c <= 'Z' && c + ('a' - 'A') == expected)) {
      ++at;
    } else if (expected == 's' && key.substr(at).starts_with("\xC5\xBF")) {
      at += 2;
    } else if (expected == 'k' && key.substr(at).starts_with("\xE2\x84\xAA")) {
      at += 3;
    } else {
      return false;
    }
  }
  return at == key.size();
}

bool is_head_key(std::string_view key) {
  return matches_field(key, "apiversion") || matches_field(key, "kind") || matches_field(key, "metadata");
}

// encoding/json's decoding into Helm's SimpleHead. It goes on after a value of the wrong type and reports the first.
class HeadDecoder {
  // Places in a document, as far as they matter: under `text` a scalar becomes a string.
  enum class Part { root, metadata, annotations, text, other };

 public:
  YamlHead decode(Value document) {
    if (document.is_nothing()) return {};
    check_finite(document, Part::root);
    if (!document.is_map()) fail(json_type_error(found(document), "releaseutil.SimpleHead"));
    for (const auto& [key, value] : document.as_map().entries) {
      if (matches_field(key, "apiversion")) {
        set_text(head_.api_version, value, "SimpleHead.apiVersion");
      } else if (matches_field(key, "kind")) {
        set_text(head_.kind, value, "SimpleHead.kind");
      } else if (matches_field(key, "metadata")) {
        set_metadata(value);
      }
    }
    if (!error_.empty()) fail(error_);
    for (auto& [key, value] : annotations_) head_.annotations.emplace_back(key, std::move(value));
    return std::move(head_);
  }

 private:
  [[noreturn]] static void fail(std::string_view message) {
    throw FormatError(fmt::format("{}{}", kYamlDecoding, message));
  }

  static Part part_under(Part parent, std::string_view key) {
    switch (parent) {
      case Part::root:
        if (matches_field(key, "metadata")) return Part::metadata;
        return matches_field(key, "apiversion") || matches_field(key, "kind") ? Part::text : Part::other;
      case Part::metadata:
        if (matches_field(key, "annotations")) return Part::annotations;
        return matches_field(key, "name") ? Part::text : Part::other;
      case Part::annotations: return Part::text;
      default: return Part::other;
    }
  }

  // JSON has no infinities.
  void check_finite(Value value, Part part) {
    nesting_.enter();
    if (value.is(Kind::float64) && part != Part::text && !std::isfinite(value.as_float())) {
      throw FormatError(fmt::format("{}json: unsupported value: {}", kYamlConverting, general_text(value.as_float())));
    }
    if (value.is_list()) {
      for (const Value item : value.as_list().items) check_finite(item, Part::other);
    } else if (value.is_map()) {
      for (const auto& [key, item] : value.as_map().entries) check_finite(item, part_under(part, key));
    }
    nesting_.leave();
  }

  // What JSON calls it. A scalar becomes a string on the way when a string is wanted, and only then.
  static std::string_view found(Value value) { return json_kind(value); }

  void mismatch(Value value, std::string_view field, std::string_view wanted) {
    if (!error_.empty()) return;
    error_ = fmt::format("json: cannot unmarshal {} into Go struct field {} of type {}", found(value), field, wanted);
  }

  void set_text(std::string& target, Value value, std::string_view field) {
    switch (value.kind()) {
      case Kind::nil: return;
      case Kind::list:
      case Kind::map: return mismatch(value, field, "string");
      default: target = text_of_scalar(value);
    }
  }

  static std::string text_of_scalar(Value value) {
    switch (value.kind()) {
      case Kind::boolean: return value.as_bool() ? "true" : "false";
      case Kind::integer: return std::to_string(value.as_int());
      case Kind::uint64: return std::to_string(value.as_uint64());
      case Kind::float64: return general_text(static_cast<float>(value.as_float()));
      default: return std::string(value.as_text());
    }
  }

  void set_metadata(Value value) {
    if (value.is_nothing()) {
      head_.has_metadata = false;
      head_.name.clear();
      annotations_.clear();
      return;
    }
    head_.has_metadata = true;
    if (!value.is_map()) {
      mismatch(
          value, "SimpleHead.metadata",
          "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }");
      return;
    }
    for (const auto& [key, item] : value.as_map().entries) {
      if (matches_field(key, "name")) {
        set_text(head_.name, item, ".metadata.name");
      } else if (matches_field(key, "annotations")) {
        set_annotations(item);
      }
    }
  }

  void set_annotations(Value value) {
    if (value.is_nothing()) {
      annotations_.clear();
    } else if (!value.is_map()) {
      mismatch(value, ".metadata.annotations", "map[string]string");
    } else {
      for (const auto& [key, item] : value.as_map().entries) {
        std::string text;
        set_text(text, item, ".metadata.annotations");
        annotations_.insert_or_assign(std::string(key), std::move(text));
      }
    }
  }

  Nesting nesting_;
  YamlHead head_;
  std::map<std::string, std::string> annotations_;
  std::string error_;
};

// A plain scalar that JSON cannot hold: infinity, or not a number.
bool is_infinite(std::string_view text) {
  if (text.size() < 4 || text.size() > 5 || (text[0] != '.' && text[0] != '-' && text[0] != '+')) return false;
  const YamlScalar scalar = resolve_yaml2_untimed(text);
  return scalar.type == YamlType::floating && !std::isfinite(scalar.floating);
}

// A plain key that means a merge, or that cannot be a key.
bool is_special_key(std::string_view text) {
  if (text.empty() || text == "<<") return true;
  const bool may_be_null = text[0] == 'n' || text[0] == 'N' || text[0] == '~';
  const bool may_be_number = text[0] == '+' || (text[0] >= '0' && text[0] <= '9');
  if (!may_be_null && !may_be_number) return false;
  const YamlType type = resolve_yaml2_untimed(text).type;
  return type == YamlType::null || type == YamlType::uinteger;
}

class HeadScanner {
 public:
  HeadScanner(std::string_view text, Heap& heap) : heap_(heap), events_(text), builder_(events_, heap, heap) {}

  // The document as far as the head needs it; nothing when it takes the long way.
  std::optional<Value> scan();

 private:
  enum class Outcome { done, special };

  Outcome scan_root(Map& root);
  Outcome skip_node();
  static bool is_special(const yaml_event_t& event);
  bool is_key() const { return !open_.empty() && open_.back() == Place::key; }
  void after_node() {
    if (!open_.empty() && open_.back() != Place::item) {
      open_.back() = open_.back() == Place::key ? Place::value : Place::key;
    }
  }

  enum class Place : std::uint8_t { key, value, item };

  Heap& heap_;
  YamlEvents events_;
  YamlTreeBuilder builder_;
  std::vector<Place> open_;
};

bool HeadScanner::is_special(const yaml_event_t& event) {
  return event.type == YAML_ALIAS_EVENT || !anchor_of(event).empty() || !tag_of(event).empty();
}

std::optional<Value> HeadScanner::scan() {
  events_.next();
  if (events_.next().type == YAML_STREAM_END_EVENT) return Value::nil();
  const yaml_event_t& first = events_.next();
  if (first.type != YAML_MAPPING_START_EVENT || is_special(first)) return std::nullopt;
  Map& root = gotemplate::make_map(heap_);
  if (scan_root(root) == Outcome::special) return std::nullopt;
  events_.next();
  return Value::map(&root);
}

HeadScanner::Outcome HeadScanner::scan_root(Map& root) {
  while (events_.next().type != YAML_MAPPING_END_EVENT) {
    const yaml_event_t& key = events_.current();
    if (key.type != YAML_SCALAR_EVENT || is_special(key)) return Outcome::special;
    const std::string_view text = scalar_text(key);
    if (is_plain_scalar(key) && is_special_key(text)) return Outcome::special;
    const bool wanted = is_head_key(text);
    const std::string_view name = wanted ? heap_.copy(text) : std::string_view();
    events_.next();
    if (!wanted) {
      if (skip_node() == Outcome::special) return Outcome::special;
      continue;
    }
    if (is_special(events_.current())) return Outcome::special;
    const YamlNode* node = builder_.node();
    if (builder_.has_specials()) return Outcome::special;
    root.entries.insert_or_assign(name, decode_yaml(node, heap_, YamlNumbers::as_read));
  }
  return Outcome::done;
}

HeadScanner::Outcome HeadScanner::skip_node() {
  while (true) {
    const yaml_event_t& event = events_.current();
    switch (event.type) {
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
        open_.pop_back();
        after_node();
        break;
      case YAML_SCALAR_EVENT: {
        if (is_special(event)) return Outcome::special;
        const std::string_view text = scalar_text(event);
        if (is_plain_scalar(event) && (is_key() ? is_special_key(text) : is_infinite(text))) {
          return Outcome::special;
        }
        after_node();
        break;
      }
      default:
        if (is_key() || is_special(event)) return Outcome::special;
        open_.push_back(event.type == YAML_MAPPING_START_EVENT ? Place::key : Place::item);
        break;
    }
    if (open_.empty()) return Outcome::done;
    events_.next();
  }
}

}  // namespace

YamlHead read_yaml_head(std::string_view document) {
  Heap heap;
  Value head;
  try {
    head = read_go_yaml(document, [&heap](std::string_view text) {
      const auto scanned = HeadScanner(text, heap).scan();
      return scanned ? *scanned : decode_yaml(text, heap, YamlNumbers::as_read);
    });
  } catch (const FormatError& error) {
    throw FormatError(whole_yaml_error(error.what()));
  }
  return HeadDecoder().decode(head);
}

}  // namespace kyma::helm
