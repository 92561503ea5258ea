// Judges what concurrent clients saw of an API server: was it as if each request had happened at one instant?
//
// Checked are: that each version stands for one change; that versions rise with time, over all objects; that each
// object's operations can be put in an order that explains their answers (linearizability_search.hpp); that a list
// shows all objects as they were at its version, and no older than what had been answered before; that a watch shows
// every change exactly once, in order, with the right type and content, and nobody gets what is older than what a watch
// has shown. Reads may not lag: this is what a server promises that answers from one storage.
//
// A fault is told with what contradicts what. Bounded work: thousands of operations an object take a second or so. The
// possibilities grow with the unanswered writes to one object, unless a watch that saw all tells what became of them;
// where there are too many to try, that is a fault, too.
#pragma once

#include <optional>
#include <string>

#include "test/support/linearizability_history.hpp"

namespace kyma::test::linearizability {

// Nothing: all is well.
std::optional<std::string> find_fault(const History& history);

}  // namespace kyma::test::linearizability
