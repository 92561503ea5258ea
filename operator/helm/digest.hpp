// SHA-256 over a list of texts, for the identity of what is made of them.
//
// Each part goes in with its length, so that no two lists look alike. Thread: one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace kyma::helm {

class Digest {
 public:
  // Throws std::bad_alloc where the system's cryptography has no memory left.
  Digest();

  void add(std::string_view part);
  // "sha256:<hex>". The last call.
  std::string finish();

 private:
  struct Free {
    void operator()(void* context) const noexcept;
  };

  std::unique_ptr<void, Free> context_;
};

}  // namespace kyma::helm
