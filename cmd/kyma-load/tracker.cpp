#include "cmd/kyma-load/tracker.hpp"

#include <algorithm>
#include <utility>

namespace kyma::load {
namespace {

void adjust(std::size_t& counter, bool add) noexcept { add ? ++counter : --counter; }

// More reasons than these share one group: a server may make them up.
constexpr std::size_t kMaxReasons = 50;

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
  if (record.removing) {
    adjust(removing_, add);
    if (record.deleted && record.components == 0) adjust(removed_gone_, add);
  } else {
    adjust(record.deleted ? deleted_ : by_state_[static_cast<std::size_t>(record.current_state())], add);
  }
}

// --- Requests
// ---------------------------------------------------------------------------------------------------------

void Tracker::created(std::size_t index, const kube::Uid& uid, SteadyTime now) {
  change(index, [&](KymaRecord& record) {
    record.acknowledged = true;
    record.created_at = now;
    record.uid = uid;
  });
}

void Tracker::note_failure(const std::string& reason, const std::string& message) {
  const bool known = failures_.size() < kMaxReasons || failures_.contains(reason);
  FailureGroup& group = failures_[known ? reason : "other reasons"];
  if (++group.count == 1) group.first = message;
}

void Tracker::failed(const std::string& reason, const std::string& message) {
  ++failed_;
  note_failure(reason, message);
}

void Tracker::changed(std::size_t index, std::uint32_t revision, std::int64_t generation, SteadyTime now) {
  ++changes_;
  change(index, [&](KymaRecord& record) {
    // Two changes may arrive in either order: the generation tells which one holds.
    if (generation >= record.generation) record.revision = revision;
    record.generation = std::max(record.generation, generation);
    record.changed_at = now;
    record.change_pending = true;
    settle_change(record, now);
  });
}

void Tracker::begin_removal(std::size_t index) {
  change(index, [](KymaRecord& record) { record.removing = true; });
}

void Tracker::change_failed(const std::string& reason, const std::string& message) {
  ++failed_operations_;
  note_failure(reason, message);
}

void Tracker::removal_failed(std::size_t index, const std::string& reason, const std::string& message) {
  change(index, [](KymaRecord& record) { record.removing = false; });
  ++failed_operations_;
  note_failure(reason, message);
}

// --- Watches
// ----------------------------------------------------------------------------------------------------------

std::optional<std::size_t> Tracker::index_of(const api::Kyma& kyma) const {
  // The watch selects by this label; but what is deleted in the end should not hang on a server's selecting well.
  if (kyma.metadata.label(kRunLabel) != workload_.run_id()) return std::nullopt;
  return workload_.index_of(kyma.metadata.name);
}

void Tracker::settle_change(KymaRecord& record, SteadyTime now) {
  if (!record.change_pending || record.current_state() != api::KymaState::success) return;
  record.change_pending = false;
  change_times_.add(now - record.changed_at);
}

void Tracker::seen(const api::Kyma& kyma, SteadyTime now, Seen how) {
  const auto index = index_of(kyma);
  if (!index) return;
  change(*index, [&](KymaRecord& record) {
    record.uid = kyma.metadata.uid;
    record.state = kyma.status.state;
    record.observed = kyma.status.observed_generation;
    record.shown = true;
    record.deleted = false;
    record.list = how == Seen::event ? 0 : list_;
    if (record.state == api::KymaState::success && !record.success_at) record.success_at = now;
    settle_change(record, now);
  });
}

void Tracker::gone(const api::Kyma& kyma) {
  const auto index = index_of(kyma);
  if (!index) return;
  change(*index, [](KymaRecord& record) { record.deleted = true; });
}

void Tracker::kymas_listed() {
  for (std::size_t index = 0; index < records_.size(); ++index) {
    const KymaRecord& record = records_[index];
    if (!record.shown || record.deleted || record.list == list_) continue;
    change(index, [](KymaRecord& gone) { gone.deleted = true; });
  }
  ++list_;
}

void Tracker::count_components(const ComponentTable::Change& component) {
  if (component.added == 0) return;
  change(component.kyma, [&](KymaRecord& record) { record.components += component.added; });
}

void Tracker::seen(const api::HelmComponent& component, SteadyTime now, WallTime wall, Seen how) {
  const auto change = components_.seen(component, wall, how);
  if (!change) return;
  count_components(*change);
  const KymaRecord& record = records_[change->kyma];
  if (change->first_success && record.acknowledged) component_times_.add(now - record.created_at);
}

void Tracker::gone(const api::HelmComponent& component) {
  if (const auto change = components_.gone(component)) count_components(*change);
}

void Tracker::components_listed() {
  components_.listed([this](const ComponentTable::Change& change) { count_components(change); });
}

}  // namespace kyma::load
