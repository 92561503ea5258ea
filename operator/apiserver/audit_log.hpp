// Kubernetes' audit log: one line of JSON (audit.k8s.io/v1, Event) for each request, written behind the requests'
// backs.
//
// Guarantees: a request never waits for the disk; events stand in the order in which their stages were reached; a disk
// that is full or slow costs events, which are counted and logged, and nothing else. Not guaranteed: that an event is
// on disk when its request is answered (kFlushInterval later, as a rule), nor that none is lost in a crash. Lifetime:
// longer than its requests; run() ends before it goes, and the rest is written then. Thread: confined to one; a second
// one writes, and touches nothing but the file and the text that it was given.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "operator/apiserver/audit_file.hpp"
#include "operator/apiserver/audit_options.hpp"
#include "operator/base/asio.hpp"
#include "operator/base/clock.hpp"
#include "operator/base/metrics.hpp"

namespace kyma::apiserver {

class AuditLog {
 public:
  static constexpr Duration kFlushInterval = std::chrono::milliseconds{200};
  static constexpr std::size_t kFlushBytes = 256 * 1024;
  static constexpr std::size_t kMaxPendingBytes = 16 * 1024 * 1024;

  // Throws std::runtime_error, with the remedy, when the file cannot be opened.
  AuditLog(asio::any_io_executor executor, Clock& clock, const AuditOptions& options, metrics::Registry& metrics,
           std::uint64_t seed);
  ~AuditLog();

  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  AuditLevel level() const noexcept { return options_.level; }
  WallTime now() const { return clock_.wall_now(); }
  std::string new_id() { return random_id(random_(), random_()); }
  // One event, without the end of its line.
  void add(std::string_view event);

 private:
  struct Batch {
    std::string text;
    std::size_t events = 0;
  };
  using Written = AuditFile::Outcome<void>;

  static std::string random_id(std::uint64_t high, std::uint64_t low);
  // Hands what was added to the other thread, unless that is busy still.
  void write();
  void on_written(const Batch& batch, const Written& written);
  void settle(const Batch& batch, const Written& written);
  void lose(std::size_t events, std::string_view why);

  asio::any_io_executor executor_;
  Clock& clock_;
  AuditOptions options_;
  std::unique_ptr<AuditFile> file_;  // the writing thread's, while a batch is written
  std::mt19937_64 random_;
  Batch pending_;
  bool writing_ = false;
  Timer alarm_;
  std::size_t lost_ = 0;  // since the last time that writing worked
  metrics::Counter& events_;
  metrics::Counter& errors_;
  metrics::Counter& at_level_;
  std::shared_ptr<AuditLog*> self_;  // what comes back from the writing thread finds nobody once this is gone
  asio::thread_pool writer_{1};
};

}  // namespace kyma::apiserver
