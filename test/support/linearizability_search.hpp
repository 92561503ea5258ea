// Is there an order of one object's operations, each at an instant between its invocation and its return, in which all
// of them were answered rightly? The search of Wing and Gong, with what it has tried remembered as by Lowe.
//
// Operations without an answer may be in that order, at any place since their invocation, or not. When there is no
// order, the smallest part of the history is looked for that has none, whatever came before it. Bounded: a search ends
// undecided after kMostSteps; on what servers answer it takes about as many steps as there are operations.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "test/support/linearizability_changes.hpp"
#include "test/support/linearizability_history.hpp"

namespace kyma::test::linearizability {

inline constexpr std::size_t kMostSteps = 500'000;

// Nothing: there is one. Otherwise what cannot be put in order. `all_changes` of the object, beginning after `begin`;
// null: they are not known.
std::optional<std::string> find_disorder(const std::string& key, const std::vector<Operation>& operations,
                                         Version begin, const KeyChanges* all_changes);

}  // namespace kyma::test::linearizability
