// The contract between a controller and what it runs.
//
// A reconciler is level-driven: it is told which object may need work, never what happened. It reads the caches,
// compares wish and reality, writes what differs, and says when it wants to look again:
//
//   done                 nothing to do until something changes; the backoff is forgotten
//   requeue_after(d)     look again after d; the backoff is forgotten; one timer per key, the earlier deadline wins,
//                        and a change of the object comes before it
//   an error             look again with the rate limiter's growing delay, sooner only for a new generation
//                        (controller.hpp)
//   server trouble       an error that says nothing about the object: no answer, 401, 429, 5xx. Look again within
//                        seconds (server_trouble.hpp); no failure of the object is counted, and none forgotten
//   a terminal error     like an error, but retrying cannot help: wait for a change
//
// The same key is never reconciled twice at a time; different keys are, up to the controller's limit. An exception is
// caught by the controller, counted as a panic and retried as an error; cancellation unwinds.
#pragma once

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "operator/base/asio.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/interned_string.hpp"
#include "operator/base/log.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::runtime {

// The object to look at.
struct Request {
  InternedString name_space;
  InternedString name;

  std::string str() const { return name_space.empty() ? name.str() : name_space.str() + "/" + name.str(); }
  friend bool operator==(const Request&, const Request&) noexcept = default;
};

struct RequestHash {
  std::size_t operator()(const Request& request) const noexcept {
    return request.name_space.hash() * 0x9E3779B97F4A7C15ull ^ request.name.hash();
  }
};

class Result {
 public:
  static Result done() { return Result(std::nullopt); }
  // A delay of zero or less means at once.
  static Result requeue_after(Duration delay) { return Result(delay); }

  Result() = default;  // done

  const std::optional<Duration>& delay() const noexcept { return delay_; }

 private:
  explicit Result(std::optional<Duration> delay) : delay_(delay) {}
  std::optional<Duration> delay_;
};

struct ReconcileError {
  std::string message;
  bool terminal = false;
  bool server_trouble = false;
  std::optional<std::chrono::milliseconds> retry_after = {};  // what the server asked for

  ReconcileError() = default;  // for the result type, which wants one
  ReconcileError(std::string text, bool is_terminal = false) : message(std::move(text)), terminal(is_terminal) {}
  // Server trouble when it is.
  ReconcileError(const kube::Error& error);
};
[[noreturn]] void throw_exception_from_error(const ReconcileError& error, const boost::source_location& location);

using ReconcileOutcome = boost::system::result<Result, ReconcileError>;

class ReconcileLog;

class Reconciler {
 public:
  virtual ~Reconciler() = default;
  virtual asio::awaitable<ReconcileOutcome> reconcile(Request request) = 0;

 protected:
  // `log` with what tells the reconcile of this object from others (reconcile_log.hpp). For a line or two while
  // reconciling, not for keeping.
  Logger log_of(const Logger& log, const Request& request) const;

 private:
  friend class Controller;
  const ReconcileLog* lines_ = nullptr;  // of the controller that runs this; null: of none yet
};

}  // namespace kyma::runtime
