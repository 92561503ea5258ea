#include "operator/runtime/reconciler.hpp"

#include <stdexcept>

#include "operator/runtime/reconcile_log.hpp"

namespace kyma::runtime {

ReconcileError::ReconcileError(const kube::Error& error)
    : message(error.describe()),
      server_trouble(error.is_transport() || error.is_too_many_requests() || error.is_unauthorized() ||
                     error.http_status >= 500),
      retry_after(error.retry_after) {}

void throw_exception_from_error(const ReconcileError& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

Logger Reconciler::log_of(const Logger& log, const Request& request) const {
  return lines_ ? lines_->of(log, request) : log;
}

}  // namespace kyma::runtime
