// UUIDs as text: 8-4-4-4-12 hexadecimal digits.
#pragma once

#include <cstdint>
#include <string>

namespace kyma {

// These 128 bits as they are.
std::string uuid_text(std::uint64_t high, std::uint64_t low);
// Of random bits, six of which say that it is random: version 4, variant 1 (RFC 9562).
std::string random_uuid(std::uint64_t high, std::uint64_t low);

}  // namespace kyma
