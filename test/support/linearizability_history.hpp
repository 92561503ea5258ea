// What concurrent clients asked an API server for and what they were told, for linearizability.hpp to judge.
//
// One kind of objects, told apart by key; an object's content is a set of fields. All instants are of one clock, in
// nanoseconds; every object is absent when the history begins. Plain data, for any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kyma::test::linearizability {

using Version = std::uint64_t;
using Instant = std::int64_t;
using Fields = std::map<std::string, std::string>;

inline constexpr Instant kNever = std::numeric_limits<Instant>::max();

struct Object {
  Version version = 0;
  Fields fields = {};
  bool operator==(const Object&) const = default;
};

// One request about one object.
struct Operation {
  enum class Kind {
    get,
    create,
    replace,  // all fields
    patch,    // some fields
    remove,
  };
  enum class Outcome {
    done,
    missing,   // 404
    conflict,  // 409: it exists already, or has another version than expected
    refused,   // any other error that says that nothing was done
    unknown,   // no answer: done at any time since, or never
  };

  int client = 0;
  Kind kind = Kind::get;
  std::string key = {};
  Fields fields = {};                    // that it writes
  std::optional<Version> expected = {};  // the precondition
  Instant invoked = 0;
  Instant returned = kNever;  // of an unknown outcome: kNever
  Outcome outcome = Outcome::unknown;
  Object object = {};    // in the answer; version 0: the answer held none, as a deletion's
  bool repeats = false;  // writes what its client had seen, which may change nothing
};

// Everything there is, at one version. Of a list in pages: put together; `returned` is when the first page was there,
// since that one settles what all of them show.
struct Listing {
  int client = 0;
  Instant invoked = 0;
  Instant returned = kNever;
  Version version = 0;
  std::map<std::string, Object> objects = {};
};

struct WatchEvent {
  enum class Type { added, modified, deleted };
  Type type = Type::added;
  std::string key = {};
  Object object = {};  // of a deletion: the last content, under the deletion's version
  Instant seen = 0;
};

// One watcher through all its reconnections.
struct WatchStream {
  std::string name = {};
  Version begin = 0;    // it shows what came after
  Version reached = 0;  // and everything up to here: by an event or a bookmark
  std::vector<WatchEvent> events = {};
};

struct History {
  Version begin = 0;
  std::vector<Operation> operations = {};
  std::vector<Listing> listings = {};
  std::vector<WatchStream> watches = {};
};

// "client 3 patches {a: 3-7}: version 41 {a: 3-7, b: 1-2} (12.345 to 13.001 ms)"
std::string describe(const Operation& operation);
std::string describe(const Listing& listing);
std::string describe(const WatchEvent& event);
std::string describe(const Fields& fields);

}  // namespace kyma::test::linearizability
