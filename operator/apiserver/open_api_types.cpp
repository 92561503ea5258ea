#include "operator/apiserver/open_api_types.hpp"

#include <fmt/format.h>

#include <tuple>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kTime = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
constexpr std::string_view kMicroTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
constexpr std::string_view kQuantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
constexpr std::string_view kIntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

struct ScalarSchema {
  std::string_view type;  // empty: a reference
  std::string_view format;
  std::string_view reference;
};

ScalarSchema scalar_schema(FieldType type) {
  switch (type) {
    case FieldType::text: return {"string", "", ""};
    case FieldType::int32: return {"integer", "int32", ""};
    case FieldType::int64: return {"integer", "int64", ""};
    case FieldType::number: return {"number", "double", ""};
    case FieldType::boolean: return {"boolean", "", ""};
    case FieldType::bytes: return {"string", "byte", ""};
    case FieldType::time: return {"", "", kTime};
    case FieldType::micro_time: return {"", "", kMicroTime};
    case FieldType::quantity: return {"", "", kQuantity};
    case FieldType::int_or_string: return {"", "", kIntOrString};
    case FieldType::any:
    case FieldType::object: break;
  }
  return {"object", "", ""};
}

class SchemaWriter {
 public:
  SchemaWriter(json::Writer& out, std::string_view prefix) : out_(out), prefix_(prefix) {}

  void members(const TypeDef& type, bool whole_object) {
    out_.key("properties").object([&] {
      if (whole_object) {
        text_member("apiVersion", "The group and version of the object's form: apps/v1.");
        text_member("kind", "What the object is: Deployment.");
      }
      for (const auto* field : type.members) out_.key(field->name).object([&] { member(*field); });
    });
  }

  void required(const TypeDef& type) {
    std::vector<std::string_view> names;
    for (const auto* field : type.members) {
      if (field->required) names.push_back(field->name);
    }
    if (names.empty()) return;
    out_.key("required").array([&] {
      for (const auto name : names) out_.string(name);
    });
  }

 private:
  void text_member(std::string_view name, std::string_view description) {
    out_.key(name).object([&] {
      out_.key("description").string(description);
      out_.key("type").string("string");
    });
  }

  void member(const FieldDef& field) {
    if (!field.description.empty()) out_.key("description").string(field.description);
    if (field.form == FieldForm::list) {
      out_.key("type").string("array");
      out_.key("items").object([&] { value(field); });
      merging(field);
    } else if (field.form == FieldForm::map) {
      out_.key("type").string("object");
      out_.key("additionalProperties").object([&] { value(field); });
      if (field.atomic) out_.key("x-kubernetes-map-type").string("atomic");
    } else {
      value(field);
      if (field.replaces) out_.key("x-kubernetes-patch-strategy").string("replace");
    }
    if (field.fallback) out_.key("default").value(*field.fallback);
  }

  void value(const FieldDef& field) {
    const auto schema = scalar_schema(field.type);
    if (field.type == FieldType::object) {
      reference(field.object->full_name());
    } else if (!schema.reference.empty()) {
      reference(schema.reference);
    } else {
      out_.key("type").string(schema.type);
      if (!schema.format.empty()) out_.key("format").string(schema.format);
      if (field.type == FieldType::any) out_.key("x-kubernetes-preserve-unknown-fields").boolean(true);
      if (!field.choices.empty()) choices(field);
    }
  }

  // Beside a plain reference nothing else would count.
  void reference(std::string_view name) {
    out_.key("allOf").array([&] { out_.object([&] { out_.key("$ref").string(fmt::format("{}{}", prefix_, name)); }); });
  }

  void choices(const FieldDef& field) {
    out_.key("enum").array([&] {
      for (const auto choice : field.choices) out_.string(choice);
    });
  }

  // Strategic merge and server-side apply do not see all lists alike.
  void merging(const FieldDef& field) {
    if (field.merges) out_.key("x-kubernetes-patch-strategy").string("merge");
    if (!field.merge_key.empty()) out_.key("x-kubernetes-patch-merge-key").string(field.merge_key);
    const auto keys = field.apply_keys();
    const bool is_set = field.is_set || (field.merges && keys.empty());
    out_.key("x-kubernetes-list-type")
        .string(field.atomic    ? "atomic"
                : !keys.empty() ? "map"
                : is_set        ? "set"
                                : "atomic");
    if (field.atomic || keys.empty()) return;
    out_.key("x-kubernetes-list-map-keys").array([&] {
      for (const auto key : keys) out_.string(key);
    });
  }

  json::Writer& out_;
  std::string_view prefix_;
};

}  // namespace

bool TypeOrder::operator()(const TypeDef* a, const TypeDef* b) const {
  return std::tie(a->package, a->name) < std::tie(b->package, b->name);
}

void collect_types(const TypeDef& type, TypeSet& types) {
  if (!types.insert(&type).second) return;
  for (const auto* field : type.members) {
    if (field->object) collect_types(*field->object, types);
  }
}

void write_type_schema(json::Writer& out, const TypeDef& type, std::string_view prefix,
                       const std::vector<GroupVersionKind>& kinds) {
  SchemaWriter writer(out, prefix);
  out.object([&] {
    if (!type.description.empty()) out.key("description").string(type.description);
    out.key("type").string("object");
    if (type.atomic) out.key("x-kubernetes-map-type").string("atomic");
    writer.members(type, !kinds.empty());
    writer.required(type);
    if (kinds.empty()) return;
    out.key("x-kubernetes-group-version-kind").array([&] {
      for (const auto& kind : kinds) {
        out.object([&] {
          out.key("group").string(kind.group);
          out.key("kind").string(kind.kind);
          out.key("version").string(kind.version);
        });
      }
    });
  });
}

void write_scalar_schemas(json::Writer& out) {
  for (const auto name : {kTime, kMicroTime}) {
    out.key(name).object([&] {
      out.key("description").string("A time in RFC 3339.");
      out.key("type").string("string");
      out.key("format").string("date-time");
    });
  }
  out.key(kQuantity).object([&] {
    out.key("description").string("An amount: a number, which may have a suffix: 100m, 1.5Gi.");
    out.key("oneOf").array([&] {
      for (const std::string_view type : {"string", "number"}) {
        out.object([&] { out.key("type").string(type); });
      }
    });
  });
  out.key(kIntOrString).object([&] {
    out.key("description").string("A number, or a text: 8080, http, 25%.");
    out.key("format").string("int-or-string");
    out.key("oneOf").array([&] {
      for (const std::string_view type : {"integer", "string"}) {
        out.object([&] { out.key("type").string(type); });
      }
    });
  });
}

}  // namespace kyma::apiserver
