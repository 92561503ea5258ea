#include "test/support/linearizability.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <algorithm>
#include <random>

#include "test/support/linearizability_search.hpp"

using namespace kyma::test::linearizability;
using Catch::Matchers::ContainsSubstring;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;
using Type = WatchEvent::Type;

namespace {

struct During {
  Instant invoked;
  Instant returned;
};

Operation done(Kind kind, During time, Fields written, Version version, Fields now, const std::string& key = "k") {
  Operation operation;
  operation.kind = kind;
  operation.key = key;
  operation.fields = std::move(written);
  operation.invoked = time.invoked;
  operation.returned = time.returned;
  operation.outcome = Outcome::done;
  operation.object = {version, std::move(now)};
  return operation;
}
Operation create(During time, Version version, const Fields& fields, const std::string& key = "k") {
  return done(Kind::create, time, fields, version, fields, key);
}
Operation get(During time, Version version, const Fields& fields, const std::string& key = "k") {
  return done(Kind::get, time, {}, version, fields, key);
}
Operation replace(During time, Version expected, Version version, const Fields& fields) {
  auto operation = done(Kind::replace, time, fields, version, fields);
  operation.expected = expected;
  return operation;
}
Operation patch(During time, const Fields& patch, Version version, const Fields& now, const std::string& key = "k") {
  return done(Kind::patch, time, patch, version, now, key);
}
Operation removed(During time, std::optional<Version> expected = {}) {
  auto operation = done(Kind::remove, time, {}, 0, {});
  operation.expected = expected;
  return operation;
}
// The same with another outcome.
Operation but(Outcome outcome, Operation operation) {
  operation.outcome = outcome;
  operation.object = {};
  if (outcome == Outcome::unknown) operation.returned = kNever;
  return operation;
}

History of(std::vector<Operation> operations) { return {.begin = 10, .operations = std::move(operations)}; }

WatchStream watch(std::vector<WatchEvent> events, Version reached, Version begin = 10) {
  return {"w", begin, reached, std::move(events)};
}

std::string fault_of(const History& history) { return find_fault(history).value_or("none"); }

}  // namespace

TEST_CASE("A history of one client is in order", "[support][linearizability]") {
  CHECK(fault_of(of({
            but(Outcome::missing, get({1, 2}, 0, {})),
            create({3, 4}, 11, {{"a", "1"}}),
            but(Outcome::conflict, create({5, 6}, 0, {{"a", "2"}})),
            get({7, 8}, 11, {{"a", "1"}}),
            replace({9, 10}, 11, 13, {{"b", "1"}}),
            but(Outcome::conflict, replace({11, 12}, 11, 0, {{"b", "2"}})),
            patch({13, 14}, {{"a", "3"}}, 14, {{"a", "3"}, {"b", "1"}}),
            but(Outcome::conflict, removed({15, 16}, 13)),
            removed({17, 18}, 14),
            but(Outcome::missing, patch({19, 20}, {{"a", "4"}}, 0, {})),
            but(Outcome::missing, removed({21, 22})),
            create({23, 24}, 16, {{"a", "5"}}),
        })) == "none");
}

TEST_CASE("Concurrent operations may take effect in any order", "[support][linearizability]") {
  // The first to be asked is the last to be done.
  CHECK(fault_of(of({
            create({1, 2}, 11, {{"a", "0"}}),
            patch({3, 30}, {{"a", "1"}}, 13, {{"a", "1"}}),
            patch({4, 20}, {{"a", "2"}}, 12, {{"a", "2"}}),
            get({5, 15}, 11, {{"a", "0"}}),
            get({6, 25}, 12, {{"a", "2"}}),
        })) == "none");
}

TEST_CASE("An unanswered write may have happened, at any time, or not", "[support][linearizability]") {
  const auto made = create({1, 2}, 11, {{"a", "0"}});
  const auto unanswered = but(Outcome::unknown, patch({3, 4}, {{"a", "1"}}, 0, {}));
  CHECK(fault_of(of({made, unanswered, get({5, 6}, 11, {{"a", "0"}})})) == "none");
  CHECK(fault_of(of({made, unanswered, get({5, 6}, 12, {{"a", "1"}})})) == "none");
  CHECK(fault_of(of({made, unanswered, get({5, 6}, 11, {{"a", "0"}}), get({7, 8}, 12, {{"a", "1"}})})) == "none");
  // But not be undone, nor happen twice, nor before it was asked for.
  CHECK(fault_of(of({made, unanswered, get({5, 6}, 12, {{"a", "1"}}), get({7, 8}, 13, {{"a", "0"}})})) != "none");
  CHECK(fault_of(of({made, unanswered, patch({5, 6}, {{"a", "2"}}, 14, {{"a", "2"}}), get({7, 8}, 15, {{"a", "1"}}),
                     patch({9, 10}, {{"a", "3"}}, 16, {{"a", "3"}}), get({11, 12}, 17, {{"a", "1"}})})) != "none");
  CHECK(fault_of(of({made, but(Outcome::unknown, patch({5, 6}, {{"a", "1"}}, 0, {})),
                     get({3, 4}, 12, {{"a", "1"}})})) != "none");
}

TEST_CASE("An unanswered deletion explains why an object is gone", "[support][linearizability]") {
  const auto made = create({1, 2}, 11, {{"a", "0"}});
  const auto gone = but(Outcome::missing, get({5, 6}, 0, {}));
  CHECK(fault_of(of({made, but(Outcome::unknown, removed({3, 4})), gone})) == "none");
  CHECK_THAT(fault_of(of({made, gone})), ContainsSubstring("client 0 gets it: not found"));
}

TEST_CASE("A refused write must not be seen", "[support][linearizability]") {
  const auto made = create({1, 2}, 11, {{"a", "0"}});
  const auto refused = but(Outcome::refused, patch({3, 4}, {{"a", "1"}}, 0, {}));
  CHECK(fault_of(of({made, refused, get({5, 6}, 11, {{"a", "0"}})})) == "none");
  CHECK(fault_of(of({made, refused, get({5, 6}, 12, {{"a", "1"}})})) != "none");
}

TEST_CASE("A write that changes nothing keeps the version", "[support][linearizability]") {
  auto repeated = patch({3, 4}, {{"a", "0"}}, 11, {{"a", "0"}});
  repeated.repeats = true;
  CHECK(fault_of(of({create({1, 2}, 11, {{"a", "0"}}), repeated, get({5, 6}, 11, {{"a", "0"}})})) == "none");
  repeated.object.version = 12;
  CHECK(fault_of(of({create({1, 2}, 11, {{"a", "0"}}), repeated, get({5, 6}, 12, {{"a", "0"}})})) != "none");
}

TEST_CASE("A stale read is told with the write that it has missed", "[support][linearizability]") {
  const auto fault = fault_of(of({
      create({1, 2}, 11, {{"a", "0"}}),
      get({3, 4}, 11, {{"a", "0"}}),
      patch({5, 6}, {{"a", "1"}}, 12, {{"a", "1"}}),
      get({7, 8}, 11, {{"a", "0"}}),
      get({9, 10}, 12, {{"a", "1"}}),
      removed({11, 12}),
  }));
  CHECK(fault ==
        "k: there is no order of these operations that explains all answers:\n"
        "  client 0 patches it with {a: 1}: version 12 {a: 1} (0.000 to 0.000 ms)\n"
        "  client 0 gets it: version 11 {a: 0} (0.000 to 0.000 ms)");
}

TEST_CASE("A get that goes back in time is told with the one before", "[support][linearizability]") {
  // The write is still under way: either answer alone would do.
  const auto fault = fault_of(of({
      create({1, 2}, 11, {{"a", "0"}}),
      patch({3, 20}, {{"a", "1"}}, 12, {{"a", "1"}}),
      get({4, 5}, 12, {{"a", "1"}}),
      get({6, 7}, 11, {{"a", "0"}}),
  }));
  CHECK_THAT(fault, ContainsSubstring("gets it: version 12 {a: 1}"));
  CHECK_THAT(fault, ContainsSubstring("gets it: version 11 {a: 0}"));
  CHECK_THAT(fault, !ContainsSubstring("creates it"));
}

TEST_CASE("A lost update is found", "[support][linearizability]") {
  const auto made = create({1, 2}, 11, {{"a", "0"}, {"b", "0"}});
  SECTION("two of one version") {
    CHECK_THAT(fault_of(of({made, replace({3, 5}, 11, 12, {{"a", "1"}}), replace({4, 6}, 11, 13, {{"a", "2"}})})),
               ContainsSubstring("if it has version 11: version 13"));
  }
  SECTION("a patch that takes back another's field") {
    const auto first = patch({3, 5}, {{"a", "1"}}, 12, {{"a", "1"}, {"b", "0"}});
    CHECK(fault_of(of({made, first, patch({4, 6}, {{"b", "2"}}, 13, {{"a", "0"}, {"b", "2"}})})) != "none");
    CHECK(fault_of(of({made, first, patch({4, 6}, {{"b", "2"}}, 13, {{"a", "1"}, {"b", "2"}})})) == "none");
  }
  SECTION("an acknowledged one that nobody sees any more") {
    CHECK(fault_of(of({made, replace({3, 4}, 11, 12, {{"a", "1"}}), replace({5, 6}, 11, 13, {{"a", "2"}})})) != "none");
  }
}

TEST_CASE("A write that is done twice is found", "[support][linearizability]") {
  const auto made = create({1, 2}, 11, {{"a", "0"}});
  CHECK(fault_of(of({made, patch({3, 10}, {{"a", "1"}}, 12, {{"a", "1"}}),
                     patch({4, 5}, {{"a", "2"}}, 13, {{"a", "2"}}), get({11, 12}, 14, {{"a", "1"}})})) != "none");
  // Its second try meets what its first has done.
  CHECK(fault_of(of({but(Outcome::conflict, create({1, 2}, 0, {{"a", "0"}})), get({3, 4}, 11, {{"a", "0"}})})) !=
        "none");
}

TEST_CASE("A wrong refusal is found", "[support][linearizability]") {
  const auto made = create({1, 2}, 11, {{"a", "0"}});
  CHECK(fault_of(of({but(Outcome::conflict, create({1, 2}, 0, {{"a", "0"}}))})) != "none");
  CHECK(fault_of(of({made, but(Outcome::conflict, replace({3, 4}, 11, 0, {{"a", "1"}}))})) != "none");
  CHECK(fault_of(of({made, but(Outcome::conflict, patch({3, 4}, {{"a", "1"}}, 0, {}))})) != "none");
  CHECK(fault_of(of({made, but(Outcome::conflict, removed({3, 4}, 11))})) != "none");
  CHECK(fault_of(of({made, but(Outcome::missing, removed({3, 4}))})) != "none");
}

TEST_CASE("Versions must rise with time, over all objects", "[support][linearizability]") {
  CHECK_THAT(fault_of(of({create({1, 2}, 12, {{"a", "0"}}, "k"), create({3, 4}, 11, {{"a", "1"}}, "l")})),
             ContainsSubstring("which began later than this was known:\n  k: client 0 creates it"));
  CHECK(fault_of(of({create({1, 4}, 12, {{"a", "0"}}, "k"), create({3, 4}, 11, {{"a", "1"}}, "l")})) == "none");
  CHECK_THAT(fault_of(of({create({1, 4}, 11, {{"a", "0"}}, "k"), create({3, 4}, 11, {{"a", "1"}}, "l")})),
             ContainsSubstring("version 11 stands for two things"));
}

TEST_CASE("A list shows one instant", "[support][linearizability]") {
  auto history =
      of({create({1, 2}, 11, {{"a", "0"}}, "k"), create({3, 4}, 12, {{"a", "1"}}, "l"),
          patch({5, 20}, {{"a", "2"}}, 13, {{"a", "2"}}, "k"), patch({6, 20}, {{"a", "3"}}, 14, {{"a", "3"}}, "l")});
  Listing listing{7, 7, 10, 13, {{"k", {13, {{"a", "2"}}}}, {"l", {12, {{"a", "1"}}}}}};
  const auto fault_with = [&](const Listing& list) {
    auto with_list = history;
    with_list.listings.push_back(list);
    return fault_of(with_list);
  };
  CHECK(fault_with(listing) == "none");
  SECTION("torn: the later of two changes without the earlier") {
    listing.version = 14;
    listing.objects = {{"k", {11, {{"a", "0"}}}}, {"l", {14, {{"a", "3"}}}}};
    CHECK_THAT(
        fault_with(listing),
        ContainsSubstring("shows k at version 11 {a: 0}; its last change up to then was at version 13 to {a: 2}"));
  }
  SECTION("an object later than the list") {
    listing.version = 12;
    CHECK_THAT(fault_with(listing), ContainsSubstring("shows k at version 13"));
  }
  SECTION("an object missing") {
    listing.objects.erase("l");
    CHECK_THAT(fault_with(listing),
               ContainsSubstring("does not show l, whose last change up to then was at version 12"));
  }
  SECTION("older than what had been answered before") {
    listing = {7, 7, 10, 11, {{"k", {11, {{"a", "0"}}}}}};
    CHECK_THAT(fault_with(listing), ContainsSubstring("which began later than this was known"));
  }
  SECTION("later than what began after it") {
    listing.version = 15;
    listing.objects = {{"k", {13, {{"a", "2"}}}}, {"l", {14, {{"a", "3"}}}}};
    CHECK(fault_with(listing) == "none");
    history.operations.push_back(create({11, 21}, 15, {{"a", "4"}}, "m"));
    CHECK(fault_with(listing) != "none");
  }
}

TEST_CASE("A watch shows every change once, in order", "[support][linearizability]") {
  auto history = of({create({1, 2}, 11, {{"a", "0"}}), patch({3, 4}, {{"a", "1"}}, 12, {{"a", "1"}}), removed({5, 6}),
                     create({7, 8}, 14, {{"a", "2"}})});
  const WatchEvent made{Type::added, "k", {11, {{"a", "0"}}}, 2};
  const WatchEvent patched{Type::modified, "k", {12, {{"a", "1"}}}, 4};
  const WatchEvent gone{Type::deleted, "k", {13, {{"a", "1"}}}, 6};
  const WatchEvent again{Type::added, "k", {14, {{"a", "2"}}}, 8};
  const auto fault_with = [&](std::vector<WatchEvent> events, Version reached = 14) {
    auto with_watch = history;
    with_watch.watches.push_back(watch(std::move(events), reached));
    return fault_of(with_watch);
  };
  CHECK(fault_with({made, patched, gone, again}) == "none");
  CHECK(fault_with({made, patched}, 12) == "none");
  CHECK_THAT(fault_with({made, gone, again}), ContainsSubstring("misses the change of k at version 12"));
  CHECK_THAT(fault_with({made, patched, gone}), ContainsSubstring("then nothing more"));
  CHECK_THAT(fault_with({made, patched, again}), ContainsSubstring("sees ADDED k at version 14"));
  CHECK_THAT(fault_with({made, made, patched, gone, again}), ContainsSubstring("after ADDED k at version 11"));
  CHECK_THAT(fault_with({patched, made, gone, again}), ContainsSubstring("after MODIFIED k at version 12"));
  SECTION("with its type") {
    auto wrong = patched;
    wrong.type = Type::added;
    CHECK_THAT(fault_with({made, wrong, gone, again}), ContainsSubstring("before, it was {a: 0}"));
  }
  SECTION("with its content") {
    auto wrong = patched;
    wrong.object.fields = {{"a", "9"}};
    CHECK_THAT(fault_with({made, wrong, gone, again}), ContainsSubstring("version 12 stands for two things"));
    wrong = gone;
    wrong.object.fields = {{"a", "0"}};
    CHECK_THAT(fault_with({made, patched, wrong, again}), ContainsSubstring("before, it was {a: 1}"));
  }
  SECTION("and nothing that nobody did") {
    const WatchEvent phantom{Type::modified, "k", {15, {{"a", "7"}}}, 9};
    CHECK_THAT(fault_with({made, patched, gone, again, phantom}, 15),
               ContainsSubstring("more than its operations made"));
  }
  SECTION("and no get is older than what it has shown") {
    history.operations[1].returned = 20;
    history.operations.resize(2);
    history.operations.push_back(get({6, 7}, 11, {{"a", "0"}}));
    CHECK_THAT(fault_with({made, patched}), ContainsSubstring("watch w sees MODIFIED k at version 12"));
  }
}

TEST_CASE("Two watches must show the same, also from where they are resumed", "[support][linearizability]") {
  auto history = of({create({1, 2}, 11, {{"a", "0"}}), but(Outcome::unknown, patch({3, 4}, {{"a", "1"}}, 0, {}))});
  const WatchEvent made{Type::added, "k", {11, {{"a", "0"}}}, 2};
  const WatchEvent patched{Type::modified, "k", {12, {{"a", "1"}}}, 5};
  history.watches = {watch({made, patched}, 12), watch({patched}, 12, 11)};
  CHECK(fault_of(history) == "none");
  history.watches[1].events.clear();
  CHECK_THAT(fault_of(history), ContainsSubstring("misses the change of k at version 12"));
}

namespace {

// Clients that overlap at random, on an object that does one thing at a time.
History random_history(std::mt19937& random, int count, bool with_watch) {
  History history{.begin = 10};
  if (with_watch) history.watches.push_back(watch({}, 10));
  Version version = 10;
  std::optional<Object> object;
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int i = 0; i < count; ++i) {
    const Instant at = i * 10;
    Operation operation;
    operation.client = i % 8;
    operation.key = "k";
    operation.kind = static_cast<Kind>(pick(5));
    operation.fields = {{std::string(1, static_cast<char>('a' + pick(3))), std::to_string(i)}};
    operation.invoked = at - pick(60);
    operation.returned = at + pick(60);
    const bool conditional = operation.kind == Kind::replace || (operation.kind == Kind::remove && pick(2) == 0);
    if (conditional) operation.expected = object && pick(3) != 0 ? object->version : 11;
    const bool creates = operation.kind == Kind::create;
    const bool conflict = object && (creates || (operation.expected && *operation.expected != object->version));
    const auto before = object;
    operation.outcome = conflict ? Outcome::conflict : !object && !creates ? Outcome::missing : Outcome::done;
    if (operation.outcome == Outcome::done && operation.kind != Kind::get) {
      ++version;
      if (operation.kind == Kind::remove) {
        object.reset();
      } else {
        Fields fields = operation.kind == Kind::patch ? object->fields : Fields{};
        for (const auto& [name, value] : operation.fields) fields[name] = value;
        object = Object{version, fields};
      }
      if (with_watch) {
        const auto type = !before ? Type::added : object ? Type::modified : Type::deleted;
        history.watches[0].events.push_back({type, "k", {version, object ? object->fields : before->fields}, at + 100});
        history.watches[0].reached = version;
      }
    }
    if (operation.outcome == Outcome::done && operation.kind != Kind::remove) operation.object = *object;
    if (pick(with_watch ? 20 : 100) == 0) operation = but(Outcome::unknown, operation);
    history.operations.push_back(operation);
  }
  return history;
}

}  // namespace

TEST_CASE("Random histories of an object that is in order are found to be", "[support][linearizability]") {
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    const bool with_watch = i % 2 == 0;
    CAPTURE(i);
    CHECK(fault_of(random_history(random, 200, with_watch)) == "none");
  }
  CHECK(fault_of(random_history(random, 5000, true)) == "none");
  CHECK(fault_of(random_history(random, 5000, false)) == "none");
}

TEST_CASE("An answer that is made another one is found in random histories", "[support][linearizability]") {
  std::mt19937 random(8);
  int changed = 0;
  for (int i = 0; i < 60; ++i) {
    auto history = random_history(random, 100, i % 2 == 0);
    const auto found =
        std::ranges::find_if(history.operations.begin() + 50, history.operations.end(),
                             [](const auto& each) { return each.outcome == Outcome::done && each.kind == Kind::get; });
    if (found == history.operations.end()) continue;
    auto& operation = *found;
    ++changed;
    CAPTURE(i);
    auto fields = operation.object.fields;
    fields["a"] = "nobody's";
    operation.object.fields = fields;
    CHECK_THAT(fault_of(history), ContainsSubstring("nobody's"));
  }
  CHECK(changed >= 40);
}
