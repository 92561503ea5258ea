#include "cmd/kyma-load/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <utility>

#include "operator/api/kyma.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::load {
namespace {

kube::Error bad_component(std::string_view entry, std::string_view why) {
  return {.reason = kube::Reason::configuration, .message = fmt::format("component \"{}\": {}", entry, why)};
}

kube::Outcome<Component> parse_component(std::string_view entry) {
  Component component;
  const auto slash = entry.find('/');
  component.name = std::string(slash == std::string_view::npos ? entry : entry.substr(slash + 1));
  if (const auto why = kube::check_dns1123_label(component.name); !why.empty()) {
    return bad_component(entry, "not a name for a component: " + why);
  }
  if (slash == std::string_view::npos) {
    const auto& known = reference_components();
    const auto found = std::ranges::find(known, component.name, &Component::name);
    if (found != known.end()) component.name_space = found->name_space;
    return component;
  }
  component.name_space = std::string(entry.substr(0, slash));
  if (const auto why = kube::check_dns1123_label(component.name_space); !why.empty()) {
    return bad_component(entry, "not a namespace: " + why);
  }
  return component;
}

constexpr std::string_view kValuesKey = "kymaLoad";
constexpr std::string_view kRevisionKey = "revision";

// The member "spec"; with a revision, the component at `changed` has values that name it.
void write_spec(json::Writer& writer, const std::vector<Component>& components, std::size_t changed,
                std::size_t revision) {
  writer.key("spec").object([&] {
    writer.key("components").array([&] {
      for (std::size_t i = 0; i < components.size(); ++i) {
        writer.object([&] {
          writer.key("name").string(components[i].name);
          if (!components[i].name_space.empty()) writer.key("namespace").string(components[i].name_space);
          if (revision == 0 || i != changed) return;
          writer.key("values").object([&] {
            writer.key(kValuesKey).object([&] {
              writer.key(kRevisionKey).integer(static_cast<std::int64_t>(revision));
            });
          });
        });
      }
    });
  });
}

}  // namespace

const std::vector<Component>& reference_components() {
  static const std::vector<Component> components{
      {"istio", "istio-system"},
      {"cluster-essentials", ""},
      {"certificates", "istio-system"},
      {"istio-resources", ""},
      {"logging", ""},
      {"tracing", ""},
      {"kiali", ""},
      {"monitoring", ""},
      {"eventing", ""},
      {"ory", ""},
      {"api-gateway", ""},
      {"service-catalog", ""},
      {"service-catalog-addons", ""},
      {"rafter", ""},
      {"helm-broker", ""},
      {"cluster-users", ""},
      {"serverless", ""},
      {"application-connector", "kyma-integration"},
  };
  return components;
}

kube::Outcome<std::vector<Component>> parse_components(std::string_view text) {
  std::vector<Component> components;
  while (true) {
    const auto comma = text.find(',');
    const std::string_view entry = text.substr(0, comma);
    auto component = parse_component(entry);
    if (!component) return component.error();
    if (std::ranges::find(components, component->name, &Component::name) != components.end()) {
      return bad_component(entry, "named twice; the components of a Kyma have distinct names");
    }
    components.push_back(*std::move(component));
    if (comma == std::string_view::npos) return components;
    text.remove_prefix(comma + 1);
  }
}

Workload::Workload(std::string run_id, std::string name_prefix, std::size_t kymas, std::vector<Component> components)
    : run_id_(std::move(run_id)),
      name_prefix_(std::move(name_prefix)),
      kymas_(kymas),
      components_(std::move(components)) {
  const auto& type = api::Kyma::resource_type();
  json::Writer spec;
  spec.object([&] { write_spec(spec, components_, 0, 0); });
  // All parts are DNS names or numbers, which JSON takes as they are.
  body_head_ = fmt::format(R"({{"apiVersion":"{}","kind":"{}","metadata":{{"labels":{{"{}":"{}"}},"name":")",
                           type.api_version(), type.kind, kRunLabel, run_id_);
  body_tail_ = fmt::format(R"("}},{})", spec.view().substr(1));
}

const Component& Workload::longest_name() const noexcept {
  return *std::ranges::max_element(components_, {}, [](const Component& component) { return component.name.size(); });
}

std::string Workload::name(std::size_t index) const { return fmt::format("{}-{}", name_prefix_, index + 1); }

std::string Workload::body(std::size_t index) const { return body_head_ + name(index) + body_tail_; }

std::string Workload::change_body(std::size_t index, std::size_t revision) const {
  json::Writer patch;
  patch.object([&] { write_spec(patch, components_, changed_component(index), revision); });
  return patch.str();
}

std::optional<std::size_t> Workload::index_of(std::string_view name) const noexcept {
  if (name.size() < name_prefix_.size() + 2 || !name.starts_with(name_prefix_) || name[name_prefix_.size()] != '-') {
    return std::nullopt;
  }
  const std::string_view digits = name.substr(name_prefix_.size() + 1);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  // One name per index: "load-01" is somebody else's.
  if (digits.front() == '0' || number > kymas_) return std::nullopt;
  return number - 1;
}

std::string Workload::label_selector() const { return fmt::format("{}={}", kRunLabel, run_id_); }

Duration Workload::limit() const noexcept { return std::chrono::seconds{1 + 3 * longest_name().name.size()}; }

std::uint32_t revision_in(std::string_view values) {
  if (values.empty()) return 0;
  const auto document = json::parse(values);
  if (!document) return 0;
  const auto revision = json::int_at(*document, {kValuesKey, kRevisionKey});
  return revision > 0 && revision <= UINT32_MAX ? static_cast<std::uint32_t>(revision) : 0;
}

std::string make_run_id() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

}  // namespace kyma::load
