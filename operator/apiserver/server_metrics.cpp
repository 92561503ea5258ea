#include "operator/apiserver/server_metrics.hpp"

#include <fmt/format.h>

#include <utility>

namespace kyma::apiserver {
namespace {

const std::vector<double>& latency_buckets() {
  static const std::vector<double> kBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2,
                                               0.4,    0.6,   0.8,    1,     1.25, 1.5,   2,    3,   4,
                                               5,      6,     8,      10,    15,   20,    30,   45,  60};
  return kBuckets;
}

std::string_view scope_of(const RequestInfo& info) {
  if (!info.name.empty()) return "resource";
  return info.name_space.empty() ? "cluster" : "namespace";
}

}  // namespace

ServerMetrics::ServerMetrics(metrics::Registry& registry, Storage& storage)
    : requests_(registry.counter("apiserver_request_total",
                                 "Counter of apiserver requests broken out for each verb, group, version, resource, "
                                 "subresource, scope and HTTP response code.",
                                 {"verb", "group", "version", "resource", "subresource", "scope", "code"})),
      seconds_(registry.histogram("apiserver_request_duration_seconds",
                                  "Response latency distribution in seconds for each verb, group, version, resource, "
                                  "subresource and scope.",
                                  {"verb", "group", "version", "resource", "subresource", "scope"}, latency_buckets())),
      objects_(registry.gauge("apiserver_storage_objects", "Number of stored objects by resource.", {"resource"})),
      watchers_(registry.gauge("apiserver_registered_watchers", "Number of currently registered watchers by resource.",
                               {"resource"})),
      mutating_(registry
                    .gauge("apiserver_current_inflight_requests", "Number of requests that are being answered.",
                           {"request_kind"})
                    .with({"mutating"})),
      read_only_(registry
                     .gauge("apiserver_current_inflight_requests", "Number of requests that are being answered.",
                            {"request_kind"})
                     .with({"readOnly"})),
      long_running_(
          registry.gauge("apiserver_longrunning_requests", "Number of watches that are being served.", {"verb"})
              .with({"WATCH"})),
      hook_(registry.on_scrape([this, &storage] { refresh_storage(storage); })) {}

ServerMetrics::Running::Running(ServerMetrics& metrics, Verb verb)
    : gauge_(verb == Verb::watch ? metrics.long_running_
             : is_mutating(verb) ? metrics.mutating_
                                 : metrics.read_only_) {
  gauge_.add(1);
}

ServerMetrics::Running::~Running() { gauge_.add(-1); }

ServerMetrics::Children& ServerMetrics::children_of(const Exchange& exchange) {
  const auto& info = exchange.info;
  // Names that callers make up must not become labels: only what is served is told apart.
  static const kube::ResourceType kNone{};
  const auto& type = exchange.resource ? exchange.resource->type : kNone;
  const bool known_part = exchange.resource && info.subresource == "status";
  const auto subresource = known_part ? info.subresource : std::string_view{};
  const auto verb = info.is_resource || info.verb != Verb::list ? to_string(info.verb) : std::string_view("GET");
  const auto scope = exchange.resource ? scope_of(info) : std::string_view{};

  std::string key;
  key.reserve(96);
  key.append(verb).append(1, ' ').append(type.group).append(1, '/').append(type.version).append(1, '/');
  key.append(type.plural).append(1, '/').append(subresource).append(1, ' ').append(scope).append(1, ' ');
  key.append(1, static_cast<char>(exchange.status >> 8)).append(1, static_cast<char>(exchange.status & 0xff));
  const auto found = children_.find(key);
  if (found != children_.end()) return found->second;

  const metrics::LabelValues labels{std::string(verb),        type.group,        type.version, type.plural,
                                    std::string(subresource), std::string(scope)};
  auto with_code = labels;
  with_code.push_back(fmt::format("{}", exchange.status));
  const Children children{&requests_.with(with_code), info.verb == Verb::watch ? nullptr : &seconds_.with(labels)};
  return children_.emplace(std::move(key), children).first->second;
}

void ServerMetrics::finished(const Exchange& exchange, Duration took) {
  auto& children = children_of(exchange);
  children.requests->increment();
  if (children.seconds) children.seconds->observe(std::chrono::duration<double>(took).count());
}

void ServerMetrics::refresh_storage(Storage& storage) {
  for (auto* table : storage.tables()) {
    objects_.with({table->resource()}).set(static_cast<double>(table->size()));
    watchers_.with({table->resource()}).set(static_cast<double>(table->history().watchers()));
  }
}

}  // namespace kyma::apiserver
