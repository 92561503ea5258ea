// An exec credential plugin in use: run when its credential is needed and there is none, kept until it expires.
//
// Guarantees: however many requests wait, the plugin runs once at a time, for 30 s at most; whoever starts it runs it,
// and when that one is cancelled the plugin is ended and the next in line starts it anew. A plugin that fails is left
// alone for a while that grows from 1 to 4 s, in which everybody gets its last error at once; a refused credential is
// replaced at most every 10 s. Errors: unauthorized with http_status 0; they name the command and the remedy, with the
// last lines of its standard error and never a word of its standard output.
// Lifetime: must outlive its calls. Thread: the client's. Source of the rules: client-go's exec plugins; the pauses are
// ours.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/base/condition.hpp"
#include "operator/kube/client/child_process.hpp"
#include "operator/kube/client/credential_loads.hpp"
#include "operator/kube/client/exec_credential.hpp"

namespace kyma::kube {

class ExecPlugin {
 public:
  // Takes a credential into use. Error: it is of no use, as if the plugin had failed.
  using Take = std::function<Outcome<void>(const ExecCredential& credential)>;

  // `cluster` has the plugin in `exec`.
  ExecPlugin(Clock& clock, const ClusterConfig& cluster, std::shared_ptr<CredentialLoads> loads, ProcessRunner runner,
             Take take);

  // There is a credential and it has not expired.
  bool fresh() const noexcept;
  // The number of credentials obtained so far.
  std::uint64_t count() const noexcept { return count_; }

  // Obtains a credential unless there is a fresh one.
  asio::awaitable<Outcome<void>> obtain();
  // Obtains another one for the credential of this count, which the server has refused, unless that was done already
  // or not long ago.
  asio::awaitable<void> replace(std::uint64_t refused);
  // What everybody waits for when a run takes long: "cannot authenticate: exec plugin "x" has not ended for 12 s".
  std::string why_waiting() const;

 private:
  asio::awaitable<Outcome<void>> run();
  Outcome<void> judge(const std::optional<ProcessResult>& result);
  Error failed(std::string_view why) const;
  Error explain_start(const std::error_code& problem) const;

  Clock& clock_;
  ExecConfig exec_;
  ProcessRequest request_;
  std::string source_;
  std::shared_ptr<CredentialLoads> loads_;
  ProcessRunner runner_;
  Take take_;

  std::optional<WallTime> expires_;  // of the credential, when there is one
  std::uint64_t count_ = 0;
  bool running_ = false;
  SteadyTime started_{};  // the last run
  Condition ended_;       // a run
  Error last_error_;
  Duration pause_;             // after the next failure
  SteadyTime not_before_{};    // no run sooner, after a failure
  SteadyTime next_replace_{};  // no run for a refused credential sooner
};

}  // namespace kyma::kube
