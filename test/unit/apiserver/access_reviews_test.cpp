// The questions that `kubectl auth` asks.
#include <catch2/catch_test_macros.hpp>

#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kAccess = "/apis/authorization.k8s.io/v1";
constexpr std::string_view kIdentity = "/apis/authentication.k8s.io/v1";
constexpr std::string_view kRbac = "/apis/rbac.authorization.k8s.io/v1";

std::string review(std::string_view group, std::string_view kind, std::string_view spec) {
  return R"({"apiVersion":")" + std::string(group) + R"(/v1","kind":")" + std::string(kind) + R"(","spec":)" +
         std::string(spec) + "}";
}

struct World {
  World()
      : api([] {
          ApiServerOptions options;
          options.authorization = AuthorizationMode::rbac;
          return options;
        }()) {
    api.post(
        std::string(kRbac) + "/clusterroles",
        R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"reader"},"rules":[)"
        R"({"apiGroups":[""],"resources":["configmaps"],"verbs":["list"]},{"nonResourceURLs":["/metrics"],"verbs":["get"]}]})");
    api.post(std::string(kRbac) + "/clusterrolebindings",
             R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"reader"},)"
             R"("roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"reader"},)"
             R"("subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"alice"}]})");
    api.post(std::string(kRbac) + "/namespaces/default/rolebindings",
             R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"robots"},)"
             R"("roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"reader"},)"
             R"("subjects":[{"kind":"ServiceAccount","name":"robot","namespace":"other"}]})");
  }
  Answer ask(std::string_view kind, std::string_view spec, std::string_view where = "subjectaccessreviews") {
    return api.post(std::string(kAccess) + "/" + std::string(where), review("authorization.k8s.io", kind, spec));
  }
  Answer ask_as(std::string_view user, std::string_view path, const std::string& body) {
    return api.call("POST", path, body, {{"Impersonate-User", std::string(user)}});
  }

  TestApi api;
};

bool allowed(const Answer& answer) { return json::find(answer.json, {"status", "allowed"})->GetBool(); }

TEST_CASE("SubjectAccessReview says whether, and why", "[apiserver][reviews]") {
  World world;
  const auto yes = world.ask("SubjectAccessReview",
                             R"({"user":"alice","resourceAttributes":{"verb":"list","resource":"configmaps"}})");
  REQUIRE(yes.status == 201);
  REQUIRE(allowed(yes));
  REQUIRE(yes.text({"status", "reason"}) ==
          R"(RBAC: allowed by ClusterRoleBinding "reader" of ClusterRole "reader" to User "alice")");
  REQUIRE(yes.text({"spec", "user"}) == "alice");
  const auto no = world.ask("SubjectAccessReview",
                            R"({"user":"alice","resourceAttributes":{"verb":"get","resource":"configmaps"}})");
  REQUIRE_FALSE(allowed(no));
  REQUIRE(allowed(world.ask("SubjectAccessReview",
                            R"({"user":"alice","nonResourceAttributes":{"verb":"get","path":"/metrics"}})")));
  const auto robot = [&](std::string_view name_space) {
    return world.ask(
        "SubjectAccessReview",
        R"({"user":"system:serviceaccount:other:robot","resourceAttributes":{"verb":"list","resource":"configmaps","namespace":")" +
            std::string(name_space) + "\"}}");
  };
  REQUIRE(robot("default").text({"status", "reason"}) ==
          R"(RBAC: allowed by RoleBinding "robots/default" of ClusterRole "reader" to ServiceAccount "robot/other")");
  REQUIRE_FALSE(allowed(robot("other")));
  REQUIRE(allowed(world.ask("SubjectAccessReview",
                            R"({"groups":["system:masters"],"resourceAttributes":{"verb":"x","resource":"y"}})")));
}

TEST_CASE("SubjectAccessReview asks exactly one question about somebody", "[apiserver][reviews]") {
  World world;
  for (const auto* spec : {R"({"user":"alice"})", R"({"user":"a","resourceAttributes":{},"nonResourceAttributes":{}})",
                           R"({"resourceAttributes":{"verb":"get"}})", "{}"}) {
    INFO(spec);
    REQUIRE(world.ask("SubjectAccessReview", spec).status == 422);
  }
  REQUIRE(world.ask("SubjectAccessReview", "7").status >= 400);
  REQUIRE(world.ask("SubjectAccessReview", R"({"user":7,"resourceAttributes":{}})").status >= 400);
  REQUIRE(world.ask("TokenReview", "{}").status == 400);
  REQUIRE(world.api.post(std::string(kAccess) + "/subjectaccessreviews", "{").status == 400);
  REQUIRE(world.api.get(std::string(kAccess) + "/subjectaccessreviews").status == 405);
  REQUIRE(world.api.remove(std::string(kAccess) + "/subjectaccessreviews").status == 405);
  REQUIRE(world.api.get(std::string(kAccess) + "/subjectaccessreviews/x").status == 404);
  REQUIRE(world.api.post(std::string(kAccess) + "/namespaces/default/subjectaccessreviews", "{}").status == 404);
  REQUIRE(world.api.post(std::string(kAccess) + "/localsubjectaccessreviews", "{}").status == 404);
  REQUIRE(world.api.post(std::string(kAccess) + "/nothing", "{}").status == 404);
  REQUIRE(world.api.get("/apis/authorization.k8s.io/v2/subjectaccessreviews").status == 404);
}

TEST_CASE("LocalSubjectAccessReview is about its namespace", "[apiserver][reviews]") {
  World world;
  const auto ask = [&](std::string_view question) {
    return world.ask("LocalSubjectAccessReview", R"({"user":"alice",)" + std::string(question) + "}",
                     "namespaces/default/localsubjectaccessreviews");
  };
  REQUIRE(allowed(ask(R"("resourceAttributes":{"namespace":"default","verb":"list","resource":"configmaps"})")));
  REQUIRE(ask(R"("resourceAttributes":{"namespace":"other","verb":"list","resource":"configmaps"})").status == 422);
  REQUIRE(ask(R"("nonResourceAttributes":{"verb":"get","path":"/metrics"})").status == 422);
}

TEST_CASE("Everybody may ask about himself, and nobody else about others", "[apiserver][reviews]") {
  World world;
  const auto question = R"({"resourceAttributes":{"verb":"list","resource":"configmaps","namespace":"x"}})";
  const auto self = [&](std::string_view user) {
    return world.ask_as(user, std::string(kAccess) + "/selfsubjectaccessreviews",
                        review("authorization.k8s.io", "SelfSubjectAccessReview", question));
  };
  REQUIRE(allowed(self("alice")));
  REQUIRE_FALSE(allowed(self("bob")));
  REQUIRE(world
              .ask_as("alice", std::string(kAccess) + "/subjectaccessreviews",
                      review("authorization.k8s.io", "SubjectAccessReview",
                             R"({"user":"bob","resourceAttributes":{"verb":"list"}})"))
              .status == 403);
  REQUIRE(world
              .ask_as("alice", std::string(kIdentity) + "/tokenreviews",
                      review("authentication.k8s.io", "TokenReview", R"({"token":"x"})"))
              .status == 403);
  const auto rules =
      world.ask_as("alice", std::string(kAccess) + "/selfsubjectrulesreviews",
                   review("authorization.k8s.io", "SelfSubjectRulesReview", R"({"namespace":"default"})"));
  REQUIRE(rules.status == 201);
  REQUIRE(rules.body.find(R"({"verbs":["list"],"apiGroups":[""],"resources":["configmaps"]})") != std::string::npos);
  REQUIRE(rules.body.find(R"({"verbs":["get"],"nonResourceURLs":["/metrics"]})") != std::string::npos);
  REQUIRE_FALSE(json::find(rules.json, {"status", "incomplete"})->GetBool());
  REQUIRE(world
              .ask_as("alice", std::string(kAccess) + "/selfsubjectrulesreviews",
                      review("authorization.k8s.io", "SelfSubjectRulesReview", "{}"))
              .status == 400);
}

TEST_CASE("TokenReview says whose a token is, and tells nothing of bad ones", "[apiserver][reviews]") {
  World world;
  const auto ask = [&](std::string_view token, std::string_view more = {}) {
    return world.api.post(std::string(kIdentity) + "/tokenreviews",
                          review("authentication.k8s.io", "TokenReview",
                                 R"({"token":")" + std::string(token) + "\"" + std::string(more) + "}"));
  };
  const auto admin = ask(kToken);
  REQUIRE(admin.status == 201);
  REQUIRE(json::find(admin.json, {"status", "authenticated"})->GetBool());
  REQUIRE(
      admin.body.find(R"("user":{"username":"kubernetes-admin","groups":["system:masters","system:authenticated"]})") !=
      std::string::npos);
  REQUIRE_FALSE(json::find(ask("wrong").json, {"status", "authenticated"}));
  REQUIRE_FALSE(json::find(ask(kToken, R"(,"audiences":["elsewhere"])").json, {"status", "authenticated"}));
  REQUIRE(ask("").status == 400);
}

TEST_CASE("Without RBAC the answer is yes, to those who are known", "[apiserver][reviews]") {
  TestApi api;
  const auto ask = api.post(std::string(kAccess) + "/selfsubjectaccessreviews",
                            review("authorization.k8s.io", "SelfSubjectAccessReview",
                                   R"({"resourceAttributes":{"verb":"delete","resource":"everything"}})"));
  REQUIRE(allowed(ask));
  const auto rules = api.post(std::string(kAccess) + "/selfsubjectrulesreviews",
                              review("authorization.k8s.io", "SelfSubjectRulesReview", R"({"namespace":"default"})"));
  REQUIRE(rules.body.find(R"({"verbs":["*"],"apiGroups":["*"],"resources":["*"]})") != std::string::npos);
}

TEST_CASE("Reviews are in discovery and OpenAPI, as what can be created and no more", "[apiserver][reviews]") {
  TestApi api;
  const auto list = api.get(std::string(kAccess));
  REQUIRE(
      list.body.find(
          R"("name":"selfsubjectaccessreviews","singularName":"selfsubjectaccessreview","namespaced":false,"kind":"SelfSubjectAccessReview","verbs":["create"])") !=
      std::string::npos);
  REQUIRE(
      api.get("/api/v1").body.find(
          R"("name":"serviceaccounts/token","singularName":"","namespaced":true,"group":"authentication.k8s.io","version":"v1","kind":"TokenRequest","verbs":["create"])") !=
      std::string::npos);
  const auto document = api.get("/openapi/v3/apis/authorization.k8s.io/v1");
  REQUIRE(document.status == 200);
  REQUIRE(json::find(document.json, {"paths", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "post"}));
  REQUIRE_FALSE(json::find(document.json, {"paths", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "get"}));
}

}  // namespace
}  // namespace kyma::apiserver::test
