#include "operator/kube/client/forbidden.hpp"

#include <catch2/catch_test_macros.hpp>

#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

std::string described(Method method, std::string_view target) {
  const Attempt attempt = attempt_of(method, target);
  return attempt.verb + "|" + attempt.group + "|" + attempt.resource + "|" + attempt.name_space;
}

std::string status(const std::string& message) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403,"message":")" +
         message + R"(","details":{"group":"inventory.kyma-project.io","kind":"kymas"}})";
}

}  // namespace

TEST_CASE("A request is named as RBAC names it", "[kube][client][forbidden]") {
  CHECK(described(Method::get, "/apis/g.io/v1/kymas?limit=5") == "list|g.io|kymas|");
  CHECK(described(Method::get, "/apis/g.io/v1/kymas?allowWatchBookmarks=true&watch=true") == "watch|g.io|kymas|");
  CHECK(described(Method::get, "/apis/g.io/v1/namespaces/ns/kymas/x") == "get|g.io|kymas|ns");
  CHECK(described(Method::patch, "/apis/g.io/v1/namespaces/ns/kymas/x/status?fieldManager=m") ==
        "patch|g.io|kymas/status|ns");
  CHECK(described(Method::post, "/api/v1/namespaces/ns/events") == "create||events|ns");
  CHECK(described(Method::put, "/api/v1/namespaces/ns/status") == "update||namespaces/status|");
  CHECK(described(Method::get, "/api/v1/namespaces/ns") == "get||namespaces|");
  CHECK(described(Method::remove, "/api/v1/nodes/n") == "delete||nodes|");
  CHECK(described(Method::get, "/version") == "get|||");
  CHECK(described(Method::get, "") == "get|||");
  CHECK(described(Method::get, "/apis") == "get|||");
}

TEST_CASE("A missing permission is told with the place to grant it", "[kube][client][forbidden]") {
  ScriptedApi api;
  const std::string words =
      R"(kymas.inventory.kyma-project.io is forbidden: User \"u\" cannot list resource \"kymas\" in API group )"
      R"(\"inventory.kyma-project.io\" at the cluster scope)";
  api.answer(403, status(words));
  const auto listed = api.run(api.client->list(kKymas, {}));
  REQUIRE(listed.has_error());
  CHECK(listed.error().is_forbidden());
  CHECK(listed.error().describe() ==
        R"(Forbidden (403): kymas.inventory.kyma-project.io is forbidden: User "u" cannot list resource "kymas" in )"
        R"(API group "inventory.kyma-project.io" at the cluster scope: grant it in the ClusterRole )"
        R"((config/rbac/role.yaml))");
}

TEST_CASE("A bare 403 is explained from the request", "[kube][client][forbidden]") {
  ScriptedApi api;
  api.answer(403, "");
  CHECK(api.run(api.client->merge_patch(kKymas, "ns", "x", "{}", "status")).error().message ==
        R"(forbidden: cannot patch resource "kymas/status" in API group "inventory.kyma-project.io" in the namespace )"
        R"("ns" (the server does not permit this request): grant it in the ClusterRole (config/rbac/role.yaml))");
  api.answer(403, "");
  CHECK(
      api.run(api.client->get_raw("/version")).error().message.starts_with("forbidden: cannot get path \"/version\""));
}

TEST_CASE("A refusal that no role would lift is left as it is", "[kube][client][forbidden]") {
  ScriptedApi api;
  const std::string words = R"(kymas \"x\" is forbidden: exceeded quota: q, requested: 1)";
  api.answer(403, status(words));
  CHECK(api.run(api.client->create(kKymas, "ns", "{}")).error().message ==
        R"(kymas "x" is forbidden: exceeded quota: q, requested: 1)");
}
