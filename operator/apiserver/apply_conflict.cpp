#include "operator/apiserver/apply_conflict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {
namespace {

// "kubectl-edit" with subresource "status" using apps/v1 at 2026-11-21T22:42:38Z
std::string described(const ManagedEntry& entry) {
  const auto& owner = entry.owner;
  auto text = go_quote(owner.manager);
  if (!owner.subresource.empty()) text += fmt::format(" with subresource {}", go_quote(owner.subresource));
  if (owner.operation == Operation::apply) return text;
  text += fmt::format(" using {}", owner.api_version);
  if (!entry.time.empty()) text += fmt::format(" at {}", entry.time);
  return text;
}

std::string summary(const std::vector<std::pair<std::string, std::string>>& conflicts) {
  if (conflicts.size() == 1) {
    return fmt::format("Apply failed with 1 conflict: conflict with {}: {}", conflicts[0].first, conflicts[0].second);
  }
  std::vector<std::string> lines;
  std::string_view owner;
  for (const auto& [name, path] : conflicts) {
    if (name != std::exchange(owner, name)) lines.push_back(fmt::format("conflicts with {}:", name));
    lines.push_back("- " + path);
  }
  return fmt::format("Apply failed with {} conflicts: {}", conflicts.size(), fmt::join(lines, "\n"));
}

}  // namespace

std::vector<ApplyConflict> find_conflicts(const ManagedFields& managed, const FieldOwner& owner,
                                          const FieldSet& fields) {
  std::vector<ApplyConflict> conflicts;
  for (const auto& entry : managed.entries()) {
    auto common = entry.fields & fields;
    if (!entry.owner.same_as(owner) && !common.empty()) conflicts.push_back({&entry, std::move(common)});
  }
  return conflicts;
}

kube::Error apply_conflict(const std::vector<ApplyConflict>& conflicts) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& conflict : conflicts) {
    if (found.size() >= kMaxCauses) break;
    const auto name = described(*conflict.entry);
    for (auto& path : conflict.fields.paths(kMaxCauses)) found.emplace_back(name, std::move(path));
  }
  std::sort(found.begin(), found.end());
  if (found.size() > kMaxCauses) found.resize(kMaxCauses);
  kube::Error error;
  error.reason = kube::Reason::conflict;
  error.http_status = 409;
  error.message = summary(found);
  for (auto& [name, path] : found) {
    error.causes.push_back({"FieldManagerConflict", "conflict with " + name, std::move(path)});
  }
  return error;
}

}  // namespace kyma::apiserver
