// How many files and connections this process may have open.
#pragma once

#include <cstddef>

namespace kyma {

std::size_t descriptor_limit() noexcept;
// Makes it as large as this process may by itself, as Go's programs do at their start: the small default is for
// programs that use select(). Returns the new one.
std::size_t raise_descriptor_limit() noexcept;

}  // namespace kyma
