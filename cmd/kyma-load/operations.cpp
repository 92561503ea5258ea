#include "cmd/kyma-load/operations.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "operator/api/kyma.hpp"

namespace kyma::load {
namespace {

using namespace std::chrono_literals;

constexpr int kAttempts = 4;
constexpr Duration kRetryDelay = 1s;

std::string reason_of(const kube::Error& error) {
  std::string reason(kube::to_string(error.reason));
  return reason.empty() ? fmt::format("HTTP {}", error.http_status) : reason;
}

}  // namespace

Operations::Operations(kube::Client& client, Clock& clock, const Options& options, const Workload& workload,
                       Tracker& tracker, std::function<bool()> given_up)
    : client_(client),
      clock_(clock),
      options_(options),
      workload_(workload),
      tracker_(tracker),
      given_up_(std::move(given_up)) {}

asio::awaitable<bool> Operations::create(std::size_t index) {
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await client_.create(api::Kyma::resource_type(), options_.name_space, workload_.body(index));
    if (answer) {
      auto kyma = kube::decode_object<api::Kyma>(*answer);
      tracker_.created(index, kyma ? kyma->metadata.uid : kube::Uid(), clock_.now());
      co_return true;
    }
    const kube::Error error = answer.error();
    if (attempt > 1 && error.is_already_exists() && co_await adopt(index)) co_return true;
    if (!error.is_transport() || attempt == kAttempts || given_up_()) {
      fail_creation(index, error);
      co_return false;
    }
    co_await clock_.sleep_for(kRetryDelay);
  }
}

asio::awaitable<bool> Operations::adopt(std::size_t index) {
  auto text = co_await client_.get(api::Kyma::resource_type(), options_.name_space, workload_.name(index));
  if (!text) co_return false;
  auto kyma = kube::decode_object<api::Kyma>(*text);
  if (!kyma || kyma->metadata.label(kRunLabel) != workload_.run_id()) co_return false;
  tracker_.created(index, kyma->metadata.uid, clock_.now());
  co_return true;
}

void Operations::fail_creation(std::size_t index, const kube::Error& error) {
  if (!error.is_already_exists()) return tracker_.failed(reason_of(error), error.describe());
  tracker_.failed(reason_of(error),
                  fmt::format("\"{}\" exists already in namespace {}; take another --name-prefix, or delete what "
                              "earlier runs left: kubectl delete kymas -n {} -l {} (a run with --cleanup leaves "
                              "nothing)",
                              workload_.name(index), options_.name_space, options_.name_space, kRunLabel));
}

asio::awaitable<void> Operations::change(std::size_t index) {
  const std::uint32_t revision = tracker_.begin_change(index);
  for (int attempt = 1;; ++attempt) {
    // The same patch twice is the same change.
    auto answer = co_await client_.merge_patch(api::Kyma::resource_type(), options_.name_space, workload_.name(index),
                                               workload_.change_body(index, revision));
    if (answer) {
      const auto kyma = kube::decode_object<api::Kyma>(*answer);
      tracker_.changed(index, revision, kyma ? kyma->metadata.generation : 0, clock_.now());
      co_return;
    }
    const kube::Error error = answer.error();
    // Deleted by this run while the change was on its way.
    if (error.is_not_found() && tracker_.records()[index].removing) co_return;
    if (!error.is_transport() || attempt == kAttempts || given_up_()) {
      tracker_.change_failed(reason_of(error), "change: " + error.describe());
      co_return;
    }
    co_await clock_.sleep_for(kRetryDelay);
  }
}

asio::awaitable<void> Operations::remove(std::size_t index) {
  tracker_.begin_removal(index);
  for (int attempt = 1;; ++attempt) {
    auto removed = co_await clean_up(index);
    if (removed) {
      tracker_.removed();
      co_return;
    }
    if (!removed.error().is_transport() || attempt == kAttempts || given_up_()) {
      tracker_.removal_failed(index, reason_of(removed.error()), "deletion: " + removed.error().describe());
      co_return;
    }
    co_await clock_.sleep_for(kRetryDelay);
  }
}

asio::awaitable<kube::Outcome<void>> Operations::clean_up(std::size_t index) {
  auto removed = co_await client_.remove(
      api::Kyma::resource_type(), options_.name_space, workload_.name(index),
      {.propagation = "Background", .uid = tracker_.records()[index].uid, .resource_version = std::nullopt});
  // A conflict is the uid: the name belongs to another Kyma by now.
  if (removed || removed.error().is_not_found() || removed.error().is_conflict()) co_return kube::Outcome<void>();
  co_return removed.error();
}

}  // namespace kyma::load
