// Named health checks and their HTTP answers, as Kubernetes components give them: /healthz, /readyz, `?verbose`,
// `?exclude=name`, and one check alone under /readyz/<name>.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "operator/http/message.hpp"
#include "operator/http/url.hpp"

namespace kyma::runtime {

class HealthChecks {
 public:
  // Returns why it fails; empty when it is well.
  using Check = std::function<std::string()>;

  // `endpoint` is the path's first part, for the texts: "readyz".
  explicit HealthChecks(std::string endpoint) : endpoint_(std::move(endpoint)) {}

  void add(std::string name, Check check) { checks_[std::move(name)] = std::move(check); }
  // Answers /endpoint and /endpoint/<name>: 200 "ok", or 500 with the failing checks; 404 for an unknown name.
  http::Response answer(const http::Target& target) const;
  bool ok() const;

 private:
  std::string endpoint_;
  std::map<std::string, Check> checks_;
};

}  // namespace kyma::runtime
