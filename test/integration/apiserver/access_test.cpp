// Who may do what, over TLS: client certificates, service accounts and their tokens, restarts.
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "operator/apiserver/embedded_server.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/http/certificates.hpp"
#include "operator/kube/client/client.hpp"
#include "operator/kube/client/config.hpp"
#include "operator/kube/meta/json.hpp"
#include "test/support/run_on_loop.hpp"

namespace kyma::apiserver {
namespace {

using namespace std::chrono_literals;

const kube::ResourceType kConfigMaps{"", "v1", "ConfigMap", "configmaps", true};
const kube::ResourceType kAccounts{"", "v1", "ServiceAccount", "serviceaccounts", true};
const kube::ResourceType kBindings{"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings",
                                   false};
const kube::ResourceType kWhoAmI{"authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", false};

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "kyma-access-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

EmbeddedServerOptions options_in(const TemporaryDirectory& directory) {
  EmbeddedServerOptions options;
  options.listen = "127.0.0.1:0";
  options.kubeconfig = directory.file("kubeconfig");
  options.api.authorization = AuthorizationMode::rbac;
  options.api.service_account_objects = true;
  return options;
}

struct Caller {
  explicit Caller(const std::string& kubeconfig) : config(kube::load_config({kubeconfig, {}}).value()) { connect(); }
  ~Caller() { close(); }

  void close() {
    client->close();
    loop.restart();
    loop.poll();
  }
  void connect() {
    if (client) close();
    kube::ClientOptions options;
    options.qps = 0;
    options.timeout = 10s;
    client = kube::Client::make(loop.get_executor(), clock, config, options, nullptr).value();
  }
  void with_token(const std::string& token) {
    config.token = token;
    config.client_certificate_pem.clear();
    config.client_key_pem.clear();
    connect();
  }
  void with_certificate(const http::KeyPair& pair) {
    config.token.clear();
    config.client_certificate_pem = pair.certificate_pem;
    config.client_key_pem = pair.private_key_pem;
    connect();
  }
  std::string who() {
    const auto answer =
        run(client->create(kWhoAmI, "", R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})"));
    if (!answer) return answer.error().describe();
    return std::string(json::string_at(*json::parse(*answer), {"status", "userInfo", "username"}));
  }

  template <class T>
  T run(asio::awaitable<T> task) {
    return test::run_on(loop, std::move(task));
  }

  asio::io_context loop{1};
  RealClock clock{loop.get_executor()};
  kube::ClusterConfig config;
  std::unique_ptr<kube::Client> client;
};

http::KeyPair authority_in(const EmbeddedServerOptions& options) {
  return {read_file(options.kubeconfig + ".d/ca.crt"), read_file(options.kubeconfig + ".d/ca.key")};
}

http::KeyPair client_certificate(const http::KeyPair& authority, const std::string& name, const std::string& group) {
  http::CertificateRequest request;
  request.common_name = name;
  request.organizations = {group};
  return http::sign_certificate(authority, request, std::chrono::hours{1}).value();
}

std::string bind_to_admin(const std::string& name, const std::string& subject) {
  return R"({"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":")" + name +
         R"("},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[)" +
         subject + "]}";
}

TEST_CASE("Client certificates of the server's CA say who is calling", "[apiserver][embedded][authentication]") {
  const TemporaryDirectory directory;
  const auto options = options_in(directory);
  ServerThread server(options);
  REQUIRE(server.start().has_value());
  const auto authority = authority_in(options);
  Caller caller(options.kubeconfig);
  REQUIRE(caller.who() == "kubernetes-admin");

  caller.with_certificate(client_certificate(authority, "alice", "team"));
  REQUIRE(caller.who() == "alice");
  const auto refused = caller.run(caller.client->get(kConfigMaps, "default", "kube-root-ca.crt"));
  REQUIRE(refused.error().is_forbidden());
  REQUIRE(refused.error().message.find("User \"alice\" cannot get resource \"configmaps\"") != std::string::npos);

  Caller admin(options.kubeconfig);
  const auto bound = admin.run(admin.client->create(
      kBindings, "",
      bind_to_admin("team", R"({"apiGroup":"rbac.authorization.k8s.io","kind":"Group","name":"team"})")));
  REQUIRE(bound.has_value());
  caller.with_certificate(client_certificate(authority, "alice", "team"));
  REQUIRE(caller.run(caller.client->get(kConfigMaps, "default", "kube-root-ca.crt")).has_value());
  caller.with_certificate(client_certificate(authority, "root", "system:masters"));
  REQUIRE(caller.run(caller.client->get_raw("/metrics")).has_value());

  // A CA that the server does not know, and a certificate that is a server's.
  const auto foreign = http::make_certificate_authority("elsewhere", std::chrono::hours{1}).value();
  caller.with_certificate(client_certificate(foreign, "alice", "system:masters"));
  REQUIRE_FALSE(caller.run(caller.client->get_raw("/api")).has_value());
  http::CertificateRequest request;
  request.common_name = "alice";
  request.server = true;
  caller.with_certificate(http::sign_certificate(authority, request, std::chrono::hours{1}).value());
  REQUIRE_FALSE(caller.run(caller.client->get_raw("/api")).has_value());
}

TEST_CASE("A service account's token serves it, over a restart too, and no longer than it lives",
          "[apiserver][embedded][authentication]") {
  const TemporaryDirectory directory;
  auto options = options_in(directory);
  options.api.seed = 7;
  std::string token;
  {
    ServerThread server(options);
    const auto info = server.start();
    REQUIRE(info.has_value());
    options.listen = info->url.substr(std::string("https://").size());
    Caller admin(options.kubeconfig);
    REQUIRE(admin
                .run(admin.client->create(kAccounts, "default",
                                          R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"robot"}})"))
                .has_value());
    const kube::ResourceType requests{"", "v1", "TokenRequest", "serviceaccounts/robot/token", true};
    const auto made = admin.run(admin.client->create(
        requests, "default", R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}})"));
    REQUIRE(made.has_value());
    token = json::string_at(*json::parse(*made), {"status", "token"});
    Caller robot(options.kubeconfig);
    robot.with_token(token);
    REQUIRE(robot.who() == "system:serviceaccount:default:robot");
    REQUIRE(robot.run(robot.client->get(kAccounts, "default", "robot")).error().is_forbidden());
    server.stop();
  }
  const auto key = read_file(options.kubeconfig + ".d/sa.key");
  ServerThread again(options);
  REQUIRE(again.start().has_value());
  REQUIRE(read_file(options.kubeconfig + ".d/sa.key") == key);
  // The key is the same, but the account went with the server's memory.
  Caller robot(options.kubeconfig);
  robot.with_token(token);
  REQUIRE(robot.run(robot.client->get_raw("/api")).error().is_unauthorized());
}

TEST_CASE("Every start shows a new certificate of the same CA, or the one it is given", "[apiserver][embedded][tls]") {
  const TemporaryDirectory directory;
  auto options = options_in(directory);
  {
    ServerThread first(options);
    REQUIRE(first.start().has_value());
  }
  const auto authority = http::make_certificate_authority("own", std::chrono::hours{1}).value();
  http::CertificateRequest request;
  request.common_name = "own";
  request.server = true;
  request.ip_addresses = {"127.0.0.1"};
  const auto pair = http::sign_certificate(authority, request, std::chrono::hours{1}).value();
  std::ofstream(directory.file("tls.crt")) << pair.certificate_pem << authority.certificate_pem;
  std::ofstream(directory.file("tls.key")) << pair.private_key_pem;
  const auto clients = http::make_certificate_authority("clients", std::chrono::hours{1}).value();
  std::ofstream(directory.file("clients.crt")) << clients.certificate_pem;
  options.tls_cert_file = directory.file("tls.crt");
  {
    ServerThread half(options);
    REQUIRE(half.start().error().message.find("go together") != std::string::npos);
  }
  options.tls_private_key_file = directory.file("none.key");
  {
    ServerThread missing(options);
    REQUIRE(missing.start().error().message.find(directory.file("none.key")) != std::string::npos);
  }
  options.tls_private_key_file = directory.file("tls.key");
  options.client_ca_file = directory.file("clients.crt");
  ServerThread server(options);
  REQUIRE(server.start().has_value());
  Caller caller(options.kubeconfig);
  REQUIRE(caller.who() == "kubernetes-admin");
  caller.with_certificate(client_certificate(clients, "alice", "team"));
  REQUIRE(caller.who() == "alice");
  caller.with_certificate(client_certificate(authority_in(options), "alice", "team"));
  REQUIRE_FALSE(caller.run(caller.client->get_raw("/api")).has_value());
}

}  // namespace
}  // namespace kyma::apiserver
