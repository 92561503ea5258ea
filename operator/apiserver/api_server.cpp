#include "operator/apiserver/api_server.hpp"

#include <fmt/format.h>

#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

#include "operator/apiserver/access_control.hpp"
#include "operator/apiserver/audit_log.hpp"
#include "operator/apiserver/authentication.hpp"
#include "operator/apiserver/built_in_resources.hpp"
#include "operator/apiserver/built_in_strategies.hpp"
#include "operator/apiserver/crd_controller.hpp"
#include "operator/apiserver/event_expiry.hpp"
#include "operator/apiserver/garbage_collector.hpp"
#include "operator/apiserver/http_api.hpp"
#include "operator/apiserver/list_handler.hpp"
#include "operator/apiserver/memory_storage.hpp"
#include "operator/apiserver/namespace_controller.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/rbac_authorizer.hpp"
#include "operator/apiserver/rbac_bootstrap.hpp"
#include "operator/apiserver/rbac_escalation.hpp"
#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/request_limiter.hpp"
#include "operator/apiserver/resource_handler.hpp"
#include "operator/apiserver/review_handler.hpp"
#include "operator/apiserver/review_resources.hpp"
#include "operator/apiserver/role_aggregation.hpp"
#include "operator/apiserver/server_metrics.hpp"
#include "operator/apiserver/service_account_controller.hpp"
#include "operator/apiserver/watch_handler.hpp"
#include "operator/base/task_group.hpp"

namespace kyma::apiserver {
namespace {

Revision first_revision(Clock& clock) {
  const auto micros = clock.wall_now().time_since_epoch().count();
  return micros > 0 ? static_cast<Revision>(micros) : 0;
}

std::unique_ptr<Storage> storage_in_memory(Clock& clock, const ApiServerOptions& options) {
  return std::make_unique<MemoryStorage>(first_revision(clock),
                                         MemoryStorage::Limits{options.history_events, options.history_bytes});
}

std::uint64_t seed_of(const ApiServerOptions& options) {
  if (options.seed != 0) return options.seed;
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

http::SigningKey signing_key(const ApiServerOptions& options) {
  if (options.service_account_key.empty()) return http::SigningKey::generate();
  auto key = http::SigningKey::from_pem(options.service_account_key);
  if (!key) throw std::invalid_argument(key.error().message);
  return std::move(*key);
}

TokenOptions token_options(const ApiServerOptions& options) {
  return {options.service_account_issuer, {options.service_account_issuer}};
}

// What decides by roles, and what belongs to it.
struct Rbac {
  explicit Rbac(ObjectService& objects)
      : policy(objects.storage()), authorizer(policy), escalation(authorizer, policy), aggregation(objects) {}

  RbacPolicy policy;
  RbacAuthorizer authorizer;
  RbacEscalation escalation;
  RoleAggregation aggregation;
};

}  // namespace

class ApiServer::Impl {
 public:
  Impl(asio::any_io_executor executor, Clock& clock, ApiServerOptions options, std::unique_ptr<Storage> storage)
      : seed_(seed_of(options)),
        own_storage_(storage ? std::move(storage) : storage_in_memory(clock, options)),
        storage_(*own_storage_),
        objects_(clock, storage_, registry_, seed_),
        crds_(objects_),
        namespaces_(objects_),
        collector_(objects_),
        expiry_(clock, storage_, options.event_lifetime),
        server_metrics_(metrics_, storage_),
        lists_(clock, storage_, {options.stream_chunk_bytes, options.continue_lifetime}),
        watches_(clock, storage_, server_metrics_,
                 {options.stream_chunk_bytes, options.bookmark_interval, options.min_watch_timeout,
                  options.switches.watch_list},
                 seed_ + 1),
        tokens_(clock, storage_, signing_key(options), token_options(options)),
        rbac_(options.authorization == AuthorizationMode::rbac ? std::make_unique<Rbac>(objects_) : nullptr),
        service_accounts_(options.service_account_objects
                              ? std::make_unique<ServiceAccountController>(objects_, tokens_, options.ca_pem)
                              : nullptr),
        resources_(objects_, lists_, watches_, guard_for(), may_create()),
        authenticator_(clock, options.credentials, tokens_),
        access_(authenticator_, authorizer(), !rbac_),
        reviews_(objects_, authenticator_, authorizer(), tokens_),
        limiter_(options.limits.any() ? std::make_unique<RequestLimiter>(clock, options.limits, metrics_) : nullptr),
        audit_(options.audit.enabled() ? std::make_unique<AuditLog>(executor, clock, options.audit, metrics_, seed_ + 2)
                                       : nullptr),
        http_({clock, access_, resources_, reviews_, tokens_, registry_, server_metrics_, metrics_, storage_,
               limiter_.get(), audit_.get(), options.switches.aggregated_discovery}),
        tasks_(std::move(executor)) {
    add_built_in_resources(registry_, storage_, clock, options.switches);
    add_review_resources(registry_, storage_);
    announce_all();
    storage_.on_recovery([this] { announce_all(); });
    for (const auto name : kSystemNamespaces) {
      make_unless_there(fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name));
    }
    storage_.settle_now().value();
    if (rbac_) make_bootstrap_policy();
  }

  kube::Outcome<std::string> create(std::string_view text) {
    FieldProblems problems;
    auto object = parse_object(text, problems);
    if (!object) return object.error();
    const auto api_version = json::string_at(*object, {"apiVersion"});
    const auto kind = json::string_at(*object, {"kind"});
    const auto resource = registry_.find_kind(api_version, kind);
    if (!resource) {
      return kube::bad_request(fmt::format("no matches for kind \"{}\" in version \"{}\"", kind, api_version));
    }
    const auto own = json::string_at(*object, {"metadata", "namespace"});
    const auto name_space = !resource->type.namespaced ? std::string_view{} : own.empty() ? "default" : own;
    auto written = objects_.create(*resource, name_space, text, {false, FieldValidation::strict});
    if (!written) return written.error();
    return text_of(*resource, *written->object);
  }

  void start() {
    tasks_.spawn(crds_.run());
    tasks_.spawn(namespaces_.run());
    tasks_.spawn(collector_.run());
    tasks_.spawn(expiry_.run());
    if (rbac_) tasks_.spawn(rbac_->aggregation.run());
    if (service_accounts_) tasks_.spawn(service_accounts_->run());
  }

  asio::awaitable<void> stop() {
    http_.begin_shutdown();
    watches_.end_all();
    co_await tasks_.stop();
  }

  HttpApi& http() noexcept { return http_; }
  AccessControl& access() noexcept { return access_; }
  Storage& storage() noexcept { return storage_; }
  metrics::Registry& metrics() noexcept { return metrics_; }

 private:
  const Authorizer& authorizer() const noexcept {
    return rbac_ ? static_cast<const Authorizer&>(rbac_->authorizer) : allow_all_;
  }

  ResourceHandler::GuardFor guard_for() {
    if (!rbac_) return {};
    return [this](const UserPtr& user, const Resource& resource) -> WriteGuard {
      if (!RbacEscalation::concerns(resource)) return {};
      return [this, user, &resource](const json::Value& object, const StoredObject* old) {
        return rbac_->escalation.check(*user, resource, object, old);
      };
    };
  }

  ResourceHandler::MayCreate may_create() {
    if (!rbac_) return {};
    return [this](const Exchange& exchange) { return access_.may_create(exchange); };
  }

  // The definitions first, since what others are depends on them.
  void announce_all() {
    auto& definitions = storage_.table(crd_type().group_resource());
    storage_.announce(definitions);
    for (auto* table : storage_.tables()) {
      if (table != &definitions) storage_.announce(*table);
    }
  }

  void make_unless_there(std::string_view object) {
    const auto made = create(object);
    if (made || made.error().is_already_exists()) return;
    throw std::logic_error("cannot create what every server has: " + made.error().describe());
  }

  void make_bootstrap_policy() {
    for (const auto& object : bootstrap_policy()) make_unless_there(object);
    storage_.settle_now().value();
    rbac_->aggregation.refresh();
    storage_.settle_now().value();
  }

  std::uint64_t seed_;
  metrics::Registry metrics_;
  std::unique_ptr<Storage> own_storage_;
  Storage& storage_;
  Registry registry_;
  ObjectService objects_;
  // Observers, in the order in which they hear of a change: what is served first.
  CrdController crds_;
  NamespaceController namespaces_;
  GarbageCollector collector_;
  EventExpiry expiry_;
  ServerMetrics server_metrics_;
  ListHandler lists_;
  WatchHandler watches_;
  ServiceAccountTokens tokens_;
  AllowAll allow_all_;
  std::unique_ptr<Rbac> rbac_;                                  // null: everybody who is known may do everything
  std::unique_ptr<ServiceAccountController> service_accounts_;  // null: not asked for
  ResourceHandler resources_;
  Authenticator authenticator_;
  AccessControl access_;
  ReviewHandler reviews_;
  std::unique_ptr<RequestLimiter> limiter_;  // null: nothing is limited
  std::unique_ptr<AuditLog> audit_;          // null: no log is kept
  HttpApi http_;
  TaskGroup tasks_;
};

ApiServer::ApiServer(asio::any_io_executor executor, Clock& clock, ApiServerOptions options,
                     std::unique_ptr<Storage> storage)
    : impl_(std::make_unique<Impl>(std::move(executor), clock, std::move(options), std::move(storage))) {}

ApiServer::~ApiServer() = default;

http::Handler ApiServer::handler() {
  return [impl = impl_.get()](http::Request& request, http::ResponseWriter& writer) {
    return impl->http().serve(request, writer);
  };
}

bool ApiServer::is_known(const http::Request& head, const http::PeerIdentity* certificate) {
  return impl_->access().is_known(head, certificate);
}

void ApiServer::start() { impl_->start(); }

asio::awaitable<void> ApiServer::stop() { co_await impl_->stop(); }

kube::Outcome<std::string> ApiServer::create(std::string_view object_json) { return impl_->create(object_json); }

Storage& ApiServer::storage() noexcept { return impl_->storage(); }

metrics::Registry& ApiServer::metrics() noexcept { return impl_->metrics(); }

}  // namespace kyma::apiserver
