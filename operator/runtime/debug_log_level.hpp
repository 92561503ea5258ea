// GET /debug/loglevel: what is logged. PUT /debug/loglevel: changes it, until the process ends; the body is a level's
// name (debug, info, warning or warn, error, off) or {"level": "debug"}. Every change is a line in the log.
//
// Thread: any.
#pragma once

#include "operator/http/server.hpp"

namespace kyma::runtime {

http::Handler log_level_handler();

}  // namespace kyma::runtime
