// Work inside of one call that a template can multiply counts like the steps that the engine itself takes.
#pragma once

#include <fmt/format.h>

#include <cstdint>

#include "operator/helm/gotemplate/execute.hpp"

namespace kyma::helm {

// Throws LimitExceeded.
inline void spend(gotemplate::Call& call, std::uint64_t steps) {
  call.run.steps += steps;
  if (call.run.steps > call.run.limits.max_steps) {
    throw gotemplate::LimitExceeded(fmt::format("the templates take more than {} steps", call.run.limits.max_steps));
  }
}

}  // namespace kyma::helm
