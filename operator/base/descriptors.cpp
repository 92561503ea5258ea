#include "operator/base/descriptors.hpp"

#include <sys/resource.h>

#include <limits>

namespace kyma {
namespace {

constexpr std::size_t kUnknown = 1024;

std::size_t to_size(rlim_t limit) noexcept {
  return limit == RLIM_INFINITY ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(limit);
}

}  // namespace

std::size_t descriptor_limit() noexcept {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? to_size(limit.rlim_cur) : kUnknown;
}

std::size_t raise_descriptor_limit() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kUnknown;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return descriptor_limit();
}

}  // namespace kyma
