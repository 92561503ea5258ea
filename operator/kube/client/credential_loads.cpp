#include "operator/kube/client/credential_loads.hpp"

namespace kyma::kube {

CredentialLoads::CredentialLoads(metrics::Registry* registry)
    : unseen_(registry ? nullptr : std::make_unique<metrics::Registry>()) {
  auto& family =
      (registry ? *registry : *unseen_)
          .counter("kyma_operator_credential_loads_total",
                   "Credentials read and parsed, or obtained from a plugin, by kind and result", {"kind", "result"});
  constexpr std::array<const char*, kKinds> kNames{"token", "client_certificate", "ca", "exec"};
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    children_[kind] = {&family.with({kNames[kind], "error"}), &family.with({kNames[kind], "success"})};
  }
}

}  // namespace kyma::kube
