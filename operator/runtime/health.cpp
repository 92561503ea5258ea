#include "operator/runtime/health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace kyma::runtime {
namespace {

http::Response text(unsigned status, std::string body) {
  return {
      status, {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}}, std::move(body)};
}

}  // namespace

bool HealthChecks::ok() const {
  return std::all_of(checks_.begin(), checks_.end(), [](const auto& check) { return check.second().empty(); });
}

http::Response HealthChecks::answer(const http::Target& target) const {
  const std::string root = "/" + endpoint_;
  std::string_view path = target.path;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (path != root) {
    if (!path.starts_with(root + "/")) return text(404, "404 page not found\n");
    const auto found = checks_.find(std::string(path.substr(root.size() + 1)));
    if (found == checks_.end()) return text(404, "404 page not found\n");
    const std::string reason = found->second();
    return reason.empty() ? text(200, "ok") : text(500, fmt::format("internal server error: {}\n", reason));
  }
  std::set<std::string_view> excluded;
  for (const auto& [name, value] : target.query) {
    if (name == "exclude") excluded.insert(value);
  }
  std::string lines;
  bool failed = false;
  for (const auto& [name, check] : checks_) {
    if (excluded.contains(name)) {
      fmt::format_to(std::back_inserter(lines), "[+]{} excluded: ok\n", name);
      continue;
    }
    const std::string reason = check();
    failed = failed || !reason.empty();
    if (reason.empty()) {
      fmt::format_to(std::back_inserter(lines), "[+]{} ok\n", name);
    } else {
      fmt::format_to(std::back_inserter(lines), "[-]{} failed: {}\n", name, reason);
    }
  }
  for (const std::string_view name : excluded) {
    if (checks_.contains(std::string(name))) continue;
    fmt::format_to(std::back_inserter(lines), "warn: some health checks cannot be excluded: no matches for \"{}\"\n",
                   name);
  }
  if (failed) return text(500, fmt::format("{}{} check failed\n", lines, endpoint_));
  if (!target.has_param("verbose")) return text(200, "ok");
  return text(200, fmt::format("{}{} check passed\n", lines, endpoint_));
}

}  // namespace kyma::runtime
