#include "operator/apiserver/server_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kyma::apiserver {
namespace {

const std::vector<double>& latency_buckets() {
  static const std::vector<double> kBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2,
                                               0.4,    0.6,   0.8,    1,     1.25, 1.5,   2,    3,   4,
                                               5,      6,     8,      10,    15,   20,    30,   45,  60};
  return kBuckets;
}

// The parts of objects that any server knows.
constexpr std::array<std::string_view, 7> kSubresources = {"status",   "scale",   "token",   "finalize",
                                                           "approval", "binding", "eviction"};
// Of requests that are about no resource.
constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
constexpr std::string_view kComponent = "apiserver";

const Resource& no_resource() {
  static const Resource kNone;
  return kNone;
}

std::string_view subresource_of(const Exchange& exchange) noexcept {
  if (!exchange.resource) return {};
  const auto found = std::find(kSubresources.begin(), kSubresources.end(), exchange.info.subresource);
  return found == kSubresources.end() ? std::string_view{} : *found;
}

std::string_view scope_of(const Exchange& exchange) noexcept {
  if (!exchange.resource) return {};
  const auto& info = exchange.info;
  if (!info.name.empty() || info.verb == Verb::create) return "resource";
  return info.name_space.empty() ? "cluster" : "namespace";
}

std::string_view verb_of(const Exchange& exchange) noexcept {
  const auto& info = exchange.info;
  if (!info.is_resource) {
    const auto known = std::find(kMethods.begin(), kMethods.end(), exchange.request.method);
    return known == kMethods.end() ? std::string_view("other") : *known;
  }
  if (info.verb == Verb::patch &&
      exchange.request.headers.get("Content-Type").starts_with("application/apply-patch+yaml")) {
    return "APPLY";
  }
  return to_string(info.verb);
}

}  // namespace

ServerMetrics::ServerMetrics(metrics::Registry& registry, Storage& storage)
    : requests_(registry.counter(
          "apiserver_request_total",
          "Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, "
          "component, and HTTP response code.",
          {"verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component", "code"})),
      seconds_(registry.histogram(
          "apiserver_request_duration_seconds",
          "Response latency distribution in seconds for each verb, dry run value, group, version, resource, "
          "subresource, scope and component.",
          {"verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component"}, latency_buckets())),
      in_flight_(registry.gauge("apiserver_current_inflight_requests",
                                "Number of requests that are being answered, by whether they change something.",
                                {"request_kind"})),
      long_running_(registry.gauge(
          "apiserver_longrunning_requests",
          "Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and "
          "component.",
          {"verb", "group", "version", "resource", "subresource", "scope", "component"})),
      watch_events_(registry.counter("apiserver_watch_events_total", "Number of events sent in watch clients",
                                     {"group", "version", "kind"})),
      objects_(registry.gauge("apiserver_storage_objects", "Number of stored objects by resource.", {"resource"})),
      watchers_(registry.gauge("apiserver_registered_watchers", "Number of currently registered watchers by resource.",
                               {"resource"})),
      mutating_(in_flight_.with({"mutating"})),
      read_only_(in_flight_.with({"readOnly"})),
      hook_(registry.on_scrape([this, &storage] { refresh_storage(storage); })),
      process_hook_(metrics::add_process_metrics(registry)) {}

metrics::Gauge* ServerMetrics::in_flight(Verb verb) noexcept {
  if (verb == Verb::watch) return nullptr;
  return is_mutating(verb) ? &mutating_ : &read_only_;
}

metrics::Gauge* ServerMetrics::watches(const Exchange& exchange) {
  const auto& type = exchange.resource->type;
  return &long_running_.with({"WATCH", type.group, type.version, type.plural, std::string(subresource_of(exchange)),
                              std::string(scope_of(exchange)), std::string(kComponent)});
}

metrics::Counter& ServerMetrics::watch_events(const Resource& resource) {
  return watch_events_.with({resource.type.group, resource.type.version, resource.type.kind});
}

ServerMetrics::Kind ServerMetrics::Kind::of(const Exchange& exchange) {
  const bool dry_run = is_mutating(exchange.info.verb) && exchange.target.param("dryRun") == "All";
  return {verb_of(exchange), subresource_of(exchange), scope_of(exchange), dry_run, exchange.status};
}

// The texts are literals: where they are tells them apart well enough.
std::size_t ServerMetrics::Kind::hash() const noexcept {
  std::size_t hash = code * 2 + (dry_run ? 1 : 0);
  for (const auto text : {verb, subresource, scope}) {
    hash = (hash ^ reinterpret_cast<std::uintptr_t>(text.data())) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return hash;
}

void ServerMetrics::finished(const Exchange& exchange, Duration took) {
  const auto kind = Kind::of(exchange);
  const auto* resource = exchange.resource.get();
  constexpr std::size_t kAlignment = 16;
  auto& slot = (*slots_)[(kind.hash() ^ reinterpret_cast<std::uintptr_t>(resource) / kAlignment) % kSlots];
  if (!slot.children.requests || slot.resource.get() != resource || slot.kind != kind) {
    slot = {exchange.resource, kind, find_children(kind, resource)};
  }
  slot.children.requests->increment();
  if (slot.children.seconds) slot.children.seconds->observe(std::chrono::duration<double>(took).count());
}

ServerMetrics::Children ServerMetrics::find_children(const Kind& kind, const Resource* resource) {
  const auto& type = (resource ? *resource : no_resource()).type;
  metrics::LabelValues labels{std::string(kind.verb),
                              kind.dry_run ? "All" : "",
                              type.group,
                              type.version,
                              type.plural,
                              std::string(kind.subresource),
                              std::string(kind.scope),
                              std::string(kComponent)};
  auto* seconds = kind.verb == "WATCH" ? nullptr : &seconds_.with(labels);
  labels.push_back(fmt::format("{}", kind.code));
  return {&requests_.with(labels), seconds};
}

void ServerMetrics::refresh_storage(Storage& storage) {
  for (auto* table : storage.tables()) {
    objects_.with({table->resource()}).set(static_cast<double>(table->size()));
    watchers_.with({table->resource()}).set(static_cast<double>(table->history().watchers()));
  }
}

}  // namespace kyma::apiserver
