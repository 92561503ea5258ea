#include "operator/kube/client/config.hpp"

#include <catch2/catch_test_macros.hpp>

#include <filesystem>

#include "operator/base/base64.hpp"
#include "operator/kube/client/files.hpp"
#include "test/unit/kube/client/scratch_directory.hpp"
#include "test/unit/kube/client/scripted_api.hpp"

using namespace kyma;
using namespace kyma::kube;
using namespace kyma::kube::testing;

namespace {

// Sets variables for one test and restores what was there.
class Environment {
 public:
  Environment() {
    for (const char* name : {"KUBECONFIG", "HOME", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) set(name, "");
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    for (const auto& [name, value] : saved_)
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }
  void set(const std::string& name, const std::string& value) {
    const char* old = std::getenv(name.c_str());
    saved_.try_emplace(name, old ? std::optional<std::string>(old) : std::nullopt);
    ::setenv(name.c_str(), value.c_str(), 1);
  }

 private:
  std::map<std::string, std::optional<std::string>> saved_;
};

// A kubeconfig with one context; `cluster` and `user` are flow maps.
std::string kubeconfig(const std::string& cluster, const std::string& user, const std::string& context = "{}") {
  return "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
         "clusters: [{name: k, cluster: " +
         cluster + "}]\nusers: [{name: u, user: " + user +
         "}]\n"
         "contexts: [{name: c, context: " +
         (context == "{}" ? "{cluster: k, user: u}" : context) + "}]\n";
}

Outcome<ClusterConfig> parse(const std::string& yaml, const std::string& context = "",
                             const std::string& directory = "/d") {
  return parse_kubeconfig(yaml, directory, context, "file.yaml");
}

std::string problem(const std::string& yaml, const std::string& context = "") {
  const auto config = parse(yaml, context);
  if (config) return "";
  CHECK(config.error().reason == Reason::configuration);
  CHECK(config.error().message.find("S3CRET") == std::string::npos);
  return config.error().message;
}

const std::string kServer = "{server: 'https://api.example:6443'}";

}  // namespace

TEST_CASE("A kubeconfig gives server, certificates and credentials", "[kube][client][config]") {
  const auto config = parse(kubeconfig(
      "{server: https://api.example:6443/p, certificate-authority-data: Q0E=, tls-server-name: other.example}",
      "{client-certificate-data: Q0VSVA==, client-key-data: S0VZ, token: abc}",
      "{cluster: k, user: u, namespace: team}"));
  REQUIRE(config.has_value());
  CHECK(config->server == "https://api.example:6443/p");
  CHECK(config->ca_pem == "CA");
  CHECK(config->tls_server_name == "other.example");
  CHECK(config->client_certificate_pem == "CERT");
  CHECK(config->client_key_pem == "KEY");
  CHECK(config->token == "abc");
  CHECK(config->default_namespace == "team");
  CHECK_FALSE(config->insecure_skip_tls_verify);
  CHECK(config->source == R"(file.yaml, context "c")");
}

TEST_CASE("A kubeconfig needs no user, and its namespace defaults", "[kube][client][config]") {
  const auto config =
      parse(kubeconfig("{server: http://127.0.0.1:8080, insecure-skip-tls-verify: true}", "{}", "{cluster: k}"));
  REQUIRE(config.has_value());
  CHECK(config->insecure_skip_tls_verify);
  CHECK(config->default_namespace == "default");
  CHECK(config->token.empty());
}

TEST_CASE("Credentials leave this machine by TLS or not at all", "[kube][client][config]") {
  const auto token_for = [](const std::string& server) {
    return parse(kubeconfig("{server: '" + server + "'}", "{token: secret}"))->token;
  };
  CHECK(token_for("https://api.example:6443") == "secret");
  CHECK(token_for("http://127.0.0.1:8080") == "secret");
  CHECK(token_for("http://localhost") == "secret");
  CHECK(token_for("http://[::1]:8080") == "secret");
  CHECK(token_for("http://api.example:8080").empty());
  CHECK(token_for("http://10.0.0.1").empty());
  CHECK(token_for("http://127.0.0.1.example").empty());
}

TEST_CASE("A token that looks like a number stays as it is written", "[kube][client][config]") {
  CHECK(parse(kubeconfig(kServer, "{token: 0123e5}"))->token == "0123e5");
}

TEST_CASE("File references are relative to the kubeconfig", "[kube][client][config]") {
  const ScratchDirectory directory;
  directory.write("pki/ca.pem", "CA");
  directory.write("cert.pem", "CERT");
  directory.write("key.pem", "KEY");
  const std::string token = directory.write("token", "abc\n");
  const auto config = parse(
      kubeconfig("{server: https://a, certificate-authority: pki/ca.pem}",
                 "{client-certificate: ./cert.pem, client-key: " + directory.path("key.pem") + ", tokenFile: token}"),
      "", directory.path());
  REQUIRE(config.has_value());
  CHECK(config->ca_pem == "CA");
  CHECK(config->client_certificate_pem == "CERT");
  CHECK(config->client_key_pem == "KEY");
  CHECK(config->token == "abc");
  CHECK(config->token_file == token);
}

TEST_CASE("Embedded data wins over a file", "[kube][client][config]") {
  const auto config =
      parse(kubeconfig("{server: https://a, certificate-authority: absent, certificate-authority-data: Q0E=}", "{}"));
  REQUIRE(config.has_value());
  CHECK(config->ca_pem == "CA");
}

TEST_CASE("Mistakes in a kubeconfig are named with file, entry and remedy", "[kube][client][config]") {
  CHECK(problem("a: [").starts_with("file.yaml: invalid YAML: line "));
  CHECK(problem("token: 'S3CRET\n  : - {").starts_with("file.yaml: invalid YAML: line "));
  CHECK(problem("[]") == "file.yaml: this is no kubeconfig");
  CHECK(problem("") ==
        "file.yaml: no context is current; choose one of none with --context or `kubectl config use-context`");
  CHECK(problem("contexts: {}") == "file.yaml: contexts must be a list");
  CHECK(problem("users: [{user: {token: S3CRET}}]") == "file.yaml: an entry of users has no name");
  CHECK(problem(kubeconfig(kServer, "{}"), "other") ==
        R"(file.yaml: there is no context "other"; choose one of "c" with --context)");
  CHECK(problem(kubeconfig(kServer, "{}", "{cluster: gone, user: u}")) ==
        R"(file.yaml: context "c" names the cluster "gone", which does not exist; there are "k")");
  CHECK(problem(kubeconfig(kServer, "{}", "{cluster: k, user: gone}")) ==
        R"(file.yaml: context "c" names the user "gone", which does not exist; there are "u")");
  CHECK(problem(kubeconfig("{}", "{}")) ==
        R"(file.yaml: cluster "k": it has no server; set it to the API server's URL)");
  CHECK(problem(kubeconfig("{server: 'ftp://x'}", "{}")).starts_with(R"(file.yaml: cluster "k": )"));
  CHECK(problem(kubeconfig("{server: 'https://a', insecure-skip-tls-verify: yes please}", "{}")) ==
        R"(file.yaml: cluster "k": insecure-skip-tls-verify must be true or false)");
  CHECK(problem(
            kubeconfig("{server: 'https://a', insecure-skip-tls-verify: true, certificate-authority-data: Q0E=}", "{}"))
            .find("exclude each other") != std::string::npos);
  CHECK(problem(kubeconfig("{server: 'https://a', certificate-authority-data: '***'}", "{}")) ==
        R"(file.yaml: cluster "k": certificate-authority-data is not valid Base64)");
  CHECK(problem(kubeconfig("{server: 'https://a', certificate-authority: absent.pem}", "{}")) ==
        R"(file.yaml: cluster "k": certificate-authority: cannot read /d/absent.pem: No such file or directory)");
  CHECK(
      problem(kubeconfig("{server: 'https://a', proxy-url: 'ftp://u:S3CRET@p'}", "{}")) ==
      R"(file.yaml: cluster "k": proxy URL: its scheme is not supported; write http://host:port, https:// or socks5://)");
  CHECK(problem(kubeconfig(kServer, "{auth-provider: {name: x}}")).find("`auth-provider` is not supported") !=
        std::string::npos);
  CHECK(problem(kubeconfig(kServer, "{client-key-data: UzNDUkVU}")).find("belong together") != std::string::npos);
  CHECK(problem(kubeconfig(kServer, "{client-key-data: 'S3CRET!'}")) ==
        R"(file.yaml: user "u": client-key-data is not valid Base64)");
  CHECK(problem(kubeconfig(kServer, "{token: S3CRET, username: ann, password: S3CRET}")).find("exclude each other") !=
        std::string::npos);
  CHECK(problem(kubeconfig(kServer, "{tokenFile: absent}")).find("tokenFile: cannot read /d/absent") !=
        std::string::npos);
}

TEST_CASE("Hostile YAML is refused, not obeyed", "[kube][client][config]") {
  CHECK_FALSE(problem(std::string(100'000, '[')).empty());
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += "," + before;
    bomb += "]\n";
  }
  CHECK(problem(bomb) == "file.yaml: invalid YAML: its aliases expand to too much");
  CHECK_FALSE(problem("a: &a [*a]").empty());
  CHECK_FALSE(problem("clusters: [1, [2]]\ncurrent-context: {a: b}").empty());
}

TEST_CASE("$KUBECONFIG merges files: the first to name an entry wins", "[kube][client][config]") {
  const ScratchDirectory directory;
  Environment environment;
  directory.write("token", "from-b");
  const auto a = directory.write("a", "current-context: c\nclusters: [{name: k, cluster: {server: 'https://a'}}]\n");
  const auto b = directory.write("b", kubeconfig("{server: 'https://b'}", "{tokenFile: token}"));
  environment.set("KUBECONFIG", directory.path("absent") + "::" + a + ":" + b);
  const auto config = load_config({});
  REQUIRE(config.has_value());
  CHECK(config->server == "https://a");
  CHECK(config->token == "from-b");

  environment.set("KUBECONFIG", directory.path("absent"));
  CHECK(load_config({}).error().message.find("none of the files in $KUBECONFIG exists: " + directory.path("absent")) !=
        std::string::npos);
  // The flag is stronger, and its file must exist.
  CHECK(load_config({b, ""})->server == "https://b");
  CHECK(load_config({directory.path("absent"), ""}).error().message.find("cannot read") != std::string::npos);
  CHECK(load_config({b, "other"}).error().message.find("there is no context \"other\"") != std::string::npos);
}

TEST_CASE("The personal kubeconfig is the last resort", "[kube][client][config]") {
  const ScratchDirectory directory;
  Environment environment;
  environment.set("HOME", directory.path());
  const std::string nothing = load_config({}).error().message;
  CHECK(nothing.starts_with("no cluster is configured"));
  CHECK(nothing.find(directory.path(".kube/config")) != std::string::npos);
  directory.write(".kube/config", kubeconfig("{server: 'https://home'}", "{}"));
  CHECK(load_config({})->server == "https://home");
}

TEST_CASE("The environment of a pod gives the in-cluster configuration", "[kube][client][config]") {
  const ScratchDirectory directory;
  Environment environment;
  CHECK(in_cluster_config(directory.path()).error().message.starts_with("this is no pod"));
  environment.set("KUBERNETES_SERVICE_HOST", "10.0.0.1");
  environment.set("KUBERNETES_SERVICE_PORT", "443");
  CHECK(in_cluster_config(directory.path()).error().message.find("automountServiceAccountToken") != std::string::npos);
  const auto token = directory.write("token", "abc\n");
  directory.write("ca.crt", "CA");
  directory.write("namespace", "team");
  const auto config = in_cluster_config(directory.path());
  REQUIRE(config.has_value());
  CHECK(config->server == "https://10.0.0.1:443");
  CHECK(config->token == "abc");
  CHECK(config->token_file == token);
  CHECK(config->ca_pem == "CA");
  CHECK(config->default_namespace == "team");
  CHECK(config->source == "in-cluster");
  environment.set("KUBERNETES_SERVICE_HOST", "fd00::1");
  CHECK(in_cluster_config(directory.path())->server == "https://[fd00::1]:443");
}

TEST_CASE("A kubeconfig that was written is read back the same", "[kube][client][config]") {
  const ScratchDirectory directory;
  ClusterConfig config;
  config.server = "https://127.0.0.1:6443";
  config.ca_pem = "-----BEGIN CERTIFICATE-----\nx\n";
  config.tls_server_name = "kubernetes";
  config.token = "odd: \"token\" #1\n";
  config.client_certificate_pem = "CERT\n";
  config.client_key_pem = "KEY\n";
  config.default_namespace = "team";
  const std::string path = directory.path("made/kubeconfig");
  REQUIRE(write_kubeconfig(path, config, "kyma: \"x\"").has_value());
  const auto read = load_config({path, ""});
  REQUIRE(read.has_value());
  CHECK(read->server == config.server);
  CHECK(read->ca_pem == config.ca_pem);
  CHECK(read->tls_server_name == config.tls_server_name);
  CHECK(read->token == config.token);
  CHECK(read->client_certificate_pem == config.client_certificate_pem);
  CHECK(read->client_key_pem == config.client_key_pem);
  CHECK(read->default_namespace == "team");
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::group_all) ==
        std::filesystem::perms::none);

  config = {};
  config.server = "http://127.0.0.1:8080";
  config.insecure_skip_tls_verify = true;
  REQUIRE(write_kubeconfig(path, config, "k").has_value());
  CHECK(load_config({path, "k"})->insecure_skip_tls_verify);
}

TEST_CASE("A client is refused a configuration it cannot use", "[kube][client][config]") {
  asio::io_context loop;
  ManualClock clock;
  const auto message = [&](const ClusterConfig& config) {
    const auto client = Client::make(loop.get_executor(), clock, config, {}, nullptr);
    return client ? std::string() : client.error().message;
  };
  ClusterConfig config;
  config.source = "file.yaml";
  config.server = "nonsense";
  CHECK(message(config).starts_with("file.yaml: "));
  config.server = "https://127.0.0.1:6443";
  config.ca_pem = "S3CRET is no certificate";
  CHECK(message(config).starts_with("file.yaml: "));
  CHECK(message(config).find("S3CRET") == std::string::npos);
  config.ca_pem.clear();
  CHECK(message(config).empty());
}
