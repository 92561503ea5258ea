// What a cluster keeps in every namespace for its service accounts: the account "default", the ConfigMap
// "kube-root-ca.crt" with the CA that clients inside are to trust, and the tokens of Secrets of the type
// kubernetes.io/service-account-token.
//
// Guarantees: what is deleted or changed is restored, but not in a namespace that is being deleted; a token Secret goes
// with its account. Lifetime: run() ends before the object goes. Thread: confined to one.
#pragma once

#include <map>
#include <set>
#include <string>

#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/service_account_tokens.hpp"
#include "operator/base/condition.hpp"

namespace kyma::apiserver {

inline constexpr std::string_view kTokenSecretType = "kubernetes.io/service-account-token";

class ServiceAccountController {
 public:
  // Looks at what is there, and observes the storage from now on. `ca_pem` empty: no ConfigMaps.
  ServiceAccountController(ObjectService& objects, ServiceAccountTokens& tokens, std::string ca_pem);

  asio::awaitable<void> run();

 private:
  void load();
  void on_change(Table& table, const Change& change);
  void on_secret(const Change& change);
  void forget(const StoredObject& secret);
  void wake() { work_.notify_all(); }
  void complete_namespace(const std::string& name);
  void ensure_account(std::string_view name_space);
  void ensure_certificates(std::string_view name_space);
  void complete_secret(const std::string& key);

  ObjectService& objects_;
  ServiceAccountTokens& tokens_;
  std::string ca_pem_;
  Table& namespaces_;
  Table& accounts_;
  Table& config_maps_;
  Table& secrets_;
  std::map<std::string, std::set<std::string>> secrets_of_;  // account's storage key -> token Secrets' storage keys
  std::set<std::string> pending_namespaces_;
  std::set<std::string> pending_secrets_;  // storage keys
  Condition work_;
};

}  // namespace kyma::apiserver
