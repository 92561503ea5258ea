// Keeps a target in step with the API server: lists, watches, and recovers by the book (RUNTIME-SPEC 4).
//
// What to do next is decided by ListWatch, a state machine without I/O (list_watch.hpp); this shell carries it out.
// Guarantees: the target sees a consistent list, then every change in order; a clean end of a watch is resumed from the
// last version without a list; 410 and undecodable data lead to a new list; refused connections, 401, 429 and 5xx keep
// the version and back off; a watch that is silent for longer than `idle_timeout` is given up and resumed. A long list
// is read with pauses in which the loop does its other work. A wait after failures that showed the server away ends
// early when somebody knows it to be back (server_answered()). A failure is logged when it is another one than the
// last, and every kReportPeriod while it goes on. Metrics, by kind: the time of the last sign of life, lists and
// watches done again by reason. Lifetime: must outlive run(). Thread: confined to the loop's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/resource_type.hpp"
#include "operator/kube/meta/watch_decoder.hpp"

namespace kyma::runtime {

// Who receives what the reflector reads. JSON views are valid during the call.
class ReflectorTarget {
 public:
  // An item of a list, to be taken in at once. Error: decode; the list is then abandoned.
  virtual kube::Outcome<void> on_list_item(std::string_view json) = 0;
  // The items since the last completion were all there is at this version: what was not among them is gone.
  virtual asio::awaitable<void> on_list_complete(std::uint64_t resource_version) = 0;
  // There will be another list: the items since the last completion say nothing about what is gone.
  virtual void on_list_abandoned() = 0;
  // Added, modified, deleted or bookmark. Sets the object's version. Error: decode; leads to a new list.
  virtual kube::Outcome<void> on_event(kube::EventType type, std::string_view json,
                                       std::uint64_t& resource_version) = 0;

 protected:
  ~ReflectorTarget() = default;
};

struct ReflectorOptions {
  std::string name_space;  // empty: all
  std::string label_selector;
  std::string field_selector;
  // The server ends a watch after a random time in [watch_timeout, 2 x watch_timeout).
  std::chrono::seconds watch_timeout{300};
  // A watch without any event or bookmark for this long is dead. Bookmarks come about once a minute.
  Duration idle_timeout = std::chrono::minutes{3};
  std::uint64_t random_seed = 0;  // 0: seeded by the system
};

class Reflector {
 public:
  // `target` and `client` must outlive it. `metrics` may be null.
  Reflector(kube::Client& client, Clock& clock, kube::ResourceType type, ReflectorOptions options,
            ReflectorTarget& target, metrics::Registry* metrics);
  ~Reflector();

  // Until cancelled.
  asio::awaitable<void> run();
  // The server has answered somebody. A reflector that waits for it, since nobody answered or with 5xx, tries again
  // once it has waited kLeastWait: after an outage, what was missed is not to wait for a delay grown to a minute.
  static constexpr std::chrono::seconds kLeastWait{1};
  void server_answered() noexcept;
  static constexpr std::chrono::seconds kReportPeriod{30};
  // Why the last list or watch failed; empty while all is well. For readiness messages.
  const std::string& last_error() const noexcept;
  // That was 401 or 403, or there are no credentials: nothing is wrong here that time alone would mend.
  bool denied() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kyma::runtime
