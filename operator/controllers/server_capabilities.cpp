#include "operator/controllers/server_capabilities.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "operator/base/log.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::controllers {
namespace {

const Logger kLog("capabilities");

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

asio::awaitable<void> add_kinds(kube::Client& client, GroupVersion version, std::set<std::string>& names) {
  names.insert(version.name);
  auto answer = co_await get(client, version.path);
  if (!answer) {
    kLog.warning("A group of the API does not answer; charts are told that it has no kinds",
                 {{"group", version.name}, {"reason", answer.error().message}});
    co_return;
  }
  const json::Value* resources = json::find(*answer, "resources");
  if (!resources || !resources->IsArray()) co_return;
  for (const json::Value& resource : resources->GetArray()) {
    const std::string_view kind = json::string_at(resource, {"kind"});
    if (!kind.empty()) names.insert(fmt::format("{}/{}", version.name, kind));
  }
}

}  // namespace

asio::awaitable<kube::Outcome<helm::Capabilities>> fetch_capabilities(kube::Client& client) {
  auto version = co_await get(client, "/version");
  if (!version) co_return version.error();
  helm::Capabilities result;
  result.version = json::string_at(*version, {"gitVersion"});
  result.major = json::string_at(*version, {"major"});
  result.minor = json::string_at(*version, {"minor"});
  if (result.version.empty()) co_return bad_answer("/version");
  auto versions = co_await group_versions(client);
  if (!versions) co_return versions.error();
  std::set<std::string> names;
  for (const GroupVersion& each : *versions) co_await add_kinds(client, each, names);
  result.api_versions.assign(names.begin(), names.end());
  co_return result;
}

}  // namespace kyma::controllers
