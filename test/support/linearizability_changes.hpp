// All changes that a history tells of, by version: from answered writes and from what watches saw.
//
// Where one watch saw everything from the history's beginning to its end, the changes are complete: there are no
// others. Else there may be some in between that nobody was told of, such as deletions, whose answers name no version.
// Lifetime: shorter than the history's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "test/support/linearizability_history.hpp"

namespace kyma::test::linearizability {

struct KnownChange {
  bool deleted = false;
  Fields fields = {};  // of a deletion: the last ones
};
using KeyChanges = std::map<Version, KnownChange>;

class Changes {
 public:
  // Takes in everything; the fault when two sources contradict each other.
  std::optional<std::string> take(const History& history);

  bool complete() const noexcept { return complete_; }
  // By version; those of one object may be empty.
  const std::map<Version, std::string>& keys() const noexcept { return keys_; }
  const KeyChanges& of(const std::string& key) const;
  const std::map<std::string, KeyChanges>& all() const noexcept { return by_key_; }
  // The newest change of an object up to a version; null: none is known.
  const KeyChanges::value_type* last(const std::string& key, Version up_to) const;

 private:
  std::optional<std::string> add(const std::string& key, Version version, KnownChange change,
                                 const std::string& source);

  std::map<Version, std::string> keys_;
  std::map<Version, std::string> sources_;
  std::map<std::string, KeyChanges> by_key_;
  bool complete_ = false;
};

}  // namespace kyma::test::linearizability
