#include "operator/apiserver/crd_strategy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "operator/apiserver/crd_definition.hpp"
#include "operator/apiserver/crd_validation.hpp"
#include "operator/apiserver/crd_warnings.hpp"
#include "operator/apiserver/finalizers.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

struct Condition {
  std::string_view type;
  bool truth;
  std::string_view reason;
  std::string_view message;
};

json::Value& child(json::Value& parent, std::string_view key, rapidjson::Type type, json::Allocator& allocator) {
  auto* found = json::find(parent, key);
  if (!found || found->GetType() != type) {
    json::set(parent, key, json::Value(type), allocator);
    found = json::find(parent, key);
  }
  return *found;
}

// Sets a condition; its transition time moves only with its status.
void set_condition(json::Value& status, const Condition& condition, WallTime now, json::Allocator& allocator) {
  auto& conditions = child(status, "conditions", rapidjson::kArrayType, allocator);
  json::Value* entry = nullptr;
  for (auto& element : conditions.GetArray()) {
    if (json::string_at(element, {"type"}) == condition.type) entry = &element;
  }
  if (!entry) {
    conditions.PushBack(json::Value(rapidjson::kObjectType), allocator);
    entry = &conditions[conditions.Size() - 1];
    json::set(*entry, "type", condition.type, allocator);
  }
  const std::string_view value = condition.truth ? "True" : "False";
  if (json::string_at(*entry, {"status"}) != value) {
    json::set(*entry, "lastTransitionTime", kube::format_time(now), allocator);
  }
  json::set(*entry, "status", value, allocator);
  json::set(*entry, "reason", condition.reason, allocator);
  json::set(*entry, "message", condition.message, allocator);
}

void remember_stored_version(json::Value& crd, json::Value& status, json::Allocator& allocator) {
  auto& stored = child(status, "storedVersions", rapidjson::kArrayType, allocator);
  const auto* versions = json::find(crd, {"spec", "versions"});
  if (!versions || !versions->IsArray()) return;
  for (const auto& version : versions->GetArray()) {
    const auto* storage = json::find(version, "storage");
    if (!storage || !storage->IsBool() || !storage->GetBool()) continue;
    const auto name = json::string_at(version, {"name"});
    const bool known =
        std::any_of(stored.Begin(), stored.End(), [&](const auto& v) { return v.IsString() && json::view(v) == name; });
    if (!known) stored.PushBack(json::make_string(name, allocator), allocator);
  }
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return result;
}

class CrdStrategy final : public Strategy {
 public:
  CrdStrategy(const Registry& registry, Clock& clock) : registry_(registry), clock_(clock) {}

  void prepare(json::Value& object, json::Allocator& allocator, const StoredObject*) const override {
    auto* spec = json::find(object, "spec");
    if (!spec || !spec->IsObject()) return;
    auto* names = json::find(*spec, "names");
    if (names && names->IsObject()) {
      const std::string kind(json::string_at(*names, {"kind"}));
      if (json::string_at(*names, {"singular"}).empty()) json::set(*names, "singular", lower(kind), allocator);
      if (json::string_at(*names, {"listKind"}).empty()) json::set(*names, "listKind", kind + "List", allocator);
    }
    auto& conversion = child(*spec, "conversion", rapidjson::kObjectType, allocator);
    if (json::string_at(conversion, {"strategy"}).empty()) json::set(conversion, "strategy", "None", allocator);
    refresh_crd_status(object, allocator, registry_, clock_.wall_now());
  }

  void validate(const json::Value& object, const StoredObject* old,
                std::vector<kube::StatusCause>& causes) const override {
    // The schema has spoken already when the shape is not even that of a definition.
    if (!causes.empty()) return;
    validate_crd(object, old, causes);
    const auto own =
        registry_.find_any_version(json::string_at(object, {"spec", "group"}), read_crd_names(object).plural);
    if (own && !own->custom) {
      causes.push_back(invalid_value("metadata.name", json::string_at(object, {"metadata", "name"}),
                                     "is a resource that the server has without a definition"));
    }
  }

  void warn(const json::Value& object, std::vector<std::string>& warnings) const override {
    warn_of_rules(object, warnings);
  }

  bool begin_delete(json::Value& object, json::Allocator& allocator) const override {
    add_finalizer(object, kCustomResourceCleanup, allocator);
    set_condition(child(object, "status", rapidjson::kObjectType, allocator),
                  {"Terminating", true, "InstanceDeletionPending",
                   "CustomResourceDefinition marked for deletion; CustomResource "
                   "deletion will begin soon"},
                  clock_.wall_now(), allocator);
    return true;
  }

 private:
  const Registry& registry_;
  Clock& clock_;
};

}  // namespace

std::shared_ptr<const Strategy> make_crd_strategy(const Registry& registry, Clock& clock) {
  return std::make_shared<CrdStrategy>(registry, clock);
}

bool refresh_crd_status(json::Value& crd, json::Allocator& allocator, const Registry& registry, WallTime now) {
  const std::string before = json::canonical(child(crd, "status", rapidjson::kObjectType, allocator));
  const auto names = read_crd_names(crd);
  const auto conflict = find_name_conflict(registry, json::string_at(crd, {"spec", "group"}), names);
  auto& status = child(crd, "status", rapidjson::kObjectType, allocator);
  const bool accepted = conflict.reason.empty();
  if (accepted) {
    if (const auto* spec_names = json::find(crd, {"spec", "names"})) {
      json::set(status, "acceptedNames", json::Value(*spec_names, allocator), allocator);
    }
    set_condition(status, {"NamesAccepted", true, "NoConflicts", "no conflicts found"}, now, allocator);
    set_condition(status, {"Established", true, "InitialNamesAccepted", "the initial names have been accepted"}, now,
                  allocator);
  } else {
    set_condition(status, {"NamesAccepted", false, conflict.reason, conflict.message}, now, allocator);
    if (condition_status(crd, "Established") != "True") {
      set_condition(status, {"Established", false, "NotAccepted", "not all names are accepted"}, now, allocator);
    }
  }
  remember_stored_version(crd, status, allocator);
  return json::canonical(status) != before;
}

}  // namespace kyma::apiserver
