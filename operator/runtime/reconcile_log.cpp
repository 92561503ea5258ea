#include "operator/runtime/reconcile_log.hpp"
#include "operator/base/uuid.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace kyma::runtime {
namespace {

// SplitMix64's finaliser: a bijection, so that different numbers stay different.
std::uint64_t mix(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

std::uint64_t random_seed() {
  std::random_device random;
  return std::uint64_t{random()} << 32U | random();
}

}  // namespace

ReconcileLog::ReconcileLog(std::string controller) : controller_(std::move(controller)), seed_(random_seed()) {}

std::string ReconcileLog::id_of(const Running& reconcile) const {
  const std::uint64_t high = mix(seed_ + reconcile.number_);
  return uuid_text(high, mix(high ^ seed_));
}

Logger ReconcileLog::of(const Logger& log, const Request& request) const {
  Logger bound = log.with({{"controller", controller_}});
  if (!kind_.empty()) bound = bound.with({{"controllerGroup", group_}, {"controllerKind", kind_}});
  bound = bound.with({{"namespace", request.name_space.view()}, {"name", request.name.view()}});
  const auto found =
      std::find_if(running_.begin(), running_.end(), [&](const Running& each) { return each.request_ == request; });
  return found == running_.end() ? bound : bound.with({{"reconcileID", id_of(*found)}});
}

}  // namespace kyma::runtime
