#include "operator/controllers/debug_manifests.hpp"

#include <fmt/format.h>

#include <exception>
#include <string_view>
#include <utility>

#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/manifests.hpp"
#include "operator/runtime/metrics_server.hpp"

namespace kyma::controllers {
namespace {

using runtime::plain;

constexpr std::string_view kRoot = "/debug/manifests";
constexpr std::string_view kRedacted = "<redacted>";

std::string list(const helm::ManifestCache& cache) {
  std::string text = fmt::format("{:<32} {:<24} {:>10}  {}\n", "COMPONENT", "NAMESPACE", "BYTES", "DIGEST");
  cache.for_each([&](const helm::ManifestKey& key, const helm::Manifest& manifest) {
    fmt::format_to(std::back_inserter(text), "{:<32} {:<24} {:>10}  {}\n", key.release_name.view(),
                   key.release_namespace.view(), manifest.text.size(), manifest.digest);
  });
  return text;
}

// Empty: nothing is kept for this component.
std::string show(const helm::ManifestCache& cache, std::string_view component) {
  std::string text;
  cache.for_each([&](const helm::ManifestKey& key, const helm::Manifest& manifest) {
    if (key.release_name.view() != component) return;
    fmt::format_to(std::back_inserter(text), "# component: {}\n# namespace: {}\n# digest: {}\n", component,
                   key.release_namespace.view(), manifest.digest);
    text += redact_secrets(manifest.text);
  });
  return text;
}

http::Response answer(const http::Target& target, const ChartManifests& manifests) {
  const std::string_view path = target.path;
  if (path == kRoot || path == fmt::format("{}/", kRoot)) return plain(200, list(manifests.cache()));
  if (!path.starts_with(fmt::format("{}/", kRoot))) return plain(404, "404 page not found\n");
  const std::string_view component = path.substr(kRoot.size() + 1);
  std::string text = show(manifests.cache(), component);
  if (text.empty()) return plain(404, fmt::format("no manifest of component {} is kept\n", component));
  return {200, {{"Content-Type", "application/yaml; charset=utf-8"}}, std::move(text)};
}

void redact(helm::Value secret, helm::Heap& heap) {
  for (const std::string_view part : {"data", "stringData"}) {
    const helm::Value* data = secret.as_map().find(part);
    if (!data) continue;
    if (!data->is_map()) {
      secret.as_map().set(heap, part, helm::Value::string(kRedacted));
      continue;
    }
    for (auto& entry : data->as_map().entries) entry.second = helm::Value::string(kRedacted);
  }
}

bool is_secret_kind(const helm::Value& kind) { return kind.is_string() && kind.as_text().starts_with("Secret"); }

// The comment that says which template made a document; others might say what is not to be seen.
std::string_view source_line(std::string_view document) {
  if (!document.starts_with("# Source: ")) return {};
  return document.substr(0, document.find('\n') + 1);
}

std::string redact_document(std::string_view document) {
  helm::Heap heap;
  const helm::Value value = helm::from_yaml(document, heap);
  if (!value.is_map()) return {};
  const helm::Value* kind = value.as_map().find("kind");
  const bool is_secret = kind && is_secret_kind(*kind);
  bool redacted = is_secret;
  if (const helm::Value* items = value.as_map().find("items"); items && items->is_list()) {
    for (const helm::Value item : items->as_list().items) {
      if (!item.is_map()) continue;
      const helm::Value* own = item.as_map().find("kind");  // in a `List` each item has its own
      if (!is_secret && !(own && is_secret_kind(*own))) continue;
      redact(item, heap);
      redacted = true;
    }
  }
  if (!redacted) return std::string(document) + "\n";
  if (is_secret) redact(value, heap);
  return std::string(source_line(document)) + helm::to_yaml(value) + "\n";
}

}  // namespace

std::string redact_secrets(std::string_view manifest) {
  std::string text;
  for (const std::string_view document : helm::split_documents(manifest)) {
    try {
      text += "---\n" + redact_document(document);
    } catch (const std::exception&) {  // no YAML, or more of it than there is room for
      text += "# a document that is not YAML is not shown\n";
    }
  }
  return text;
}

http::Handler debug_manifests_handler(const ChartManifests& manifests) {
  return runtime::read_only_handler([&manifests](const http::Target& target) { return answer(target, manifests); });
}

}  // namespace kyma::controllers
