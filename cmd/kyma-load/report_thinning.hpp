// Which samples of a long run are drawn.
//
// Guarantees: the first and the last sample stay, and so do the least and the greatest value of every series in every
// part of the run, so that no peak is lost. Values only; any thread.
#pragma once

#include <cstddef>
#include <vector>

namespace kyma::load {

using Values = std::vector<double>;  // one per sample; not finite: absent

// At most `limit` indices below `count`, ascending; all of them when they are not more. Every series has `count`
// values.
std::vector<std::size_t> thin(std::size_t count, const std::vector<const Values*>& series, std::size_t limit);

}  // namespace kyma::load
