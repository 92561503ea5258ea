// What the audit log says of one request: an event when a watch begins to answer, and one when the request has ended,
// however it did.
//
// Guarantees: neither tokens nor what is in a Secret are ever in an event; nothing that a client sends can break out of
// its line; an event has kMaxEventBytes at most, or leaves the body out and says so in an annotation.
// Lifetime: within its Exchange's, whose end writes the last event. Thread: confined to one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "operator/apiserver/audit_log.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/base/time.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct Exchange;

class AuditedRequest {
 public:
  static constexpr std::size_t kMaxEventBytes = 100 * 1024;  // as --audit-log-truncate-max-event-size

  // The exchange has its request; its audit becomes this.
  AuditedRequest(AuditLog& log, Exchange& exchange);
  ~AuditedRequest();
  AuditedRequest(const AuditedRequest&) = delete;
  AuditedRequest& operator=(const AuditedRequest&) = delete;

  // The client's, if it sends a sensible one: what it is told as Audit-ID.
  const std::string& id() const noexcept { return id_; }

  void authenticated(UserPtr caller) { caller_ = std::move(caller); }
  void authorized(bool allowed, std::string reason);
  void failed(const kube::Error& error) { failure_ = error; }
  // The object that a request is about, if its path does not name it.
  void names_object(std::string_view name) { object_name_ = name; }
  // The answer has begun, and may last.
  void response_started();

 private:
  std::string event(std::string_view stage, bool with_body) const;
  void write_users(json::Writer& out) const;
  void write_request(json::Writer& out) const;
  void write_object_reference(json::Writer& out) const;
  void write_response(json::Writer& out) const;
  void write_body(json::Writer& out) const;
  void write_annotations(json::Writer& out, bool truncated) const;
  void add(std::string_view stage) const;
  bool is_secret() const noexcept;
  bool may_show_body() const noexcept;

  AuditLog& log_;
  Exchange& exchange_;
  std::string uri_;
  std::string id_;
  WallTime received_;
  UserPtr caller_;  // null: nobody proved to be anybody
  std::optional<bool> allowed_;
  std::string reason_;
  std::string object_name_;
  std::optional<kube::Error> failure_;
};

}  // namespace kyma::apiserver
