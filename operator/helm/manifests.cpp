#include "operator/helm/manifests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>

#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/gotemplate/format.hpp"
#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {
namespace {

using gotemplate::trim_space;

// Helm's InstallOrder.
constexpr std::array<std::string_view, 36> kInstallOrder = {
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
};

constexpr std::array<std::string_view, 10> kHookEvents = {
    "pre-install",  "post-install", "pre-delete",    "post-delete", "pre-upgrade",
    "post-upgrade", "pre-rollback", "post-rollback", "test",        "test-success",
};

constexpr std::string_view kSpaces = "\t\n\f\r ";  // \s of the pattern

// The next separator `(?:^|\s*\n)---\s*` at or after `from`: where it begins and ends. `^` is the start of the whole.
struct Separator {
  std::size_t begin;
  std::size_t end;
};
std::optional<Separator> find_separator(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("---", from); at != std::string_view::npos; at = text.find("---", at + 1)) {
    if (at != 0 && (at == from || text[at - 1] != '\n')) continue;
    std::size_t begin = at;
    while (begin > from && kSpaces.find(text[begin - 1]) != std::string_view::npos) --begin;
    const std::size_t end = text.find_first_not_of(kSpaces, at + 3);
    return Separator{begin, end == std::string_view::npos ? text.size() : end};
  }
  return std::nullopt;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

// The hook's events; nothing when one is unknown.
std::optional<std::vector<std::string>> hook_events(std::string_view annotation) {
  std::vector<std::string> events;
  for (;;) {
    const std::size_t comma = annotation.find(',');
    std::string event = lower(trim_space(annotation.substr(0, comma)));
    if (std::find(kHookEvents.begin(), kHookEvents.end(), event) == kHookEvents.end()) return std::nullopt;
    events.push_back(std::move(event));
    if (comma == std::string_view::npos) return events;
    annotation.remove_prefix(comma + 1);
  }
}

void classify(const std::string& source, std::string_view text, Documents& documents, Warnings& warnings) {
  YamlHead head;
  try {
    head = read_yaml_head(text);
  } catch (const FormatError& error) {
    throw RenderFailure(fmt::format("YAML parse error on {}: {}", source, error.what()));
  }
  Document document{source, head.kind, std::string(text)};
  const auto hook = std::find_if(head.annotations.begin(), head.annotations.end(),
                                 [](const auto& each) { return each.first == "helm.sh/hook"; });
  if (hook == head.annotations.end()) {
    documents.manifests.push_back(std::move(document));
    return;
  }
  const auto events = hook_events(hook->second);
  if (!events) {
    warnings.push_back(fmt::format("info: skipping unknown hook: {}", gotemplate::quote(hook->second)));
    return;
  }
  document.is_test = std::any_of(events->begin(), events->end(),
                                 [](const std::string& event) { return event == "test" || event == "test-success"; });
  documents.hooks.push_back(std::move(document));
}

// Kinds in Helm's order, unknown ones last and by name; what is of one kind stays as it was.
void sort_by_kind(std::vector<Document>& documents) {
  static const auto ranks = [] {
    std::unordered_map<std::string_view, std::size_t> result;
    for (std::size_t i = 0; i < kInstallOrder.size(); ++i) result.emplace(kInstallOrder[i], i);
    return result;
  }();
  const auto rank = [](const Document& document) {
    const auto found = ranks.find(document.kind);
    return found == ranks.end() ? kInstallOrder.size() : found->second;
  };
  std::stable_sort(documents.begin(), documents.end(), [&](const Document& a, const Document& b) {
    const std::size_t x = rank(a);
    const std::size_t y = rank(b);
    if (x != y) return x < y;
    return x == kInstallOrder.size() && a.kind < b.kind;
  });
}

bool is_crd_file(const std::string& name) {
  if (!name.starts_with("crds/")) return false;
  const std::string small = lower(name);
  return small.ends_with(".yaml") || small.ends_with(".yml") || small.ends_with(".json");
}

void collect_crds(const ChartNode& node, std::vector<Document>& out) {
  for (const ChartFile& file : node.chart->files) {
    if (is_crd_file(file.name)) out.push_back({node.path + "/" + file.name, "CustomResourceDefinition", file.data});
  }
  for (const ChartNode& child : node.children) collect_crds(child, out);
}

}  // namespace

std::vector<std::string_view> split_documents(std::string_view text) {
  text = trim_space(text);
  std::vector<std::string_view> pieces;
  const auto add = [&](std::string_view piece) {
    if (!piece.empty()) pieces.push_back(trim_space(piece));
  };
  std::size_t start = 0;
  while (const auto separator = find_separator(text, start)) {
    add(text.substr(start, separator->begin - start));
    start = separator->end;
  }
  add(text.substr(start));
  return pieces;
}

bool is_notes(std::string_view path) { return path.ends_with("NOTES.txt"); }

void read_documents(const RenderedFiles& files, Warnings& warnings, Documents& documents) {
  for (const auto& [path, text] : files) {
    if (is_notes(path)) continue;
    for (const std::string_view piece : split_documents(text)) classify(path, piece, documents, warnings);
  }
}

Documents sort_documents(const RenderedFiles& files, Warnings& warnings) {
  Documents documents;
  read_documents(files, warnings, documents);
  sort_documents(documents);
  return documents;
}

void sort_documents(Documents& documents) {
  sort_by_kind(documents.manifests);
  sort_by_kind(documents.hooks);
}

std::vector<Document> crd_files(const ChartNode& root) {
  std::vector<Document> result;
  collect_crds(root, result);
  return result;
}

void append_document(std::string& out, const Document& document) {
  fmt::format_to(std::back_inserter(out), "---\n# Source: {}\n{}\n", document.source, document.text);
}

}  // namespace kyma::helm
