#include "test/support/linearizability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "test/support/linearizability_changes.hpp"
#include "test/support/linearizability_search.hpp"

namespace kyma::test::linearizability {
namespace {

using Fault = std::optional<std::string>;

// --- Watches ---------------------------------------------------------------------------------------------------------

Fault check_order(const WatchStream& watch) {
  const WatchEvent* before = nullptr;
  for (const auto& event : watch.events) {
    const Version last = before ? before->object.version : watch.begin;
    if (event.object.version <= last) {
      return fmt::format("watch {} sees {} after {}", watch.name, describe(event),
                         before ? describe(*before) : fmt::format("it began at version {}", last));
    }
    before = &event;
  }
  return std::nullopt;
}

// Once all that it saw is known to be in order, and to contradict no answer.
Fault check_nothing_missed(const WatchStream& watch, const Changes& changes) {
  auto event = watch.events.begin();
  const auto& all = changes.keys();
  for (auto change = all.upper_bound(watch.begin); change != all.end() && change->first <= watch.reached; ++change) {
    const auto& [version, key] = *change;
    if (event != watch.events.end() && event->object.version == version) {
      ++event;
      continue;
    }
    return fmt::format(
        "watch {} misses the change of {} at version {} to {}: it saw {}, then {}", watch.name, key, version,
        describe(changes.of(key).at(version).fields),
        event == watch.events.begin() ? fmt::format("nothing since {}", watch.begin) : describe(*std::prev(event)),
        event == watch.events.end() ? "nothing more" : describe(*event));
  }
  if (event != watch.events.end()) {
    return fmt::format("watch {} sees {}, and claims to have reached version {}", watch.name, describe(*event),
                       watch.reached);
  }
  return std::nullopt;
}

Fault check_types(const WatchStream& watch, const Changes& changes) {
  for (const auto& event : watch.events) {
    const auto* before = changes.last(event.key, event.object.version - 1);
    const bool was = before && !before->second.deleted;
    const bool wrong = was == (event.type == WatchEvent::Type::added);
    const bool other = was && event.type == WatchEvent::Type::deleted && before->second.fields != event.object.fields;
    if (!wrong && !other) continue;
    return fmt::format("watch {} sees {}; before, it was {}", watch.name, describe(event),
                       was ? describe(before->second.fields) : "not there");
  }
  return std::nullopt;
}

Fault check_watches(const History& history, const Changes& changes) {
  for (const auto& watch : history.watches) {
    if (auto fault = check_nothing_missed(watch, changes)) return fault;
    if (!changes.complete()) continue;
    if (auto fault = check_types(watch, changes)) return fault;
  }
  return std::nullopt;
}

// --- Versions and time -----------------------------------------------------------------------------------------------

// Walks through time and remembers the highest version that anybody has been told of: what begins after that is later.
class VersionsInTime {
 public:
  explicit VersionsInTime(const History& history) {
    for (const auto& operation : history.operations) add(operation);
    for (const auto& listing : history.listings) add(listing);
    for (const auto& watch : history.watches) {
      for (const auto& event : watch.events) add(watch, event);
    }
  }

  Fault check() {
    // At one instant, what begins comes before what ends: the two may have been at once.
    std::ranges::stable_sort(
        moments_, [](const Moment& a, const Moment& b) { return std::pair(a.at, a.tells) < std::pair(b.at, b.tells); });
    for (const auto& moment : moments_) {
      if (auto fault = moment.act()) return fault;
    }
    return std::nullopt;
  }

 private:
  struct Moment {
    Instant at;
    bool tells;
    std::function<Fault()> act;
  };
  using Text = std::function<std::string()>;
  struct Highest {
    Version version = 0;
    Text source = {};
  };

  void begins(Instant at, std::function<Fault()> check) { moments_.push_back({at, false, std::move(check)}); }
  void tells(Instant at, Highest& highest, Version version, Text source) {
    moments_.push_back({at, true, [&highest, version, source = std::move(source)]() -> Fault {
                          if (version > highest.version) highest = {version, source};
                          return std::nullopt;
                        }});
  }
  static Fault older(const std::string& what, const Highest& than) {
    return fmt::format("{}, which began later than this was known:\n  {}", what, than.source());
  }

  void add(const Operation& operation) {
    const Version version = operation.object.version;
    if (operation.outcome != Operation::Outcome::done || version == 0) return;
    tells(operation.returned, highest_, version, [&operation] { return operation.key + ": " + describe(operation); });
    const auto& highest = operation.kind == Operation::Kind::get ? shown_[operation.key] : highest_;
    const bool writes = operation.kind != Operation::Kind::get;
    if (writes && operation.repeats) return;
    begins(operation.invoked, [&operation, &highest, version, writes]() -> Fault {
      if (version > highest.version || (!writes && version == highest.version)) return std::nullopt;
      return older(operation.key + ": " + describe(operation), highest);
    });
  }

  void add(const Listing& listing) {
    tells(listing.returned, highest_, listing.version, [&listing] { return describe(listing); });
    begins(listing.invoked, [this, &listing]() -> Fault {
      if (listing.version >= highest_.version) return std::nullopt;
      return older(describe(listing), highest_);
    });
  }

  void add(const WatchStream& watch, const WatchEvent& event) {
    const auto source = [&watch, &event] { return fmt::format("watch {} sees {}", watch.name, describe(event)); };
    tells(event.seen, highest_, event.object.version, source);
    // What was shown to be deleted may have been made again.
    if (event.type != WatchEvent::Type::deleted) {
      tells(event.seen, shown_[event.key], event.object.version, source);
    }
  }

  std::vector<Moment> moments_;
  Highest highest_;                       // of all objects, and whoever was told
  std::map<std::string, Highest> shown_;  // by watches; the operations' own order is looked at elsewhere
};

// --- Lists -----------------------------------------------------------------------------------------------------------

bool may_be_deleted(const History& history, const std::string& key) {
  return std::ranges::any_of(history.operations, [&](const Operation& operation) {
    return operation.key == key && operation.kind == Operation::Kind::remove &&
           (operation.outcome == Operation::Outcome::done || operation.outcome == Operation::Outcome::unknown);
  });
}

Fault check_listing(const History& history, const Listing& listing, const Changes& changes) {
  for (const auto& [key, object] : listing.objects) {
    const auto* last = changes.last(key, listing.version);
    const bool unknown = !changes.complete() && (!last || last->first < object.version);
    const bool right =
        last && last->first == object.version && !last->second.deleted && last->second.fields == object.fields;
    if (right || (unknown && object.version <= listing.version)) continue;
    return fmt::format("{}\n  shows {} at version {} {}; its last change up to then was {}", describe(listing), key,
                       object.version, describe(object.fields),
                       last ? fmt::format("at version {} {}", last->first,
                                          last->second.deleted ? "its deletion" : "to " + describe(last->second.fields))
                            : "none");
  }
  for (const auto& [key, all] : changes.all()) {
    const auto* last = changes.last(key, listing.version);
    if (listing.objects.contains(key) || !last || last->second.deleted) continue;
    if (!changes.complete() && may_be_deleted(history, key)) continue;
    return fmt::format("{}\n  does not show {}, whose last change up to then was at version {} to {}",
                       describe(listing), key, last->first, describe(last->second.fields));
  }
  return std::nullopt;
}

// --- Objects ---------------------------------------------------------------------------------------------------------

// A list is a look at each object, too.
Operation look(const Listing& listing, const std::string& key) {
  Operation operation;
  operation.client = listing.client;
  operation.key = key;
  operation.invoked = listing.invoked;
  operation.returned = listing.returned;
  const auto found = listing.objects.find(key);
  operation.outcome = found == listing.objects.end() ? Operation::Outcome::missing : Operation::Outcome::done;
  if (found != listing.objects.end()) operation.object = found->second;
  return operation;
}

Fault check_objects(const History& history, const Changes& changes) {
  std::map<std::string, std::vector<Operation>> by_key;
  for (const auto& [key, known] : changes.all()) by_key[key];
  for (const auto& operation : history.operations) by_key[operation.key].push_back(operation);
  for (auto& [key, operations] : by_key) {
    for (const auto& listing : history.listings) operations.push_back(look(listing, key));
    const auto* all = changes.complete() ? &changes.of(key) : nullptr;
    if (auto fault = find_disorder(key, operations, history.begin, all)) return fault;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_fault(const History& history) {
  for (const auto& watch : history.watches) {
    if (auto fault = check_order(watch)) return fault;
  }
  Changes changes;
  if (auto fault = changes.take(history)) return fault;
  if (auto fault = check_watches(history, changes)) return fault;
  if (auto fault = VersionsInTime(history).check()) return fault;
  for (const auto& listing : history.listings) {
    if (auto fault = check_listing(history, listing, changes)) return fault;
  }
  return check_objects(history, changes);
}

}  // namespace kyma::test::linearizability
