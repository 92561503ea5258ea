// Tokens of service accounts: asked for, used, refused; and the objects that a cluster keeps for them.
#include <catch2/catch_test_macros.hpp>

#include <chrono>

#include "operator/apiserver/json_web_token.hpp"
#include "operator/base/base64.hpp"
#include "test/unit/apiserver/test_api.hpp"

namespace kyma::apiserver::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kAccounts = "/api/v1/namespaces/default/serviceaccounts";
constexpr std::string_view kSecrets = "/api/v1/namespaces/default/secrets";
constexpr std::string_view kIssuer = "https://kubernetes.default.svc.cluster.local";

const http::SigningKey& key() {
  static const http::SigningKey kKey = http::SigningKey::generate();
  return kKey;
}

ApiServerOptions with_key(bool objects = false) {
  ApiServerOptions options;
  options.service_account_key = key().private_key_pem();
  options.service_account_objects = objects;
  if (objects) options.ca_pem = "-----BEGIN CERTIFICATE-----\n";
  return options;
}

std::string account(std::string_view name) {
  return std::string(R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":")") + std::string(name) + "\"}}";
}

std::string token_request(std::string_view spec = "{}") {
  return std::string(R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":)") + std::string(spec) +
         "}";
}

struct World {
  explicit World(bool objects = false) : api(with_key(objects)) {
    if (!objects) api.post(kAccounts, account("robot"));
  }
  Answer request(std::string_view spec = "{}", std::string_view name = "robot") {
    return api.post(std::string(kAccounts) + "/" + std::string(name) + "/token", token_request(spec));
  }
  std::string token(std::string_view spec = "{}") { return request(spec).text({"status", "token"}); }
  unsigned use(std::string_view token, std::string_view path = "/api") {
    return api.call("GET", path, {}, {{"Authorization", "Bearer " + std::string(token)}}).status;
  }
  TokenClaims claims() {
    TokenClaims claims{std::string(kIssuer), {std::string(kIssuer)}};
    claims.issued_at = claims.not_before = now();
    claims.expires_at = now() + 3600;
    claims.id = "id";
    claims.name_space = "default";
    claims.service_account = "robot";
    claims.service_account_uid = api.get(std::string(kAccounts) + "/robot").text({"metadata", "uid"});
    return claims;
  }
  std::int64_t now() const {
    return std::chrono::floor<std::chrono::seconds>(api.clock.wall_now().time_since_epoch()).count();
  }

  TestApi api;
};

std::string with_payload(const std::string& header, const std::string& payload) {
  const auto text = encode_base64url(header) + "." + encode_base64url(payload);
  return text + "." + encode_base64url(key().sign(text));
}

TEST_CASE("A requested token is answered as Kubernetes answers it, and is its account's", "[apiserver][tokens]") {
  World world;
  const auto answer = world.request();
  REQUIRE(answer.status == 201);
  REQUIRE(answer.text({"kind"}) == "TokenRequest");
  REQUIRE(answer.text({"metadata", "name"}) == "robot");
  REQUIRE((*json::find(answer.json, {"spec", "audiences"}))[0] == std::string(kIssuer).c_str());
  REQUIRE(json::int_at(answer.json, {"spec", "expirationSeconds"}) == 3600);
  REQUIRE(answer.text({"status", "expirationTimestamp"}) == "2023-11-14T23:13:20Z");
  const auto token = answer.text({"status", "token"});
  const auto who = world.api.call("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                                  R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})",
                                  {{"Authorization", "Bearer " + token}});
  REQUIRE(who.text({"status", "userInfo", "username"}) == "system:serviceaccount:default:robot");
  REQUIRE(who.text({"status", "userInfo", "uid"}) == world.claims().service_account_uid);
  REQUIRE(
      who.body.find(R"("groups":["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"])") !=
      std::string::npos);
  const auto claims = decode_token(token, key());
  REQUIRE(claims);
  REQUIRE(claims->expires_at - claims->issued_at == 3600);
}

TEST_CASE("Token requests have limits", "[apiserver][tokens]") {
  World world;
  REQUIRE(
      world.request(R"({"expirationSeconds":599})").message().find("may not specify a duration less than 10 minutes") !=
      std::string::npos);
  REQUIRE(world.request(R"({"expirationSeconds":599})").status == 422);
  REQUIRE(world.request(R"({"expirationSeconds":4294967297})").status == 422);
  REQUIRE(world.request(R"({"expirationSeconds":600})").status == 201);
  REQUIRE(world.request("{}", "nobody").status == 404);
  REQUIRE(world.request(R"({"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"none"}})").status == 404);
  REQUIRE(world.request(R"({"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"x"}})").status == 400);
  REQUIRE(world.request(R"({"audiences":"x"})").status >= 400);
  REQUIRE(world.request("7").status >= 400);
  const std::string path = std::string(kAccounts) + "/robot/token";
  REQUIRE(world.api.post(path, "{").status == 400);
  REQUIRE(world.api.post(path, "").status == 400);
  REQUIRE(world.api.post(path, account("robot")).status == 400);
  REQUIRE(world.api.get(path).status == 405);
  REQUIRE(world.api.post(path + "/more", token_request()).status == 404);
}

TEST_CASE("A token ends with its time, its account or what it is bound to", "[apiserver][tokens]") {
  World world;
  const auto token = world.token(R"({"expirationSeconds":600})");
  REQUIRE(world.use(token) == 200);
  world.api.pass(599s);
  REQUIRE(world.use(token) == 200);
  world.api.pass(1s);
  REQUIRE(world.use(token) == 401);

  world.api.post(kSecrets, R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  const auto bound = world.token(R"({"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"s"}})");
  const auto free = world.token();
  REQUIRE(world.use(bound) == 200);
  REQUIRE(world.api.remove(std::string(kSecrets) + "/s").status == 200);
  REQUIRE(world.use(bound) == 401);
  world.api.post(kSecrets, R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}})");
  REQUIRE(world.use(bound) == 401);

  REQUIRE(world.use(free) == 200);
  REQUIRE(world.api.remove(std::string(kAccounts) + "/robot").status == 200);
  REQUIRE(world.use(free) == 401);
  // Another one of the same name is another one.
  REQUIRE(world.api.post(kAccounts, account("robot")).status == 201);
  REQUIRE(world.use(free) == 401);
}

TEST_CASE("Forged and damaged tokens are nobody's", "[apiserver][tokens][hostile]") {
  World world;
  const auto good = encode_token(world.claims(), key());
  REQUIRE(world.use(good) == 200);
  const auto refused = [&](const std::string& token) {
    INFO(token);
    REQUIRE(world.use(token) == 401);
  };
  const auto first = good.find('.');
  const auto second = good.find('.', first + 1);
  const auto payload = good.substr(first + 1, second - first - 1);
  refused(encode_token(world.claims(), http::SigningKey::generate()));
  for (const auto* header :
       {R"({"alg":"none"})", R"({"alg":"HS256"})", R"({"alg":"RS256"})", R"({"alg":"es256"})", "{}"}) {
    const auto encoded = encode_base64url(header);
    refused(encoded + "." + payload + ".");
    refused(encoded + "." + payload + good.substr(second));
    refused(with_payload(header, *decode_base64url(payload)));
  }
  for (std::size_t length = 0; length < good.size(); length += 7) refused(good.substr(0, length));
  for (std::size_t at = 0; at < good.size(); at += 11) {
    auto changed = good;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    if (changed != good) refused(changed);
  }
  refused(good + "A");
  refused(good + ".x");
  refused(good.substr(0, second + 1));
  refused("..");
  refused(std::string(kMaxTokenBytes + 1, 'a'));
  refused(good.substr(0, second) + "." + encode_base64url(std::string(64, '\0')));
}

TEST_CASE("Well-signed claims must fit too", "[apiserver][tokens][hostile]") {
  World world;
  const auto use = [&](auto change) {
    auto claims = world.claims();
    change(claims);
    return world.use(encode_token(claims, key()));
  };
  REQUIRE(use([](auto&) {}) == 200);
  REQUIRE(use([](auto& c) { c.audiences = {"elsewhere"}; }) == 401);
  REQUIRE(use([](auto& c) { c.audiences.push_back("elsewhere"); }) == 200);
  REQUIRE(use([](auto& c) { c.issuer = "https://elsewhere"; }) == 401);
  REQUIRE(use([](auto& c) { c.expires_at = 1; }) == 401);
  REQUIRE(use([](auto& c) { c.expires_at = 0; }) == 401);
  REQUIRE(use([](auto& c) { c.not_before += 3600; }) == 401);
  REQUIRE(use([](auto& c) { c.service_account = "other"; }) == 401);
  REQUIRE(use([](auto& c) { c.service_account_uid = "other"; }) == 401);
  REQUIRE(use([](auto& c) { c.name_space = "kube-system"; }) == 401);
  REQUIRE(use([](auto& c) { c.issuer = kSecretTokenIssuer; }) == 401);
  const std::string header = R"({"alg":"ES256","kid":")" + key().id() + "\"}";
  for (const auto* payload :
       {"", "null", "[]", "{}", R"({"sub":"system:serviceaccount:default:robot"})", "{\"exp\":"}) {
    REQUIRE(world.use(with_payload(header, payload)) == 401);
  }
}

TEST_CASE("Tokens for others are good for them alone", "[apiserver][tokens]") {
  World world;
  const auto token = world.token(R"({"audiences":["vault"]})");
  REQUIRE(world.use(token) == 401);
  const auto review = [&](std::string_view audiences) {
    return world.api.post("/apis/authentication.k8s.io/v1/tokenreviews",
                          R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":")" + token +
                              "\"" + std::string(audiences) + "}}");
  };
  REQUIRE(json::find(review(R"(,"audiences":["vault","x"])").json, {"status", "authenticated"})->GetBool());
  REQUIRE(review(R"(,"audiences":["vault","x"])").body.find(R"("audiences":["vault"]})") != std::string::npos);
  REQUIRE(review("").text({"status", "error"}) == "invalid bearer token");
  REQUIRE_FALSE(json::find(review("").json, {"status", "authenticated"}));
}

TEST_CASE("Keys outlive a restart, and others can check tokens with them", "[apiserver][tokens]") {
  World first;
  const auto token = first.token();
  REQUIRE(decode_token(token, *http::SigningKey::from_pem(key().private_key_pem())));
  const auto keys = first.api.get("/openid/v1/jwks");
  REQUIRE(keys.headers.get("Content-Type") == "application/jwk-set+json");
  REQUIRE(json::string_at((*json::find(keys.json, "keys"))[0], {"kid"}) == key().id());
  REQUIRE(keys.body.find("\"d\"") == std::string::npos);
  REQUIRE(first.api.get("/.well-known/openid-configuration").text({"issuer"}) == kIssuer);
  for (const auto* pem : {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "secret"}) {
    const auto made = http::SigningKey::from_pem(pem);
    REQUIRE_FALSE(made.has_value());
    REQUIRE(made.error().message.find("AAAA") == std::string::npos);
  }
}

TEST_CASE("Every namespace gets its default account and the CA, while it lives", "[apiserver][serviceaccounts]") {
  World world(true);
  auto& api = world.api;
  api.settle();
  REQUIRE(api.get(std::string(kAccounts) + "/default").status == 200);
  api.post("/api/v1/namespaces", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"new"}})");
  api.settle();
  const std::string ca = "/api/v1/namespaces/new/configmaps/kube-root-ca.crt";
  REQUIRE(api.get("/api/v1/namespaces/new/serviceaccounts/default").status == 200);
  REQUIRE(api.get(ca).text({"data", "ca.crt"}) == "-----BEGIN CERTIFICATE-----\n");
  REQUIRE(api.remove(ca).status == 200);
  REQUIRE(api.remove("/api/v1/namespaces/new/serviceaccounts/default").status == 200);
  api.settle();
  REQUIRE(api.get("/api/v1/namespaces/new/serviceaccounts/default").status == 200);
  REQUIRE(api.patch(ca, R"({"data":{"ca.crt":"forged"}})").status == 200);
  api.settle();
  REQUIRE(api.get(ca).text({"data", "ca.crt"}) == "-----BEGIN CERTIFICATE-----\n");
  REQUIRE(api.remove("/api/v1/namespaces/new").status == 200);
  api.settle();
  REQUIRE(api.get("/api/v1/namespaces/new").status == 404);
  REQUIRE(api.get(ca).status == 404);
}

TEST_CASE("Token Secrets are filled, and go with their account", "[apiserver][serviceaccounts]") {
  World world(true);
  auto& api = world.api;
  api.post(kAccounts, account("robot"));
  const auto secret = [](std::string_view name, std::string_view of) {
    return R"({"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token","metadata":{"name":")" +
           std::string(name) + R"(","annotations":{"kubernetes.io/service-account.name":")" + std::string(of) + "\"}}}";
  };
  REQUIRE(api.post(kSecrets, secret("s", "robot")).status == 201);
  api.settle();
  const auto filled = api.get(std::string(kSecrets) + "/s");
  const auto token = *decode_base64(filled.text({"data", "token"}));
  REQUIRE(*decode_base64(filled.text({"data", "namespace"})) == "default");
  REQUIRE(*decode_base64(filled.text({"data", "ca.crt"})) == "-----BEGIN CERTIFICATE-----\n");
  REQUIRE(filled.text({"metadata", "annotations", "kubernetes.io/service-account.uid"}) ==
          api.get(std::string(kAccounts) + "/robot").text({"metadata", "uid"}));
  REQUIRE(world.use(token) == 200);
  world.api.pass(std::chrono::hours{24 * 365});
  REQUIRE(world.use(token) == 200);
  // It is good for as long as the Secret holds it.
  REQUIRE(api.patch(std::string(kSecrets) + "/s", R"({"data":{"token":"eA=="}})").status == 200);
  REQUIRE(world.use(token) == 401);
  REQUIRE(api.patch(std::string(kSecrets) + "/s", R"({"data":{"token":null}})").status == 200);
  api.settle();
  REQUIRE(world.use(token) == 401);  // signatures differ each time
  const auto again = *decode_base64(api.get(std::string(kSecrets) + "/s").text({"data", "token"}));
  REQUIRE(world.use(again) == 200);
  REQUIRE(api.remove(std::string(kAccounts) + "/robot").status == 200);
  REQUIRE(world.use(again) == 401);
  api.settle();
  REQUIRE(api.get(std::string(kSecrets) + "/s").status == 404);
  REQUIRE(api.post(kSecrets, secret("t", "nobody")).status == 201);
  api.settle();
  REQUIRE(api.get(std::string(kSecrets) + "/t").status == 404);
}

}  // namespace
}  // namespace kyma::apiserver::test
