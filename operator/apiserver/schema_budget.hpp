// What the schemas of one definition may cost, all its versions together, so that no definition, however made, holds
// the loop for long; and its patterns, each of which is compiled once however often it occurs.
//
// Generous: definitions with ten thousand schemas and hundreds of patterns use a fraction of it (decision 0047).
// Lifetime: while a definition is checked or compiled; the patterns live on in the schemas. Thread: confined to one.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kyma::apiserver {

class SchemaBudget {
 public:
  // Schemas within schemas: members, items, alternatives.
  static constexpr std::size_t kMaxNodes = 50'000;
  // Of the patterns that differ. Units: instructions of the automata, and a quarter of a character; each takes less
  // than a microsecond to compile.
  static constexpr std::size_t kMaxPatternCost = 500'000;

  // One more schema; false: there are too many.
  bool take_node() noexcept;
  // Null when the patterns before it have used up what there is; else it may still be wrong: !ok().
  std::shared_ptr<const RE2> pattern(std::string_view text);

  bool is_spent() const noexcept { return nodes_ > kMaxNodes || pattern_cost_ > kMaxPatternCost; }
  // What there is too much of, for the definition's author.
  std::string why_spent() const;

  // Of validating the schemas' own defaults, as validate_schema() counts it.
  std::size_t default_work = 0;

 private:
  std::size_t nodes_ = 0;
  std::size_t pattern_cost_ = 0;
  std::unordered_map<std::string, std::shared_ptr<const RE2>> patterns_;
};

// What is wrong with a pattern, in Go's words; empty when nothing is.
std::string pattern_error(const RE2& pattern);

}  // namespace kyma::apiserver
