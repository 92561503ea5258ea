// What access control costs a request: recognising a token, and deciding by roles in a cluster with thousands of
// bindings.
#include <benchmark/benchmark.h>

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "operator/apiserver/memory_storage.hpp"
#include "operator/apiserver/rbac_authorizer.hpp"
#include "operator/apiserver/rbac_policy.hpp"
#include "operator/apiserver/service_account_tokens.hpp"
#include "operator/base/manual_clock.hpp"

namespace kyma::apiserver {
namespace {

constexpr int kTenants = 5000;

void store(MemoryStorage& storage, std::string_view table, const std::string& text) {
  auto document = json::parse(text).value();
  if (!storage.table(table).create(encode_object(document, document.GetAllocator()))) {
    throw std::runtime_error("cannot store " + text);
  }
}

std::string metadata(std::string_view name_space, std::string_view name) {
  const auto space = name_space.empty() ? std::string() : fmt::format(R"("namespace":"{}",)", name_space);
  return fmt::format(R"("metadata":{{{}"name":"{}","uid":"{}-{}"}})", space, name, name_space, name);
}

// A namespace, a role and a service account per tenant, who is bound to the role.
void fill(MemoryStorage& storage) {
  for (int i = 0; i < kTenants; ++i) {
    const auto tenant = fmt::format("tenant-{}", i);
    store(storage, "serviceaccounts",
          fmt::format(R"({{"apiVersion":"v1","kind":"ServiceAccount",{}}})", metadata(tenant, "robot")));
    store(
        storage, kRoles,
        fmt::format(
            R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role",{},"rules":[{{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}},{{"apiGroups":["inventory.kyma-project.io"],"resources":["kymas","kymas/status"],"verbs":["get","list","watch","patch"]}}]}})",
            metadata(tenant, "role")));
    store(
        storage, kRoleBindings,
        fmt::format(
            R"({{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding",{},"roleRef":{{"kind":"Role","name":"role"}},"subjects":[{{"kind":"ServiceAccount","name":"robot","namespace":"{}"}}]}})",
            metadata(tenant, "binding"), tenant));
  }
}

struct World {
  World() : storage(kMinRevision, {100'000, 64 << 20}) {
    fill(storage);
    policy = std::make_unique<RbacPolicy>(storage);
    tokens = std::make_unique<ServiceAccountTokens>(clock, storage, http::SigningKey::generate(),
                                                    TokenOptions{"https://issuer", {"https://issuer"}});
    const auto account = storage.table("serviceaccounts").get(storage_key("tenant-7", "robot"));
    token = tokens->issue(*account, {}, std::chrono::hours{1}, {}).token;
  }

  ManualClock clock;
  MemoryStorage storage;
  std::unique_ptr<RbacPolicy> policy;
  std::unique_ptr<ServiceAccountTokens> tokens;
  std::string token;
};

World& world() {
  static World instance;
  return instance;
}

void recognise_known_token(benchmark::State& state) {
  auto& tokens = *world().tokens;
  for (auto _ : state) {
    auto user = tokens.user_of(world().token);
    if (!user) state.SkipWithError("the token is not good");
    benchmark::DoNotOptimize(user);
  }
}
BENCHMARK(recognise_known_token);

void recognise_new_token(benchmark::State& state) {
  const auto key = http::SigningKey::generate();
  const auto token = encode_token({"https://issuer", {"a"}, 1, 1, 2, "id", "ns", "name", "uid", {}}, key);
  for (auto _ : state) benchmark::DoNotOptimize(decode_token(token, key));
}
BENCHMARK(recognise_new_token);

void decide(benchmark::State& state, bool allowed) {
  const RbacAuthorizer authorizer(*world().policy);
  const auto user = world().tokens->user_of(world().token);
  RequestAttributes wanted{"patch", true, "inventory.kyma-project.io", "v1alpha1", "kymas", "status"};
  wanted.name_space = allowed ? "tenant-7" : "tenant-8";
  wanted.name = "kyma";
  for (auto _ : state) {
    const bool answer = authorizer.allows(*user, wanted);
    if (answer != allowed) state.SkipWithError("the decision is wrong");
    benchmark::DoNotOptimize(answer);
  }
}
BENCHMARK_CAPTURE(decide, allowed, true);
BENCHMARK_CAPTURE(decide, refused, false);

}  // namespace
}  // namespace kyma::apiserver
