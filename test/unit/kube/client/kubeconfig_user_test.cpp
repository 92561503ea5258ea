#include <catch2/catch_test_macros.hpp>

#include "operator/kube/client/config.hpp"
#include "operator/kube/client/credentials.hpp"
#include "operator/kube/client/exec_credential.hpp"
#include "operator/kube/meta/json.hpp"
#include "test/unit/kube/client/scratch_directory.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

Outcome<ClusterConfig> parse(const std::string& user, const std::string& cluster = "{server: 'https://api:6443'}",
                             const std::string& directory = "/d") {
  return parse_kubeconfig(
      "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
      "clusters: [{name: k, cluster: " +
          cluster + "}]\nusers: [{name: u, user: " + user + "}]\n",
      directory, "", "f");
}

std::string problem(const std::string& user) {
  const auto config = parse(user);
  if (config) return "";
  CHECK(config.error().reason == Reason::configuration);
  CHECK(config.error().message.find("S3CRET") == std::string::npos);
  return config.error().message;
}

const std::string kV1 = "apiVersion: client.authentication.k8s.io/v1";

}  // namespace

TEST_CASE("An exec plugin is read with arguments, environment and hint", "[kube][client][config][exec]") {
  const auto config = parse("{exec: {" + kV1 +
                            ", command: get-token, args: [--cluster, '7'], env: [{name: A, value: '1'}, {name: B}], "
                            "installHint: \"get it\\nfrom x\", interactiveMode: Never, provideClusterInfo: true}}");
  REQUIRE(config.has_value());
  REQUIRE(config->exec);
  CHECK(config->exec->command == "get-token");
  CHECK(config->exec->args == std::vector<std::string>{"--cluster", "7"});
  CHECK(config->exec->env == std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", ""}});
  CHECK(config->exec->install_hint == "get it from x");
  CHECK(config->exec->provide_cluster_info);
  CHECK(config->exec->api_version == kExecV1);
}

TEST_CASE("A plugin's path is relative to its kubeconfig, a name is looked up", "[kube][client][config][exec]") {
  const auto command = [](const std::string& text) {
    return parse("{exec: {" + kV1 + ", interactiveMode: IfAvailable, command: " + text + "}}")->exec->command;
  };
  CHECK(command("get-token") == "get-token");
  CHECK(command("./get-token") == "/d/get-token");
  CHECK(command("../bin/get-token") == "/bin/get-token");
  CHECK(command("/usr/bin/get-token") == "/usr/bin/get-token");
}

TEST_CASE("The older version of the protocol needs no interactive mode", "[kube][client][config][exec]") {
  CHECK(parse("{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}}").has_value());
}

TEST_CASE("Mistakes about exec plugins are named with their remedy", "[kube][client][config][exec]") {
  CHECK(problem("{exec: {" + kV1 + ", interactiveMode: Never, env: [{name: A, value: S3CRET}]}}") ==
        R"(f: user "u": exec: command is missing; name the program that prints credentials)");
  CHECK(problem("{exec: {command: x, interactiveMode: Never}}").find("apiVersion is missing; set it to") !=
        std::string::npos);
  CHECK(problem("{exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}}")
            .find(R"(apiVersion "client.authentication.k8s.io/v1alpha1" is not supported; set it to)") !=
        std::string::npos);
  CHECK(problem("{exec: {" + kV1 + ", command: x}}").find("interactiveMode is missing; set it to Never") !=
        std::string::npos);
  CHECK(problem("{exec: {" + kV1 + ", command: x, interactiveMode: Always}}").find("there is nobody to answer") !=
        std::string::npos);
  CHECK(problem("{exec: {" + kV1 + ", command: x, interactiveMode: Maybe}}").find("\"Maybe\" is unknown") !=
        std::string::npos);
  CHECK(
      problem("{exec: {" + kV1 + ", command: x, interactiveMode: Never, args: S3CRET}}").find("args must be a list") !=
      std::string::npos);
  CHECK(problem("{exec: {" + kV1 + ", command: x, interactiveMode: Never, env: [{value: S3CRET}]}}")
            .find("an entry of env has no valid name") != std::string::npos);
}

TEST_CASE("A plugin is told the cluster with its extension, types kept", "[kube][client][config][exec]") {
  auto config = parse("{exec: {" + kV1 + ", command: x, interactiveMode: Never, provideClusterInfo: true}}",
                      "{server: 'https://api:6443', tls-server-name: n, certificate-authority-data: Q0E=, "
                      "proxy-url: 'http://p:1', extensions: [{name: other, extension: 1}, {name: "
                      "client.authentication.k8s.io/exec, extension: {audience: a, port: 12, quoted: '12', on: true, "
                      "list: [1.5, null]}}]}");
  REQUIRE(config.has_value());
  CHECK(exec_info(*config->exec, *config) ==
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,)"
        R"("cluster":{"server":"https://api:6443","tls-server-name":"n","certificate-authority-data":"Q0E=",)"
        R"("proxy-url":"http://p:1","config":{"audience":"a","port":12,"quoted":"12","on":true,"list":[1.5,null]}}}})");
  config->exec->provide_cluster_info = false;
  CHECK(exec_info(*config->exec, *config) ==
        R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}})");
}

TEST_CASE("What a plugin prints is taken only when it is complete", "[kube][client][exec]") {
  const auto parsed = [](const std::string& status, const std::string& version = std::string(kExecV1)) {
    return parse_exec_credential(
        R"({"kind":"ExecCredential","apiVersion":")" + version + R"(","status":)" + status + "}", kExecV1);
  };
  const auto why = [&](const Outcome<ExecCredential>& outcome) {
    REQUIRE(outcome.has_error());
    CHECK(outcome.error().is_unauthorized());
    CHECK(outcome.error().message.find("S3CRET") == std::string::npos);
    return outcome.error().message;
  };
  const auto good = parsed(R"({"token":"t","expirationTimestamp":"2023-11-14T22:13:20Z"})");
  REQUIRE(good.has_value());
  CHECK(good->token == "t");
  CHECK(good->expires == WallTime{std::chrono::seconds{1'700'000'000}});
  CHECK_FALSE(parsed(R"({"token":"t","expirationTimestamp":null})")->expires);
  CHECK(parsed(R"({"clientCertificateData":"C","clientKeyData":"K"})")->key_pem == "K");

  CHECK(why(parse_exec_credential("S3CRET", kExecV1)).starts_with("it printed something else than"));
  CHECK(why(parse_exec_credential("", kExecV1)).starts_with("it printed something else than"));
  CHECK(why(parse_exec_credential(R"({"token":"S3CRET"})", kExecV1)) == "it printed no ExecCredential");
  CHECK(why(parsed(R"({"token":"S3CRET"})", std::string(kExecV1Beta1)))
            .starts_with("it printed apiVersion client.authentication.k8s.io/v1beta1 where the kubeconfig asks for"));
  CHECK(why(parsed("{}", "S3CRET")).starts_with("it printed another apiVersion where"));
  CHECK(why(parsed("null")) == "it printed an ExecCredential without a status");
  CHECK(why(parsed("{}")) == "it printed neither a token nor a client certificate");
  CHECK(why(parsed(R"({"clientKeyData":"S3CRET"})")).starts_with("it printed only one of"));
  CHECK(why(parsed(R"({"token":"S3CRET\nX-Evil: 1"})")) == "it printed a token of several lines");
  CHECK(why(parsed(R"({"token":"S3CRET","expirationTimestamp":"soon"})")).find("no RFC 3339 time") !=
        std::string::npos);
}

TEST_CASE("Impersonation becomes headers", "[kube][client][credentials]") {
  const auto config = parse(
      "{as: ann, as-uid: '7', as-groups: [dev, ops], as-user-extra: {Reason: [a, b], "
      "'example.com/x y%': [c]}}");
  REQUIRE(config.has_value());
  std::vector<http::Headers::Field> headers;
  for (const auto& field : impersonation_headers(config->impersonation)) headers.push_back(field);
  CHECK(headers == std::vector<http::Headers::Field>{{"Impersonate-User", "ann"},
                                                     {"Impersonate-Uid", "7"},
                                                     {"Impersonate-Group", "dev"},
                                                     {"Impersonate-Group", "ops"},
                                                     {"Impersonate-Extra-Reason", "a"},
                                                     {"Impersonate-Extra-Reason", "b"},
                                                     {"Impersonate-Extra-example.com%2Fx%20y%25", "c"}});
  CHECK(impersonation_headers({}).empty());
  CHECK(problem("{as-groups: [dev]}").find("need `as`; add the user to impersonate") != std::string::npos);
  CHECK(problem("{as: a, as-groups: dev}").find("as-groups must be a list") != std::string::npos);
  CHECK(problem("{as: a, as-user-extra: {k: v}}").find("as-user-extra: k must be a list") != std::string::npos);
}

TEST_CASE("Impersonation goes with every request", "[kube][client][credentials]") {
  ClusterConfig config;
  config.token = "t";
  config.impersonation.user = "ann";
  ScriptedApi api({}, config);
  REQUIRE(api.run(api.client->get_raw("/version")).has_value());
  CHECK(api.requests.at(0).headers.get("Impersonate-User") == "ann");
  CHECK(api.requests.at(0).headers.get("Authorization") == "Bearer t");
}

TEST_CASE("A token stands in for a token file that is not there yet", "[kube][client][config]") {
  const ScratchDirectory directory;
  CHECK(parse("{token: one, tokenFile: absent}", "{server: 'https://a'}", directory.path())->token == "one");
  directory.write("there", "two\n");
  const auto config = parse("{token: one, tokenFile: there}", "{server: 'https://a'}", directory.path());
  CHECK(config->token == "two");
  CHECK(config->token_file == directory.path("there"));
}

TEST_CASE("The files of certificates are remembered, so that they are read again", "[kube][client][config]") {
  const ScratchDirectory directory;
  for (const char* name : {"ca", "cert", "key"}) directory.write(name, name);
  const auto config = parse("{client-certificate: cert, client-key: key}",
                            "{server: 'https://a', certificate-authority: ca}", directory.path());
  CHECK(config->ca_file == directory.path("ca"));
  CHECK(config->client_certificate_file == directory.path("cert"));
  CHECK(config->client_key_file == directory.path("key"));
  // Embedded data has no file, also where one is named beside it.
  const auto embedded = parse(
      "{}", "{server: 'https://a', certificate-authority: ca, certificate-authority-data: Q0E=}", directory.path());
  CHECK(embedded->ca_file.empty());
}
