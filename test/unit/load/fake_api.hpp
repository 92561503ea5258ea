// An API server and an operator as small as a Runner needs them, in memory and in virtual time: namespaces, Kymas and
// HelmComponents with list, watch, create, get, patch and delete. Each Kyma gets one component at once, "ory"; it and
// the Kyma are in success after `lifecycle`, and so again after a patch. A deleted Kyma's component goes a second
// later. `intercept` may answer any request instead, to play faults.
//
// Thread: confined to the loop's. Lifetime: co_await stop() before it goes.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cmd/kyma-load/workload.hpp"
#include "operator/api/helm_component.hpp"
#include "operator/api/kyma.hpp"
#include "operator/base/condition.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/http/server.hpp"
#include "operator/http/url.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::load::test {

class FakeApi {
 public:
  using Intercept = std::function<std::optional<http::Response>(const http::Request& request)>;

  FakeApi(asio::io_context& loop, Clock& clock)
      : executor_(loop.get_executor()),
        clock_(clock),
        tasks_(executor_),
        server_(executor_, clock,
                [this](http::Request& request, http::ResponseWriter& writer) { return handle(request, writer); }, {}) {}

  std::unique_ptr<kube::Client> connect(std::size_t connections = 8) {
    kube::ClusterConfig config;
    config.server = "http://fake";
    kube::ClientOptions options;
    options.qps = 0;
    options.max_connections = connections;
    return kube::Client::make_with_dialer(
        executor_, clock_, [this] { return dial(); }, config, options, nullptr);
  }

  asio::awaitable<void> stop() {
    co_await tasks_.stop();
    co_await server_.stop(std::chrono::seconds{0});
  }

  Intercept intercept = [](const http::Request&) { return std::nullopt; };
  Duration lifecycle = std::chrono::seconds{10};
  Duration lateness{};  // how long after its scheduled instant the component's success is written
  bool collects = true;
  bool reacts_to_changes = true;
  bool operator_runs = true;
  bool namespace_exists = true;
  std::vector<std::string> created;  // names, in order
  std::size_t objects() const { return objects_.size(); }

  static http::Response status(unsigned code, std::string_view reason, std::string_view message = "scripted") {
    return answer_json(code, fmt::format(R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure",)"
                                         R"("message":"{}","reason":"{}","code":{}}})",
                                         message, reason, code));
  }
  // As a create does it, without a request.
  void add_kyma(const std::string& name, const std::string& run_id) {
    Object& kyma = put("kymas", {.name = name, .run_id = run_id, .owner = {}, .owner_uid = {}});
    created.push_back(name);
    if (operator_runs) tasks_.spawn(operate(name, kyma.uid));
  }
  void remove(const std::string& plural, const std::string& name) {
    const auto found = objects_.find({plural, name});
    if (found == objects_.end()) return;
    found->second.version = ++version_;
    emit("DELETED", plural, found->second);
    if (plural == "kymas") tasks_.spawn(collect(found->second.uid));
    objects_.erase(found);
  }

 private:
  struct Object {
    std::string name;
    std::string run_id;
    std::string owner;
    std::string owner_uid;
    std::string uid = {};
    std::string state = {};
    std::uint64_t version = 0;
    int generation = 1;
    int observed = 0;
    std::string values = {};  // of the component; of a Kyma, those its spec gives it
    std::string scheduled = {};
  };
  struct Event {
    std::string plural;
    std::uint64_t version;
    std::string line;
  };

  static http::Response answer_json(unsigned code, std::string body) {
    return {.status = code, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
  }

  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial() {
    auto [here, there] = http::make_memory_stream_pair(executor_);
    server_.serve(std::move(there));
    co_return std::move(here);
  }

  static std::string text(const std::string& plural, const Object& object) {
    const auto& type = plural == "kymas" ? api::Kyma::resource_type() : api::HelmComponent::resource_type();
    const std::string labels =
        object.run_id.empty() ? "" : fmt::format(R"("labels":{{"{}":"{}"}},)", kRunLabel, object.run_id);
    const std::string owners =
        object.owner.empty()
            ? ""
            : fmt::format(R"("ownerReferences":[{{"apiVersion":"{}","kind":"Kyma","name":"{}","uid":"{}",)"
                          R"("controller":true}}],)",
                          type.api_version(), object.owner, object.owner_uid);
    std::string state = fmt::format(R"("observedGeneration":{})", object.observed);
    if (!object.state.empty()) state += fmt::format(R"(,"status":"{}")", object.state);
    if (!object.scheduled.empty()) state += fmt::format(R"(,"lastReconciliation":"{}")", object.scheduled);
    std::string spec = plural == "kymas" ? "" : R"("componentName":"ory")";
    if (plural != "kymas" && !object.values.empty()) spec += R"(,"values":)" + object.values;
    return fmt::format(R"({{"apiVersion":"{}","kind":"{}","metadata":{{{}{}"name":"{}","namespace":"fleet",)"
                       R"("uid":"{}","resourceVersion":"{}","generation":{}}},"spec":{{{}}},"status":{{{}}}}})",
                       type.api_version(), type.kind, labels, owners, object.name, object.uid, object.version,
                       object.generation, spec, state);
  }

  Object& put(const std::string& plural, Object object) {
    Object& stored = objects_[{plural, object.name}];
    const bool fresh = stored.uid.empty();
    object.version = ++version_;
    object.uid = fresh ? fmt::format("00000000-0000-0000-0000-{:012d}", version_) : stored.uid;
    stored = std::move(object);
    emit(fresh ? "ADDED" : "MODIFIED", plural, stored);
    return stored;
  }

  void emit(std::string_view type, const std::string& plural, const Object& object) {
    events_.push_back({plural, object.version,
                       fmt::format(R"({{"type":"{}","object":{}}})"
                                   "\n",
                                   type, text(plural, object))});
    changed_.notify_all();
  }

  template <class F>
  void update(const std::string& plural, const std::string& name, F&& change) {
    const auto found = objects_.find({plural, name});
    if (found == objects_.end()) return;
    Object object = found->second;
    change(object);
    put(plural, std::move(object));
  }
  static void observe(Object& object, std::string_view state) {
    object.state = state;
    object.observed = object.generation;
  }

  asio::awaitable<void> operate(std::string name, std::string uid) {
    put("helmcomponents", {.name = name + "-ory", .run_id = {}, .owner = name, .owner_uid = uid});
    update("kymas", name, [](Object& kyma) { observe(kyma, "reconciling"); });
    co_await live(name, 1);
  }

  // One lifecycle, unless a later generation takes over.
  asio::awaitable<void> live(std::string name, int generation) {
    const std::string component = name + "-ory";
    update("helmcomponents", component, [](Object& object) { observe(object, "pending"); });
    co_await clock_.sleep_for(lifecycle);
    const std::string scheduled = kube::format_micro_time(clock_.wall_now());
    if (lateness > Duration::zero()) co_await clock_.sleep_for(lateness);
    const auto found = objects_.find({"kymas", name});
    if (found == objects_.end() || found->second.generation != generation) co_return;
    update("helmcomponents", component, [&](Object& object) {
      observe(object, "success");
      object.scheduled = scheduled;
    });
    update("kymas", name, [](Object& kyma) { observe(kyma, "success"); });
  }

  // A merge patch of the spec, of which only the component's values matter.
  http::Response patch(const std::string& name, const std::string& body) {
    const auto found = objects_.find({"kymas", name});
    if (found == objects_.end()) return status(404, "NotFound");
    const auto document = json::parse(body).value();
    const auto& components = *json::find(document, {"spec", "components"});
    const std::string values = json::to_string(*json::find(components[0], "values"));
    update("kymas", name, [&](Object& kyma) {
      ++kyma.generation;
      kyma.values = values;
    });
    const int generation = objects_.at({"kymas", name}).generation;
    if (operator_runs && reacts_to_changes) {
      update("helmcomponents", name + "-ory", [&](Object& component) {
        ++component.generation;
        component.values = values;
      });
      tasks_.spawn(live(name, generation));
    } else if (operator_runs) {
      // An operator that looks away: it says that it has seen the change, and does nothing.
      update("kymas", name, [](Object& kyma) { observe(kyma, "success"); });
    }
    return answer_json(200, text("kymas", objects_.at({"kymas", name})));
  }

  asio::awaitable<void> collect(std::string owner_uid) {
    co_await clock_.sleep_for(std::chrono::seconds{1});
    if (!collects) co_return;
    std::vector<std::string> names;
    for (const auto& [key, object] : objects_) {
      if (object.owner_uid == owner_uid) names.push_back(object.name);
    }
    for (const auto& name : names) remove("helmcomponents", name);
  }

  asio::awaitable<void> handle(http::Request& request, http::ResponseWriter& writer) {
    const auto target = http::parse_target(request.target);
    auto response = intercept(request);
    if (!response && target->has_param("watch")) {
      co_await watch(*target, writer);
      co_return;
    }
    const bool lost = response && response->status == 0;
    if (!response || lost) response = answer(request, *target);
    if (lost) co_await clock_.sleep_for(std::chrono::hours{1});
    static_cast<void>(co_await writer.send(*std::move(response)));
  }

  http::Response answer(const http::Request& request, const http::Target& target) {
    std::vector<std::string> parts;
    for (std::size_t at = 1; at <= target.path.size();) {
      const auto slash = std::min(target.path.find('/', at), target.path.size());
      parts.push_back(target.path.substr(at, slash - at));
      at = slash + 1;
    }
    // /api/v1/namespaces[/fleet]
    if (parts[0] == "api") {
      if (request.method == "POST") namespace_exists = true;
      return namespace_exists ? answer_json(200, "{}") : status(404, "NotFound");
    }
    // /apis/<group>/<version>/namespaces/fleet/<plural>[/<name>]
    const std::string plural = parts.at(5);
    if (request.method == "POST") return create(request);
    if (parts.size() == 6) return list(plural);
    const auto found = objects_.find({plural, parts[6]});
    if (found == objects_.end()) return status(404, "NotFound");
    if (request.method == "PATCH") return patch(parts[6], request.body);
    std::string body = text(plural, found->second);
    if (request.method == "DELETE") remove(plural, parts[6]);
    return answer_json(200, std::move(body));
  }

  http::Response create(const http::Request& request) {
    const auto kyma = kube::decode_object<api::Kyma>(request.body);
    const std::string name = kyma->metadata.name.str();
    if (objects_.contains({"kymas", name})) return status(409, "AlreadyExists");
    add_kyma(name, std::string(kyma->metadata.label(kRunLabel)));
    return answer_json(201, text("kymas", objects_.at({"kymas", name})));
  }

  http::Response list(const std::string& plural) {
    std::string items;
    for (const auto& [key, object] : objects_) {
      if (key.first == plural) items += (items.empty() ? "" : ",") + text(plural, object);
    }
    const auto& type = plural == "kymas" ? api::Kyma::resource_type() : api::HelmComponent::resource_type();
    return answer_json(200, fmt::format(R"({{"kind":"{}List","apiVersion":"{}","metadata":{{"resourceVersion":"{}"}},)"
                                        R"("items":[{}]}})",
                                        type.kind, type.api_version(), version_, items));
  }

  asio::awaitable<void> watch(http::Target target, http::ResponseWriter& writer) {
    if (target.has_param("sendInitialEvents")) {
      static_cast<void>(co_await writer.send(status(400, "BadRequest", "sendInitialEvents is not known")));
      co_return;
    }
    const std::string plural = target.path.substr(target.path.rfind('/') + 1);
    const std::uint64_t from = std::stoull(std::string(target.param("resourceVersion")));
    http::ResponseHead head{.status = 200, .headers = {{"Content-Type", "application/json"}}};
    if (!co_await writer.start(std::move(head))) co_return;
    for (std::size_t next = 0;;) {
      while (next == events_.size()) co_await changed_.wait();
      const Event event = events_[next++];
      if (event.plural != plural || event.version <= from) continue;
      const std::string_view line = event.line;
      if (!co_await writer.write({&line, 1})) co_return;
    }
  }

  asio::any_io_executor executor_;
  Clock& clock_;
  TaskGroup tasks_;
  std::map<std::pair<std::string, std::string>, Object> objects_;
  std::vector<Event> events_;
  std::uint64_t version_ = 100;
  Condition changed_;
  http::Server server_;
};

}  // namespace kyma::load::test
