#include "operator/apiserver/scale.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>
#include <vector>

#include "operator/apiserver/json_patch.hpp"
#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/strategic_merge_patch.hpp"
#include "operator/kube/meta/merge_patch.hpp"
#include "operator/kube/meta/yaml.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kApiVersion = "autoscaling/v1";

// Paths of a definition are like ".spec.replicas".
const json::Value* at(const json::Value& object, std::string_view path) {
  const json::Value* value = &object;
  while (value && !path.empty()) {
    path.remove_prefix(1);
    const auto end = path.find('.');
    value = json::find(*value, path.substr(0, end));
    path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  }
  return value;
}

std::int64_t number_at(const json::Value& object, std::string_view path) {
  const auto* value = path.empty() ? nullptr : at(object, path);
  return value && value->IsInt64() ? value->GetInt64() : 0;
}

std::string selector_of(const Resource& resource, const json::Value& object) {
  const auto& path = resource.scale->selector_path;
  const auto* selector = path.empty() ? nullptr : at(object, path);
  if (!selector) return {};
  return selector->IsString() ? std::string(json::view(*selector)) : selector_text(*selector);
}

// {"spec":{"replicas":3}} for ".spec.replicas".
std::string nested(std::string_view path, std::int64_t number) {
  std::string text = fmt::to_string(number);
  while (!path.empty()) {
    const auto dot = path.rfind('.');
    text = fmt::format("{{\"{}\":{}}}", path.substr(dot + 1), text);
    path = path.substr(0, dot);
  }
  return text;
}

}  // namespace

std::string scale_of(const Resource& resource, const StoredObject& object) {
  const auto document = json::parse(object.json).value();
  json::Writer out;
  out.object([&] {
    out.key("apiVersion").string(kApiVersion);
    out.key("kind").string("Scale");
    out.key("metadata").object([&] {
      for (const std::string_view member : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
        if (const auto text = json::string_at(document, {"metadata", member}); !text.empty()) {
          out.key(member).string(text);
        }
      }
    });
    out.key("spec").object([&] { out.key("replicas").integer(number_at(document, resource.scale->spec_path)); });
    out.key("status").object([&] {
      out.key("replicas").integer(number_at(document, resource.scale->status_path));
      if (const auto selector = selector_of(resource, document); !selector.empty()) {
        out.key("selector").string(selector);
      }
    });
  });
  return out.str();
}

kube::Outcome<std::string> patch_of_scale(const Resource& resource, std::string_view name, const json::Value& scale) {
  const auto kind = json::string_at(scale, {"kind"});
  if (kind != "Scale") return kube::bad_request(fmt::format("{} cannot be handled as a Scale", kind));
  const auto* replicas = json::find(scale, {"spec", "replicas"});
  const auto number = replicas && replicas->IsInt64() ? replicas->GetInt64() : 0;
  if ((replicas && !replicas->IsInt64()) || number < 0 || number > std::numeric_limits<std::int32_t>::max()) {
    return kube::invalid({"autoscaling", "v1", "Scale", "scales", true}, name,
                         {invalid_value("spec.replicas", json::to_string(*replicas),
                                        "must be a whole number that is greater than or equal to 0")});
  }
  auto patch = json::parse(nested(resource.scale->spec_path, number)).value();
  auto& allocator = patch.GetAllocator();
  for (const std::string_view member : {"resourceVersion", "uid"}) {
    const auto text = json::string_at(scale, {"metadata", member});
    if (!text.empty()) json::set(object_at(patch, "metadata", allocator), member, text, allocator);
  }
  return json::to_string(patch);
}

kube::Outcome<std::string> configuration_of_scale(const Resource& resource, std::string_view name,
                                                  const std::string& body) {
  auto scale = json::parse(body);
  if (!scale) scale = kube::parse_yaml_object(body);
  if (!scale) return kube::bad_request(fmt::format("error decoding YAML: {}", scale.error().message));
  if (!scale->IsObject()) return kube::bad_request("error decoding YAML: the configuration must be an object");
  // Without replicas, the applier gives them up.
  const bool claims = json::find(*scale, {"spec", "replicas"}) != nullptr;
  const auto patch = patch_of_scale(resource, name, *scale);
  if (!patch) return patch.error();
  auto configuration = json::parse(*patch).value();
  auto& allocator = configuration.GetAllocator();
  if (!claims) configuration.RemoveMember("spec");
  json::set(configuration, "apiVersion", resource.type.api_version(), allocator);
  json::set(configuration, "kind", resource.type.kind, allocator);
  return json::to_string(configuration);
}

kube::Outcome<json::Document> patched_scale(std::string_view current, PatchType type, std::string_view patch_text) {
  auto scale = json::parse(current).value();
  auto& allocator = scale.GetAllocator();
  FieldProblems ignored;
  // The version that was read is no precondition of a patch; the one that the patch names is.
  json::find(scale, "metadata")->RemoveMember("resourceVersion");
  if (type == PatchType::json) {
    if (auto applied = apply_json_patch(scale, patch_text, ignored); !applied) return applied.error();
    return scale;
  }
  auto patch = parse_object(patch_text, ignored);
  if (!patch) return patch.error();
  if (type == PatchType::merge) {
    kube::apply_merge_patch(scale, *patch, allocator);
  } else if (auto merged = apply_strategic_merge_patch(
                 scale, *patch, TypeTable::instance().find_kind(kApiVersion, "Scale"), allocator);
             !merged) {
    return merged.error();
  }
  return scale;
}

}  // namespace kyma::apiserver
