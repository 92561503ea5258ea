// One replica of several leads: it alone reconciles and writes, the others stand by with warm caches.
//
//   co_await elector.acquire();               // until this one leads
//   auto why = co_await elector.hold();       // renews; returns when the leadership is lost
//   elector.resign();                         // after a clean stop
//   co_await elector.release(limit);          // the next may take over at once
//
// The rules are Election's. Guarantees: may_write() is true only while no other replica can lead; once it was lost it
// is false for ever. A crash is noticed within lease_duration + 2.2 x retry_period of the last renewal, a release
// within 2.2 x retry_period. A process that stood still (SIGSTOP, a stalled node) writes nothing before it has renewed,
// and nothing at all when another has taken over. Not guaranteed: that a write which is already on its way arrives in
// time; the preconditions of every patch and delete are for that (docs/decisions/0023).
// Lifetime: must outlive its calls, and whoever asks may_write(). Thread: confined to the loop's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/runtime/backoff.hpp"
#include "operator/runtime/election.hpp"

namespace kyma::runtime {

struct LeaderElectionOptions {
  std::string name_space = "default";
  std::string name = "kyma-operator";  // of the Lease
  std::string identity;                // empty: make_identity()
  ElectionTimes times;
  std::uint64_t random_seed = 0;  // of the jitter; 0: seeded by the system
};

// "<hostname>_<random uuid>": another one for each process.
std::string make_identity();

class LeaderElector {
 public:
  // Where this replica stands changed: it leads from now on, or no longer.
  using ChangeHandler = std::function<void(bool leads, const Lease& lease)>;

  // `client`: for the Lease alone, so that a renewal waits for nobody (see lease_client_options()). `metrics` may be
  // null: leader_election_master_status.
  LeaderElector(Clock& clock, kube::Client& client, LeaderElectionOptions options, metrics::Registry* metrics);
  // Called at each change, before acquire() or hold() returns. One handler.
  void on_change(ChangeHandler tell) { tell_change_ = std::move(tell); }

  // Waits until this replica leads, however long that takes.
  asio::awaitable<void> acquire();
  // Renews until the leadership is lost; returns why. Cancelled, it keeps what it has until it runs out.
  asio::awaitable<std::string> hold();
  // Leads no more, of its own accord.
  void resign();
  // Says so in the Lease, if that succeeds within `limit`. Nothing when it did not lead.
  asio::awaitable<void> release(Duration limit);

  bool may_write() const noexcept { return election_.leads(clock_.now()); }
  const std::string& identity() const noexcept { return election_.identity(); }
  // "default/kyma-operator".
  std::string lease_name() const { return options_.name_space + "/" + options_.name; }

 private:
  enum class Attempt {
    won,     // leads
    held,    // another does
    failed,  // not known, see last_error_
  };

  asio::awaitable<Attempt> attempt(Duration limit);
  asio::awaitable<Attempt> claim_or_renew();
  asio::awaitable<bool> read();
  asio::awaitable<kube::Outcome<Lease>> write(LeaseRecord record);
  asio::awaitable<bool> release_once();
  SteadyTime next_try(Attempt last);
  void fail(std::string why);
  void tell_holder();
  void take_over();
  void step_down();

  Clock& clock_;
  kube::Client& client_;
  LeaderElectionOptions options_;
  Election election_;
  ChangeHandler tell_change_;
  Random random_;
  metrics::Gauge* status_ = nullptr;
  bool in_doubt_ = false;  // whether the server has taken the last write
  bool resigned_ = false;  // and the Lease still names this replica
  std::string last_error_;
  std::string told_holder_;
};

// For the client that elections use: no limit of rate, and answers are waited for half as long as a renewal may take.
kube::ClientOptions lease_client_options(const ElectionTimes& times);

}  // namespace kyma::runtime
