// The project's time types, for code that stores times but waits for none.
#pragma once

#include <chrono>

namespace kyma {

using SteadyTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
// An instant that is not there, where an optional would double the size.
inline constexpr WallTime kNoTime = WallTime::min();

}  // namespace kyma
