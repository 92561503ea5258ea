#include "operator/apiserver/api_server.hpp"

#include <fmt/format.h>

#include <memory>
#include <random>
#include <stdexcept>
#include <utility>

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
#include "operator/apiserver/registry.hpp"
#include "operator/apiserver/request_limiter.hpp"
#include "operator/apiserver/resource_handler.hpp"
#include "operator/apiserver/server_metrics.hpp"
#include "operator/apiserver/watch_handler.hpp"
#include "operator/base/task_group.hpp"

namespace kyma::apiserver {
namespace {

Revision first_revision(Clock& clock) {
  const auto micros = clock.wall_now().time_since_epoch().count();
  return micros > 0 ? static_cast<Revision>(micros) : 0;
}

std::uint64_t seed_of(const ApiServerOptions& options) {
  if (options.seed != 0) return options.seed;
  std::random_device device;
  return static_cast<std::uint64_t>(device()) << 32 | device();
}

}  // namespace

class ApiServer::Impl {
 public:
  Impl(asio::any_io_executor executor, Clock& clock, ApiServerOptions options)
      : seed_(seed_of(options)),
        storage_(first_revision(clock), {options.history_events, options.history_bytes}),
        objects_(clock, storage_, registry_, seed_),
        crds_(objects_),
        namespaces_(objects_),
        collector_(objects_),
        expiry_(clock, storage_, options.event_lifetime),
        server_metrics_(metrics_, storage_),
        lists_(clock, storage_, {options.stream_chunk_bytes, options.continue_lifetime}),
        watches_(clock, storage_, {options.stream_chunk_bytes, options.bookmark_interval, options.min_watch_timeout},
                 seed_ + 1),
        resources_(objects_, lists_, watches_),
        authenticator_(std::move(options.credentials)),
        limiter_(options.limits.any() ? std::make_unique<RequestLimiter>(clock, options.limits, metrics_) : nullptr),
        http_({clock, authenticator_, resources_, registry_, server_metrics_, metrics_, limiter_.get()}),
        tasks_(std::move(executor)) {
    add_built_in_resources(registry_, storage_, clock);
    for (const auto name : kSystemNamespaces) {
      const auto made =
          create(fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name));
      if (!made) throw std::logic_error("cannot create namespace: " + made.error().describe());
    }
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
  }

  asio::awaitable<void> stop() {
    http_.begin_shutdown();
    watches_.end_all();
    co_await tasks_.stop();
  }

  HttpApi& http() noexcept { return http_; }
  Storage& storage() noexcept { return storage_; }
  metrics::Registry& metrics() noexcept { return metrics_; }

 private:
  std::uint64_t seed_;
  metrics::Registry metrics_;
  MemoryStorage storage_;
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
  ResourceHandler resources_;
  Authenticator authenticator_;
  std::unique_ptr<RequestLimiter> limiter_;  // null: nothing is limited
  HttpApi http_;
  TaskGroup tasks_;
};

ApiServer::ApiServer(asio::any_io_executor executor, Clock& clock, ApiServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(executor), clock, std::move(options))) {}

ApiServer::~ApiServer() = default;

http::Handler ApiServer::handler() {
  return [impl = impl_.get()](http::Request& request, http::ResponseWriter& writer) {
    return impl->http().serve(request, writer);
  };
}

void ApiServer::start() { impl_->start(); }

asio::awaitable<void> ApiServer::stop() { co_await impl_->stop(); }

kube::Outcome<std::string> ApiServer::create(std::string_view object_json) { return impl_->create(object_json); }

Storage& ApiServer::storage() noexcept { return impl_->storage(); }

metrics::Registry& ApiServer::metrics() noexcept { return impl_->metrics(); }

}  // namespace kyma::apiserver
