#include "operator/api/helm_component.hpp"

#include <utility>

#include "operator/api/values.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::api {
namespace {

void read(json::Reader& reader, InternedString& target) {
  std::string_view text;
  if (reader.string_view(text)) target = InternedString(text);
}

void decode(json::Reader& reader, HelmComponentSpec& spec) {
  reader.object([&](std::string_view key) {
    if (key == "componentName") return read(reader, spec.component_name);
    if (key == "chartLocation") return read(reader, spec.chart_location);
    if (key == "version") return read(reader, spec.version);
    if (key == "namespace") return read(reader, spec.name_space);
    if (key == "values") return decode_values(reader, spec.values);
    return reader.skip();
  });
}

void decode(json::Reader& reader, HelmComponentStatus& status) {
  reader.object([&](std::string_view key) {
    if (key == "status") {
      std::string_view text;
      if (reader.string_view(text)) status.state = component_state_from_string(text);
      return;
    }
    if (key == "lastReconciliation") {
      std::string_view text;
      // A malformed time counts as none: the lifecycle then starts again, which is safe.
      if (reader.string_view(text)) {
        status.last_reconciliation = kube::parse_time(text).value_or(kNoTime);
      }
      return;
    }
    if (key == "observedGeneration") return reader.integer(status.observed_generation);
    if (key == "message") return read(reader, status.message);
    if (key == "manifestDigest") return read(reader, status.manifest_digest);
    return reader.skip();
  });
}

void write_text_change(json::Writer& writer, std::string_view key, const InternedString& before,
                       const InternedString& after) {
  if (before == after) return;
  writer.key(key);
  if (after.empty()) {
    writer.null();
  } else {
    writer.string(after);
  }
}

// Opens "metadata" with the precondition.
void write_precondition(json::Writer& writer, const kube::ObjectMeta& metadata) {
  if (metadata.resource_version == 0) return;
  writer.key("metadata").object([&] {
    writer.key("resourceVersion").string(std::to_string(metadata.resource_version));
  });
}

}  // namespace

const kube::ResourceType& HelmComponent::resource_type() {
  static const kube::ResourceType type{"inventory.kyma-project.io", "v1alpha1", "HelmComponent", "helmcomponents",
                                       true};
  return type;
}

std::size_t hash_value(const HelmComponentSpec& spec) noexcept {
  std::size_t hash = spec.component_name.hash();
  for (const auto* text : {&spec.chart_location, &spec.version, &spec.name_space, &spec.values}) {
    hash = hash_join(hash, text->hash());
  }
  return hash;
}

void decode(json::Reader& reader, HelmComponent& component) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kube::decode(reader, component.metadata);
    if (key == "spec") {
      HelmComponentSpec spec;
      decode(reader, spec);
      component.spec = std::move(spec);
      return;
    }
    if (key == "status") return decode(reader, component.status);
    return reader.skip();
  });
}

std::string create_body(const HelmComponent& component) {
  const HelmComponentSpec& spec = *component.spec;
  json::Writer writer;
  writer.object([&] {
    writer.key("apiVersion").string(HelmComponent::resource_type().api_version());
    writer.key("kind").string(HelmComponent::resource_type().kind);
    writer.key("metadata").object([&] { kube::encode(writer, component.metadata); });
    writer.key("spec").object([&] {
      writer.key("componentName").string(spec.component_name);
      if (!spec.chart_location.empty()) writer.key("chartLocation").string(spec.chart_location);
      if (!spec.version.empty()) writer.key("version").string(spec.version);
      writer.key("namespace").string(spec.target_namespace());
      if (!spec.values.empty()) writer.key("values").raw(spec.values);
    });
  });
  return writer.str();
}

std::string status_patch(const HelmComponent& current, const HelmComponentStatus& wanted) {
  const auto& before = current.status;
  if (before == wanted) return {};
  json::Writer writer;
  writer.object([&] {
    write_precondition(writer, current.metadata);
    writer.key("status").object([&] {
      if (before.state != wanted.state) {
        writer.key("status");
        if (wanted.state == ComponentState::none) {
          writer.null();
        } else {
          writer.string(to_string(wanted.state));
        }
      }
      if (before.last_reconciliation != wanted.last_reconciliation) {
        writer.key("lastReconciliation");
        if (wanted.has_last_reconciliation()) {
          writer.string(kube::format_micro_time(wanted.last_reconciliation));
        } else {
          writer.null();
        }
      }
      if (before.observed_generation != wanted.observed_generation) {
        writer.key("observedGeneration").integer(wanted.observed_generation);
      }
      write_text_change(writer, "message", before.message, wanted.message);
      write_text_change(writer, "manifestDigest", before.manifest_digest, wanted.manifest_digest);
    });
  });
  return writer.str();
}

bool same_wish(const HelmComponentSpec& a, const HelmComponentSpec& b) noexcept {
  return a.component_name == b.component_name && a.target_namespace() == b.target_namespace() && a.values == b.values;
}

std::optional<std::string> spec_patch(const HelmComponent& current, const HelmComponentSpec& wanted) {
  const HelmComponentSpec& before = *current.spec;
  if (same_wish(before, wanted)) return std::string();
  std::optional<std::string> values;
  if (before.values != wanted.values) {
    values = values_patch(before.values, wanted.values);
    if (!values) return std::nullopt;
  }
  json::Writer writer;
  writer.object([&] {
    write_precondition(writer, current.metadata);
    writer.key("spec").object([&] {
      if (before.component_name != wanted.component_name) {
        writer.key("componentName").string(wanted.component_name);
      }
      if (before.target_namespace() != wanted.target_namespace()) {
        writer.key("namespace").string(wanted.target_namespace());
      }
      if (values) writer.key("values").raw(*values);
    });
  });
  return writer.str();
}

std::optional<std::string> replace_wish(std::string_view text, const HelmComponentSpec& wanted) {
  auto object = json::parse(text);
  if (!object || !object->IsObject()) return std::nullopt;
  auto& allocator = object->GetAllocator();
  if (json::Value* spec = json::find(*object, "spec"); spec == nullptr || !spec->IsObject()) {
    json::set(*object, "spec", json::Value(rapidjson::kObjectType), allocator);
  }
  json::Value& spec = *json::find(*object, "spec");
  json::set(spec, "componentName", wanted.component_name.view(), allocator);
  json::set(spec, "namespace", wanted.target_namespace(), allocator);
  json::Document values(&allocator);
  if (wanted.values.empty()) {
    values.SetObject();
  } else if (values.Parse(wanted.values.view().data(), wanted.values.size()).HasParseError()) {
    return std::nullopt;
  }
  json::Value copied(values, allocator);
  json::set(spec, "values", std::move(copied), allocator);
  return json::to_string(*object);
}

}  // namespace kyma::api
