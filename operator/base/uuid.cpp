#include "operator/base/uuid.hpp"

#include <fmt/format.h>

namespace kyma {

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFFU,
                     low >> 48U, low & 0xFFFF'FFFF'FFFFULL);
}

std::string random_uuid(std::uint64_t high, std::uint64_t low) {
  return uuid_text((high & ~std::uint64_t{0xF000}) | 0x4000U,
                   (low & 0x3FFF'FFFF'FFFF'FFFFULL) | 0x8000'0000'0000'0000ULL);
}

}  // namespace kyma
