// Keeps the log of tests that provoke errors to itself.
#pragma once

#include <string>
#include <string_view>

#include "operator/base/log.hpp"

namespace kyma::http::testing {

class SilentLog final : public LogSink {
 public:
  SilentLog() { logging::set_sink(this); }
  ~SilentLog() override { logging::set_sink(nullptr); }
  void write(std::string_view line) override { text += line; }

  std::string text;
};

}  // namespace kyma::http::testing
