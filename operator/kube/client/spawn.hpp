// Starting a process, without a shell and without fork(). Internal to kube/client: see child_process.hpp.
//
// The child gets its command, arguments, environment and three streams, and nothing else of ours. Blocks until it has
// begun to run its program, or failed to.
#pragma once

#include <sys/types.h>

#include <system_error>
#include <utility>

#include "operator/kube/client/child_process.hpp"

namespace kyma::kube {

class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int number = -1) noexcept : number_(number) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : number_(other.release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept;
  ~OwnedDescriptor();

  int number() const noexcept { return number_; }
  int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_;  // -1: none
};

struct Spawned {
  std::error_code failed;  // set: there is no child
  ::pid_t pid = 0;         // to be reaped
  OwnedDescriptor output;  // where its standard output is read
  OwnedDescriptor errors;  // its standard error
};

Spawned spawn(const ProcessRequest& request);

}  // namespace kyma::kube
