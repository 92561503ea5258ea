#include "operator/apiserver/audit_log.hpp"

#include <boost/asio/post.hpp>

#include <stdexcept>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/base/uuid.hpp"

namespace kyma::apiserver {
namespace {

const Logger& log() {
  static const Logger kLog("audit");
  return kLog;
}

std::unique_ptr<AuditFile> open(const AuditOptions& options) {
  auto file = AuditFile::open(options);
  if (!file) throw std::runtime_error(file.error());
  return std::move(*file);
}

}  // namespace

AuditLog::AuditLog(asio::any_io_executor executor, Clock& clock, const AuditOptions& options,
                   metrics::Registry& metrics, std::uint64_t seed)
    : executor_(std::move(executor)),
      clock_(clock),
      options_(options),
      file_(open(options)),
      random_(seed),
      alarm_(clock, [this] { write(); }),
      events_(metrics
                  .counter("apiserver_audit_event_total",
                           "Counter of audit events generated and sent to the audit backend.")
                  .with({})),
      errors_(metrics
                  .counter("apiserver_audit_error_total",
                           "Counter of audit events that failed to be audited properly. Plugin identifies the plugin "
                           "affected by the error.",
                           {"plugin"})
                  .with({"log"})),
      at_level_(metrics
                    .counter("apiserver_audit_level_total",
                             "Counter of policy levels for audit events (1 per request).", {"level"})
                    .with({std::string(to_string(options.level))})),
      self_(std::make_shared<AuditLog*>(this)) {}

AuditLog::~AuditLog() {
  self_.reset();
  writer_.join();
  if (pending_.events > 0) settle(pending_, file_->write(pending_.text, now()));
}

std::string AuditLog::random_id(std::uint64_t high, std::uint64_t low) { return random_uuid(high, low); }

void AuditLog::add(std::string_view event) {
  at_level_.increment();
  if (pending_.text.size() + event.size() > kMaxPendingBytes) {
    lose(1, "the disk is slower than the requests are");
    return;
  }
  events_.increment();
  if (pending_.events == 0) alarm_.expires_at(clock_.now() + kFlushInterval);
  pending_.text.append(event).append(1, '\n');
  ++pending_.events;
  if (pending_.text.size() >= kFlushBytes) write();
}

void AuditLog::write() {
  if (writing_ || pending_.events == 0) return;
  writing_ = true;
  const auto batch = std::make_shared<const Batch>(std::exchange(pending_, {}));
  const std::weak_ptr<AuditLog*> self = self_;
  asio::post(writer_, [file = file_.get(), batch, self, now = now(), loop = executor_] {
    asio::post(loop, [batch, self, written = file->write(batch->text, now)] {
      if (const auto alive = self.lock()) (*alive)->on_written(*batch, written);
    });
  });
}

void AuditLog::on_written(const Batch& batch, const Written& written) {
  writing_ = false;
  settle(batch, written);
  write();
}

void AuditLog::settle(const Batch& batch, const Written& written) {
  if (!written) {
    lose(batch.events, written.error());
  } else if (lost_ > 0) {
    log().info("The audit log is written again", {{"lost_events", std::exchange(lost_, 0)}});
  }
}

void AuditLog::lose(std::size_t events, std::string_view why) {
  errors_.increment(static_cast<double>(events));
  if (lost_ == 0) log().error("Audit events are lost", {{"error", why}});
  lost_ += events;
}

}  // namespace kyma::apiserver
