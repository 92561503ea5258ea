// What a run knows of its objects: when each Kyma was acknowledged, which state the watches show, when it got there.
//
// Fed by the creating requests and by the watches, in any order: the watch may show a Kyma before its creation is
// acknowledged. Guarantee: every count is kept up to date in constant time per event.
// Lifetime: the workload must outlive it. Thread: confined to the loop's.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "cmd/kyma-load/workload.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::load {

struct KymaRecord {
  SteadyTime created_at{};               // when its creation was acknowledged
  std::optional<SteadyTime> success_at;  // when the watch first showed success
  kube::Uid uid;                         // empty: not known to exist
  api::KymaState state = api::KymaState::none;
  bool acknowledged = false;
  bool deleted = false;
};

// Indexed by api::KymaState and api::ComponentState.
using KymaCounts = std::array<std::size_t, 4>;
using ComponentCounts = std::array<std::size_t, api::kComponentStates.size()>;

// Creations that failed for the same reason.
struct FailureGroup {
  std::size_t count = 0;
  std::string first;  // what the first of them was told
};
using Failures = std::map<std::string, FailureGroup>;  // by reason

class Tracker {
 public:
  explicit Tracker(const Workload& workload) : workload_(workload), records_(workload.kymas()) {}

  // The server acknowledged the creation.
  void created(std::size_t index, const kube::Uid& uid, SteadyTime now);
  void failed(const std::string& reason, const std::string& message);
  // From the watches; foreign objects are ignored.
  void kyma_seen(const api::Kyma& kyma, SteadyTime now);
  void kyma_gone(const api::Kyma& kyma);
  // `initial`: it was there before this run created anything, and so are all components of its owner.
  void component_added(const api::HelmComponent& component, bool initial);
  void component_changed(const api::HelmComponent& before, const api::HelmComponent& after);
  void component_gone(const api::HelmComponent& component);

  const std::vector<KymaRecord>& records() const noexcept { return records_; }
  std::size_t created() const noexcept { return created_; }
  std::size_t failed() const noexcept { return failed_; }
  const Failures& failures() const noexcept { return failures_; }
  // Of the acknowledged ones: in success now; deleted by somebody; those that exist, by state.
  std::size_t success() const noexcept { return by_state_[static_cast<std::size_t>(api::KymaState::success)]; }
  std::size_t deleted() const noexcept { return deleted_; }
  const KymaCounts& kymas_by_state() const noexcept { return by_state_; }
  const ComponentCounts& components_by_state() const noexcept { return components_; }
  std::size_t components() const noexcept;
  // Kymas of this run that are known to exist.
  std::size_t existing() const noexcept { return existing_; }
  // Nothing is left to wait for: each acknowledged Kyma is in success or deleted.
  bool settled() const noexcept { return success() + deleted_ == created_; }

 private:
  template <class F>
  void change(std::size_t index, F&& change_record);
  void count(const KymaRecord& record, bool add) noexcept;
  void count(const api::HelmComponent& component, bool add) noexcept;
  // Nothing for a Kyma of another run.
  std::optional<std::size_t> index_of(const api::Kyma& kyma) const;
  bool is_ours(const api::HelmComponent& component) const;

  const Workload& workload_;
  std::vector<KymaRecord> records_;
  std::size_t created_ = 0;
  std::size_t failed_ = 0;
  std::size_t deleted_ = 0;
  std::size_t existing_ = 0;
  KymaCounts by_state_{};
  ComponentCounts components_{};
  Failures failures_;
  // Uids of Kymas of an earlier run whose components are still being collected: they may have the names of ours.
  std::unordered_set<std::string> foreign_owners_;
};

}  // namespace kyma::load
