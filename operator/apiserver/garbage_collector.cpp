#include "operator/apiserver/garbage_collector.hpp"

#include <algorithm>
#include <utility>

#include "operator/apiserver/finalizers.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::size_t kWorkPerTurn = 32;

// Keeps only the owner references that `keep` accepts.
template <class Keep>
bool filter_owner_references(json::Value& object, Keep&& keep) {
  auto* metadata = json::find(object, "metadata");
  auto* references = metadata ? json::find(*metadata, "ownerReferences") : nullptr;
  if (!references || !references->IsArray()) return false;
  bool changed = false;
  for (auto reference = references->Begin(); reference != references->End();) {
    if (keep(kube::Uid(json::string_at(*reference, {"uid"})))) {
      ++reference;
    } else {
      reference = references->Erase(reference);
      changed = true;
    }
  }
  if (references->Empty()) metadata->RemoveMember("ownerReferences");
  return changed;
}

bool blocks(const StoredObject& dependent, const kube::Uid& owner) {
  return std::any_of(dependent.owners.begin(), dependent.owners.end(),
                     [&](const auto& reference) { return reference.uid == owner && reference.block_owner_deletion; });
}

bool is_collecting(const StoredObject& object) {
  return object.deletion && (object.has_finalizer(kForegroundFinalizer) || object.has_finalizer(kOrphanFinalizer));
}

}  // namespace

GarbageCollector::GarbageCollector(ObjectService& objects) : objects_(objects) {
  objects_.storage().observe([this](Table& table, const Change& change) { on_change(table, change); });
}

void GarbageCollector::push(Work work) {
  work_.push_back(std::move(work));
  wake_.notify_all();
}

void GarbageCollector::push_owner(const ObjectRef& owner) {
  if (queued_owners_.insert(owner).second) push(OwnerDeleting{owner});
}

void GarbageCollector::on_change(Table& table, const Change& change) {
  const auto& object = *change.object;
  const ObjectRef ref{&table, object.name_space, object.name};
  if (index_.apply(table, change)) {
    const bool settled = std::all_of(object.owners.begin(), object.owners.end(), [&](const auto& owner) {
      return state_of(object, owner, {}) == OwnerState::present;
    });
    if (!settled) push(Dependent{ref, {}});
  }
  const bool gone = change.type == ChangeType::deleted;
  if (change.previous && (gone || change.previous->owners != object.owners)) wake_owners(*change.previous);
  if (gone) {
    if (index_.has_dependents(object.uid)) push(OwnerGone{object.uid});
  } else if (is_collecting(object)) {
    push_owner(ref);
  }
}

// Those that wait for their dependents may have waited for just this one.
void GarbageCollector::wake_owners(const StoredObject& dependent) {
  for (const auto& owner : dependent.owners) {
    const auto found = find_owner(dependent, owner);
    const auto current = found.table ? found.get() : nullptr;
    if (current && current->uid == owner.uid && is_collecting(*current)) push_owner(found);
  }
}

asio::awaitable<void> GarbageCollector::run() {
  std::size_t done = 0;
  while (true) {
    if (work_.empty()) {
      co_await wake_.wait();
      continue;
    }
    const auto work = std::move(work_.front());
    work_.pop_front();
    if (const auto* gone = std::get_if<OwnerGone>(&work))
      expand(*gone);
    else if (const auto* deleting = std::get_if<OwnerDeleting>(&work))
      advance_deletion(*deleting);
    else
      judge(std::get<Dependent>(work));
    if (++done % kWorkPerTurn == 0) co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
}

void GarbageCollector::expand(const OwnerGone& work) {
  for (auto& dependent : index_.dependents(work.uid)) work_.push_back(Dependent{std::move(dependent), work.uid});
}

void GarbageCollector::advance_deletion(const OwnerDeleting& work) {
  queued_owners_.erase(work.owner);
  const auto owner = work.owner.get();
  const auto resource = objects_.registry().find_table(*work.owner.table);
  if (!owner || !resource || !is_collecting(*owner)) return;
  if (owner->has_finalizer(kOrphanFinalizer))
    orphan_dependents(*resource, owner);
  else
    delete_dependents(*resource, owner);
}

void GarbageCollector::orphan_dependents(const Resource& resource, const ObjectPtr& owner) {
  std::size_t freed = 0;
  for (const auto& ref : index_.dependents(owner->uid)) {
    const auto dependent = ref.get();
    const auto type = objects_.registry().find_table(*ref.table);
    if (!dependent || !type) continue;
    const auto changed = objects_.edit(*type, dependent, [&](json::Value& object, json::Allocator&) {
      return filter_owner_references(object, [&](const kube::Uid& uid) { return uid != owner->uid; });
    });
    // The rest in the next turn, when the index knows no more of these.
    if (changed && ++freed == kWorkPerTurn) {
      push_owner({resource.table, owner->name_space, owner->name});
      return;
    }
  }
  static_cast<void>(objects_.edit(resource, owner, [](json::Value& object, json::Allocator&) {
    return remove_finalizer(object, kOrphanFinalizer);
  }));
}

void GarbageCollector::delete_dependents(const Resource& resource, const ObjectPtr& owner) {
  bool blocked = false;
  for (auto& ref : index_.dependents(owner->uid)) {
    const auto dependent = ref.get();
    if (!dependent) continue;
    blocked = blocked || blocks(*dependent, owner->uid);
    if (!dependent->deletion) work_.push_back(Dependent{std::move(ref), {}});
  }
  if (blocked) return;
  static_cast<void>(objects_.edit(resource, owner, [](json::Value& object, json::Allocator&) {
    return remove_finalizer(object, kForegroundFinalizer);
  }));
}

void GarbageCollector::judge(const Dependent& work) {
  const auto object = work.object.get();
  const auto resource = objects_.registry().find_table(*work.object.table);
  if (!object || !resource || object->owners.empty() || object->deletion) return;
  std::vector<kube::Uid> kept;
  bool waited_for = false;
  for (const auto& owner : object->owners) {
    const auto state = state_of(*object, owner, work.gone_owner);
    if (state == OwnerState::present) kept.push_back(owner.uid);
    waited_for = waited_for || state == OwnerState::deleting_foreground;
  }
  if (kept.size() == object->owners.size()) return;
  if (!kept.empty()) {
    static_cast<void>(objects_.edit(*resource, object, [&](json::Value& document, json::Allocator&) {
      return filter_owner_references(
          document, [&](const kube::Uid& uid) { return std::find(kept.begin(), kept.end(), uid) != kept.end(); });
    }));
    return;
  }
  DeleteRequest request;
  request.preconditions = {object->revision, object->uid};
  if (waited_for && can_wait_for_dependents(*object)) request.propagation = Propagation::foreground;
  // A failure means that the object has changed meanwhile; its change calls again if need be.
  static_cast<void>(objects_.remove(*resource, object->name_space, object->name, request));
}

// An object that waits for dependents which wait themselves may be waiting for itself, in a circle; it goes at once.
bool GarbageCollector::can_wait_for_dependents(const StoredObject& object) const {
  const auto dependents = index_.dependents(object.uid);
  return !dependents.empty() && std::none_of(dependents.begin(), dependents.end(), [](const auto& ref) {
    const auto dependent = ref.get();
    return dependent && is_collecting(*dependent);
  });
}

ObjectRef GarbageCollector::find_owner(const StoredObject& dependent, const kube::OwnerReference& owner) const {
  const auto resource = objects_.registry().find_kind(owner.api_version, owner.kind);
  if (!resource) return {};
  return {resource->table, resource->type.namespaced ? dependent.name_space : InternedString{}, owner.name};
}

GarbageCollector::OwnerState GarbageCollector::state_of(const StoredObject& dependent,
                                                        const kube::OwnerReference& owner,
                                                        const kube::Uid& gone) const {
  if (!gone.empty() && owner.uid == gone) return OwnerState::absent;
  const auto ref = find_owner(dependent, owner);
  if (!ref.table) return OwnerState::present;
  const auto resource = objects_.registry().find_table(*ref.table);
  // A cluster-scoped object cannot have a namespaced owner: the reference means nothing, and nothing follows from it.
  if (resource && resource->type.namespaced && dependent.name_space.empty()) return OwnerState::present;
  const auto current = ref.get();
  if (!current || current->uid != owner.uid) return OwnerState::absent;
  const bool foreground = current->deletion && current->has_finalizer(kForegroundFinalizer);
  return foreground ? OwnerState::deleting_foreground : OwnerState::present;
}

}  // namespace kyma::apiserver
