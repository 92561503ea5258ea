// What a reflector does next: the rules of listing, watching and recovering (RUNTIME-SPEC 4) as a state machine without
// I/O.
//
// The shell carries out an Action and comes back with its Outcome; time and randomness come from outside, so a test
// walks every transition in microseconds.
//
//   start ............................... list at "0" (any state the server has at hand: cheap for etcd)
//   listed, more pages .................. next page
//   listed .............................. watch from the list's version
//   list failed: expired, gone, or
//     "too large resource version" ...... list at "" at once (consistent, in pages); from "" in pages: once more at ""
//                                         in one piece; from there: back off, list
//   list failed otherwise ............... back off, list again; after 401 and 403 ("denied") for kDeniedWait at most
//   watch ended by the server, cut off .. watch again at once from the last version; back off when that happens twice
//                                         running within a second and without an event
//   watch silent ........................ watch again at once
//   watch not opened: no connection,
//     429, denied ....................... back off, watch again from the last version
//   watch failed with 5xx ............... the same, three times; then back off, list
//   watch failed otherwise (410, 404, ...)  back off, list at the last seen version (the server answers with nothing
//                                         older)
//   The delays grow; they start anew when a server that was away or overloaded gives an answer again, even if it is no.
//
// The server's streaming lists (sendInitialEvents) would be one more state before `watching`; the API is made for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "operator/base/time.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/runtime/backoff.hpp"

namespace kyma::runtime {

class ListWatch {
 public:
  // Why a list follows another, or a watch another: labels of metrics.
  enum class Reason {
    none,          // in the order of things
    closed,        // the server ended the watch
    lost,          // the connection broke in the middle
    idle,          // nothing came for too long
    unreachable,   // no connection
    throttled,     // 429
    server_error,  // 5xx
    unauthorized,  // 401, or credentials that cannot be had
    expired,       // 410, or a version that the server does not know
    undecodable,   // data that is not what the API promises
    refused,       // any other answer: 403, 404, ...
  };

  // The longest pause after 401, 403 or without credentials; jittered to twice that. It ends when people or programs
  // have done their part, and they wait for it then; the question costs the server next to nothing.
  static constexpr std::chrono::milliseconds kDeniedWait{2500};
  // Who we are is not known, or not enough.
  static bool is_denied(const kube::Error& error) noexcept { return error.is_unauthorized() || error.is_forbidden(); }

  // What the shell is to do.
  struct Action {
    enum class Kind {
      list,   // with resource_version, limit and continue_token
      watch,  // from resource_version
      wait,   // for `delay`
    };
    Kind kind = Kind::wait;
    std::string resource_version;
    std::int64_t limit = 0;
    std::string continue_token;  // not empty: what was listed so far stays; empty: a list from the start
    std::chrono::seconds timeout{0};
    Duration delay{0};
    Reason reason = Reason::none;  // why it is done again
  };

  // How an action ended.
  struct Outcome {
    enum class Kind {
      started,  // no action yet
      waited,
      listed,        // a list answer was read to its end: resource_version, continue_token
      list_failed,   // error
      watch_closed,  // the server ended the answer properly
      watch_lost,    // the connection broke after the watch was open: error
      watch_idle,    // nothing came for too long
      watch_failed,  // not opened, or an ERROR event, or undecodable: error
    };
    Kind kind = Kind::started;
    std::uint64_t resource_version = 0;
    std::string continue_token = {};
    std::optional<kube::Error> error = {};
  };

  ListWatch(std::chrono::seconds watch_timeout, std::uint64_t random_seed);

  // The one step.
  Action resume(const Outcome& outcome, SteadyTime now);
  // The watch delivered an event or a bookmark.
  void saw(std::uint64_t resource_version) noexcept;
  std::uint64_t resource_version() const noexcept { return version_; }

 private:
  enum class State {
    listing,        // at "0" or at the last version, in one piece
    listing_pages,  // at "", the first or a further page
    listing_whole,  // at "", in one piece, since the pages expired on the way
    watching,
    waiting_to_list,
    waiting_to_watch,
  };

  Action after_list_failure(const kube::Error& error, SteadyTime now);
  Action after_watch_end(Reason reason, SteadyTime now);
  Action after_watch_failure(const kube::Error& error, SteadyTime now);

  Action list(Reason reason);
  Action next_page(std::string continue_token);
  Action watch(Reason reason, SteadyTime now);
  Action wait(State then, Reason reason, const std::optional<kube::Error>& error, SteadyTime now);

  std::chrono::seconds watch_timeout_;
  Random random_;
  Backoff backoff_;
  Backoff denied_backoff_;
  bool in_trouble_ = false;  // the last failure was the server's: no answer, 429, 5xx
  State state_ = State::listing;
  std::uint64_t version_ = 0;         // last seen; 0: none yet
  bool version_unavailable_ = false;  // the server cannot list at it: list at ""
  Reason reason_ = Reason::none;      // of the wait, for what follows it
  SteadyTime watch_started_{};
  bool watch_was_useful_ = false;  // it delivered something
  int short_watches_ = 0;          // in a row
  int server_errors_ = 0;          // in a row, of watches
};

// "expired", for the label.
std::string_view to_string(ListWatch::Reason reason) noexcept;

}  // namespace kyma::runtime
