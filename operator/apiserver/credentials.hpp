// The secrets of an embedded server: its CA, its certificate, the administrator's token and the key that signs tokens
// of service accounts, and the files they live in.
//
// Guarantees: files have mode 0600 and are replaced atomically, the directory is made with mode 0700; what is there and
// still good is used again. Blocks on files; thread: any.
#pragma once

#include <string>
#include <vector>

#include "operator/http/certificates.hpp"
#include "operator/http/error.hpp"

namespace kyma::apiserver {

struct ServerCredentials {
  std::string ca_pem;
  http::KeyPair server;             // signed by the CA
  std::string token;                // secret
  std::string service_account_key;  // PEM; secret
};

// `directory` empty: nothing is kept. The server's certificate is always made anew, for these hosts (names or
// addresses) besides localhost: every start rotates it, and clients go on since the CA stays. Errors: invalid_argument,
// naming the file and the remedy.
http::Outcome<ServerCredentials> load_or_make_credentials(const std::string& directory,
                                                          const std::vector<std::string>& hosts);

// A certificate or key that a user brings. Error: invalid_argument, naming the file.
http::Outcome<std::string> read_pem_file(const std::string& path);

// Replaces a file atomically; mode 0600. Error: invalid_argument, naming the file.
http::Outcome<void> write_private_file(const std::string& path, const std::string& text);

// A kubeconfig for these URLs (the second may be empty), whose current context is the first.
std::string make_kubeconfig(const std::string& url, const std::string& insecure_url,
                            const ServerCredentials& credentials);

}  // namespace kyma::apiserver
