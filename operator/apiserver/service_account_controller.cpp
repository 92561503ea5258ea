#include "operator/apiserver/service_account_controller.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "operator/apiserver/kind_rules.hpp"
#include "operator/base/base64.hpp"
#include "operator/base/log.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::string_view kDefaultAccount = "default";
constexpr std::string_view kCertificates = "kube-root-ca.crt";
constexpr std::string_view kAccountName = "kubernetes.io/service-account.name";
constexpr std::string_view kAccountUid = "kubernetes.io/service-account.uid";
constexpr std::size_t kObjectsPerScan = 256;

const Logger& log() {
  static const Logger kLog("apiserver.serviceaccounts");
  return kLog;
}

bool is_token_secret(const StoredObject& secret) {
  if (secret.json.find(kTokenSecretType) == std::string::npos) return false;
  const auto document = json::parse(secret.json);
  return document && json::string_at(*document, {"type"}) == kTokenSecretType;
}

std::string account_of(const StoredObject& secret) {
  const auto document = json::parse(secret.json);
  return document ? std::string(json::string_at(*document, {"metadata", "annotations", kAccountName})) : std::string();
}

// True when it was not so before.
bool set_if_other(json::Value& object, std::string_view key, std::string_view text, json::Allocator& allocator) {
  const auto* known = json::find(object, key);
  if (known && known->IsString() && json::view(*known) == text) return false;
  json::set(object, key, text, allocator);
  return true;
}

std::string config_map(std::string_view ca_pem) {
  json::Writer out;
  out.object([&] {
    out.key("apiVersion").string("v1");
    out.key("kind").string("ConfigMap");
    out.key("metadata").object([&] {
      out.key("name").string(kCertificates);
      out.key("annotations").object([&] {
        out.key("kubernetes.io/description")
            .string("Contains a CA bundle that can be used to verify the API server when using internal endpoints.");
      });
    });
    out.key("data").object([&] { out.key("ca.crt").string(ca_pem); });
  });
  return out.str();
}

}  // namespace

ServiceAccountController::ServiceAccountController(ObjectService& objects, ServiceAccountTokens& tokens,
                                                   std::string ca_pem)
    : objects_(objects),
      tokens_(tokens),
      ca_pem_(std::move(ca_pem)),
      namespaces_(objects.storage().table("namespaces")),
      accounts_(objects.storage().table("serviceaccounts")),
      config_maps_(objects.storage().table("configmaps")),
      secrets_(objects.storage().table("secrets")) {
  load();
  objects_.storage().observe([this](Table& table, const Change& change) { on_change(table, change); });
}

void ServiceAccountController::load() {
  for (auto* table : {&namespaces_, &secrets_}) {
    std::vector<ObjectPtr> objects;
    while (table->scan({}, objects.empty() ? std::string() : objects.back()->key(), kObjectsPerScan, objects)) {
    }
    for (auto& object : objects) on_change(*table, Change{ChangeType::added, std::move(object), nullptr});
  }
}

void ServiceAccountController::on_change(Table& table, const Change& change) {
  const auto& object = *change.object;
  const bool deleted = change.type == ChangeType::deleted;
  if (&table == &namespaces_) {
    if (change.type == ChangeType::added) pending_namespaces_.insert(object.name.str());
  } else if (&table == &accounts_) {
    if (deleted && object.name == kDefaultAccount) pending_namespaces_.insert(object.name_space.str());
    if (const auto found = secrets_of_.find(object.key()); found != secrets_of_.end()) {
      pending_secrets_.insert(found->second.begin(), found->second.end());
    }
  } else if (&table == &config_maps_) {
    if (object.name == kCertificates && change.type != ChangeType::added) {
      pending_namespaces_.insert(object.name_space.str());
    }
  } else if (&table == &secrets_) {
    on_secret(change);
  }
  if (!pending_namespaces_.empty() || !pending_secrets_.empty()) wake();
}

void ServiceAccountController::on_secret(const Change& change) {
  if (change.previous) forget(*change.previous);
  const auto& secret = *change.object;
  if (change.type == ChangeType::deleted || !is_token_secret(secret)) return;
  secrets_of_[storage_key(secret.name_space, account_of(secret))].insert(secret.key());
  pending_secrets_.insert(secret.key());
}

void ServiceAccountController::forget(const StoredObject& secret) {
  if (!is_token_secret(secret)) return;
  const auto found = secrets_of_.find(storage_key(secret.name_space, account_of(secret)));
  if (found == secrets_of_.end()) return;
  found->second.erase(secret.key());
  if (found->second.empty()) secrets_of_.erase(found);
}

void ServiceAccountController::complete_namespace(const std::string& name) {
  const auto found = namespaces_.get(storage_key({}, name));
  if (!found || found->deletion) return;
  ensure_account(name);
  if (!ca_pem_.empty()) ensure_certificates(name);
}

void ServiceAccountController::ensure_account(std::string_view name_space) {
  if (accounts_.get(storage_key(name_space, kDefaultAccount))) return;
  const auto resource = objects_.registry().find("", "v1", "serviceaccounts");
  const auto made = objects_.create(
      *resource, name_space,
      fmt::format(R"({{"apiVersion":"v1","kind":"ServiceAccount","metadata":{{"name":"{}"}}}})", kDefaultAccount), {});
  if (!made) log().error("Cannot create the default service account", {{"error", made.error().describe()}});
}

void ServiceAccountController::ensure_certificates(std::string_view name_space) {
  const auto resource = objects_.registry().find("", "v1", "configmaps");
  const auto current = config_maps_.get(storage_key(name_space, kCertificates));
  if (current && current->deletion) return;
  if (current) {
    static_cast<void>(objects_.edit(*resource, current, [this](json::Value& object, json::Allocator& allocator) {
      return set_if_other(object_at(object, "data", allocator), "ca.crt", ca_pem_, allocator);
    }));
    return;
  }
  const auto made = objects_.create(*resource, name_space, config_map(ca_pem_), {});
  if (!made) log().error("Cannot publish the CA", {{"error", made.error().describe()}});
}

void ServiceAccountController::complete_secret(const std::string& key) {
  const auto secret = secrets_.get(key);
  if (!secret || secret->deletion || !is_token_secret(*secret)) return;
  const auto resource = objects_.registry().find("", "v1", "secrets");
  const auto account = accounts_.get(storage_key(secret->name_space, account_of(*secret)));
  const auto document = json::parse(secret->json);
  const auto uid = json::string_at(*document, {"metadata", "annotations", kAccountUid});
  if (!account || (!uid.empty() && uid != account->uid.str())) {
    log().info("Deleting a token Secret, whose service account does not exist",
               {{"namespace", secret->name_space.str()}, {"secret", secret->name.str()}});
    DeleteRequest request;
    request.preconditions.uid = secret->uid;
    static_cast<void>(objects_.remove(*resource, secret->name_space, secret->name, request));
    return;
  }
  static_cast<void>(objects_.edit(*resource, secret, [&](json::Value& object, json::Allocator& allocator) {
    auto& data = object_at(object, "data", allocator);
    bool changed = set_if_other(data, "namespace", encode_base64(secret->name_space), allocator);
    if (!ca_pem_.empty()) changed |= set_if_other(data, "ca.crt", encode_base64(ca_pem_), allocator);
    if (json::string_at(data, {"token"}).empty()) {
      json::set(data, "token", encode_base64(tokens_.issue_for_secret(*account, secret->name)), allocator);
      changed = true;
    }
    auto& annotations = object_at(*json::find(object, "metadata"), "annotations", allocator);
    return set_if_other(annotations, kAccountUid, account->uid.str(), allocator) || changed;
  }));
}

asio::awaitable<void> ServiceAccountController::run() {
  while (true) {
    if (pending_namespaces_.empty() && pending_secrets_.empty()) {
      co_await work_.wait();
      continue;
    }
    if (!pending_namespaces_.empty()) {
      complete_namespace(std::string(pending_namespaces_.extract(pending_namespaces_.begin()).value()));
    }
    if (!pending_secrets_.empty()) {
      complete_secret(std::string(pending_secrets_.extract(pending_secrets_.begin()).value()));
    }
    // Many namespaces at once must not keep requests waiting.
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
}

}  // namespace kyma::apiserver
