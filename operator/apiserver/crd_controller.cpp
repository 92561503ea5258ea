#include "operator/apiserver/crd_controller.hpp"

#include <algorithm>
#include <utility>

#include "operator/apiserver/built_in_resources.hpp"
#include "operator/apiserver/crd_definition.hpp"
#include "operator/apiserver/crd_strategy.hpp"
#include "operator/apiserver/finalizers.hpp"
#include "operator/apiserver/reaper.hpp"
#include "operator/base/log.hpp"

namespace kyma::apiserver {
namespace {

const Logger& log() {
  static const Logger kLog("apiserver.crds");
  return kLog;
}

}  // namespace

CrdController::CrdController(ObjectService& objects)
    : objects_(objects), definitions_(objects.storage().table(crd_type().group_resource())) {
  objects_.storage().observe([this](Table& table, const Change& change) { on_change(table, change); });
}

void CrdController::on_change(Table& table, const Change& change) {
  if (&table == &definitions_) {
    const auto name = change.object->name.str();
    if (change.type == ChangeType::deleted) {
      withdraw(name);
      refused_.erase(name);
      pending_.erase(name);
    } else {
      serve(*change.object);
    }
    // Any change may have freed a name that another definition waits for.
    if (!refused_.empty()) {
      names_freed_ = true;
      work_.notify_all();
    }
    return;
  }
  if (change.type != ChangeType::deleted) return;
  for (const auto& [name, served] : served_) {
    if (!served.terminating || served.table != &table) continue;
    pending_.insert(name);
    work_.notify_all();
  }
}

void CrdController::serve(const StoredObject& definition) {
  const auto name = definition.name.str();
  const auto document = json::parse(definition.json);
  if (!document) return;
  const bool terminating = definition.deletion.has_value();
  if (terminating) {
    pending_.insert(name);
    work_.notify_all();
  }
  if (condition_status(*document, "Established") != "True") {
    refused_.insert(name);
    return;
  }
  refused_.erase(name);
  auto& served = served_[name];
  // A new status alone changes nothing that is served.
  if (served.generation == definition.generation && served.terminating == terminating) return;
  if (served.generation != 0 && terminating && !served.terminating) {
    // Watchers are to see the end of the objects: what they watch stays what it is.
    for (const auto& type : served.versions) {
      if (const auto resource = objects_.registry().find(type.group, type.version, type.plural)) {
        resource->accepts_creates = false;
      }
    }
    served.generation = definition.generation;
    served.terminating = true;
    return;
  }
  const auto before = std::exchange(served.versions, {});
  for (auto& resource : make_custom_resources(*document, objects_.storage())) {
    served.versions.push_back(resource->type);
    served.table = resource->table;
    objects_.registry().add(std::move(resource));
  }
  for (const auto& type : before) {
    if (std::find(served.versions.begin(), served.versions.end(), type) == served.versions.end()) {
      objects_.registry().remove(type);
    }
  }
  served.generation = definition.generation;
  served.terminating = terminating;
  log().debug("Serving custom resource", {{"definition", name}});
}

void CrdController::withdraw(const std::string& name) {
  const auto found = served_.find(name);
  if (found == served_.end()) return;
  for (const auto& type : found->second.versions) objects_.registry().remove(type);
  served_.erase(found);
}

asio::awaitable<void> CrdController::run() {
  while (true) {
    if (std::exchange(names_freed_, false)) retry_refused_names();
    if (pending_.empty()) {
      co_await work_.wait();
      continue;
    }
    auto name = *pending_.begin();
    pending_.erase(pending_.begin());
    co_await clean_up(std::move(name));
    // Many small ones are as much work as a big one.
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
}

asio::awaitable<void> CrdController::clean_up(std::string name) {
  // Served or not, its objects are in the table of its name.
  auto instances = std::make_shared<Resource>();
  instances->type = {name.substr(name.find('.') + 1), "", "", name.substr(0, name.find('.')), true};
  instances->table = &objects_.storage().table(name);
  if (!co_await remove_all(objects_, std::move(instances), {})) co_return;
  const auto current = definitions_.get(storage_key({}, name));
  if (!current || !current->deletion) co_return;
  const auto& type = crd_type();
  const auto resource = objects_.registry().find(type.group, type.version, type.plural);
  static_cast<void>(objects_.edit(*resource, current, [](json::Value& object, json::Allocator&) {
    return remove_finalizer(object, kCustomResourceCleanup);
  }));
}

void CrdController::retry_refused_names() {
  const auto& type = crd_type();
  const auto resource = objects_.registry().find(type.group, type.version, type.plural);
  for (const auto& name : std::set<std::string>(refused_)) {
    const auto current = definitions_.get(storage_key({}, name));
    if (!current) continue;
    static_cast<void>(objects_.edit(*resource, current, [&](json::Value& object, json::Allocator& allocator) {
      return refresh_crd_status(object, allocator, objects_.registry(), objects_.clock().wall_now());
    }));
  }
}

}  // namespace kyma::apiserver
