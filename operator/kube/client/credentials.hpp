// What goes into the Authorization header: a token, a token file that is read anew, or a name and password.
//
// A token file is read again when it is a minute old, and when the server refuses it; one that cannot be read leaves
// the last token in use. The file is small and local, so it is read in place. Thread: the client's.
#pragma once

#include <cstdint>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/kube/client/config.hpp"

namespace kyma::kube {

class Credentials {
 public:
  Credentials(Clock& clock, const ClusterConfig& config);

  // The header's value for a request of now; empty when there is none. Secret.
  const std::string& authorization();
  // Rises with every change of that value.
  std::uint64_t generation() const noexcept { return generation_; }
  // After a 401 to a request of this generation: true when there is something newer to try.
  bool renew(std::uint64_t refused);

 private:
  void read_token_file();

  Clock& clock_;
  std::string token_file_;
  std::string authorization_;
  std::uint64_t generation_ = 0;
  SteadyTime read_at_;
};

}  // namespace kyma::kube
