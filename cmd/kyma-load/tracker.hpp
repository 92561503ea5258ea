// What a run knows of its objects: when each Kyma was acknowledged, which state the watches show, when it got there.
//
// Fed by the requests and by the watches, in any order: the watch may show a Kyma before its creation is acknowledged.
// Guarantees: every count is kept up to date in constant time per event; memory does not grow with the events.
// Lifetime: the workload must outlive it. Thread: confined to the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cmd/kyma-load/component_table.hpp"
#include "cmd/kyma-load/latency_histogram.hpp"
#include "cmd/kyma-load/workload.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::load {

struct KymaRecord {
  SteadyTime created_at{};               // when its creation was acknowledged
  std::optional<SteadyTime> success_at;  // when the watch first showed success
  SteadyTime changed_at{};               // when its last change was acknowledged
  kube::Uid uid;                         // empty: not known to exist
  std::int64_t generation = 0;           // that the last change made; 0: never changed
  std::int64_t observed = 0;             // the generation its status tells of
  std::uint32_t revisions = 0;           // how often a change was asked for
  std::uint32_t revision = 0;            // the number of the change that made `generation`
  std::uint32_t list = 0;                // the number of the last list that had it
  std::int32_t components = 0;           // that the watch shows
  api::KymaState state = api::KymaState::none;
  bool acknowledged = false;
  bool shown = false;     // by the watch
  bool removing = false;  // its deletion was asked for
  bool deleted = false;
  bool change_pending = false;  // the last change has not come to success yet

  // The state that counts: success of an older generation is none.
  api::KymaState current_state() const noexcept {
    return state == api::KymaState::success && observed < generation ? api::KymaState::reconciling : state;
  }
};

// Indexed by api::KymaState.
using KymaCounts = std::array<std::size_t, 4>;

// Requests that failed for the same reason.
struct FailureGroup {
  std::size_t count = 0;
  std::string first;  // what the first of them was told
};
using Failures = std::map<std::string, FailureGroup>;  // by reason

class Tracker {
 public:
  explicit Tracker(const Workload& workload) : workload_(workload), records_(workload.kymas()), components_(workload) {}

  // --- What the requests said
  // -----------------------------------------------------------------------------------------
  void created(std::size_t index, const kube::Uid& uid, SteadyTime now);
  // A creation failed.
  void failed(const std::string& reason, const std::string& message);
  // The number of the change that is asked for next.
  std::uint32_t begin_change(std::size_t index) { return ++records_[index].revisions; }
  void changed(std::size_t index, std::uint32_t revision, std::int64_t generation, SteadyTime now);
  void change_failed(const std::string& reason, const std::string& message);
  void begin_removal(std::size_t index);
  void removed() noexcept { ++removals_; }
  // The Kyma stays.
  void removal_failed(std::size_t index, const std::string& reason, const std::string& message);

  // --- What the watches show; foreign objects are ignored
  // -------------------------------------------------------------
  void seen(const api::Kyma& kyma, SteadyTime now, Seen how);
  void gone(const api::Kyma& kyma);
  void seen(const api::HelmComponent& component, SteadyTime now, WallTime wall, Seen how);
  void gone(const api::HelmComponent& component);
  // A list is complete: what it no longer had is gone. And: one was given up.
  void kymas_listed();
  void components_listed();
  void kyma_list_abandoned() noexcept { ++list_; }
  void component_list_abandoned() noexcept { components_.list_abandoned(); }

  // --- What came of it
  // ------------------------------------------------------------------------------------------------
  const std::vector<KymaRecord>& records() const noexcept { return records_; }
  std::size_t created() const noexcept { return created_; }
  std::size_t failed() const noexcept { return failed_; }
  const Failures& failures() const noexcept { return failures_; }
  // Of the acknowledged ones: in success now; deleted by somebody; those that exist and stay, by state.
  std::size_t success() const noexcept { return by_state_[static_cast<std::size_t>(api::KymaState::success)]; }
  std::size_t deleted() const noexcept { return deleted_; }
  const KymaCounts& kymas_by_state() const noexcept { return by_state_; }
  // Those whose deletion was asked for, and of these those that are gone with all of their components.
  std::size_t removing() const noexcept { return removing_; }
  std::size_t removed_gone() const noexcept { return removed_gone_; }
  // Acknowledged changes and deletions, and those that failed.
  std::size_t changes() const noexcept { return changes_; }
  std::size_t removals() const noexcept { return removals_; }
  std::size_t failed_operations() const noexcept { return failed_operations_; }
  const LatencyHistogram& change_times() const noexcept { return change_times_; }
  // From the acknowledged creation of its Kyma to a component's first success.
  const LatencyHistogram& component_times() const noexcept { return component_times_; }
  const ComponentTable& components() const noexcept { return components_; }
  ComponentTable& components() noexcept { return components_; }
  // Kymas of this run that are known to exist.
  std::size_t existing() const noexcept { return existing_; }
  // Nothing is left to wait for: each acknowledged Kyma is in success, or deleted, or removed with its components.
  bool settled() const noexcept { return success() + deleted_ + removed_gone_ == created_; }

 private:
  template <class F>
  void change(std::size_t index, F&& change_record);
  void count(const KymaRecord& record, bool add) noexcept;
  void count_components(const ComponentTable::Change& change);
  void note_failure(const std::string& reason, const std::string& message);
  void settle_change(KymaRecord& record, SteadyTime now);
  // Nothing for a Kyma of another run.
  std::optional<std::size_t> index_of(const api::Kyma& kyma) const;

  const Workload& workload_;
  std::vector<KymaRecord> records_;
  ComponentTable components_;
  std::size_t created_ = 0;
  std::size_t failed_ = 0;
  std::size_t deleted_ = 0;
  std::size_t existing_ = 0;
  std::size_t removing_ = 0;
  std::size_t removed_gone_ = 0;
  std::size_t changes_ = 0;
  std::size_t removals_ = 0;
  std::size_t failed_operations_ = 0;
  KymaCounts by_state_{};
  LatencyHistogram change_times_;
  LatencyHistogram component_times_;
  Failures failures_;
  std::uint32_t list_ = 1;
};

}  // namespace kyma::load
