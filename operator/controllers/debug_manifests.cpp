#include "operator/controllers/debug_manifests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/base/offload.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/manifests.hpp"
#include "operator/runtime/metrics_server.hpp"

namespace kyma::controllers {
namespace {

using runtime::plain;

constexpr std::string_view kRoot = "/debug/manifests";
constexpr std::string_view kRedacted = "<redacted>";

constexpr std::string_view kNotShown = "# a document that cannot be read as an object is not shown\n";
// For one document. Charts are not trusted with more, and a debug page is not worth more.
constexpr std::size_t kHeap = std::size_t{64} << 20;

std::string list(const helm::ManifestCache& cache) {
  std::string text = fmt::format("{:<32} {:<24} {:>10}  {}\n", "COMPONENT", "NAMESPACE", "BYTES", "DIGEST");
  cache.for_each([&](const helm::ManifestKey& key, const helm::Manifest& manifest) {
    fmt::format_to(std::back_inserter(text), "{:<32} {:<24} {:>10}  {}\n", key.release_name.view(),
                   key.release_namespace.view(), manifest.text.size(), manifest.digest);
  });
  return text;
}

struct Kept {
  InternedString name_space;
  std::shared_ptr<const helm::Manifest> manifest;
};

std::vector<Kept> find(const helm::ManifestCache& cache, std::string_view component) {
  std::vector<Kept> found;
  cache.for_each_shared([&](const helm::ManifestKey& key, const std::shared_ptr<const helm::Manifest>& manifest) {
    if (key.release_name.view() == component) found.push_back({key.release_namespace, manifest});
  });
  return found;
}

std::string show(std::string_view component, const std::vector<Kept>& kept) {
  std::string text;
  for (const auto& [name_space, manifest] : kept) {
    fmt::format_to(std::back_inserter(text), "# component: {}\n# namespace: {}\n# digest: {}\n", component,
                   name_space.view(), manifest->digest);
    text += redact_secrets(manifest->text);
  }
  return text;
}

asio::awaitable<http::Response> answer(const ChartManifests& manifests, http::Target target) {
  const std::string_view path = target.path;
  const std::string below = fmt::format("{}/", kRoot);
  if (path == kRoot || path == below) co_return plain(200, list(manifests.cache()));
  if (!path.starts_with(below)) co_return plain(404, "404 page not found\n");
  const std::string component(path.substr(below.size()));
  std::vector<Kept> kept = find(manifests.cache(), component);
  if (kept.empty()) co_return plain(404, fmt::format("no manifest of component {} is kept\n", component));
  std::string text =
      co_await offload(manifests.pool(), [component, kept = std::move(kept)] { return show(component, kept); });
  co_return http::Response{200, {{"Content-Type", "application/yaml; charset=utf-8"}}, std::move(text)};
}

// "Secret", "SecretList", and whatever else is called so, in any case of letters.
bool is_secret(const helm::Value& object) {
  const helm::Value* kind = object.as_map().find("kind");
  if (!kind || !kind->is_string()) return false;
  constexpr std::string_view kSecret = "secret";
  const std::string_view name = kind->as_text();
  return name.size() >= kSecret.size() &&
         std::equal(kSecret.begin(), kSecret.end(), name.begin(), [](char a, char b) { return a == (b | 0x20); });
}

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void strip_values(helm::Value& value) {
  if (!value.is_map()) {
    value = helm::Value::string(kRedacted);
    return;
  }
  for (auto& entry : value.as_map().entries) entry.second = helm::Value::string(kRedacted);
}

void strip_metadata(helm::Value& metadata) {
  if (!metadata.is_map()) return strip_values(metadata);
  for (auto& [key, value] : metadata.as_map().entries) {
    const bool known = is_one_of(key, {"name", "namespace", "generateName"}) && value.is_string();
    if (!known && key != "labels") strip_values(value);
  }
}

// Strips a Secret, or a list of them: what is not known to be harmless goes.
void strip(helm::Value secret) {
  for (auto& [key, value] : secret.as_map().entries) {
    if (is_one_of(key, {"apiVersion", "kind", "type"}) && value.is_string()) continue;
    if (key == "metadata") {
      strip_metadata(value);
    } else if (key == "items" && value.is_list()) {
      for (helm::Value& item : value.as_list().items) {
        if (item.is_map())
          strip(item);
        else
          strip_values(item);
      }
    } else {
      strip_values(value);
    }
  }
}

// Depth is bounded by the reader of YAML.
void strip_secrets(helm::Value value) {
  if (value.is_list()) {
    for (const helm::Value item : value.as_list().items) strip_secrets(item);
  } else if (value.is_map() && is_secret(value)) {
    strip(value);
  } else if (value.is_map()) {
    for (const auto& entry : value.as_map().entries) strip_secrets(entry.second);
  }
}

// The comment that says which template made a document; others might say what is not to be seen.
std::string_view source_line(std::string_view document) {
  constexpr std::string_view kPrefix = "# Source: ";
  constexpr std::string_view kInPaths = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  const std::string_view line = document.substr(0, document.find('\n'));
  if (!line.starts_with(kPrefix) || line.size() == document.size()) return {};
  const std::string_view path = line.substr(kPrefix.size());
  const bool is_path = path.find('/') != path.npos && path.find_first_not_of(kInPaths) == path.npos;
  return is_path ? document.substr(0, line.size() + 1) : std::string_view();
}

std::string redact_document(std::string_view document) {
  helm::Heap heap(kHeap);
  const helm::Value value = helm::from_yaml(document, heap);
  if (value.is_nothing()) return {};  // comments alone
  const helm::Value* kind = value.is_map() ? value.as_map().find("kind") : nullptr;
  if (!kind || !kind->is_string()) return std::string(kNotShown);
  strip_secrets(value);
  return fmt::format("---\n{}{}\n", source_line(document), helm::to_yaml(value));
}

}  // namespace

std::string redact_secrets(std::string_view manifest) {
  std::string text;
  for (const std::string_view document : helm::split_documents(manifest)) {
    try {
      text += redact_document(document);
    } catch (const std::exception&) {  // no YAML, or more of it than there is room for
      text += kNotShown;
    }
  }
  return text;
}

http::Handler debug_manifests_handler(const ChartManifests& manifests) {
  return runtime::read_only_handler([&manifests](http::Target target) { return answer(manifests, std::move(target)); });
}

}  // namespace kyma::controllers
