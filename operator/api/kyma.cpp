#include "operator/api/kyma.hpp"

#include <array>

#include "operator/api/values.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::api {
namespace {

constexpr std::string_view kReady = "Ready";

void read(json::Reader& reader, InternedString& target) {
  std::string_view text;
  if (reader.string_view(text)) target = InternedString(text);
}

std::string_view to_string(ConditionStatus status) noexcept {
  switch (status) {
    case ConditionStatus::yes: return "True";
    case ConditionStatus::no: return "False";
    case ConditionStatus::absent:
    case ConditionStatus::unknown: break;
  }
  return "Unknown";
}

ConditionStatus condition_status_from_string(std::string_view text) noexcept {
  if (text == "True") return ConditionStatus::yes;
  if (text == "False") return ConditionStatus::no;
  return ConditionStatus::unknown;
}

void decode(json::Reader& reader, KymaComponent& component) {
  reader.object([&](std::string_view key) {
    if (key == "name") return read(reader, component.name);
    if (key == "namespace") return read(reader, component.name_space);
    if (key == "values") return decode_values(reader, component.values);
    return reader.skip();
  });
}

void decode(json::Reader& reader, KymaSpec& spec) {
  reader.object([&](std::string_view key) {
    if (key != "components") return reader.skip();
    std::vector<KymaComponent> components;
    reader.array([&] { decode(reader, components.emplace_back()); });
    spec.components = std::move(components);
  });
}

// Sets `type` beside the condition's fields.
void decode(json::Reader& reader, ReadyCondition& condition, std::string& type) {
  reader.object([&](std::string_view key) {
    if (key == "type") return reader.string(type);
    if (key == "reason") return read(reader, condition.reason);
    if (key == "message") return read(reader, condition.message);
    if (key == "observedGeneration") return reader.integer(condition.observed_generation);
    std::string_view text;
    if (key == "status") {
      if (reader.string_view(text)) condition.status = condition_status_from_string(text);
      return;
    }
    if (key == "lastTransitionTime") {
      if (reader.string_view(text)) condition.last_transition = kube::parse_time(text).value_or(WallTime{});
      return;
    }
    return reader.skip();
  });
}

void decode_conditions(json::Reader& reader, KymaStatus& status) {
  std::string others;
  reader.array([&] {
    std::string_view text;
    reader.raw(text);
    if (!reader.ok()) return;
    std::string type;
    ReadyCondition condition;
    json::Reader element(text);
    decode(element, condition, type);
    if (element.ok() && type == kReady) {
      status.ready = std::move(condition);
      return;
    }
    if (!others.empty()) others += ',';
    others += text;
  });
  status.other_conditions = InternedString(others);
}

void decode(json::Reader& reader, KymaStatus& status) {
  reader.object([&](std::string_view key) {
    if (key == "status") {
      std::string_view text;
      if (reader.string_view(text)) status.state = kyma_state_from_string(text);
      return;
    }
    if (key == "waitingFor") {
      std::vector<InternedString> names;
      reader.array([&] { read(reader, names.emplace_back()); });
      status.waiting_for = std::move(names);
      return;
    }
    if (key == "observedGeneration") return reader.integer(status.observed_generation);
    if (key == "conditions") return decode_conditions(reader, status);
    return reader.skip();
  });
}

void write_conditions(json::Writer& writer, const KymaStatus& status) {
  writer.array([&] {
    if (status.ready.status != ConditionStatus::absent) {
      writer.object([&] {
        writer.key("type").string(kReady);
        writer.key("status").string(to_string(status.ready.status));
        writer.key("reason").string(status.ready.reason);
        writer.key("message").string(status.ready.message);
        writer.key("lastTransitionTime").string(kube::format_time(status.ready.last_transition));
        writer.key("observedGeneration").integer(status.ready.observed_generation);
      });
    }
    if (!status.other_conditions.empty()) writer.raw(status.other_conditions);
  });
}

void write_changes(json::Writer& writer, const KymaStatus& before, const KymaStatus& wanted) {
  if (before.state != wanted.state) {
    writer.key("status");
    if (wanted.state == KymaState::none) {
      writer.null();
    } else {
      writer.string(to_string(wanted.state));
    }
  }
  if (before.waiting_for != wanted.waiting_for) {
    writer.key("waitingFor").array([&] {
      for (const auto& name : wanted.waiting_for) writer.string(name);
    });
  }
  if (before.observed_generation != wanted.observed_generation) {
    writer.key("observedGeneration").integer(wanted.observed_generation);
  }
  if (before.ready != wanted.ready || before.other_conditions != wanted.other_conditions) {
    writer.key("conditions");
    write_conditions(writer, wanted);
  }
}

}  // namespace

std::string_view to_string(KymaState state) noexcept {
  switch (state) {
    case KymaState::none: return "";
    case KymaState::reconciling: return "reconciling";
    case KymaState::success: return "success";
    case KymaState::error: return "error";
  }
  return "";
}

KymaState kyma_state_from_string(std::string_view text) noexcept {
  for (const KymaState state : {KymaState::reconciling, KymaState::success, KymaState::error}) {
    if (to_string(state) == text) return state;
  }
  return KymaState::none;
}

const kube::ResourceType& Kyma::resource_type() {
  static const kube::ResourceType type{"inventory.kyma-project.io", "v1alpha1", "Kyma", "kymas", true};
  return type;
}

std::size_t hash_value(const KymaComponent& component) noexcept {
  return hash_join(hash_join(component.name.hash(), component.name_space.hash()), component.values.hash());
}

void decode(json::Reader& reader, Kyma& kyma) {
  reader.object([&](std::string_view key) {
    if (key == "metadata") return kube::decode(reader, kyma.metadata);
    if (key == "spec") return decode(reader, kyma.spec);
    if (key == "status") return decode(reader, kyma.status);
    return reader.skip();
  });
}

std::string status_patch(const Kyma& current, const KymaStatus& wanted) {
  if (current.status == wanted) return {};
  json::Writer writer;
  writer.object([&] {
    if (current.metadata.resource_version != 0) {
      writer.key("metadata").object([&] {
        writer.key("resourceVersion").string(std::to_string(current.metadata.resource_version));
      });
    }
    writer.key("status").object([&] { write_changes(writer, current.status, wanted); });
  });
  return writer.str();
}

}  // namespace kyma::api
