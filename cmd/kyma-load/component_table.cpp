#include "cmd/kyma-load/component_table.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "operator/api/kyma.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::load {
namespace {

// The transition that is seen first need not be the earliest.
constexpr std::chrono::hours kLeeway{1};

void adjust(std::size_t& counter, bool add) noexcept { add ? ++counter : --counter; }

bool is_scheduled(api::ComponentState state) noexcept {
  return state != api::ComponentState::none && state != api::ComponentState::error;
}

}  // namespace

ComponentTable::ComponentTable(const Workload& workload) : workload_(workload) {
  for (std::size_t i = 0; i < workload.components().size(); ++i) positions_.emplace(workload.components()[i].name, i);
}

ComponentTable::Slot& ComponentTable::slot_at(std::size_t at) {
  if (slots_.empty()) slots_.resize(workload_.kymas() * positions_.size());
  return slots_[at];
}

std::optional<std::size_t> ComponentTable::slot_of(const api::HelmComponent& component) const {
  const auto* owner = component.metadata.controller();
  if (!owner || owner->kind != std::string_view(api::Kyma::resource_type().kind)) return std::nullopt;
  const auto kyma = workload_.index_of(owner->name);
  const auto position = positions_.find(component.spec->component_name.view());
  if (!kyma || position == positions_.end()) return std::nullopt;
  return *kyma * positions_.size() + position->second;
}

bool ComponentTable::is_foreign(const api::HelmComponent& component) const {
  return !foreign_owners_.empty() && foreign_owners_.contains(component.metadata.controller()->uid.str());
}

void ComponentTable::count(const Slot& slot, bool add) noexcept {
  if (slot.present) adjust(counts_[static_cast<std::size_t>(slot.state)], add);
}

std::optional<ComponentTable::Change> ComponentTable::seen(const api::HelmComponent& component, WallTime now,
                                                           Seen how) {
  const auto at = slot_of(component);
  if (!at) return std::nullopt;
  if (how == Seen::initial) foreign_owners_.insert(component.metadata.controller()->uid.str());
  if (is_foreign(component)) return std::nullopt;

  Slot& slot = slot_at(*at);
  Change change{.kyma = *at / positions_.size(), .added = slot.present ? 0 : 1};
  measure(slot, component, now, how);
  count(slot, false);
  slot.present = true;
  slot.state = component.status.state;
  slot.current = component.status.observed_generation == component.metadata.generation;
  slot.revision = revision_in(component.spec->values);
  slot.list = how == Seen::event ? 0 : list_;
  count(slot, true);
  if (slot.state == api::ComponentState::success && !slot.was_success) {
    slot.was_success = true;
    change.first_success = true;
  }
  return change;
}

// Each transition is measured once, though a list may show it again, and only as it happens: what a list shows may have
// happened long ago.
void ComponentTable::measure(Slot& slot, const api::HelmComponent& component, WallTime now, Seen how) {
  if (!component.status.has_last_reconciliation() || !is_scheduled(component.status.state)) return;
  const WallTime scheduled = component.status.last_reconciliation;
  if (!first_scheduled_) first_scheduled_ = scheduled;
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(scheduled - *first_scheduled_ + kLeeway);
  // From one on, so that zero stands for none.
  const auto number = static_cast<std::uint32_t>(std::clamp<std::int64_t>(since.count(), 1, UINT32_MAX));
  if (number <= slot.scheduled) return;
  slot.scheduled = number;
  if (how != Seen::event) return;
  lateness_.add(now - scheduled);
  recent_lateness_.add(now - scheduled);
}

ComponentTable::Change ComponentTable::drop(std::size_t at) {
  count(slots_[at], false);
  slots_[at].present = false;
  return {.kyma = at / positions_.size(), .added = -1};
}

std::optional<ComponentTable::Change> ComponentTable::gone(const api::HelmComponent& component) {
  const auto at = slot_of(component);
  if (!at || is_foreign(component) || !slot_at(*at).present) return std::nullopt;
  return drop(*at);
}

void ComponentTable::listed(const std::function<void(Change)>& on_gone) {
  for (std::size_t at = 0; at < slots_.size(); ++at) {
    if (slots_[at].present && slots_[at].list != list_) on_gone(drop(at));
  }
  ++list_;
}

std::size_t ComponentTable::size() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

bool ComponentTable::reconciled(std::size_t kyma, std::size_t revision) const {
  if (slots_.empty()) return false;
  const Slot& slot = slots_[kyma * positions_.size() + workload_.changed_component(kyma)];
  return slot.present && slot.current && slot.state == api::ComponentState::success && slot.revision == revision;
}

std::optional<Duration> ComponentTable::take_lateness_p99() {
  const auto p99 = recent_lateness_.percentile(99);
  recent_lateness_.clear();
  return p99;
}

}  // namespace kyma::load
