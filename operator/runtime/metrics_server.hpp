// The HTTP handlers of an operator's own endpoints: /metrics, and /healthz with /readyz.
//
// GET and HEAD only; unknown paths are 404. What they refer to must outlive them. Thread: the loop's.
#pragma once

#include <functional>
#include <string>

#include "operator/base/metrics.hpp"
#include "operator/http/server.hpp"
#include "operator/http/url.hpp"
#include "operator/runtime/health.hpp"

namespace kyma::runtime {

// Answers GET and HEAD by `answer`; anything else is 405, a target that is none 400.
using Answer = std::function<http::Response(const http::Target&)>;
http::Handler read_only_handler(Answer answer);
// The same for what is not there at once.
using AwaitedAnswer = std::function<asio::awaitable<http::Response>(http::Target)>;
http::Handler read_only_handler(AwaitedAnswer answer);
http::Response plain(unsigned status, std::string body);

http::Handler metrics_handler(metrics::Registry& registry);
http::Handler health_handler(const HealthChecks& health, const HealthChecks& readiness);

}  // namespace kyma::runtime
