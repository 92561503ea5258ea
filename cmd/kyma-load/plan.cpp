#include "cmd/kyma-load/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace kyma::load {
namespace {

// The instant of operation `number` at so many a second: computed from the start, so that lateness never adds up.
Duration due(std::size_t number, double rate) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(static_cast<double>(number) / rate));
}

std::size_t operations(const Options& options) {
  const double seconds = std::chrono::duration<double>(options.duration).count();
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(seconds * options.rate)));
}

class BurstPlan final : public Plan {
 public:
  explicit BurstPlan(std::size_t kymas) : kymas_(kymas) {}

  Step next(const PlanView&) override {
    if (next_ == kymas_) return {.kind = Step::Kind::end};
    return {.kind = Step::Kind::create, .index = next_++};
  }

 private:
  std::size_t kymas_;
  std::size_t next_ = 0;
};

class SteadyPlan final : public Plan {
 public:
  SteadyPlan(std::size_t kymas, double rate) : kymas_(kymas), rate_(rate) {}

  Step next(const PlanView& view) override {
    if (next_ == kymas_) return {.kind = Step::Kind::end};
    const Duration at = due(next_, rate_);
    if (view.elapsed < at) return {.kind = Step::Kind::wait_until, .until = at};
    return {.kind = Step::Kind::create, .index = next_++};
  }

 private:
  std::size_t kymas_;
  double rate_;
  std::size_t next_ = 0;
};

class BatchPlan final : public Plan {
 public:
  BatchPlan(std::size_t kymas, std::size_t size, std::optional<Duration> interval)
      : kymas_(kymas), size_(size), interval_(interval) {}

  Step next(const PlanView& view) override {
    if (next_ == kymas_) return {.kind = Step::Kind::end};
    if (next_ % size_ != 0) return {.kind = Step::Kind::create, .index = next_++};
    const std::size_t batch = next_ / size_;
    if (interval_) {
      const Duration at = *interval_ * static_cast<std::int64_t>(batch);
      if (view.elapsed < at) return {.kind = Step::Kind::wait_until, .until = at};
    } else if (view.created + view.failed < next_ || !view.settled) {
      return {.kind = Step::Kind::wait};
    }
    return {.kind = Step::Kind::create, .index = next_++, .mark = fmt::format("batch {}", batch + 1)};
  }

 private:
  std::size_t kymas_;
  std::size_t size_;
  std::optional<Duration> interval_;
  std::size_t next_ = 0;
};

// First so many Kymas at once; then creations, changes and deletions in turn, each of a Kyma picked at random. The
// sequence is the same for each run, so that runs can be compared.
class ChurnPlan final : public Plan {
 public:
  ChurnPlan(std::size_t initial, std::size_t operations, double rate)
      : initial_(initial), operations_(operations), rate_(rate) {}

  Step next(const PlanView& view) override {
    if (next_kyma_ < initial_) return {.kind = Step::Kind::create, .index = next_kyma_++};
    if (!began_) {
      // What can be changed and deleted is what the server has.
      if (view.created + view.failed < initial_) return {.kind = Step::Kind::wait};
      began_ = view.elapsed;
    }
    while (next_operation_ < operations_) {
      const Duration at = *began_ + due(next_operation_, rate_);
      if (view.elapsed < at) return {.kind = Step::Kind::wait_until, .until = at};
      const std::size_t number = next_operation_++;
      std::string mark = number == 0 ? "churn begins" : "";
      if (number % 3 == 0) return {.kind = Step::Kind::create, .index = next_kyma_++, .mark = std::move(mark)};
      // Nothing to change or delete when every creation failed.
      if (alive_.empty()) continue;
      const std::size_t pick = random_() % alive_.size();
      if (number % 3 == 1) return {.kind = Step::Kind::change, .index = alive_[pick]};
      std::swap(alive_[pick], alive_.back());
      const std::size_t index = alive_.back();
      alive_.pop_back();
      return {.kind = Step::Kind::remove, .index = index};
    }
    Step end{.kind = Step::Kind::end};
    if (!std::exchange(ended_, true)) end.mark = "churn ends";
    return end;
  }

  void created(std::size_t index) override { alive_.push_back(index); }

 private:
  std::size_t initial_;
  std::size_t operations_;
  double rate_;
  std::size_t next_kyma_ = 0;
  std::size_t next_operation_ = 0;
  std::optional<Duration> began_;
  bool ended_ = false;
  std::vector<std::size_t> alive_;  // acknowledged, and not picked for deletion
  std::minstd_rand random_{1};
};

}  // namespace

std::unique_ptr<Plan> make_plan(const Options& options) {
  switch (options.scenario) {
    case Scenario::steady: return std::make_unique<SteadyPlan>(options.kymas, options.rate);
    case Scenario::batches:
      return std::make_unique<BatchPlan>(options.kymas, options.batch_size, options.batch_interval);
    case Scenario::churn: return std::make_unique<ChurnPlan>(options.kymas, operations(options), options.rate);
    case Scenario::burst:
    case Scenario::restart:
    case Scenario::slow: break;
  }
  return std::make_unique<BurstPlan>(options.kymas);
}

std::size_t kymas_in_all(const Options& options) {
  // Every third operation of a churn is a creation, the first one included.
  return options.kymas + (options.scenario == Scenario::churn ? (operations(options) + 2) / 3 : 0);
}

Duration restart_time(const Options& options, const Workload& workload) {
  return options.restart_after.value_or(workload.limit() / 2);
}

}  // namespace kyma::load
