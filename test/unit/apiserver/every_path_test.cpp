// No way around the gate: whatever the server says that it serves, and whatever nobody serves, asked in every manner,
// without credentials, with bad ones, and by somebody who may do nothing. The paths come from the server's own
// discovery, so that a new resource is tested without being named here.
#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

constexpr std::array<std::string_view, 12> kMethods = {"GET",     "HEAD",  "POST",    "PUT",      "PATCH", "DELETE",
                                                       "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get",   "LIST"};
constexpr std::array<std::string_view, 12> kPublic = {
    "/healthz",     "/livez",           "/readyz",        "/version",        "/healthz/ping", "/livez/ping",
    "/readyz/ping", "/healthz?verbose", "/livez?verbose", "/readyz?verbose", "/version?x=y",  "/healthz?watch=true"};

std::vector<std::string> lists_of(TestApi& api) {
  std::vector<std::string> lists{"/api/v1"};
  const auto groups = api.get("/apis");
  for (const auto& group : json::find(groups.json, "groups")->GetArray()) {
    for (const auto& version : json::find(group, "versions")->GetArray()) {
      lists.push_back("/apis/" + std::string(json::string_at(version, {"groupVersion"})));
    }
  }
  return lists;
}

void add_resource(const std::string& base, const json::Value& resource, std::set<std::string>& paths) {
  const std::string name(json::string_at(resource, {"name"}));
  const auto* namespaced = json::find(resource, "namespaced");
  const std::string scope = base + (namespaced && namespaced->IsTrue() ? "/namespaces/default" : "");
  if (const auto slash = name.find('/'); slash != std::string::npos) {
    paths.insert(scope + "/" + name.substr(0, slash) + "/some" + name.substr(slash));
    return;
  }
  for (const auto& at : {base, scope}) {
    paths.insert(at + "/" + name);
    paths.insert(at + "/" + name + "?watch=true&timeoutSeconds=1");
    paths.insert(at + "/" + name + "?labelSelector=((&resourceVersion=x");
  }
  paths.insert(scope + "/" + name + "/some");
  paths.insert(scope + "/" + name + "/some/nosuchpart");
}

// Everything that the server says that it serves.
std::set<std::string> served_paths(TestApi& api) {
  std::set<std::string> paths;
  const auto root = api.get("/");
  if (const auto* known = json::find(root.json, "paths")) {
    for (const auto& path : known->GetArray()) paths.emplace(json::view(path));
  }
  for (const auto& list : lists_of(api)) {
    paths.insert(list);
    const auto resources = api.get(list);
    for (const auto& resource : json::find(resources.json, "resources")->GetArray()) {
      add_resource(list, resource, paths);
    }
    paths.insert("/openapi/v3" + list);
  }
  return paths;
}

// What exists in no discovery, or nowhere at all.
std::set<std::string> other_paths() {
  return {"/",
          "/api",
          "/apis",
          "/apis/",
          "/metrics",
          "/metrics/cadvisor",
          "/openapi/v2",
          "/openapi/v3",
          "/openid/v1/jwks",
          "/.well-known/openid-configuration",
          "/debug/pprof/profile",
          "/logs",
          "/swagger.json",
          "/healthz/",
          "/healthz/etcd",
          "/healthz/../metrics",
          "//healthz",
          "/healthz%2f..%2fmetrics",
          "/healthz%00",
          "/%ff%fe",
          "/version/x",
          "/api/v1/nothings",
          "/api/v2/pods",
          "/apis/nobody.example.com/v1/things",
          "/api/v1/namespaces/default/pods/p/exec?command=sh&stdin=true",
          "/api/v1/namespaces/default/pods/p/attach",
          "/api/v1/namespaces/default/pods/p/portforward?ports=80",
          "/api/v1/namespaces/default/pods/p/proxy/a/b/c",
          "/api/v1/namespaces/default/pods/p/log?follow=true",
          "/api/v1/namespaces/default/serviceaccounts/default/token",
          "/api/v1/namespaces/default/finalize",
          "/api/v1/watch/namespaces/default/pods",
          "/api/v1/proxy/nodes/n",
          "example.com:443",
          "*",
          "http://[::1",
          "/%zz",
          ""};
}

std::set<std::string> all_paths(TestApi& api) {
  auto paths = served_paths(api);
  paths.merge(other_paths());
  for (const auto path : kPublic) paths.erase(std::string(path));
  return paths;
}

std::string service_account_token(TestApi& api) {
  api.post("/api/v1/namespaces/default/serviceaccounts",
           R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"nobody"}})");
  const auto made =
      api.post("/api/v1/namespaces/default/serviceaccounts/nobody/token",
               R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}})");
  return made.text({"status", "token"});
}

ApiServerOptions with_roles() {
  ApiServerOptions options;
  options.authorization = AuthorizationMode::rbac;
  return options;
}

http::Headers authorization(std::string value) { return {{"Authorization", std::move(value)}}; }

// An empty header is none, but keeps call() from adding the administrator's.
const http::Headers kNone = authorization("");

std::vector<http::Headers> bad_credentials(TestApi& api) {
  const auto expired = service_account_token(api);
  api.pass(std::chrono::minutes{11});
  auto forged = expired;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  return {authorization("Bearer wrong"),
          authorization("Bearer " + std::string(kToken) + "x"),
          authorization("Bearer " + std::string(kToken.substr(1))),
          authorization("Bearer \xff\xfe\xfd"),
          authorization("Bearer " + std::string(kToken) + "\xc3\x28"),
          authorization("Bearer \xff.\xfe.\xfd"),
          authorization("Bearer " + std::string(60'000, 'a')),
          authorization("Bearer "),
          authorization("Bearer"),
          authorization(std::string(kToken)),
          authorization("Basic YWRtaW46YWRtaW4="),
          authorization("Negotiate x"),
          authorization("Bearer " + expired),
          authorization("Bearer " + forged)};
}

struct Asked {
  std::size_t count = 0;
  std::vector<std::string> wrong;  // "GET /x: 200"
};

template <class Expected>
Asked ask(TestApi& api, const std::set<std::string>& paths, const http::Headers& headers, Expected&& expected) {
  Asked asked;
  for (const auto& path : paths) {
    for (const auto method : kMethods) {
      auto all = headers;
      all.add("Connection", "Upgrade");
      all.add("Upgrade", "SPDY/3.1");
      const auto answer = api.call(method, path, "{}", all);
      ++asked.count;
      if (!expected(answer.status)) asked.wrong.push_back(fmt::format("{} {}: {}", method, path, answer.status));
    }
  }
  return asked;
}

bool is_401(unsigned status) { return status == 401; }

TEST_CASE("Nobody who is unknown is answered on any path, in any manner", "[apiserver][authentication]") {
  TestApi api;
  define_widgets(api);
  const auto paths = all_paths(api);
  REQUIRE(paths.contains(std::string(kWidgets) + "/some/status"));
  REQUIRE(paths.contains("/apis/apps/v1/namespaces/default/deployments/some/scale"));
  REQUIRE(paths.contains("/openapi/v3/apis/apps/v1"));
  const auto asked = ask(api, paths, kNone, is_401);
  CHECK(asked.wrong == std::vector<std::string>());
  CHECK(asked.count > 3000);
}

TEST_CASE("Bad credentials are 401 on every path, public ones too", "[apiserver][authentication]") {
  for (const bool roles : {false, true}) {
    TestApi api(roles ? with_roles() : ApiServerOptions{});
    define_widgets(api);
    auto paths = all_paths(api);
    for (const auto path : kPublic) paths.emplace(path);
    const auto credentials = bad_credentials(api);
    // Each kind of bad credential on a few paths, one of them on all.
    const std::set<std::string> few = {"/",    "/api/v1/namespaces", "/metrics", "/healthz", "/nowhere", "*",
                                       "/%zz", std::string(kWidgets)};
    for (const auto& bad : credentials) {
      INFO(std::string(bad.get("Authorization").substr(0, 100)));
      CHECK(ask(api, few, bad, is_401).wrong == std::vector<std::string>());
    }
    CHECK(ask(api, paths, credentials.front(), is_401).wrong == std::vector<std::string>());
  }
}

TEST_CASE("Public paths are read by everybody, and no more than read", "[apiserver][authentication]") {
  for (const bool roles : {false, true}) {
    TestApi api(roles ? with_roles() : ApiServerOptions{});
    for (const auto path : kPublic) {
      INFO(path);
      // The usual role names the whole checks alone.
      const bool part = path.ends_with("/ping");
      CHECK(api.call("GET", path, {}, kNone).status == (roles && part ? 403u : 200u));
      for (const auto method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) {
        INFO(method);
        CHECK(api.call(method, path, {}, kNone).status == (roles ? 403u : 401u));
      }
    }
  }
}

TEST_CASE("With roles, who has none gets 403 wherever discovery and questions about himself end",
          "[apiserver][authentication][rbac]") {
  TestApi api(with_roles());
  define_widgets(api);
  const auto token = service_account_token(api);
  auto paths = all_paths(api);
  // What the usual roles let everybody do who is known: see what there is, and ask what he may do himself.
  const auto is_open = [](const std::string& path) {
    const bool group = path.starts_with("/apis/") && std::count(path.begin(), path.end(), '/') <= 3;
    return path == "/" || path.starts_with("/openapi") || path.starts_with("/api?") || path == "/api" ||
           path == "/api/v1" || path == "/apis" || path == "/apis/" || group ||
           path.find("/selfsubject") != path.npos || path.starts_with("/openid") || path.starts_with("/.well-known");
  };
  std::set<std::string> malformed;
  for (const auto* path : {"example.com:443", "*", "http://[::1", "/%zz", ""}) {
    malformed.insert(path);
    paths.erase(path);
  }
  std::erase_if(paths, is_open);
  const auto asked = ask(api, paths, authorization("Bearer " + token), [](unsigned status) { return status == 403; });
  CHECK(asked.wrong == std::vector<std::string>());
  CHECK(asked.count > 3000);
  // Anonymous is somebody too.
  CHECK(ask(api, paths, kNone, [](unsigned status) { return status == 403; }).wrong == std::vector<std::string>());
  CHECK(ask(api, malformed, authorization("Bearer " + token), [](unsigned status) { return status == 400; }).wrong ==
        std::vector<std::string>());
}

TEST_CASE("Nothing that an administrator asks for is an internal error", "[apiserver][hostile]") {
  TestApi api;
  define_widgets(api);
  const auto asked = ask(api, all_paths(api), authorization("Bearer " + std::string(kToken)),
                         [](unsigned status) { return status >= 200 && status < 500; });
  CHECK(asked.wrong == std::vector<std::string>());
}

}  // namespace
}  // namespace kyma::apiserver::test
