#include "operator/apiserver/built_in_strategies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/built_in_resources.hpp"
#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/base/base64.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMaxDataBytes = 1024 * 1024;
constexpr std::size_t kMaxKey = 253;

class NamespaceStrategy final : public Strategy {
 public:
  std::string check_name(std::string_view name) const override { return kube::check_dns1123_label(name); }

  void prepare(json::Value& object, json::Allocator& allocator, const StoredObject* old) const override {
    auto& metadata = *json::find(object, "metadata");
    const std::string name(json::string_at(metadata, {"name"}));
    json::set(object_at(metadata, "labels", allocator), "kubernetes.io/metadata.name", name, allocator);
    auto& spec = object_at(object, "spec", allocator);
    // The server's own finalizer comes with creation and goes with the last object; requests cannot take it away.
    if (!old) {
      json::Value finalizers(rapidjson::kArrayType);
      finalizers.PushBack(json::make_string(kNamespaceFinalizer, allocator), allocator);
      json::set(spec, "finalizers", std::move(finalizers), allocator);
      json::set(object_at(object, "status", allocator), "phase", "Active", allocator);
    } else if (!old->spec_text.empty()) {
      json::set(object, "spec", parse_stored(old->text(old->spec_text), allocator), allocator);
    }
  }

  std::optional<kube::Error> forbid_delete(const StoredObject& object) const override {
    const auto name = object.name.view();
    if (std::find(std::begin(kSystemNamespaces), std::end(kSystemNamespaces), name) == std::end(kSystemNamespaces)) {
      return std::nullopt;
    }
    return forbidden(namespace_type(), name, "this namespace may not be deleted");
  }

  bool begin_delete(json::Value& object, json::Allocator& allocator) const override {
    json::set(object_at(object, "status", allocator), "phase", "Terminating", allocator);
    return true;
  }

  bool holds_deleted(const json::Value& object) const override {
    const auto* finalizers = json::find(object, {"spec", "finalizers"});
    return finalizers && finalizers->IsArray() && !finalizers->Empty();
  }
};

void validate_data(const json::Value& object, std::vector<kube::StatusCause>& causes) {
  std::size_t bytes = 0;
  for (const std::string_view map : {"data", "binaryData"}) {
    const auto* data = json::find(object, map);
    if (!data || !data->IsObject()) continue;
    for (const auto& member : data->GetObject()) {
      const auto key = json::view(member.name);
      const bool valid = !key.empty() && key.size() <= kMaxKey && key != "." && key != ".." &&
                         std::all_of(key.begin(), key.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                  c == '-' || c == '_' || c == '.';
                         });
      if (!valid) {
        causes.push_back(
            invalid_value(fmt::format("{}[{}]", map, key), key,
                          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                          "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                          "'[-._a-zA-Z0-9]+')"));
      }
      if (member.value.IsString()) bytes += member.value.GetStringLength();
    }
  }
  if (bytes > kMaxDataBytes) {
    causes.push_back({"FieldValueTooLong", fmt::format("Too long: may not be more than {} bytes", kMaxDataBytes), ""});
  }
}

// An immutable object's data, and its being immutable, stay.
void validate_immutable(const json::Value& object, const StoredObject* old, std::vector<kube::StatusCause>& causes) {
  if (!old) return;
  const auto before = json::parse(old->json);
  if (!before) return;
  const auto* immutable = json::find(*before, "immutable");
  if (!immutable || !immutable->IsBool() || !immutable->GetBool()) return;
  const auto same = [&](std::string_view member) {
    const auto* a = json::find(*before, member);
    const auto* b = json::find(object, member);
    if (!a || !b) return !a && !b;
    return json::equal(*a, *b);
  };
  if (!same("immutable")) causes.push_back(forbidden_value("immutable", "field is immutable when `immutable` is set"));
  for (const std::string_view member : {"data", "binaryData"}) {
    if (!same(member)) {
      causes.push_back(forbidden_value(std::string(member), "field is immutable when `immutable` is set"));
    }
  }
}

class ConfigMapStrategy : public Strategy {
 public:
  void validate(const json::Value& object, const StoredObject* old,
                std::vector<kube::StatusCause>& causes) const override {
    validate_data(object, causes);
    validate_immutable(object, old, causes);
  }
};

class SecretStrategy final : public ConfigMapStrategy {
 public:
  void prepare(json::Value& object, json::Allocator& allocator, const StoredObject*) const override {
    if (json::string_at(object, {"type"}).empty()) json::set(object, "type", "Opaque", allocator);
    const auto* texts = json::find(object, "stringData");
    if (!texts) return;
    if (texts->IsObject()) {
      auto& data = object_at(object, "data", allocator);
      texts = json::find(object, "stringData");  // adding a member may have moved it
      for (const auto& member : texts->GetObject()) {
        if (member.value.IsString()) {
          json::set(data, json::view(member.name), encode_base64(json::view(member.value)), allocator);
        }
      }
    }
    object.RemoveMember("stringData");
  }

  void validate(const json::Value& object, const StoredObject* old,
                std::vector<kube::StatusCause>& causes) const override {
    ConfigMapStrategy::validate(object, old, causes);
    if (!old) return;
    const auto before = json::parse(old->json);
    const auto type = json::string_at(object, {"type"});
    if (before && json::string_at(*before, {"type"}) != type) {
      causes.push_back(invalid_value("type", type, "field is immutable"));
    }
  }
};

class EventStrategy final : public Strategy {
 public:
  void validate(const json::Value& object, const StoredObject*, std::vector<kube::StatusCause>& causes) const override {
    const auto own = json::string_at(object, {"metadata", "namespace"});
    const auto involved = json::string_at(object, {"involvedObject", "namespace"});
    // An event about something cluster-scoped lives in "default".
    if (involved == own || (involved.empty() && (own == "default" || own == "kube-system"))) return;
    causes.push_back(invalid_value("involvedObject.namespace", involved, "does not match event.namespace"));
  }
};

}  // namespace

std::shared_ptr<const Strategy> make_namespace_strategy() { return std::make_shared<NamespaceStrategy>(); }
std::shared_ptr<const Strategy> make_config_map_strategy() { return std::make_shared<ConfigMapStrategy>(); }
std::shared_ptr<const Strategy> make_secret_strategy() { return std::make_shared<SecretStrategy>(); }
std::shared_ptr<const Strategy> make_event_strategy() { return std::make_shared<EventStrategy>(); }

}  // namespace kyma::apiserver
