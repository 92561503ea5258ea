#include "operator/runtime/serving_certificate.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "operator/base/log.hpp"
#include "operator/http/certificates.hpp"

namespace kyma::runtime {
namespace {

const Logger kLog("certificate");

// Clients that look at the validity have this long to see the next one.
constexpr std::chrono::hours kRenewBefore{30 * 24};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

http::Error as_http(const kube::Error& error) { return {http::Errc::invalid_argument, error.message}; }

}  // namespace

ServingCertificate::ServingCertificate(Clock& clock, std::string certificate_file, std::string key_file)
    : clock_(clock), certificate_(std::move(certificate_file), {}), key_(std::move(key_file), {}) {}

http::Outcome<std::unique_ptr<ServingCertificate>> ServingCertificate::from_files(Clock& clock,
                                                                                  std::string certificate_file,
                                                                                  std::string key_file) {
  std::unique_ptr<ServingCertificate> made(
      new ServingCertificate(clock, std::move(certificate_file), std::move(key_file)));
  for (kube::WatchedFile* file : {&made->certificate_, &made->key_}) {
    if (auto read = file->refresh(); !read) return as_http(read.error());
  }
  if (auto loaded = made->load(); !loaded) return loaded.error();
  return made;
}

http::Outcome<std::unique_ptr<ServingCertificate>> ServingCertificate::self_signed(Clock& clock) {
  std::unique_ptr<ServingCertificate> made(new ServingCertificate(clock, {}, {}));
  if (auto outcome = made->make_self_signed(); !outcome) return outcome.error();
  return made;
}

std::shared_ptr<http::TlsContext> ServingCertificate::context() {
  if (clock_.now() >= next_look_) look_again();
  return context_;
}

void ServingCertificate::look_again() {
  http::Outcome<void> done;
  if (certificate_.path().empty()) {
    done = make_self_signed();
  } else {
    next_look_ = clock_.now() + kBetweenLooks;
    const auto certificate = certificate_.refresh();
    const auto key = key_.refresh();
    if (!certificate) {
      done = as_http(certificate.error());
    } else if (!key) {
      done = as_http(key.error());
    } else if (*certificate || *key) {
      done = load();
      if (done) kLog.info("The serving certificate was loaded again", {{"file", certificate_.path()}});
    }
  }
  if (done) return;
  kLog.warning("The serving certificate cannot be loaded again; the former stays in use",
               {{"error", done.error().message}});
}

http::Outcome<void> ServingCertificate::load() {
  next_look_ = clock_.now() + kBetweenLooks;
  auto used = use(certificate_.content(), key_.content());
  if (used) return used;
  return http::Error{used.error().code,
                     fmt::format("{} with {}: {}", certificate_.path(), key_.path(), used.error().message)};
}

http::Outcome<void> ServingCertificate::make_self_signed() {
  next_look_ = clock_.now() + kSelfSignedFor - kRenewBefore;
  const auto authority = http::make_certificate_authority("metrics-ca", kSelfSignedFor);
  if (!authority) return authority.error();
  http::CertificateRequest request;
  request.common_name = "metrics";
  request.dns_names = {"localhost"};
  if (const std::string name = host_name(); !name.empty() && name != "localhost") request.dns_names.push_back(name);
  request.ip_addresses = {"127.0.0.1", "::1"};
  request.server = true;
  const auto pair = http::sign_certificate(*authority, request, kSelfSignedFor);
  if (!pair) return pair.error();
  return use(pair->certificate_pem, pair->private_key_pem);
}

http::Outcome<void> ServingCertificate::use(const std::string& certificate_pem, const std::string& key_pem) {
  http::TlsServerOptions options;
  options.certificate_pem = certificate_pem;
  options.private_key_pem = key_pem;
  auto made = http::make_server_tls(options);
  if (!made) return made.error();
  context_ = std::move(*made);
  return {};
}

}  // namespace kyma::runtime
