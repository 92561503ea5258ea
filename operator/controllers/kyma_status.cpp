#include "operator/controllers/kyma_status.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "operator/controllers/lifecycle.hpp"
#include "operator/controllers/text.hpp"

namespace kyma::controllers {
namespace {

using State = Place::State;

constexpr std::size_t kNamed = 3;         // problems of one kind that a message spells out
constexpr std::size_t kMaxName = 63;      // of a name that may be anything
constexpr std::size_t kMaxProblem = 512;  // of what a server or a chart said

std::string quote(std::string_view name) { return "\"" + shorten(name, kMaxName) + "\""; }

std::string describe_owner(const kube::ObjectMeta& metadata) {
  const kube::OwnerReference* owner = metadata.controller();
  if (owner == nullptr) return "has no controller";
  return "is controlled by " + owner->kind.str() + " " + quote(owner->name) + " (uid " + owner->uid.str() + ")";
}

// Sentences of one kind of problem.
class Problems {
 public:
  void add(std::string sentence) {
    if (++count_ <= kNamed) sentences_.push_back(std::move(sentence));
  }
  bool empty() const noexcept { return count_ == 0; }
  void append_to(std::string& message, std::string_view kind) const {
    for (const auto& sentence : sentences_) message += (message.empty() ? "" : "; ") + sentence;
    if (count_ > kNamed) message += "; and " + std::to_string(count_ - kNamed) + " more " + std::string(kind);
  }

 private:
  std::vector<std::string> sentences_;
  std::size_t count_ = 0;
};

struct Findings {
  Problems invalid;
  Problems conflicts;
  Problems refusals;
  Problems errors;
  std::vector<InternedString> waiting_for;
};

void note(const Place& place, const api::Kyma& kyma, const Refusals& refusals, Findings& findings) {
  if (place.state == State::invalid) {
    findings.invalid.add("component " + quote(place.component) + " is invalid: " + shorten(place.problem, kMaxProblem));
    return;
  }
  if (!place.succeeded()) findings.waiting_for.push_back(place.component);
  if (const auto refused = refusals.find(place.component); refused != refusals.end()) {
    findings.refusals.add("component " + quote(place.component) +
                          " was refused: " + shorten(refused->second, kMaxProblem));
  }
  if (place.state == State::foreign) {
    findings.conflicts.add("HelmComponent \"" + kyma.metadata.name_space.str() + "/" + place.object.str() +
                           "\" exists and " + describe_owner(place.found->metadata) +
                           ", not by this Kyma; delete or rename it");
  }
  if (place.failed()) {
    findings.errors.add("component " + quote(place.component) + ": " +
                        shorten_middle(place.found->status.message.view(), kMaxProblem));
  }
}

api::KymaState state_of(const Findings& findings) {
  if (!findings.invalid.empty() || !findings.refusals.empty() || !findings.errors.empty()) return api::KymaState::error;
  return findings.waiting_for.empty() && findings.conflicts.empty() ? api::KymaState::success
                                                                    : api::KymaState::reconciling;
}

std::string_view reason_of(const Findings& findings, api::KymaState state) {
  if (!findings.invalid.empty()) return kReasonInvalidComponent;
  if (!findings.conflicts.empty()) return kReasonNameConflict;
  if (!findings.refusals.empty()) return kReasonComponentRefused;
  if (!findings.errors.empty()) return kReasonComponentError;
  return state == api::KymaState::success ? kReasonReady : kReasonReconciling;
}

std::string message_of(const Findings& findings, std::size_t components) {
  std::string message;
  findings.invalid.append_to(message, "invalid components");
  findings.conflicts.append_to(message, "name conflicts");
  findings.refusals.append_to(message, "refused components");
  findings.errors.append_to(message, "components in error");
  if (!message.empty()) return message;
  if (findings.waiting_for.empty()) return "all " + std::to_string(components) + " components are installed";
  return "waiting for " + std::to_string(findings.waiting_for.size()) + " of " + std::to_string(components) +
         " components";
}

}  // namespace

api::KymaStatus status_of(const api::Kyma& kyma, const FanOut& fan_out, const Refusals& refusals, WallTime now) {
  Findings findings;
  for (const auto& place : fan_out.places) note(place, kyma, refusals, findings);

  api::KymaStatus status;
  status.state = state_of(findings);
  status.waiting_for = findings.waiting_for;
  status.observed_generation = kyma.metadata.generation;
  status.other_conditions = kyma.status.other_conditions;
  const api::ReadyCondition& before = kyma.status.ready;
  const bool ready = status.state == api::KymaState::success;
  status.ready.status = ready ? api::ConditionStatus::yes : api::ConditionStatus::no;
  status.ready.reason = InternedString(reason_of(findings, status.state));
  status.ready.message = InternedString(message_of(findings, fan_out.places.size()));
  status.ready.observed_generation = kyma.metadata.generation;
  // metav1.Time holds whole seconds.
  status.ready.last_transition = before.status == status.ready.status
                                     ? before.last_transition
                                     : WallTime(std::chrono::floor<std::chrono::seconds>(now));
  return status;
}

Duration time_to_settle(const api::Kyma& kyma, const api::KymaStatus& wanted, const FanOut& fan_out, WallTime now) {
  const api::KymaStatus& before = kyma.status;
  const bool only_progress = before.state == wanted.state && before.observed_generation == wanted.observed_generation &&
                             before.ready.reason == wanted.ready.reason &&
                             wanted.waiting_for.size() < before.waiting_for.size();
  if (!only_progress) return Duration::zero();
  const std::unordered_set<InternedString> unreported(before.waiting_for.begin(), before.waiting_for.end());
  WallTime oldest = WallTime::max();
  WallTime next_due = WallTime::max();
  for (const auto& place : fan_out.places) {
    if (place.state != State::ours || place.differs()) continue;
    if (!place.succeeded()) {
      next_due = std::min(next_due, expected_success(*place.found));
    } else if (unreported.contains(place.component)) {
      oldest = std::min(oldest, expected_success(*place.found));
    }
  }
  if (oldest > now) return Duration::zero();  // nothing to report, or a clock that jumped
  const WallTime limit = oldest + kSettleTime;
  if (next_due > limit) return Duration::zero();
  if (now < limit) return limit - now;
  return now < oldest + kLongestSettle ? kSettleTime : Duration::zero();
}

}  // namespace kyma::controllers
