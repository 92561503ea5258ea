#include "operator/apiserver/audited_request.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/request_attributes.hpp"
#include "operator/base/log.hpp"
#include "operator/base/utf8.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kComplete = "ResponseComplete";
constexpr std::string_view kStarted = "ResponseStarted";
constexpr std::size_t kMaxIdBytes = 64;           // Kubernetes' own limit
constexpr std::size_t kMaxUserAgentBytes = 1024;  // the same
constexpr std::size_t kMaxMessageBytes = 4 * 1024;

bool is_sensible_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= kMaxIdBytes &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

// "127.0.0.1" of "127.0.0.1:41234", "::1" of "[::1]:41234".
std::string address_of(std::string_view peer) {
  if (peer.starts_with('[')) return std::string(peer.substr(1, peer.find(']') - 1));
  return std::string(peer.substr(0, peer.rfind(':')));
}

// The method of what is about no resource, and of what no resource knows.
std::string verb_of(const Exchange& exchange) {
  std::string single_name;
  std::string verb(attributes_of(exchange, single_name).verb);
  if (!verb.empty()) return verb;
  verb = exchange.request.method;
  std::transform(verb.begin(), verb.end(), verb.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return verb;
}

}  // namespace

AuditedRequest::AuditedRequest(AuditLog& log, Exchange& exchange)
    : log_(log), exchange_(exchange), uri_(exchange.request.target), received_(log.now()) {
  const auto given = exchange.request.headers.get("Audit-ID");
  id_ = is_sensible_id(given) ? std::string(given) : log.new_id();
  exchange.audit = this;
}

AuditedRequest::~AuditedRequest() {
  exchange_.audit = nullptr;
  try {
    add(kComplete);
  } catch (const std::exception& error) {
    Logger("audit").error("An audit event cannot be made", {{"error", error.what()}});
  }
}

void AuditedRequest::authorized(bool allowed, std::string reason) {
  allowed_ = allowed;
  reason_ = std::move(reason);
}

void AuditedRequest::response_started() {
  if (exchange_.info.verb == Verb::watch) add(kStarted);
}

void AuditedRequest::add(std::string_view stage) const {
  auto text = event(stage, true);
  if (text.size() > kMaxEventBytes) text = event(stage, false);
  log_.add(make_utf8(std::move(text)));
}

// Whose bodies, and the errors that quote them, are nobody's business.
bool AuditedRequest::is_secret() const noexcept {
  const auto& info = exchange_.info;
  if (!info.is_resource) return false;
  if (info.group == "authentication.k8s.io") return true;
  return info.group.empty() && (info.resource == "secrets" || info.subresource == "token");
}

// What a path does not say, a refused request or one to no resource, may have anything in it.
bool AuditedRequest::may_show_body() const noexcept {
  return allowed_.value_or(false) && exchange_.resource && !is_secret();
}

std::string AuditedRequest::event(std::string_view stage, bool with_body) const {
  const bool has_body = log_.level() == AuditLevel::request && !exchange_.request.body.empty() && may_show_body();
  json::Writer out;
  out.object([&] {
    out.key("kind").string("Event").key("apiVersion").string("audit.k8s.io/v1");
    out.key("level").string(to_string(log_.level()));
    out.key("auditID").string(id_).key("stage").string(stage);
    write_request(out);
    write_users(out);
    write_object_reference(out);
    write_response(out);
    if (has_body && with_body) write_body(out);
    out.key("requestReceivedTimestamp").string(kube::format_micro_time(received_));
    out.key("stageTimestamp").string(kube::format_micro_time(log_.now()));
    write_annotations(out, has_body && !with_body);
  });
  return out.str();
}

void AuditedRequest::write_request(json::Writer& out) const {
  out.key("requestURI").string(uri_);
  out.key("verb").string(verb_of(exchange_));
  out.key("sourceIPs").array([&] { out.string(address_of(exchange_.writer.peer())); });
  if (const auto agent = exchange_.request.headers.get("User-Agent"); !agent.empty()) {
    out.key("userAgent").string(cut_utf8(agent, kMaxUserAgentBytes));
  }
}

void AuditedRequest::write_users(json::Writer& out) const {
  out.key("user");
  if (!caller_) {
    out.object([] {});
    return;
  }
  write_user(out, *caller_);
  if (!exchange_.user || exchange_.user == caller_) return;
  out.key("impersonatedUser");
  write_user(out, *exchange_.user);
}

void AuditedRequest::write_object_reference(json::Writer& out) const {
  const auto& info = exchange_.info;
  if (!info.is_resource) return;
  const auto member = [&](std::string_view key, std::string_view text) {
    if (!text.empty()) out.key(key).string(text);
  };
  out.key("objectRef").object([&] {
    member("resource", info.resource);
    member("namespace", info.name_space);
    member("name", info.name.empty() ? std::string_view(object_name_) : info.name);
    member("apiGroup", info.group);
    member("apiVersion", info.version);
    member("subresource", info.subresource);
  });
}

void AuditedRequest::write_response(json::Writer& out) const {
  if (exchange_.status == 0) return;  // the client left before it was answered
  out.key("responseStatus").object([&] {
    out.key("metadata").object([] {});
    if (failure_) {
      out.key("status").string("Failure");
      if (!is_secret()) out.key("message").string(cut_utf8(failure_->message, kMaxMessageBytes));
      const auto reason = kube::to_string(failure_->reason);
      if (!reason.empty()) out.key("reason").string(reason);
    }
    out.key("code").integer(exchange_.status);
  });
}

// Parsed and written anew: one line, whatever the client's body looks like.
void AuditedRequest::write_body(json::Writer& out) const {
  if (const auto body = json::parse(exchange_.request.body)) out.key("requestObject").value(*body);
}

void AuditedRequest::write_annotations(json::Writer& out, bool truncated) const {
  if (!allowed_ && !truncated) return;
  out.key("annotations").object([&] {
    if (truncated) out.key("audit.k8s.io/truncated").string("true");
    if (!allowed_) return;
    out.key("authorization.k8s.io/decision").string(*allowed_ ? "allow" : "forbid");
    out.key("authorization.k8s.io/reason").string(reason_);
  });
}

}  // namespace kyma::apiserver
