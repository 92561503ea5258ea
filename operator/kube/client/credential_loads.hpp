// How often credentials were loaded: kyma_operator_credential_loads_total{kind, result}.
//
// A load is a file read and parsed, or a plugin run; requests load nothing, so the counter stands still while nothing
// changes. Thread: the registry's.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "operator/base/metrics.hpp"

namespace kyma::kube {

class CredentialLoads {
 public:
  enum class Kind { token, client_certificate, ca, exec };
  static constexpr std::size_t kKinds = 4;

  // `registry` may be null: then nobody sees what is counted.
  explicit CredentialLoads(metrics::Registry* registry);

  void count(Kind kind, bool success) { children_[static_cast<std::size_t>(kind)][success ? 1 : 0]->increment(); }

 private:
  std::unique_ptr<metrics::Registry> unseen_;
  std::array<std::array<metrics::Counter*, 2>, kKinds> children_{};  // error, success
};

}  // namespace kyma::kube
