// Leader election by Lease: who leads, until when, and what to write. The rules alone, without I/O.
//
//   follower   another's claim stands until its duration has passed on this process's own steady clock since the record
//              was last seen to change: clocks may differ by any amount. A Lease without a holder is free at once, one
//              that vanished when the last known claim runs out.
//   leader     from the moment at which a write that claims the Lease was sent, and the server then took, for
//              renew_deadline. Others wait for lease_duration, which is longer, since later than that moment. So there
//              is nobody else while leads() holds, however long the process stood still meanwhile.
//
// Every write is made against the Lease as it was last read: the server takes it only if nobody has written since.
// Thread: its owner's.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "operator/base/time.hpp"
#include "operator/runtime/lease.hpp"

namespace kyma::runtime {

struct ElectionTimes {
  Duration lease_duration = std::chrono::seconds{15};  // after which a silent leader is replaced
  Duration renew_deadline = std::chrono::seconds{10};  // after which a leader that could not renew stops
  Duration retry_period = std::chrono::seconds{2};     // between renewals, and between tries
};

// Empty when lease > renew > 1.2 x retry > 0; else what is wrong, in terms of the flags --leader-elect-*.
std::string check(const ElectionTimes& times);

class Election {
 public:
  Election(std::string identity, ElectionTimes times);

  // What a read has shown; null: there is no Lease.
  void observe(std::optional<Lease> lease, SteadyTime now);
  // The server has taken a claim that was sent at `sent`; `lease` is its answer.
  void win(Lease lease, SteadyTime sent);
  // Leads no more, for good or until the next win().
  void step_down() noexcept { won_ = false; }

  // Won, and not stepped down since: whether it may act is another question, see leads().
  bool won() const noexcept { return won_; }
  bool leads(SteadyTime now) const noexcept { return won_ && now < leads_until_; }
  // Only after win().
  SteadyTime sent_at() const noexcept { return leads_until_ - times_.renew_deadline; }
  SteadyTime leads_until() const noexcept { return leads_until_; }

  // The Lease names this process. It may be another's writing that it was once.
  bool is_ours() const noexcept { return record_.holder == identity_; }
  // Until when another's claim stands; nothing: there is none.
  std::optional<SteadyTime> claimed_until() const noexcept;

  // What to write to claim the Lease or to renew the claim; and to give it back.
  LeaseRecord claim(WallTime now) const;
  LeaseRecord release(WallTime now) const;

  // The Lease to write against; null: none is there, create one.
  const Lease* lease() const noexcept { return lease_ ? &*lease_ : nullptr; }
  // As last seen, also once the Lease has vanished.
  const LeaseRecord& record() const noexcept { return record_; }
  const std::string& identity() const noexcept { return identity_; }
  const ElectionTimes& times() const noexcept { return times_; }

 private:
  std::string identity_;
  ElectionTimes times_;
  std::optional<Lease> lease_;
  LeaseRecord record_;
  SteadyTime changed_at_{};  // when record_ was first seen
  SteadyTime leads_until_{};
  bool won_ = false;
};

}  // namespace kyma::runtime
