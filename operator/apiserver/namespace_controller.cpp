#include "operator/apiserver/namespace_controller.hpp"

#include <utility>
#include <vector>

#include "operator/apiserver/built_in_resources.hpp"
#include "operator/apiserver/reaper.hpp"
#include "operator/base/log.hpp"

namespace kyma::apiserver {
namespace {

const Logger& log() {
  static const Logger kLog("apiserver.namespaces");
  return kLog;
}

// One resource per table: the versions of a custom resource share theirs.
std::vector<ResourcePtr> namespaced_resources(const Registry& registry) {
  std::vector<ResourcePtr> result;
  std::set<const Table*> seen;
  for (const auto& resource : registry.all()) {
    if (resource->type.namespaced && seen.insert(resource->table).second) result.push_back(resource);
  }
  return result;
}

}  // namespace

NamespaceController::NamespaceController(ObjectService& objects)
    : objects_(objects), namespaces_(objects.storage().table("namespaces")) {
  objects_.storage().observe([this](Table& table, const Change& change) { on_change(table, change); });
}

void NamespaceController::on_change(Table& table, const Change& change) {
  const auto& object = *change.object;
  if (&table == &namespaces_) {
    if (change.type == ChangeType::deleted) {
      terminating_.erase(object.name.str());
    } else if (object.deletion) {
      terminating_.insert(object.name.str());
      pending_.insert(object.name.str());
      work_.notify_all();
    }
  } else if (change.type == ChangeType::deleted && !terminating_.empty() &&
             terminating_.contains(object.name_space.view())) {
    pending_.insert(object.name_space.str());
    work_.notify_all();
  }
}

asio::awaitable<void> NamespaceController::run() {
  while (true) {
    if (pending_.empty()) {
      co_await work_.wait();
      continue;
    }
    auto name = *pending_.begin();
    pending_.erase(pending_.begin());
    co_await empty(std::move(name));
    // Many small ones are as much work as a big one.
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
}

asio::awaitable<void> NamespaceController::empty(std::string name) {
  bool emptied = true;
  // All of them, since one object may wait for another to go.
  for (const auto& resource : namespaced_resources(objects_.registry())) {
    if (!co_await remove_all(objects_, resource, name)) emptied = false;
  }
  // What is left has finalizers; its removal calls again.
  if (!emptied) co_return;
  const auto current = namespaces_.get(storage_key({}, name));
  if (!current || !current->deletion) co_return;
  const auto resource = objects_.registry().find("", "v1", "namespaces");
  const auto finished = objects_.edit(*resource, current, [](json::Value& object, json::Allocator&) {
    if (auto* spec = json::find(object, "spec")) spec->RemoveMember("finalizers");
    return true;
  });
  if (finished) log().debug("Removed namespace", {{"namespace", name}});
}

}  // namespace kyma::apiserver
