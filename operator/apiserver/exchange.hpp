// One request and its answer: what the handlers share.
//
// Lifetime: within the HTTP handler's coroutine. Thread: confined to one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/content_negotiation.hpp"
#include "operator/apiserver/request_info.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/apiserver/user_info.hpp"
#include "operator/http/server.hpp"
#include "operator/http/url.hpp"
#include "operator/kube/meta/error.hpp"

namespace kyma::apiserver {

class AuditedRequest;

struct Exchange {
  http::Request& request;
  http::ResponseWriter& writer;
  http::Target target = {};
  RequestInfo info = {};
  UserPtr user = {};  // set once the request is admitted
  ResourcePtr resource = {};
  Representation representation = {};
  std::vector<std::string> warnings = {};
  unsigned status = 0;              // what was answered; 0: nothing yet
  AuditedRequest* audit = nullptr;  // null: no log is kept

  asio::awaitable<void> respond(unsigned code, std::string body, std::string_view type = "application/json");
  asio::awaitable<void> fail(const kube::Error& error);
  // Starts an answer that is streamed; false when the peer is gone.
  asio::awaitable<bool> start_stream(std::string_view type = "application/json");
};

// The error as a Status object.
http::Response error_response(const kube::Error& error);

}  // namespace kyma::apiserver
