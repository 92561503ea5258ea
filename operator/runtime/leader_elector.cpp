#include "operator/runtime/leader_elector.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "operator/base/duration.hpp"
#include "operator/base/log.hpp"
#include "operator/base/race.hpp"
#include "operator/base/uuid.hpp"

namespace kyma::runtime {
namespace {

constexpr double kJitter = 1.2;  // tries of a follower are 1 to 2.2 periods apart

const Logger& log() {
  static const Logger logger("leader-election");
  return logger;
}

std::string make_uuid() {
  std::random_device random;
  const auto word = [&random] { return std::uint64_t{random()} << 32U | random(); };
  const std::uint64_t high = word();
  return random_uuid(high, word());
}

LeaderElectionOptions with_identity(LeaderElectionOptions options) {
  if (options.identity.empty()) options.identity = make_identity();
  return options;
}

}  // namespace

std::string make_identity() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0 || host[0] == 0) host = {'u', 'n', 'k', 'n', 'o', 'w', 'n'};
  return fmt::format("{}_{}", host.data(), make_uuid());
}

kube::ClientOptions lease_client_options(const ElectionTimes& times) {
  kube::ClientOptions options;
  options.qps = 0;
  options.max_connections = 2;
  options.timeout = times.renew_deadline / 2;
  options.permissions_place = "the Role leader-election-role (config/rbac/leader_election_role.yaml)";
  return options;
}

LeaderElector::LeaderElector(Clock& clock, kube::Client& client, LeaderElectionOptions options,
                             metrics::Registry* metrics)
    : clock_(clock),
      client_(client),
      options_(with_identity(std::move(options))),
      election_(options_.identity, options_.times),
      random_(make_random(options_.random_seed)) {
  if (!metrics) return;
  status_ =
      &metrics->gauge("leader_election_master_status", "1 while this replica leads, 0 while it stands by.", {"name"})
           .with({options_.name});
}

// --- The life of a replica ------------------------------------------------------------------------------------------

asio::awaitable<void> LeaderElector::acquire() {
  log().info("Waiting to lead", {{"lease", lease_name()}, {"identity", identity()}});
  for (;;) {
    const Attempt result = co_await attempt(options_.times.renew_deadline / 2);
    if (result == Attempt::won) break;
    if (result == Attempt::held) tell_holder();
    co_await clock_.sleep_until(next_try(result));
  }
  take_over();
}

// A period and up to 1.2 more. But a claim that runs out meanwhile is looked at just then: so that a crash is noticed
// one period after it at the latest, not two.
SteadyTime LeaderElector::next_try(Attempt last) {
  const Duration spread =
      std::chrono::duration_cast<Duration>(options_.times.retry_period * kJitter * uniform(random_));
  const SteadyTime usual = clock_.now() + options_.times.retry_period + spread;
  const auto free_at = election_.claimed_until();
  return last == Attempt::held && free_at && *free_at > clock_.now() ? std::min(usual, *free_at) : usual;
}

asio::awaitable<std::string> LeaderElector::hold() {
  const Duration period = options_.times.retry_period;
  co_await clock_.sleep_until(election_.sent_at() + period);
  for (bool failing = false;;) {
    const Duration left = election_.leads_until() - clock_.now();
    if (failing && left <= Duration::zero()) {
      step_down();
      co_return fmt::format("the lease {} could not be renewed within {}: {}", lease_name(),
                            format_duration(options_.times.renew_deadline), last_error_);
    }
    // Nothing left, and nothing failed: this process stood still. One try tells whether another has taken over.
    const Duration limit = left <= Duration::zero() ? period : std::min(left, options_.times.renew_deadline / 2);
    const Attempt result = co_await attempt(limit);
    if (result == Attempt::held) {
      const std::string holder = election_.record().holder;
      step_down();
      co_return holder.empty() ? fmt::format("the lease {} was given up by somebody else", lease_name())
                               : fmt::format("the lease {} was taken by {}", lease_name(), holder);
    }
    failing = result == Attempt::failed;
    const SteadyTime next = failing ? clock_.now() + period : election_.sent_at() + period;
    co_await clock_.sleep_until(failing ? std::min(next, election_.leads_until()) : next);
  }
}

void LeaderElector::resign() {
  // Cancelled in the middle of a claim, it may have won without knowing.
  resigned_ = election_.won() || in_doubt_;
  if (election_.won()) step_down();
}

asio::awaitable<void> LeaderElector::release(Duration limit) {
  if (!std::exchange(resigned_, false)) co_return;
  const auto released = co_await with_timeout(clock_, limit, release_once());
  if (released.value_or(false)) {
    log().info("Released the lease", {{"lease", lease_name()}});
  } else {
    log().warning("The lease could not be released and must run out",
                  {{"lease", lease_name()}, {"error", released ? last_error_ : "no answer in time"}});
  }
}

asio::awaitable<bool> LeaderElector::release_once() {
  // The answer to the last write may have been lost, and then the Lease is not as remembered.
  for (int round = 0; round < 2; ++round) {
    if (in_doubt_ && !co_await read()) co_return false;
    if (!election_.lease() || !election_.is_ours()) co_return true;
    const auto written = co_await write(election_.release(clock_.wall_now()));
    if (written) co_return true;
    last_error_ = written.error().describe();
    if (!written.error().is_conflict()) co_return false;
    in_doubt_ = true;
  }
  co_return false;
}

// --- One try --------------------------------------------------------------------------------------------------------

asio::awaitable<LeaderElector::Attempt> LeaderElector::attempt(Duration limit) {
  const auto result = co_await with_timeout(clock_, limit, claim_or_renew());
  if (result) co_return *result;
  fail(fmt::format("no answer within {}", format_duration(limit)));
  co_return Attempt::failed;
}

asio::awaitable<LeaderElector::Attempt> LeaderElector::claim_or_renew() {
  // Who leads knows the Lease: nobody else writes it.
  if (!election_.won() && !co_await read()) co_return Attempt::failed;
  for (int round = 0; round < 2; ++round) {
    if (election_.won() && !election_.is_ours()) co_return Attempt::held;
    const auto claimed_until = election_.claimed_until();
    if (claimed_until && *claimed_until > clock_.now()) co_return Attempt::held;
    const SteadyTime sent = clock_.now();
    auto written = co_await write(election_.claim(clock_.wall_now()));
    if (written) {
      election_.win(*std::move(written), sent);
      last_error_.clear();
      co_return Attempt::won;
    }
    const kube::Error& error = written.error();
    const bool changed = error.is_conflict() || error.is_already_exists() || error.is_not_found();
    if (!changed) {
      fail(error.describe());
      co_return Attempt::failed;
    }
    if (!co_await read()) co_return Attempt::failed;
  }
  fail("the lease was changed by others twice in a row");
  co_return Attempt::failed;
}

asio::awaitable<bool> LeaderElector::read() {
  const auto answer = co_await client_.get(Lease::resource_type(), options_.name_space, options_.name);
  if (!answer && answer.error().is_not_found()) {
    election_.observe(std::nullopt, clock_.now());
    co_return true;
  }
  if (!answer) {
    fail(answer.error().describe());
    co_return false;
  }
  auto lease = parse_lease(*answer);
  if (!lease) {
    fail(lease.error().message);
    co_return false;
  }
  election_.observe(*std::move(lease), clock_.now());
  co_return true;
}

asio::awaitable<kube::Outcome<Lease>> LeaderElector::write(LeaseRecord record) {
  const Lease* known = election_.lease();
  // Made before it is awaited: the remembered Lease may change meanwhile.
  std::string body =
      known ? lease_to_update(*known, record) : lease_to_create(options_.name_space, options_.name, record);
  kube::Outcome<std::string> answer;
  in_doubt_ = true;
  if (known) {
    answer = co_await client_.update(Lease::resource_type(), options_.name_space, options_.name, std::move(body));
  } else {
    answer = co_await client_.create(Lease::resource_type(), options_.name_space, std::move(body));
  }
  if (!answer && answer.error().http_status == 0) co_return answer.error();
  in_doubt_ = false;
  if (!answer) co_return answer.error();
  auto lease = parse_lease(*std::move(answer));
  if (!lease) co_return kube::Error{.reason = kube::Reason::decode, .message = lease.error().message};
  co_return *std::move(lease);
}

// --- What others are told -------------------------------------------------------------------------------------------

void LeaderElector::fail(std::string why) {
  // The same again and again is told once.
  if (why != last_error_) log().warning("The lease cannot be reached", {{"lease", lease_name()}, {"error", why}});
  last_error_ = std::move(why);
}

void LeaderElector::tell_holder() {
  const std::string& holder = election_.record().holder;
  if (holder.empty() || holder == told_holder_) return;
  told_holder_ = holder;
  log().info("Another replica leads, standing by", {{"lease", lease_name()}, {"leader", holder}});
}

void LeaderElector::take_over() {
  log().info("Leading", {{"lease", lease_name()}, {"identity", identity()}});
  if (status_) status_->set(1);
  if (tell_change_) tell_change_(true, *election_.lease());
}

void LeaderElector::step_down() {
  election_.step_down();
  if (status_) status_->set(0);
  if (tell_change_ && election_.lease()) tell_change_(false, *election_.lease());
}

}  // namespace kyma::runtime
