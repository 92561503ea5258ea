#include "operator/apiserver/credentials.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "operator/base/asio.hpp"
#include "operator/base/base64.hpp"
#include "operator/http/signing_key.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::chrono::hours kYear{365 * 24};
constexpr std::chrono::hours kAuthorityLifetime = 10 * kYear;
constexpr std::chrono::hours kServerLifetime = kYear;
constexpr std::chrono::hours kRenewBefore{30 * 24};
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kMinTokenChars = 16;

http::Error file_error(const std::string& path, std::string_view action, int code) {
  return {http::Errc::invalid_argument,
          fmt::format("cannot {} {}: {}; check the directory and its permissions, or name another place", action, path,
                      std::generic_category().message(code))};
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

http::Outcome<void> make_private_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return file_error(path, "make the directory", errno);
  if (!std::filesystem::is_directory(path, error)) return file_error(path, "use as a directory", ENOTDIR);
  return {};
}

bool write_all(int descriptor, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const auto count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

constexpr const char* kServiceAccountKey = "sa.key";

struct Kept {
  http::KeyPair authority;
  std::string token;
};

// Apart from the others: a directory of an earlier version has none.
http::Outcome<std::string> load_or_make_service_account_key(const std::string& directory) {
  const auto path = fmt::format("{}/{}", directory, kServiceAccountKey);
  if (auto known = directory.empty() ? std::nullopt : read_file(path)) {
    *known += '\n';
    if (http::SigningKey::from_pem(*known)) return std::move(*known);
    return http::Error{
        http::Errc::invalid_argument,
        fmt::format("{} holds no private key of the curve P-256; delete it to have a new one made (which "
                    "ends all tokens of service accounts)",
                    path)};
  }
  auto key = http::SigningKey::generate().private_key_pem();
  if (!directory.empty()) {
    if (auto written = write_private_file(path, key); !written) return written.error();
  }
  return key;
}

http::Outcome<Kept> make_kept() {
  auto authority = http::make_certificate_authority("kyma-apiserver", kAuthorityLifetime);
  if (!authority) return authority.error();
  return Kept{std::move(*authority), http::random_hex(kTokenBytes)};
}

// What an earlier life left, when it is complete and still good.
http::Outcome<Kept> load_or_make(const std::string& directory) {
  if (directory.empty()) return make_kept();
  if (auto made = make_private_directory(directory); !made) return made.error();
  const auto file = [&](std::string_view name) { return fmt::format("{}/{}", directory, name); };
  const auto certificate = read_file(file("ca.crt"));
  const auto key = read_file(file("ca.key"));
  const auto token = read_file(file("token"));
  if (certificate && key && token) {
    if (token->size() < kMinTokenChars || token->find_first_of(" \t\r\n\"\\") != std::string::npos) {
      return http::Error{
          http::Errc::invalid_argument,
          fmt::format("{} holds no usable token (at least {} characters without spaces); delete {} to have "
                      "new credentials made",
                      file("token"), kMinTokenChars, directory)};
    }
    if (http::is_usable(*certificate, *certificate, kRenewBefore)) {
      return Kept{{*certificate + "\n", *key + "\n"}, *token};
    }
  }
  auto kept = make_kept();
  if (!kept) return kept;
  // The key goes last: an interrupted attempt is incomplete, and is made again.
  for (const auto& [name, text] :
       {std::pair{"token", kept->token + "\n"}, std::pair{"ca.crt", kept->authority.certificate_pem},
        std::pair{"ca.key", kept->authority.private_key_pem}}) {
    if (auto written = write_private_file(file(name), text); !written) return written.error();
  }
  return kept;
}

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

// A YAML string, whatever it holds: JSON's strings are YAML's.
std::string yaml_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

}  // namespace

http::Outcome<std::string> read_pem_file(const std::string& path) {
  errno = 0;
  auto text = read_file(path);
  if (!text) return file_error(path, "read", errno);
  if (text->find("-----BEGIN ") == std::string::npos) {
    return http::Error{http::Errc::invalid_argument, fmt::format("{} holds nothing in PEM form", path)};
  }
  return std::move(*text) + "\n";
}

http::Outcome<ServerCredentials> load_or_make_credentials(const std::string& directory,
                                                          const std::vector<std::string>& hosts) {
  auto kept = load_or_make(directory);
  if (!kept) return kept.error();
  auto service_account_key = load_or_make_service_account_key(directory);
  if (!service_account_key) return service_account_key.error();
  http::CertificateRequest request;
  request.common_name = "kyma-apiserver";
  request.server = true;
  request.dns_names = {"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"};
  request.ip_addresses = {"127.0.0.1", "::1"};
  for (const auto& host : hosts) {
    auto& names = is_address(host) ? request.ip_addresses : request.dns_names;
    if (!host.empty() && std::find(names.begin(), names.end(), host) == names.end()) names.push_back(host);
  }
  auto server = http::sign_certificate(kept->authority, request, kServerLifetime);
  if (!server) {
    return http::Error{http::Errc::invalid_argument,
                       fmt::format("cannot use the CA{}: {}; delete that directory to have new credentials made",
                                   directory.empty() ? "" : fmt::format(" in {}", directory), server.error().message)};
  }
  return ServerCredentials{std::move(kept->authority.certificate_pem), std::move(*server), std::move(kept->token),
                           std::move(*service_account_key)};
}

http::Outcome<void> write_private_file(const std::string& path, const std::string& text) {
  const auto temporary = fmt::format("{}.{}.tmp", path, ::getpid());
  ::unlink(temporary.c_str());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return file_error(path, "write", errno);
  const bool written = write_all(descriptor, text) && ::fsync(descriptor) == 0;
  const int code = errno;
  ::close(descriptor);
  if (written && std::rename(temporary.c_str(), path.c_str()) == 0) return {};
  const int reason = written ? errno : code;
  ::unlink(temporary.c_str());
  return file_error(path, "write", reason);
}

std::string make_kubeconfig(const std::string& url, const std::string& insecure_url,
                            const ServerCredentials& credentials) {
  std::string clusters = fmt::format("- name: kyma\n  cluster:\n    server: {}\n    certificate-authority-data: {}\n",
                                     yaml_string(url), encode_base64(credentials.ca_pem));
  std::string contexts = "- name: kyma\n  context:\n    cluster: kyma\n    user: admin\n    namespace: default\n";
  if (!insecure_url.empty()) {
    clusters += fmt::format("- name: kyma-insecure\n  cluster:\n    server: {}\n", yaml_string(insecure_url));
    contexts +=
        "- name: kyma-insecure\n  context:\n    cluster: kyma-insecure\n    user: admin\n    namespace: default\n";
  }
  return fmt::format(
      "apiVersion: v1\nkind: Config\ncurrent-context: kyma\nclusters:\n{}contexts:\n{}users:\n- name: admin\n  user:\n "
      "   "
      "token: {}\npreferences: {{}}\n",
      clusters, contexts, yaml_string(credentials.token));
}

}  // namespace kyma::apiserver
