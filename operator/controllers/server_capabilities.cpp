#include "operator/controllers/server_capabilities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::controllers {
namespace {

using namespace std::chrono_literals;

const Logger kLog("capabilities");

constexpr Duration kRetry = 1s;
// Components wait for this answer: after an outage of any length it is to be there within seconds, as everything else.
constexpr Duration kLongestRetry = 4s;

kube::Error bad_answer(std::string_view path) {
  return kube::Error{kube::Reason::decode, 0, fmt::format("{} did not answer with what the API promises", path)};
}

asio::awaitable<kube::Outcome<json::Document>> get(kube::Client& client, std::string path) {
  auto answer = co_await client.get_raw(path);
  if (!answer) co_return answer.error();
  auto document = json::parse(*answer);
  if (!document || !document->IsObject()) co_return bad_answer(path);
  co_return std::move(*document);
}

// The paths and names of all group versions: {"/api/v1", "v1"}, {"/apis/apps/v1", "apps/v1"}.
struct GroupVersion {
  std::string path;
  std::string name;
};

asio::awaitable<kube::Outcome<std::vector<GroupVersion>>> group_versions(kube::Client& client) {
  std::vector<GroupVersion> result;
  auto core = co_await get(client, "/api");
  if (!core) co_return core.error();
  if (const json::Value* versions = json::find(*core, "versions"); versions && versions->IsArray()) {
    for (const json::Value& version : versions->GetArray()) {
      if (version.IsString())
        result.push_back({"/api/" + std::string(json::view(version)), std::string(json::view(version))});
    }
  }
  auto groups = co_await get(client, "/apis");
  if (!groups) co_return groups.error();
  const json::Value* list = json::find(*groups, "groups");
  if (!list || !list->IsArray()) co_return bad_answer("/apis");
  for (const json::Value& group : list->GetArray()) {
    const json::Value* versions = json::find(group, "versions");
    if (!versions || !versions->IsArray()) continue;
    for (const json::Value& version : versions->GetArray()) {
      const std::string name(json::string_at(version, {"groupVersion"}));
      if (!name.empty()) result.push_back({"/apis/" + name, name});
    }
  }
  co_return result;
}

// The group version is there, and there is nothing to see.
bool is_absent(const kube::Error& error) {
  switch (error.reason) {
    case kube::Reason::not_found:
    case kube::Reason::forbidden:
    case kube::Reason::gone:
    case kube::Reason::method_not_allowed:
    case kube::Reason::not_acceptable: return true;
    default: return false;
  }
}

bool is_out_of_order(const kube::Error& error) {
  return error.http_status >= 500 || error.reason == kube::Reason::decode;
}

using Names = std::set<std::string>;

void add_kinds(const json::Document& answer, const GroupVersion& version, Names& names) {
  const json::Value* resources = json::find(answer, "resources");
  if (!resources || !resources->IsArray()) return;
  for (const json::Value& resource : resources->GetArray()) {
    const std::string_view kind = json::string_at(resource, {"kind"});
    if (!kind.empty()) names.insert(fmt::format("{}/{}", version.name, kind));
  }
}

// Into `names` or `silent`, which live in the caller's frame.
asio::awaitable<kube::Outcome<void>> ask(kube::Client& client, GroupVersion version, Names& names,
                                         std::vector<std::string>& silent) {
  names.insert(version.name);
  auto answer = co_await get(client, version.path);
  if (answer) {
    add_kinds(*answer, version, names);
  } else if (is_absent(answer.error())) {
    kLog.warning("A group of the API is not to be seen; charts are told that it has no kinds",
                 {{"group", version.name}, {"reason", answer.error().message}});
  } else if (is_out_of_order(answer.error())) {
    silent.push_back(fmt::format("{}: {}", version.name, answer.error().message));
  } else {
    co_return answer.error();
  }
  co_return kube::Outcome<void>();
}

}  // namespace

asio::awaitable<kube::Outcome<ServerCapabilities>> fetch_capabilities(kube::Client& client) {
  auto version = co_await get(client, "/version");
  if (!version) co_return version.error();
  ServerCapabilities result;
  helm::Capabilities& capabilities = result.capabilities;
  capabilities.version = json::string_at(*version, {"gitVersion"});
  capabilities.major = json::string_at(*version, {"major"});
  capabilities.minor = json::string_at(*version, {"minor"});
  if (capabilities.version.empty()) co_return bad_answer("/version");
  auto versions = co_await group_versions(client);
  if (!versions) co_return versions.error();
  Names names;
  for (const GroupVersion& each : *versions) {
    auto asked = co_await ask(client, each, names, result.silent);
    if (!asked) co_return asked.error();
  }
  capabilities.api_versions.assign(names.begin(), names.end());
  co_return result;
}

asio::awaitable<helm::Capabilities> learn_capabilities(kube::Client& client, Clock& clock) {
  std::optional<SteadyTime> silent_since;
  for (Duration delay = kRetry;; delay = std::min(2 * delay, kLongestRetry)) {
    auto answer = co_await fetch_capabilities(client);
    std::string reason;
    if (!answer) {
      reason = answer.error().message;
      silent_since.reset();
    } else if (answer->silent.empty()) {
      co_return std::move(answer->capabilities);
    } else {
      reason = fmt::format("{}", fmt::join(answer->silent, "; "));
      if (!silent_since) silent_since = clock.now();
      if (clock.now() - *silent_since >= kGroupPatience) {
        kLog.warning("Groups of the API do not answer; charts are told that they have no kinds", {{"reason", reason}});
        co_return std::move(answer->capabilities);
      }
    }
    kLog.warning("Charts wait for the server's version and API groups", {{"reason", reason}});
    co_await clock.sleep_for(delay);
  }
}

}  // namespace kyma::controllers
