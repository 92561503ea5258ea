// How this folder's inner functions fail: by an exception, which the public ones turn into a ChartError.
#pragma once

#include <exception>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "operator/helm/chart/chart.hpp"

namespace kyma::helm {

class ChartFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What `work` returns, or the message of what it throws: a ChartFailure, a format's error, a heap that is full.
template <class Work>
auto outcome_of(Work&& work) -> ChartOutcome<std::invoke_result_t<Work>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Work>>) {
      std::forward<Work>(work)();
      return {};
    } else {
      return std::forward<Work>(work)();
    }
  } catch (const std::exception& error) {
    return ChartError{error.what()};
  }
}

}  // namespace kyma::helm
