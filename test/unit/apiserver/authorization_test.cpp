// Role-based access control over the whole server: who gets what answer.
#include <catch2/catch_test_macros.hpp>

#include "operator/apiserver/memory_storage.hpp"
#include "operator/apiserver/rbac_policy.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::string_view kRbac = "/apis/rbac.authorization.k8s.io/v1";

ApiServerOptions with_rbac() {
  ApiServerOptions options;
  options.authorization = AuthorizationMode::rbac;
  return options;
}

std::string rbac_path(std::string_view plural, std::string_view name_space = {}) {
  std::string path(kRbac);
  if (!name_space.empty()) path += "/namespaces/" + std::string(name_space);
  return path + "/" + std::string(plural);
}

std::string role(std::string_view kind, std::string_view name, std::string_view rules, std::string_view more = {}) {
  return std::string(R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":")") + std::string(kind) +
         R"(","metadata":{"name":")" + std::string(name) + "\"" + std::string(more) + R"(},"rules":)" +
         std::string(rules) + "}";
}

std::string binding(std::string_view kind, std::string_view name, std::string_view role_kind, std::string_view to,
                    std::string_view subject) {
  return std::string(R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":")") + std::string(kind) +
         R"(","metadata":{"name":")" + std::string(name) +
         R"("},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":")" + std::string(role_kind) + R"(","name":")" +
         std::string(to) + R"("},"subjects":[)" + std::string(subject) + "]}";
}

std::string user(std::string_view name) {
  return std::string(R"({"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":")") + std::string(name) + "\"}";
}

std::string group(std::string_view name) {
  return std::string(R"({"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":")") + std::string(name) + "\"}";
}

constexpr std::string_view kReadConfigMaps =
    R"([{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list","watch"]}])";

// The server, and calls as somebody else.
struct World {
  Answer as(std::string_view who, std::string_view method, std::string_view target, std::string_view body = {},
            std::string_view of_group = {}) {
    http::Headers headers{{"Impersonate-User", std::string(who)}};
    if (!of_group.empty()) headers.add("Impersonate-Group", of_group);
    if (method == "PATCH") headers.add("Content-Type", "application/merge-patch+json");
    return api.call(method, target, body, std::move(headers));
  }
  Answer anonymous(std::string_view method, std::string_view target) {
    return api.call(method, target, {}, {{"Authorization", ""}});
  }
  void must(std::string_view path, const std::string& object) {
    const auto made = api.post(path, object);
    INFO(made.body);
    REQUIRE(made.status == 201);
  }
  void grant_cluster_role(std::string_view name, std::string_view rules, std::string_view subject) {
    must(rbac_path("clusterroles"), role("ClusterRole", name, rules));
    must(rbac_path("clusterrolebindings"), binding("ClusterRoleBinding", name, "ClusterRole", name, subject));
  }

  TestApi api{with_rbac()};
};

TEST_CASE("Who is named in a binding many times is granted its role once", "[apiserver][rbac][hostile]") {
  MemoryStorage storage(1'700'000'000'000'000, {});
  const RbacPolicy policy(storage);
  std::string subjects = user("alice");
  for (int i = 0; i < 100; ++i) subjects += "," + user("alice");
  const auto document = json::parse(binding("ClusterRoleBinding", "b", "ClusterRole", "r", subjects));
  json::Document object;
  object.CopyFrom(*document, object.GetAllocator());
  REQUIRE(storage.table(kClusterRoleBindings).create(encode_object(object, object.GetAllocator())).has_value());
  int grants = 0;
  policy.visit_grants(UserInfo{"alice"}, {}, [&](const PolicyGrant&) { return ++grants == 0; });
  REQUIRE(grants == 1);
}

TEST_CASE("Without credentials nothing but health and version is answered", "[apiserver][rbac][authentication]") {
  World world;
  define_widgets(world.api);
  for (const auto* path : {"/healthz", "/livez", "/readyz", "/version", "/version/"}) {
    INFO(path);
    REQUIRE(world.anonymous("GET", path).status == 200);
  }
  for (const auto* path : {"/",
                           "/api",
                           "/api/",
                           "/api/v1",
                           "/apis",
                           "/apis/",
                           "/apis/rbac.authorization.k8s.io",
                           "/apis/example.com/v1",
                           "/metrics",
                           "/openapi/v2",
                           "/openapi/v3",
                           "/openapi/v3/api/v1",
                           "/openid/v1/jwks",
                           "/.well-known/openid-configuration",
                           "/nothing",
                           "/debug/pprof",
                           "/healthz/etcd",
                           "/healthz/../metrics",
                           "//metrics",
                           "/version/x",
                           "/%6Detrics",
                           "/api/v1/namespaces",
                           "/api/v1/namespaces/default",
                           "/api/v1/namespaces/default/status",
                           "/api/v1/namespaces/default/finalize",
                           "/api/v1/configmaps",
                           "/api/v1/configmaps?watch=true",
                           "/api/v1/watch/configmaps",
                           "/api/v1/namespaces/default/secrets/x",
                           "/api/v1/namespaces/default/secrets?fieldSelector=metadata.name%3Dx",
                           "/api/v1/namespaces/default/serviceaccounts/default/token",
                           "/apis/example.com/v1/widgets",
                           "/apis/example.com/v1/namespaces/default/widgets/a",
                           "/apis/example.com/v1/namespaces/default/widgets/a/status",
                           "/apis/example.com/v1/namespaces/default/widgets/a/scale",
                           "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin",
                           "/apis/authentication.k8s.io/v1/tokenreviews",
                           "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                           "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                           "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                           "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                           "/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews",
                           "/apis/no.such.group/v1/things",
                           "/api/v1/a/b/c/d/e/f/g/h/i/j/k"}) {
    for (const auto* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "NONSENSE"}) {
      INFO(method << " " << path);
      const auto answer = world.anonymous(method, path);
      REQUIRE(answer.status == 403);
      REQUIRE(world.api.call(method, path, {}, {{"Authorization", "Bearer nonsense"}}).status == 401);
    }
  }
  // Bad credentials are bad everywhere, and writing is nowhere public.
  REQUIRE(world.api.call("GET", "/healthz", {}, {{"Authorization", "Bearer nonsense"}}).status == 401);
  REQUIRE(world.anonymous("POST", "/healthz").status == 403);
}

TEST_CASE("Refusals are worded as Kubernetes words them", "[apiserver][rbac]") {
  World world;
  define_widgets(world.api);
  const auto account = "system:serviceaccount:ns:name";
  const auto listed = world.as(account, "GET", "/apis/example.com/v1/widgets");
  REQUIRE(listed.status == 403);
  REQUIRE(listed.reason() == "Forbidden");
  REQUIRE(
      listed.message() ==
      R"(widgets.example.com is forbidden: User "system:serviceaccount:ns:name" cannot list resource "widgets" in API group "example.com" at the cluster scope)");
  REQUIRE(listed.text({"details", "group"}) == "example.com");
  REQUIRE(listed.text({"details", "kind"}) == "widgets");
  REQUIRE(listed.json["code"].GetInt() == 403);
  REQUIRE(
      world.as("x", "GET", "/api/v1/namespaces/d/configmaps/c").message() ==
      R"(configmaps "c" is forbidden: User "x" cannot get resource "configmaps" in API group "" in the namespace "d")");
  REQUIRE(
      world.as("x", "PATCH", "/apis/example.com/v1/namespaces/d/widgets/w/status", "{}").message() ==
      R"(widgets.example.com "w" is forbidden: User "x" cannot patch resource "widgets/status" in API group "example.com" in the namespace "d")");
  REQUIRE(
      world.as("x", "DELETE", "/api/v1/namespaces/d/configmaps").message() ==
      R"(configmaps is forbidden: User "x" cannot deletecollection resource "configmaps" in API group "" in the namespace "d")");
  REQUIRE(
      world.as("x", "GET", "/api/v1/namespaces/d").message() ==
      R"(namespaces "d" is forbidden: User "x" cannot get resource "namespaces" in API group "" in the namespace "d")");
  REQUIRE(world.as("x", "GET", "/metrics").message() == R"(forbidden: User "x" cannot get path "/metrics")");
  REQUIRE(world.anonymous("GET", "/api").message() == R"(forbidden: User "system:anonymous" cannot get path "/api")");
  const auto broken = world.as("x", "GET", "/%FF%C3%A4%00");
  REQUIRE(broken.message() == "forbidden: User \"x\" cannot get path \"/\\xff\u00e4\\x00\"");
  REQUIRE(world.as("<b>\"", "GET", "/metrics").message() ==
          R"(forbidden: User "&lt;b&gt;\"" cannot get path "/metrics")");
}

TEST_CASE("Roles grant in their namespace, ClusterRoles where they are bound", "[apiserver][rbac]") {
  World world;
  world.must("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"other"}})");
  world.must(rbac_path("roles", "default"), role("Role", "reader", kReadConfigMaps));
  world.must(rbac_path("rolebindings", "default"), binding("RoleBinding", "alice", "Role", "reader", user("alice")));
  REQUIRE(world.as("alice", "GET", kConfigMaps).status == 200);
  REQUIRE(world.as("alice", "GET", "/api/v1/namespaces/other/configmaps").status == 403);
  REQUIRE(world.as("alice", "GET", "/api/v1/configmaps").status == 403);
  REQUIRE(world.as("alice", "POST", kConfigMaps, config_map("a")).status == 403);
  REQUIRE(world.as("bob", "GET", kConfigMaps).status == 403);
  // A group, and a ClusterRole in one namespace.
  world.must(rbac_path("clusterroles"), role("ClusterRole", "everywhere", kReadConfigMaps));
  world.must(rbac_path("rolebindings", "other"),
             binding("RoleBinding", "team", "ClusterRole", "everywhere", group("team")));
  REQUIRE(world.as("carol", "GET", "/api/v1/namespaces/other/configmaps", {}, "team").status == 200);
  REQUIRE(world.as("carol", "GET", kConfigMaps, {}, "team").status == 403);
  // A service account, named with its namespace or by the binding's own.
  world.must(rbac_path("clusterrolebindings"),
             binding("ClusterRoleBinding", "robot", "ClusterRole", "everywhere",
                     R"({"kind":"ServiceAccount","name":"robot","namespace":"other"})"));
  REQUIRE(world.as("system:serviceaccount:other:robot", "GET", "/api/v1/configmaps").status == 200);
  REQUIRE(world.as("system:serviceaccount:default:robot", "GET", "/api/v1/configmaps").status == 403);
  REQUIRE(world.as("robot", "GET", "/api/v1/configmaps").status == 403);
}

TEST_CASE("A change of policy is in force with its answer", "[apiserver][rbac]") {
  World world;
  world.grant_cluster_role("reader", kReadConfigMaps, user("alice"));
  REQUIRE(world.as("alice", "GET", kConfigMaps).status == 200);
  // The role loses its verb and gets it back.
  const auto path = rbac_path("clusterroles") + "/reader";
  REQUIRE(
      world.api.patch(path, R"({"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"]}]})").status ==
      200);
  REQUIRE(world.as("alice", "GET", kConfigMaps).status == 403);
  REQUIRE(world.api.remove(path).status == 200);
  const auto refused = world.as("alice", "GET", kConfigMaps);
  REQUIRE(refused.message().ends_with(
      R"(in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "reader" not found)"));
  world.must(rbac_path("clusterroles"), role("ClusterRole", "reader", kReadConfigMaps));
  REQUIRE(world.as("alice", "GET", kConfigMaps).status == 200);
  // The binding changes hands, and goes.
  const auto bound = rbac_path("clusterrolebindings") + "/reader";
  REQUIRE(world.api.patch(bound, R"({"subjects":[)" + user("bob") + "]}").status == 200);
  REQUIRE(world.as("alice", "GET", kConfigMaps).status == 403);
  REQUIRE(world.as("bob", "GET", kConfigMaps).status == 200);
  REQUIRE(world.api.remove(bound).status == 200);
  REQUIRE(world.as("bob", "GET", kConfigMaps).status == 403);
}

TEST_CASE("Resource names hold for lists and watches that ask for that name alone", "[apiserver][rbac]") {
  World world;
  world.grant_cluster_role(
      "one", R"([{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["a"],"verbs":["get","list","watch"]}])",
      user("alice"));
  world.must(kConfigMaps, config_map("a"));
  world.must(kConfigMaps, config_map("b"));
  const std::string list(kConfigMaps);
  REQUIRE(world.as("alice", "GET", list + "/a").status == 200);
  REQUIRE(world.as("alice", "GET", list + "/b").status == 403);
  REQUIRE(world.as("alice", "GET", list).status == 403);
  REQUIRE(world.as("alice", "GET", list + "?fieldSelector=metadata.name%3Da").json["items"].Size() == 1);
  for (const auto* selector : {"metadata.name%3Db", "metadata.name!%3Da", "metadata.namespace%3Ddefault", "x",
                               "metadata.name!%3Da,metadata.name!%3Dc", "metadata.name"}) {
    INFO(selector);
    REQUIRE(world.as("alice", "GET", list + "?fieldSelector=" + selector).status == 403);
  }
  // Two names at once select nothing; the second parameter is never looked at.
  REQUIRE(world.as("alice", "GET", list + "?fieldSelector=metadata.name%3Da,metadata.name%3Db").json["items"].Size() ==
          0);
  REQUIRE(world.as("alice", "GET", list + "?fieldSelector=metadata.name%3Da&fieldSelector=metadata.name%3Db")
              .json["items"]
              .Size() == 1);
  REQUIRE(world.as("alice", "DELETE", list + "?fieldSelector=metadata.name%3Da").status == 403);
}

TEST_CASE("The usual roles exist and are aggregated", "[apiserver][rbac]") {
  World world;
  const auto admin = world.api.get(rbac_path("clusterroles") + "/admin");
  REQUIRE(admin.status == 200);
  REQUIRE(admin.body.find("\"rolebindings\"") != std::string::npos);
  REQUIRE(admin.body.find("\"configmaps\"") != std::string::npos);
  world.must(rbac_path("rolebindings", "default"), binding("RoleBinding", "v", "ClusterRole", "view", user("v")));
  world.must(rbac_path("rolebindings", "default"), binding("RoleBinding", "e", "ClusterRole", "edit", user("e")));
  world.must(rbac_path("rolebindings", "default"), binding("RoleBinding", "a", "ClusterRole", "admin", user("a")));
  const std::string secrets = "/api/v1/namespaces/default/secrets";
  REQUIRE(world.as("v", "GET", kConfigMaps).status == 200);
  REQUIRE(world.as("v", "GET", secrets).status == 403);
  REQUIRE(world.as("v", "POST", kConfigMaps, config_map("v")).status == 403);
  REQUIRE(world.as("e", "GET", secrets).status == 200);
  REQUIRE(world.as("e", "POST", kConfigMaps, config_map("e")).status == 201);
  REQUIRE(world.as("e", "GET", rbac_path("roles", "default")).status == 403);
  REQUIRE(world.as("a", "GET", rbac_path("roles", "default")).status == 200);
  // A role of one's own kind, labelled for view, reaches edit and admin too.
  define_widgets(world.api);
  const std::string widgets(kWidgets);
  REQUIRE(world.as("a", "GET", widgets).status == 403);
  world.must(
      rbac_path("clusterroles"),
      role("ClusterRole", "widgets-view", R"([{"apiGroups":["example.com"],"resources":["widgets"],"verbs":["list"]}])",
           R"(,"labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"})"));
  world.api.settle();
  for (const auto* who : {"v", "e", "a"}) REQUIRE(world.as(who, "GET", widgets).status == 200);
  REQUIRE(world.api.remove(rbac_path("clusterroles") + "/widgets-view").status == 200);
  world.api.settle();
  for (const auto* who : {"v", "e", "a"}) REQUIRE(world.as(who, "GET", widgets).status == 403);
}

TEST_CASE("Everybody who is known sees discovery", "[apiserver][rbac]") {
  World world;
  for (const auto* path : {"/api", "/apis", "/api/v1", "/apis/rbac.authorization.k8s.io/v1", "/openapi/v3",
                           "/openapi/v3/api/v1", "/version", "/healthz"}) {
    INFO(path);
    REQUIRE(world.as("alice", "GET", path).status == 200);
  }
  REQUIRE(world.as("alice", "GET", "/metrics").status == 403);
  REQUIRE(world.as("prometheus", "GET", "/metrics", {}, "system:monitoring").status == 200);
}

TEST_CASE("system:masters may do everything, even without any policy", "[apiserver][rbac]") {
  World world;
  REQUIRE(world.api.remove(rbac_path("clusterrolebindings")).status == 200);
  REQUIRE(world.api.remove(rbac_path("clusterroles")).status == 200);
  REQUIRE(world.api.get(rbac_path("clusterroles")).status == 200);
  REQUIRE(world.api.get("/metrics").status == 200);
  REQUIRE(world.as("alice", "GET", "/api").status == 403);
  REQUIRE(world.anonymous("GET", "/healthz").status == 403);
}

TEST_CASE("Nobody grants what he does not have", "[apiserver][rbac][escalation]") {
  World world;
  world.grant_cluster_role(
      "manager",
      R"([{"apiGroups":["rbac.authorization.k8s.io"],"resources":["*"],"verbs":["get","create","update","patch","delete"]},{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}])",
      user("alice"));
  const auto roles = rbac_path("roles", "default");
  const auto refused =
      world.as("alice", "POST", roles,
               role("Role", "r", R"([{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","delete"]}])"));
  REQUIRE(refused.status == 403);
  REQUIRE(refused.message() ==
          "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"alice\" (groups=[\"system:authenticated\"]) is "
          "attempting to grant RBAC permissions not currently held:\n"
          "{APIGroups:[\"\"], Resources:[\"configmaps\"], Verbs:[\"delete\"]}");
  const auto narrow = R"([{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"]}])";
  REQUIRE(world.as("alice", "POST", roles, role("Role", "r", narrow)).status == 201);
  const auto all = R"({"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]})";
  REQUIRE(world.as("alice", "PATCH", roles + "/r", all).status == 403);
  REQUIRE(world
              .as("alice", "PUT", roles + "/r",
                  role("Role", "r", R"([{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}])"))
              .status == 403);
  REQUIRE(world.as("alice", "PATCH", roles + "/r", R"({"metadata":{"labels":{"a":"b"}}})").status == 200);
  // Neither by binding what others wrote,
  const auto bindings = rbac_path("clusterrolebindings");
  const auto mine = [](std::string_view name, std::string_view to) {
    return binding("ClusterRoleBinding", name, "ClusterRole", to, user("alice"));
  };
  REQUIRE(world.as("alice", "POST", bindings, mine("b", "cluster-admin")).status == 403);
  REQUIRE(world.as("alice", "POST", bindings, mine("b", "none")).status == 404);
  REQUIRE(world.as("alice", "POST", bindings, mine("b", "manager")).status == 201);
  REQUIRE(world.as("alice", "PATCH", bindings + "/cluster-admin", R"({"subjects":[)" + user("alice") + "]}").status ==
          403);
  // nor by aggregation: of a role of one's own, or of one that has it already.
  const auto aggregate =
      R"(,"labels":{"x":"y"}},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"kubernetes.io/bootstrapping":"rbac-defaults"}}]},"m":{)";
  const auto sum = world.as("alice", "POST", rbac_path("clusterroles") + "?fieldValidation=Ignore",
                            role("ClusterRole", "sum", "[]", aggregate));
  REQUIRE(sum.status == 403);
  REQUIRE(sum.message().ends_with("must have cluster-admin privileges to use the aggregationRule"));
  REQUIRE(world.as("alice", "PATCH", rbac_path("clusterroles") + "/view", R"({"aggregationRule":null,"rules":[]})")
              .status == 403);
}

TEST_CASE("Nobody can take the place of the policy with a CustomResourceDefinition", "[apiserver][rbac][escalation]") {
  World world;
  world.grant_cluster_role(
      "definer",
      R"([{"apiGroups":["*"],"resources":["customresourcedefinitions"],"verbs":["*"]},{"apiGroups":["rbac.authorization.k8s.io"],"resources":["*"],"verbs":["create"]}])",
      user("alice"));
  for (const auto* version : {"v1", "v2"}) {
    const std::string definition =
        R"({"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"clusterrolebindings.rbac.authorization.k8s.io","annotations":{"api-approved.kubernetes.io":"https://x"}},"spec":{"group":"rbac.authorization.k8s.io","scope":"Cluster","names":{"plural":"clusterrolebindings","kind":"Mine"},"versions":[{"name":")" +
        std::string(version) +
        R"(","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}})";
    world.as("alice", "POST", kDefinitions, definition);
    world.api.settle();
    world.as(
        "alice", "POST", "/apis/rbac.authorization.k8s.io/" + std::string(version) + "/clusterrolebindings",
        R"({"apiVersion":"rbac.authorization.k8s.io/)" + std::string(version) +
            R"(","kind":"Mine","metadata":{"name":"mine"},"roleRef":{"kind":"ClusterRole","name":"cluster-admin"},"subjects":[)" +
            user("alice") + "]}");
    INFO(version);
    REQUIRE(world.as("alice", "GET", "/api/v1/secrets").status == 403);
    world.api.remove(std::string(kDefinitions) + "/clusterrolebindings.rbac.authorization.k8s.io");
    world.api.settle();
    REQUIRE(world.api.get(rbac_path("clusterrolebindings") + "/cluster-admin").status == 200);
  }
}

TEST_CASE("Whoever may escalate or bind is not held back", "[apiserver][rbac][escalation]") {
  World world;
  world.grant_cluster_role(
      "granter",
      R"([{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["create","escalate"]},{"apiGroups":["rbac.authorization.k8s.io"],"resources":["rolebindings"],"verbs":["create"]},{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["edit"],"verbs":["bind"]}])",
      user("alice"));
  REQUIRE(world
              .as("alice", "POST", rbac_path("roles", "default"),
                  role("Role", "all", R"([{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}])"))
              .status == 201);
  const auto bindings = rbac_path("rolebindings", "default");
  REQUIRE(world.as("alice", "POST", bindings, binding("RoleBinding", "a", "ClusterRole", "edit", user("bob"))).status ==
          201);
  REQUIRE(
      world.as("alice", "POST", bindings, binding("RoleBinding", "b", "ClusterRole", "admin", user("bob"))).status ==
      403);
  REQUIRE(world.as("alice", "POST", bindings, binding("RoleBinding", "c", "Role", "all", user("bob"))).status == 403);
}

TEST_CASE("Impersonation needs its verb for every part", "[apiserver][rbac][impersonation]") {
  World world;
  REQUIRE(world.api.call("GET", "/api", {}, {{"Impersonate-Group", "g"}}).status == 400);
  ApiServerOptions options = with_rbac();
  options.credentials.push_back({"alices-token", "alice", {}});
  TestApi api(options);
  const auto must = [&](std::string_view path, const std::string& object) {
    REQUIRE(api.post(path, object).status == 201);
  };
  must(
      rbac_path("clusterroles"),
      role(
          "ClusterRole", "actor",
          R"([{"apiGroups":[""],"resources":["users"],"resourceNames":["bob"],"verbs":["impersonate"]},{"apiGroups":[""],"resources":["groups"],"resourceNames":["team"],"verbs":["impersonate"]},{"apiGroups":["authentication.k8s.io"],"resources":["userextras/scope"],"resourceNames":["x"],"verbs":["impersonate"]}])"));
  must(rbac_path("clusterrolebindings"), binding("ClusterRoleBinding", "actor", "ClusterRole", "actor", user("alice")));
  const auto whoami = [&](http::Headers headers) {
    headers.add("Authorization", "Bearer alices-token");
    return api.call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                    R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})", std::move(headers));
  };
  REQUIRE(whoami({}).text({"status", "userInfo", "username"}) == "alice");
  const auto bob =
      whoami({{"Impersonate-User", "bob"}, {"Impersonate-Group", "team"}, {"Impersonate-Extra-Scope", "x"}});
  REQUIRE(bob.status == 201);
  REQUIRE(bob.body.find(R"("username":"bob","groups":["team","system:authenticated"],"extra":{"scope":["x"]})") !=
          std::string::npos);
  REQUIRE(
      whoami({{"Impersonate-User", "carol"}}).message() ==
      R"(users "carol" is forbidden: User "alice" cannot impersonate resource "users" in API group "" at the cluster scope)");
  REQUIRE(whoami({{"Impersonate-User", "bob"}, {"Impersonate-Group", "system:masters"}}).status == 403);
  REQUIRE(whoami({{"Impersonate-User", "bob"}, {"Impersonate-Group", "team"}, {"impersonate-group", "system:masters"}})
              .status == 403);
  REQUIRE(whoami({{"Impersonate-User", "bob"}, {"Impersonate-Extra-scope", "y"}}).status == 403);
  REQUIRE(whoami({{"Impersonate-User", "bob"}, {"Impersonate-Uid", "1"}}).status == 403);
  REQUIRE(
      whoami({{"Impersonate-User", "system:serviceaccount:default:default"}}).message() ==
      R"(serviceaccounts "default" is forbidden: User "alice" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "default")");
  // Somebody without credentials cannot become somebody, whatever the mode.
  REQUIRE(api.call("GET", "/healthz", {}, {{"Authorization", ""}, {"Impersonate-User", "bob"}}).status == 403);
  TestApi open;
  REQUIRE(open.call("GET", "/api", {}, {{"Authorization", ""}, {"Impersonate-User", "bob"}}).status == 401);
  REQUIRE(open.call("GET", "/api", {}, {{"Impersonate-User", "bob"}}).status == 200);
}

TEST_CASE("Without RBAC there is no policy to begin with, and bad credentials are bad everywhere",
          "[apiserver][rbac]") {
  TestApi api;
  REQUIRE(api.get(rbac_path("clusterroles")).json["items"].Size() == 0);
  REQUIRE(api.call("GET", "/healthz", {}, {{"Authorization", "Bearer nonsense"}}).status == 401);
}

}  // namespace
}  // namespace kyma::apiserver::test
