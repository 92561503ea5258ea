#include "cmd/kyma-load/tracker.hpp"

#include <numeric>
#include <utility>

namespace kyma::load {
namespace {

void adjust(std::size_t& counter, bool add) noexcept { add ? ++counter : --counter; }

}  // namespace

template <class F>
void Tracker::change(std::size_t index, F&& change_record) {
  KymaRecord& record = records_[index];
  count(record, false);
  change_record(record);
  count(record, true);
}

void Tracker::count(const KymaRecord& record, bool add) noexcept {
  if (!record.uid.empty() && !record.deleted) adjust(existing_, add);
  if (!record.acknowledged) return;
  adjust(created_, add);
  adjust(record.deleted ? deleted_ : by_state_[static_cast<std::size_t>(record.state)], add);
}

void Tracker::created(std::size_t index, const kube::Uid& uid, SteadyTime now) {
  change(index, [&](KymaRecord& record) {
    record.acknowledged = true;
    record.created_at = now;
    record.uid = uid;
  });
}

void Tracker::failed(const std::string& reason, const std::string& message) {
  ++failed_;
  FailureGroup& group = failures_[reason];
  if (++group.count == 1) group.first = message;
}

std::optional<std::size_t> Tracker::index_of(const api::Kyma& kyma) const {
  // The watch selects by this label; but what is deleted in the end should not hang on a server's selecting well.
  if (kyma.metadata.label(kRunLabel) != workload_.run_id()) return std::nullopt;
  return workload_.index_of(kyma.metadata.name);
}

void Tracker::kyma_seen(const api::Kyma& kyma, SteadyTime now) {
  const auto index = index_of(kyma);
  if (!index) return;
  change(*index, [&](KymaRecord& record) {
    record.uid = kyma.metadata.uid;
    record.state = kyma.status.state;
    if (record.state == api::KymaState::success && !record.success_at) record.success_at = now;
  });
}

void Tracker::kyma_gone(const api::Kyma& kyma) {
  const auto index = index_of(kyma);
  if (!index) return;
  change(*index, [](KymaRecord& record) { record.deleted = true; });
}

bool Tracker::is_ours(const api::HelmComponent& component) const {
  const auto* owner = component.metadata.controller();
  return owner && owner->kind == std::string_view(api::Kyma::resource_type().kind) && workload_.index_of(owner->name) &&
         (foreign_owners_.empty() || !foreign_owners_.contains(owner->uid.str()));
}

void Tracker::count(const api::HelmComponent& component, bool add) noexcept {
  adjust(components_[static_cast<std::size_t>(component.status.state)], add);
}

void Tracker::component_added(const api::HelmComponent& component, bool initial) {
  if (!is_ours(component)) return;
  if (initial) {
    foreign_owners_.insert(component.metadata.controller()->uid.str());
  } else {
    count(component, true);
  }
}

void Tracker::component_changed(const api::HelmComponent& before, const api::HelmComponent& after) {
  if (is_ours(before)) count(before, false);
  if (is_ours(after)) count(after, true);
}

void Tracker::component_gone(const api::HelmComponent& component) {
  if (is_ours(component)) count(component, false);
}

std::size_t Tracker::components() const noexcept {
  return std::accumulate(components_.begin(), components_.end(), std::size_t{0});
}

}  // namespace kyma::load
