#include "test/support/request_log.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "operator/http/url.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::test {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

std::string verb_of(const std::string& method, bool named, bool watch) {
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return "delete";
  if (named) return "get";
  return watch ? "watch" : "list";
}

}  // namespace

LoggedRequest describe_request(const http::Request& request) {
  LoggedRequest result;
  const auto target = http::parse_target(request.target);
  if (!target) return result;
  const auto parts = split(target->path);
  const std::size_t prefix = !parts.empty() && parts[0] == "api" ? 2 : 3;
  if (parts.size() <= prefix) {
    result.verb = verb_of(request.method, true, false);
    result.resource = target->path;
    return result;
  }
  std::size_t at = prefix;
  if (parts[at] == "namespaces" && parts.size() > at + 2) {
    result.name_space = parts[at + 1];
    at += 2;
  }
  result.resource = parts[at];
  if (parts.size() > at + 1) result.name = parts[at + 1];
  if (request.method == "POST" && parts.size() == at + 1) {
    if (const auto body = json::parse(request.body)) result.name = json::string_at(*body, {"metadata", "name"});
  }
  if (parts.size() > at + 2) result.resource += "/" + parts[at + 2];
  const std::string_view watch = target->param("watch");
  result.verb = verb_of(request.method, !result.name.empty(), watch == "true" || watch == "1");
  return result;
}

std::size_t RequestLog::add(LoggedRequest request) {
  requests_.push_back(std::move(request));
  return forgotten_ + requests_.size() - 1;
}

std::size_t RequestLog::count(std::string_view verb, std::string_view resource, unsigned status) const {
  std::size_t result = 0;
  for (std::size_t i = begin_; i < requests_.size(); ++i) {
    const LoggedRequest& request = requests_[i];
    const bool matches = (verb.empty() || request.verb == verb) && (resource.empty() || request.resource == resource) &&
                         (status == 0 || request.status == status);
    if (matches) ++result;
  }
  return result;
}

std::size_t RequestLog::failures() const {
  std::size_t result = 0;
  for (std::size_t i = begin_; i < requests_.size(); ++i) {
    if (requests_[i].status >= 300) ++result;
  }
  return result;
}

std::string RequestLog::summary() const {
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = begin_; i < requests_.size(); ++i) {
    const LoggedRequest& request = requests_[i];
    ++counts[request.verb + " " + request.resource + " " + std::to_string(request.status)];
  }
  std::string text;
  for (const auto& [what, count] : counts) text += what + ": " + std::to_string(count) + "\n";
  return text;
}

}  // namespace kyma::test
