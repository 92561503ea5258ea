#include "operator/runtime/reconciler.hpp"

#include <stdexcept>

namespace kyma::runtime {

void throw_exception_from_error(const ReconcileError& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

}  // namespace kyma::runtime
