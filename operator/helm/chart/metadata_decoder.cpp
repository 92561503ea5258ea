#include <fmt/format.h>

#include <functional>

#include "operator/helm/chart/metadata.hpp"
#include "operator/helm/chart/text.hpp"
#include "operator/helm/chart/timestamp.hpp"
#include "operator/helm/formats/go_number.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/formats/yaml_decode.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Kind;
using gotemplate::List;
using gotemplate::Map;

constexpr std::string_view kDecoding = "error unmarshaling JSON: while decoding JSON: ";

Value read_yaml(std::string_view yaml, Heap& heap) {
  try {
    return decode_yaml(yaml, heap, YamlNumbers::as_read);
  } catch (const FormatError& error) {
    throw FormatError(fmt::format("error converting YAML to JSON: {}", error.what()));
  }
}

// Of a number or a boolean: sigs.k8s.io/yaml makes a text of it where a text is wanted, a float with 32 bits.
std::optional<std::string> scalar_text(Value value) {
  switch (value.kind()) {
    case Kind::string: return std::string(value.as_text());
    case Kind::boolean: return value.as_bool() ? "true" : "false";
    case Kind::integer:
    case Kind::int64: return fmt::to_string(value.as_int());
    case Kind::uint64: return fmt::to_string(value.as_uint64());
    case Kind::float64: return general_text(static_cast<float>(value.as_float()));
    default: return std::nullopt;
  }
}

// As encoding/json reads it into an interface {}: one type of numbers.
Value json_value(Value value, Heap& heap) {
  switch (value.kind()) {
    case Kind::integer:
    case Kind::int64: return Value::float64(static_cast<double>(value.as_int()));
    case Kind::uint64: return Value::float64(static_cast<double>(value.as_uint64()));
    case Kind::string: return gotemplate::make_string(heap, value.as_text());
    case Kind::list: {
      List* list = heap.make<List>(heap);
      for (const Value item : value.as_list().items) list->items.push_back(json_value(item, heap));
      return Value::list(list);
    }
    case Kind::map: {
      Map& map = gotemplate::make_map(heap);
      for (const auto& [key, item] : value.as_map().entries) map.set(heap, key, json_value(item, heap));
      return Value::map(&map);
    }
    default: return value;
  }
}

// encoding/json's decoding into structs: goes on after a value of the wrong type and reports the first one in the end.
class JsonDecoder {
 public:
  using Field = std::function<void(Value)>;
  struct NamedField {
    std::string_view name;
    Field read;
  };

  // The fields of `value`, in the order of their keys: the field of that very name, else of that name in another case.
  void object(Value value, std::string_view struct_name, const std::vector<NamedField>& fields) {
    if (value.is_nothing()) return;
    if (!value.is_map()) return mismatch(value, fmt::format("chart.{}", struct_name));
    const std::string_view outer = struct_;
    struct_ = struct_name;
    for (const auto& [key, item] : value.as_map().entries) {
      const NamedField* field = find(fields, key);
      if (field == nullptr) continue;
      path_.push_back(field->name);
      field->read(item);
      path_.pop_back();
    }
    struct_ = outer;
  }

  void text(Value value, std::string& out) {
    if (value.is_nothing()) return;
    if (auto text = scalar_text(value)) {
      out = std::move(*text);
    } else {
      mismatch(value, "string");
    }
  }

  void flag(Value value, bool& out) {
    if (value.is(Kind::boolean)) {
      out = value.as_bool();
    } else if (!value.is_nothing()) {
      mismatch(value, "bool");
    }
  }

  // Entries that are there already are read into. True if there is a list now.
  template <class T, class Read>
  bool list(Value value, std::vector<T>& out, std::string_view type, Read read) {
    if (value.is_list()) {
      const auto& items = value.as_list().items;
      out.resize(items.size());
      for (std::size_t i = 0; i < items.size(); ++i) read(items[i], out[i]);
      return true;
    }
    if (value.is_nothing()) {
      out.clear();
      return false;
    }
    mismatch(value, type);
    return !out.empty();
  }

  void texts(Value value, std::vector<std::string>& out) {
    list(value, out, "[]string", [this](Value item, std::string& entry) { text(item, entry); });
  }

  void mismatch(Value value, std::string_view type) {
    if (!error_.empty()) return;
    const std::string where =
        path_.empty() ? std::string("value") : fmt::format("struct field {}.{}", struct_, fmt::join(path_, "."));
    error_ = fmt::format("json: cannot unmarshal {} into Go {} of type {}", json_kind(value), where, type);
  }

  void finish() const {
    if (!error_.empty()) throw FormatError(fmt::format("{}{}", kDecoding, error_));
  }

 private:
  static const NamedField* find(const std::vector<NamedField>& fields, std::string_view key) {
    for (const NamedField& field : fields) {
      if (field.name == key) return &field;
    }
    for (const NamedField& field : fields) {
      if (equal_fold(key, field.name)) return &field;
    }
    return nullptr;
  }

  std::string_view struct_;
  std::vector<std::string_view> path_;
  std::string error_;
};

}  // namespace

class MetadataDecoder {
 public:
  MetadataDecoder(JsonDecoder& json, Heap& heap) : json_(json), heap_(heap) {}

  void metadata(Value value, MetadataReader& reader) {
    Metadata& m = reader.metadata_;
    json_.object(value, "Metadata",
                 {text("name", m.name),
                  text("home", m.home),
                  texts("sources", m.sources),
                  text("version", m.version),
                  text("description", m.description),
                  texts("keywords", m.keywords),
                  {"maintainers", [&](Value v) { maintainers(v, reader.maintainers_); }},
                  text("icon", m.icon),
                  text("apiVersion", m.api_version),
                  text("condition", m.condition),
                  text("tags", m.tags),
                  text("appVersion", m.app_version),
                  {"deprecated", [&](Value v) { json_.flag(v, m.deprecated); }},
                  {"annotations", [&](Value v) { annotations(v, m.annotations); }},
                  text("kubeVersion", m.kube_version),
                  {"dependencies", [&](Value v) { m.declares_dependencies = dependencies(v, reader.dependencies_); }},
                  text("type", m.type)});
  }

  bool dependencies(Value value, std::vector<std::optional<Dependency>>& out) {
    return json_.list(value, out, "[]*chart.Dependency", [this](Value item, std::optional<Dependency>& entry) {
      if (item.is_nothing()) return entry.reset();
      if (!entry) entry.emplace();
      dependency(item, *entry);
    });
  }

 private:
  using NamedField = JsonDecoder::NamedField;

  NamedField text(std::string_view name, std::string& out) {
    return {name, [this, &out](Value value) { json_.text(value, out); }};
  }
  NamedField texts(std::string_view name, std::vector<std::string>& out) {
    return {name, [this, &out](Value value) { json_.texts(value, out); }};
  }

  void maintainers(Value value, std::vector<std::optional<Maintainer>>& out) {
    json_.list(value, out, "[]*chart.Maintainer", [this](Value item, std::optional<Maintainer>& entry) {
      if (item.is_nothing()) return entry.reset();
      if (!entry) entry.emplace();
      json_.object(item, "Maintainer",
                   {text("name", entry->name), text("email", entry->email), text("url", entry->url)});
    });
  }

  void annotations(Value value, std::map<std::string, std::string, std::less<>>& out) {
    if (value.is_nothing()) return out.clear();
    if (!value.is_map()) return json_.mismatch(value, "map[string]string");
    for (const auto& [key, item] : value.as_map().entries) {
      std::string entry;
      json_.text(item, entry);
      out.insert_or_assign(std::string(key), std::move(entry));
    }
  }

  void dependency(Value value, Dependency& d) {
    json_.object(value, "Dependency",
                 {text("name", d.name),
                  text("version", d.version),
                  text("repository", d.repository),
                  text("condition", d.condition),
                  texts("tags", d.tags),
                  {"enabled", [&](Value v) { json_.flag(v, d.enabled); }},
                  {"import-values", [&](Value v) { import_values(v, d.import_values); }},
                  text("alias", d.alias)});
  }

  void import_values(Value value, Value& out) {
    if (value.is_list()) {
      out = json_value(value, heap_);
    } else if (value.is_nothing()) {
      out = Value();
    } else {
      json_.mismatch(value, "[]interface {}");
    }
  }

  JsonDecoder& json_;
  Heap& heap_;
};

void MetadataReader::read(std::string_view yaml, Heap& heap) {
  has_read_ = true;
  Heap scratch;
  JsonDecoder json;
  MetadataDecoder(json, heap).metadata(read_yaml(yaml, scratch), *this);
  json.finish();
}

void check_lock(std::string_view yaml) {
  Heap scratch;
  JsonDecoder json;
  MetadataDecoder decoder(json, scratch);
  std::string digest;
  std::vector<std::optional<Dependency>> dependencies;
  const auto generated = [](Value value) {
    if (value.is_nothing()) return;
    if (!value.is_string()) {
      throw FormatError(fmt::format("{}Time.UnmarshalJSON: input is not a JSON string", kDecoding));
    }
    if (const auto error = rfc3339_error(value.as_text())) throw FormatError(fmt::format("{}{}", kDecoding, *error));
  };
  json.object(read_yaml(yaml, scratch), "Lock",
              {{"generated", generated},
               {"digest", [&](Value v) { json.text(v, digest); }},
               {"dependencies", [&](Value v) { decoder.dependencies(v, dependencies); }}});
  json.finish();
}

}  // namespace kyma::helm
