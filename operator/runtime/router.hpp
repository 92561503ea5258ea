// One handler made of several, by path.
#pragma once

#include <string>
#include <vector>

#include "operator/http/server.hpp"

namespace kyma::runtime {

struct Route {
  std::string path;  // "/debug/pprof": it, and everything below it
  std::string help;  // one line for the index
  http::Handler handler;
};

// The first route whose path is at or above the request's answers it. "/" and `root` list the routes; the rest is 404.
http::Handler route(std::string root, std::vector<Route> routes);

}  // namespace kyma::runtime
