#include "operator/apiserver/pod_eviction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/kind_rules.hpp"
#include "operator/apiserver/request_options.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

kube::Error not_now(std::string_view why, std::optional<std::chrono::seconds> retry_after) {
  auto error = too_many_requests();
  error.message = "Cannot evict pod as it would violate the pod's disruption budget.";
  error.retry_after = retry_after;
  error.causes.push_back({"DisruptionBudget", std::string(why), ""});
  return error;
}

bool runs(const StoredObject& object, const json::Value& pod) {
  static constexpr std::array<std::string_view, 3> kIdle = {"Pending", "Succeeded", "Failed"};
  const auto phase = json::string_at(pod, {"status", "phase"});
  return !object.deletion && std::find(kIdle.begin(), kIdle.end(), phase) == kIdle.end();
}

std::vector<ObjectPtr> budgets_of(const Resource& budgets, std::string_view name_space, const json::Value& pod) {
  std::vector<ObjectPtr> result;
  const auto snapshot = budgets.table->list(name_space);
  for (const auto& budget : *snapshot.objects) {
    const auto document = json::parse(budget->json);
    const auto* selector = document ? json::find(*document, {"spec", "selector"}) : nullptr;
    if (selector && selects(*selector, json::find(pod, {"metadata", "labels"}))) result.push_back(budget);
  }
  return result;
}

kube::Outcome<void> check_budget(const StoredObject& budget) {
  const auto document = json::parse(budget.json).value();
  if (json::int_at(document, {"status", "observedGeneration"}) < budget.generation) {
    return not_now(fmt::format("The disruption budget {} is still being processed by the server.", budget.name.view()),
                   std::chrono::seconds{10});
  }
  if (json::int_at(document, {"status", "disruptionsAllowed"}) > 0) return {};
  return not_now(fmt::format("The disruption budget {} needs {} healthy pods and has {} currently", budget.name.view(),
                             json::int_at(document, {"status", "desiredHealthy"}),
                             json::int_at(document, {"status", "currentHealthy"})),
                 std::nullopt);
}

// Of what the budget allows, this pod takes one.
kube::Outcome<void> charge_budget(ObjectService& objects, const Resource& budgets, const ObjectPtr& budget,
                                  std::string_view pod) {
  const auto now = kube::format_time(objects.clock().wall_now());
  auto charged = objects.edit(budgets, budget, [&](json::Value& object, json::Allocator& allocator) {
    auto& status = object_at(object, "status", allocator);
    json::set(status, "disruptionsAllowed", json::Value(json::int_at(status, {"disruptionsAllowed"}) - 1), allocator);
    json::set(object_at(status, "disruptedPods", allocator), pod, now, allocator);
    return true;
  });
  if (!charged) return charged.error();
  return {};
}

// Lets a running pod go, or says why not.
kube::Outcome<void> ask_budgets(ObjectService& objects, const StoredObject& pod, bool dry_run) {
  const auto document = json::parse(pod.json).value();
  const auto budgets = objects.registry().find("policy", "v1", "poddisruptionbudgets");
  if (!budgets || !runs(pod, document)) return {};
  const auto own = budgets_of(*budgets, pod.name_space.view(), document);
  if (own.empty()) return {};
  if (own.size() > 1) {
    return kube::internal_error(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
  }
  if (auto allowed = check_budget(*own.front()); !allowed || dry_run) return allowed;
  return charge_budget(objects, *budgets, own.front(), pod.name.view());
}

kube::Outcome<DeleteRequest> read_eviction(const Exchange& exchange) {
  FieldProblems problems;
  const auto eviction = parse_object(exchange.request.body, problems);
  if (!eviction) return eviction.error();
  if (const auto kind = json::string_at(*eviction, {"kind"}, "Eviction"); kind != "Eviction") {
    return kube::bad_request(fmt::format("the body of an eviction must be an Eviction, not a {}", kind));
  }
  const auto name = json::string_at(*eviction, {"metadata", "name"}, exchange.info.name);
  if (name != exchange.info.name) {
    return kube::bad_request(fmt::format("name in URL does not match name in Eviction object: {} in URL, {} in object",
                                         exchange.info.name, name));
  }
  const auto* options = json::find(*eviction, "deleteOptions");
  return parse_delete_request(exchange.target, options ? json::to_string(*options) : std::string());
}

}  // namespace

bool is_pod_eviction(const RequestInfo& info) noexcept {
  return info.group.empty() && info.resource == "pods" && info.subresource == "eviction";
}

kube::Outcome<void> evict_pod(ObjectService& objects, const Resource& pods, const Exchange& exchange) {
  const auto& info = exchange.info;
  const auto request = read_eviction(exchange);
  if (!request) return request.error();
  const auto pod = objects.get(pods, info.name_space, info.name);
  if (!pod) return pod.error();
  // Nothing else happens in between: what a dry run finds possible is possible.
  auto attempt = *request;
  attempt.dry_run = true;
  if (const auto possible = objects.remove(pods, info.name_space, info.name, attempt); !possible) {
    return possible.error();
  }
  if (auto allowed = ask_budgets(objects, **pod, request->dry_run); !allowed) return allowed;
  const auto removed = objects.remove(pods, info.name_space, info.name, *request);
  if (!removed) return removed.error();
  return {};
}

}  // namespace kyma::apiserver
