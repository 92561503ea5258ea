// The components of the run's Kymas as the watch shows them: 16 bytes each, however many there are.
//
// Counts are kept up to date in constant time per event. A component is found by its owner's name and its own, so that
// it does not matter what the operator calls the object. Components that somebody else's Kymas left behind under the
// same names are told apart by their owner's uid, and ignored.
// Lifetime: the workload must outlive it. Thread: confined to the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "cmd/kyma-load/latency_histogram.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/base/time.hpp"

namespace kyma::load {

// Indexed by api::ComponentState.
using ComponentCounts = std::array<std::size_t, api::kComponentStates.size()>;

// How the watch came to show an object.
enum class Seen {
  initial,  // it was there before this run created anything
  listed,   // by a list later on: its present state, which may be old
  event,    // as it happened
};

class ComponentTable {
 public:
  explicit ComponentTable(const Workload& workload);

  // What became of a Kyma's components by one event.
  struct Change {
    std::size_t kyma = 0;
    int added = 0;  // 1, 0 or -1
    bool first_success = false;
  };
  // Nothing for a component of others. `lateness` gets the lateness of a transition that is new.
  std::optional<Change> seen(const api::HelmComponent& component, WallTime now, Seen how);
  std::optional<Change> gone(const api::HelmComponent& component);
  // A list is complete: calls `on_gone` for each component it no longer had. And: a list was given up.
  void listed(const std::function<void(Change)>& on_gone);
  void list_abandoned() noexcept { ++list_; }

  const ComponentCounts& by_state() const noexcept { return counts_; }
  std::size_t size() const noexcept;
  // The changed component of this Kyma has been through its lifecycle with what this revision asked for.
  bool reconciled(std::size_t kyma, std::size_t revision) const;

  const LatencyHistogram& lateness() const noexcept { return lateness_; }
  // Of the transitions since the last call; nothing when there was none.
  std::optional<Duration> take_lateness_p99();

 private:
  struct Slot {
    std::uint32_t scheduled = 0;  // the last transition's instant, in ms since an hour before the first one seen
    std::uint32_t list = 0;       // the number of the last list that had it
    std::uint32_t revision = 0;   // of the Kyma's change that its values show
    api::ComponentState state = api::ComponentState::none;
    bool present = false;
    bool current = false;  // the state tells of the present generation
    bool was_success = false;
  };

  std::optional<std::size_t> slot_of(const api::HelmComponent& component) const;
  bool is_foreign(const api::HelmComponent& component) const;
  void count(const Slot& slot, bool add) noexcept;
  void measure(Slot& slot, const api::HelmComponent& component, WallTime now, Seen how);
  Slot& slot_at(std::size_t at);
  Change drop(std::size_t at);

  const Workload& workload_;
  std::map<std::string, std::size_t, std::less<>> positions_;  // of a component's name within a Kyma
  std::vector<Slot> slots_;                                    // allocated when the first one is seen
  ComponentCounts counts_{};
  std::uint32_t list_ = 1;
  std::optional<WallTime> first_scheduled_;
  LatencyHistogram lateness_;
  LatencyHistogram recent_lateness_;
  // Uids of Kymas of an earlier run whose components are still being collected: they may have the names of ours.
  std::unordered_set<std::string> foreign_owners_;
};

}  // namespace kyma::load
