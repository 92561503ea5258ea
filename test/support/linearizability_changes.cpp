#include "test/support/linearizability_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kyma::test::linearizability {
namespace {

bool is_write(const Operation& operation) {
  return operation.kind != Operation::Kind::get && operation.kind != Operation::Kind::remove;
}

}  // namespace

std::optional<std::string> Changes::take(const History& history) {
  for (const auto& operation : history.operations) {
    if (!is_write(operation) || operation.outcome != Operation::Outcome::done) continue;
    auto fault = add(operation.key, operation.object.version, {false, operation.object.fields}, describe(operation));
    if (fault) return fault;
  }
  for (const auto& watch : history.watches) {
    for (const auto& event : watch.events) {
      const bool deleted = event.type == WatchEvent::Type::deleted;
      auto fault = add(event.key, event.object.version, {deleted, event.object.fields},
                       fmt::format("watch {} sees {}", watch.name, describe(event)));
      if (fault) return fault;
    }
  }
  const Version end = keys_.empty() ? history.begin : keys_.rbegin()->first;
  complete_ = std::ranges::any_of(
      history.watches, [&](const WatchStream& watch) { return watch.begin <= history.begin && watch.reached >= end; });
  return std::nullopt;
}

std::optional<std::string> Changes::add(const std::string& key, Version version, KnownChange change,
                                        const std::string& source) {
  const auto [known, is_new] = keys_.try_emplace(version, key);
  if (is_new) {
    sources_[version] = source;
    by_key_[key].emplace(version, std::move(change));
    return std::nullopt;
  }
  const auto& before = by_key_[known->second].at(version);
  if (known->second == key && before.deleted == change.deleted && before.fields == change.fields) return std::nullopt;
  return fmt::format("version {} stands for two things:\n  {}: {}\n  {}: {}", version, known->second, sources_[version],
                     key, source);
}

const KeyChanges& Changes::of(const std::string& key) const {
  static const KeyChanges kNone;
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? kNone : found->second;
}

const KeyChanges::value_type* Changes::last(const std::string& key, Version up_to) const {
  const auto& changes = of(key);
  const auto after = changes.upper_bound(up_to);
  return after == changes.begin() ? nullptr : &*std::prev(after);
}

}  // namespace kyma::test::linearizability
