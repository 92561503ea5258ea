// What an HTTPS endpoint shows: a certificate and key from files, loaded again when they have changed, or a self-signed
// one made at start.
//
// Guarantees: a renewed pair is in use within kBetweenLooks, for new connections; a pair that cannot be used (half
// written, not matching, gone) leaves the former in force and is told in the log once per change. A self-signed one is
// made anew before it runs out. Not here: who may connect. Thread: one at a time; looks at small files, and blocks for
// that long.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "operator/base/clock.hpp"
#include "operator/http/error.hpp"
#include "operator/http/tls.hpp"
#include "operator/kube/client/watched_file.hpp"

namespace kyma::runtime {

class ServingCertificate {
 public:
  static constexpr std::chrono::seconds kBetweenLooks{10};
  static constexpr std::chrono::hours kSelfSignedFor{365 * 24};

  // PEM files. Error: invalid_argument that names the file.
  static http::Outcome<std::unique_ptr<ServingCertificate>> from_files(Clock& clock, std::string certificate_file,
                                                                       std::string key_file);
  // For this machine's name and loopback addresses; lives in memory alone.
  static http::Outcome<std::unique_ptr<ServingCertificate>> self_signed(Clock& clock);

  // For the next connection.
  std::shared_ptr<http::TlsContext> context();

 private:
  ServingCertificate(Clock& clock, std::string certificate_file, std::string key_file);
  http::Outcome<void> load();
  http::Outcome<void> make_self_signed();
  http::Outcome<void> use(const std::string& certificate_pem, const std::string& key_pem);
  void look_again();

  Clock& clock_;
  kube::WatchedFile certificate_;  // without paths: self-signed
  kube::WatchedFile key_;
  SteadyTime next_look_{};
  std::shared_ptr<http::TlsContext> context_;
};

}  // namespace kyma::runtime
