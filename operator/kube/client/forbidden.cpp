#include "operator/kube/client/forbidden.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "operator/http/url.hpp"

namespace kyma::kube {
namespace {

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    if (!segment.empty()) segments.emplace_back(segment);
  }
  return segments;
}

std::string verb_of(Method method, bool named, bool watch) {
  switch (method) {
    case Method::get: return watch ? "watch" : named ? "get" : "list";
    case Method::post: return "create";
    case Method::put: return "update";
    case Method::patch: return "patch";
    case Method::remove: return "delete";
  }
  return "use";
}

std::string without_permission(const Attempt& attempt) {
  if (attempt.resource.empty()) return fmt::format("cannot {} path \"{}\"", attempt.verb, attempt.path);
  return fmt::format("cannot {} resource \"{}\"", attempt.verb, attempt.resource);
}

// As Kubernetes' authorizer words it.
std::string missing_permission(const Attempt& attempt) {
  std::string text = without_permission(attempt);
  if (attempt.resource.empty()) return text;
  text += fmt::format(" in API group \"{}\"", attempt.group);
  return text + (attempt.name_space.empty() ? std::string(" at the cluster scope")
                                            : fmt::format(" in the namespace \"{}\"", attempt.name_space));
}

}  // namespace

Attempt attempt_of(Method method, std::string_view target) {
  Attempt attempt;
  const auto parsed = http::parse_target(target);
  attempt.path = parsed ? parsed->path : std::string(target.substr(0, target.find('?')));
  auto rest = segments_of(attempt.path);
  // /api/<version>/..., /apis/<group>/<version>/...
  const std::size_t root = rest.empty() ? 0 : rest[0] == "api" ? 2 : rest[0] == "apis" ? 3 : 0;
  if (root == 0 || rest.size() <= root) {
    attempt.verb = method == Method::get ? "get" : verb_of(method, true, false);
    return attempt;
  }
  if (root == 3) attempt.group = rest[1];
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(root));
  // What lies in a namespace; /namespaces/<name>/status is the namespace's own.
  if (rest.size() > 2 && rest[0] == "namespaces" && rest[2] != "status" && rest[2] != "finalize") {
    attempt.name_space = rest[1];
    rest.erase(rest.begin(), rest.begin() + 2);
  }
  attempt.resource = rest.size() > 2 ? fmt::format("{}/{}", rest[0], rest[2]) : rest[0];
  attempt.verb = verb_of(method, rest.size() > 1, parsed && parsed->param("watch") == "true");
  return attempt;
}

Error explain_forbidden(Error error, const Attempt& attempt, std::string_view place) {
  if (!error.is_forbidden()) return error;
  const bool by_authorizer = error.message.find(without_permission(attempt)) != std::string::npos;
  // No Status of the API server's: a proxy's words, or none.
  const bool unexplained = error.kind.empty() && error.message.find("forbidden: ") == std::string::npos;
  if (!by_authorizer && unexplained) {
    error.message = fmt::format("forbidden: {} ({})", missing_permission(attempt), error.message);
  }
  if (by_authorizer || unexplained) error.message += fmt::format(": grant it in {}", place);
  return error;
}

}  // namespace kyma::kube
