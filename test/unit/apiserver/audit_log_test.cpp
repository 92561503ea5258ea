// The audit log: what is in an event, what never is, and what happens when it cannot be written.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "operator/apiserver/audit_file.hpp"
#include "operator/apiserver/audit_log.hpp"
#include "operator/base/utf8.hpp"
#include "test/unit/apiserver/test_api.hpp"
#include "test/unit/http/silent_log.hpp"

namespace kyma::apiserver::test {
namespace {

class LogDirectory {
 public:
  LogDirectory() {
    auto pattern = (std::filesystem::temp_directory_path() / "kyma-audit-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~LogDirectory() { std::filesystem::remove_all(path_); }
  LogDirectory(const LogDirectory&) = delete;
  LogDirectory& operator=(const LogDirectory&) = delete;

  std::string file() const { return path_ + "/audit.log"; }
  // Every file but the one that is written to, oldest first.
  std::vector<std::string> backups() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.path().filename() != "audit.log") names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string text(const std::string& name = "audit.log") const {
    std::ifstream file(path_ + "/" + name);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

ApiServerOptions audited(const LogDirectory& directory, AuditLevel level = AuditLevel::metadata, bool roles = false) {
  ApiServerOptions options;
  options.audit.path = directory.file();
  options.audit.level = level;
  if (roles) options.authorization = AuthorizationMode::rbac;
  return options;
}

// What a server logged until it went.
struct Logged {
  std::string text;
  std::vector<json::Document> events;

  explicit Logged(const LogDirectory& directory) : text(directory.text()) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) events.push_back(json::parse(line).value());
  }
  std::string at(std::size_t event, std::initializer_list<std::string_view> path) const {
    return std::string(json::string_at(events.at(event), path));
  }
};

template <class Requests>
Logged log_of(const LogDirectory& directory, const ApiServerOptions& options, Requests&& requests) {
  {
    TestApi api(options);
    requests(api);
  }
  return Logged(directory);
}

TEST_CASE("Audit events say who asked for what, and what became of it", "[apiserver][audit]") {
  const LogDirectory directory;
  const auto logged = log_of(directory, audited(directory), [](TestApi& api) {
    api.call("POST", kConfigMaps, config_map("a"), {{"User-Agent", "test/1.0"}});
    api.get(std::string(kConfigMaps) + "/b?pretty=true");
    api.get("/version");
  });
  REQUIRE(logged.events.size() == 3);
  CHECK(logged.at(0, {"kind"}) == "Event");
  CHECK(logged.at(0, {"apiVersion"}) == "audit.k8s.io/v1");
  CHECK(logged.at(0, {"level"}) == "Metadata");
  CHECK(logged.at(0, {"stage"}) == "ResponseComplete");
  CHECK(logged.at(0, {"requestURI"}) == kConfigMaps);
  CHECK(logged.at(0, {"verb"}) == "create");
  CHECK(logged.at(0, {"user", "username"}) == "kubernetes-admin");
  CHECK(logged.at(0, {"userAgent"}) == "test/1.0");
  CHECK(logged.at(0, {"objectRef", "resource"}) == "configmaps");
  CHECK(logged.at(0, {"objectRef", "namespace"}) == "default");
  CHECK(logged.at(0, {"objectRef", "name"}) == "a");
  CHECK(logged.at(0, {"objectRef", "apiVersion"}) == "v1");
  CHECK(json::int_at(logged.events[0], {"responseStatus", "code"}) == 201);
  CHECK(logged.at(0, {"annotations", "authorization.k8s.io/decision"}) == "allow");
  CHECK(logged.at(0, {"auditID"}).size() == 36);
  CHECK(logged.at(0, {"auditID"}) != logged.at(1, {"auditID"}));
  CHECK(logged.at(0, {"requestReceivedTimestamp"}).size() == std::string_view("2026-11-22T11:50:27.000000Z").size());
  CHECK(json::find(logged.events[0], "requestObject") == nullptr);

  CHECK(logged.at(1, {"verb"}) == "get");
  CHECK(logged.at(1, {"requestURI"}) == std::string(kConfigMaps) + "/b?pretty=true");
  CHECK(logged.at(1, {"responseStatus", "status"}) == "Failure");
  CHECK(logged.at(1, {"responseStatus", "reason"}) == "NotFound");
  CHECK(logged.at(1, {"responseStatus", "message"}) == "configmaps \"b\" not found");
  CHECK(logged.at(2, {"verb"}) == "get");
  CHECK(json::find(logged.events[2], "objectRef") == nullptr);
}

TEST_CASE("Those who are refused are in the audit log too", "[apiserver][audit][authentication]") {
  const LogDirectory directory;
  const auto logged = log_of(directory, audited(directory, AuditLevel::metadata, true), [](TestApi& api) {
    api.call("GET", kConfigMaps, {}, {{"Authorization", "Bearer s3cret"}});
    api.call("GET", kConfigMaps, {}, {{"Authorization", ""}});
    api.call(
        "GET", kConfigMaps, {},
        {{"Authorization", "Bearer " + std::string(kToken)}, {"Impersonate-User", "jane"}, {"Impersonate-Group", "g"}});
    api.call("CONNECT", "example.com:443", {}, {{"Authorization", "Bearer s3cret"}});
  });
  REQUIRE(logged.events.size() == 4);
  CHECK(json::int_at(logged.events[0], {"responseStatus", "code"}) == 401);
  CHECK(logged.at(0, {"user", "username"}).empty());
  CHECK(logged.text.find("s3cret") == std::string::npos);
  CHECK(json::int_at(logged.events[1], {"responseStatus", "code"}) == 403);
  CHECK(logged.at(1, {"user", "username"}) == "system:anonymous");
  CHECK(logged.at(1, {"annotations", "authorization.k8s.io/decision"}) == "forbid");
  CHECK(logged.at(2, {"user", "username"}) == "kubernetes-admin");
  CHECK(logged.at(2, {"impersonatedUser", "username"}) == "jane");
  CHECK(json::int_at(logged.events[2], {"responseStatus", "code"}) == 403);
  CHECK(logged.at(3, {"requestURI"}) == "example.com:443");
  CHECK(logged.at(3, {"verb"}) == "connect");
}

TEST_CASE("Watches have an event when they begin and one when they end", "[apiserver][audit][watch]") {
  const LogDirectory directory;
  const auto logged = log_of(directory, audited(directory), [](TestApi& api) {
    const auto watch = api.watch(std::string(kConfigMaps) + "?watch=true&timeoutSeconds=5");
    api.get("/version");
    api.pass(std::chrono::seconds{6});
  });
  REQUIRE(logged.events.size() == 3);
  CHECK(logged.at(0, {"stage"}) == "ResponseStarted");
  CHECK(logged.at(0, {"verb"}) == "watch");
  CHECK(json::int_at(logged.events[0], {"responseStatus", "code"}) == 200);
  CHECK(logged.at(1, {"requestURI"}) == "/version");
  CHECK(logged.at(2, {"stage"}) == "ResponseComplete");
  CHECK(logged.at(2, {"auditID"}) == logged.at(0, {"auditID"}));
}

TEST_CASE("A Secret sent to where nothing is, or by who may not, is in no event", "[apiserver][audit][hostile]") {
  const LogDirectory directory;
  const std::string secret = R"({"kind":"Secret","metadata":{"name":"s"},"stringData":{"k":"hunter2"}})";
  const auto logged = log_of(directory, audited(directory, AuditLevel::request), [&](TestApi& api) {
    for (const auto path : {"/api/v1/namespaces/default/Secrets", "/api/v1/namespaces/default/secret",
                            "/api/v1/namespaces/%zz/secrets", "/v1/namespaces/default/secrets", "/"}) {
      REQUIRE(api.post(path, secret).status >= 400);
    }
    const auto unknown = api.call("POST", kConfigMaps, secret, {{"Authorization", "Bearer wrong"}});
    REQUIRE(unknown.status == 401);
  });
  REQUIRE(logged.events.size() == 6);
  REQUIRE(logged.text.find("hunter2") == std::string::npos);
}

TEST_CASE("At the level Request bodies are written, on one line, as far as they are JSON", "[apiserver][audit]") {
  const LogDirectory directory;
  const auto logged = log_of(directory, audited(directory, AuditLevel::request), [](TestApi& api) {
    api.post(kConfigMaps, "{\n\"apiVersion\":\"v1\",\r\n\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}");
    api.patch(std::string(kConfigMaps) + "/a", R"({"data":{"k":"v"}})");
    api.post(kConfigMaps, "{\"a\":\n}\nno JSON\n");
    api.post(kConfigMaps, config_map("b", ",\"data\":{\"k\":\"" + std::string(200'000, 'x') + "\"}"));
  });
  REQUIRE(logged.events.size() == 4);
  CHECK(logged.at(0, {"requestObject", "metadata", "name"}) == "a");
  CHECK(logged.at(1, {"requestObject", "data", "k"}) == "v");
  CHECK(json::find(logged.events[2], "requestObject") == nullptr);
  CHECK(json::find(logged.events[3], "requestObject") == nullptr);
  CHECK(logged.at(3, {"annotations", "audit.k8s.io/truncated"}) == "true");
  CHECK(logged.at(3, {"objectRef", "name"}) == "b");
}

TEST_CASE("Neither what is in Secrets nor tokens are ever in the audit log", "[apiserver][audit][hostile]") {
  const LogDirectory directory;
  std::string issued;
  const auto logged = log_of(directory, audited(directory, AuditLevel::request), [&](TestApi& api) {
    const std::string secrets = "/api/v1/namespaces/default/secrets";
    const auto secret = [](std::string_view more) {
      return R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},)" + std::string(more) + "}";
    };
    api.post(secrets, secret(R"("stringData":{"k":"hunter2"})"));
    api.put(secrets + "/s", secret(R"("data":{"k":"aHVudGVyMg==", "l":"hunter2 is no base64"})"));
    api.patch(secrets + "/s", R"({"stringData":{"k":"hunter2"}})");
    api.post(secrets, secret(R"("type":"hunter2","stringData":{"hunter2/hunter2":"hunter2"})"));
    api.remove(secrets + "/s");
    api.post("/apis/authentication.k8s.io/v1/tokenreviews",
             R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"hunter2"}})");
    api.post("/api/v1/namespaces/default/serviceaccounts",
             R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"sa"}})");
    issued = api.post("/api/v1/namespaces/default/serviceaccounts/sa/token",
                      R"({"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}})")
                 .text({"status", "token"});
    api.call("GET", kConfigMaps, {}, {{"Authorization", "Bearer " + issued}});
  });
  REQUIRE(logged.events.size() == 9);
  REQUIRE(issued.size() > 100);
  CHECK(logged.text.find("hunter2") == std::string::npos);
  CHECK(logged.text.find("aHVudGVyMg==") == std::string::npos);
  CHECK(logged.text.find(issued) == std::string::npos);
  CHECK(logged.text.find(kToken) == std::string::npos);
}

TEST_CASE("What clients send cannot break out of its line, nor make it large", "[apiserver][audit][hostile]") {
  const LogDirectory directory;
  const auto logged = log_of(directory, audited(directory, AuditLevel::request), [](TestApi& api) {
    api.call("GET", "/a\xff\xfe?x=\"},\n{", {}, {{"User-Agent", "a\"\n\xff" + std::string(50'000, 'u')}});
    api.call("GET", "/version", {}, {{"Audit-ID", "my-own-id"}});
    api.call("GET", "/version", {}, {{"Audit-ID", "no id\n\""}});
    api.call("GET", "/version", {}, {{"Audit-ID", std::string(65, 'i')}});
  });
  REQUIRE(logged.events.size() == 4);
  CHECK(is_utf8(logged.text));
  CHECK(logged.at(0, {"userAgent"}).size() < 2000);
  CHECK(logged.at(1, {"auditID"}) == "my-own-id");
  CHECK(logged.at(2, {"auditID"}).size() == 36);
  CHECK(logged.at(3, {"auditID"}).size() == 36);
}

TEST_CASE("Answers name their audit event, but only when there is a log", "[apiserver][audit]") {
  const LogDirectory directory;
  {
    TestApi api(audited(directory));
    CHECK(api.get("/version").headers.get("Audit-ID").size() == 36);
    CHECK(api.get("/nowhere").headers.get("Audit-ID").size() == 36);
    CHECK(api.call("GET", kConfigMaps, {}, {{"Authorization", "Bearer x"}}).headers.get("Audit-ID").size() == 36);
  }
  TestApi without;
  CHECK_FALSE(without.get("/version").headers.contains("Audit-ID"));
  TestApi none(audited(directory, AuditLevel::none));
  CHECK_FALSE(none.get("/version").headers.contains("Audit-ID"));
}

TEST_CASE("An audit log that cannot be opened is a reason not to start", "[apiserver][audit]") {
  const LogDirectory directory;
  auto options = audited(directory);
  options.audit.path = directory.file() + "/no/such/directory";
  std::string why;
  try {
    TestApi api(options);
  } catch (const std::runtime_error& error) {
    why = error.what();
  }
  CHECK(why.find(options.audit.path) != std::string::npos);
  CHECK(why.find("--audit-log") != std::string::npos);
}

TEST_CASE("A full disk costs events, which are counted and logged, and nothing else", "[apiserver][audit]") {
  if (::access("/dev/full", W_OK) != 0) SKIP("there is no /dev/full");
  http::testing::SilentLog silent;
  AuditOptions options;
  options.path = "/dev/full";
  {
    ApiServerOptions server;
    server.audit = options;
    TestApi api(server);
    for (int i = 0; i < 10; ++i) {
      CHECK(api.get("/readyz").body == "ok");
      api.pass(AuditLog::kFlushInterval);
    }
  }
  CHECK(silent.text.find("No space left on device") != std::string::npos);

  ManualClock clock;
  asio::io_context loop;
  metrics::Registry metrics;
  {
    AuditLog log(loop.get_executor(), clock, options, metrics, 1);
    for (int i = 0; i < 10; ++i) log.add("{}");
  }
  CHECK(metrics.expose().find("apiserver_audit_error_total{plugin=\"log\"} 10") != std::string::npos);
  CHECK(metrics.expose().find("apiserver_audit_event_total 10") != std::string::npos);
}

TEST_CASE("Events that the disk does not keep up with are lost, rather than kept", "[apiserver][audit]") {
  const LogDirectory directory;
  http::testing::SilentLog silent;
  ManualClock clock;
  asio::io_context loop;
  metrics::Registry metrics;
  AuditOptions options;
  options.path = directory.file();
  const std::string event(1024 * 1024, 'x');
  {
    AuditLog log(loop.get_executor(), clock, options, metrics, 1);
    for (int i = 0; i < 100; ++i) log.add(event);
  }
  // One was handed over, and its writer is not heard of: 15 fit beside it.
  CHECK(directory.text().size() == 16 * (event.size() + 1));
  CHECK(metrics.expose().find("apiserver_audit_error_total{plugin=\"log\"} 84") != std::string::npos);
  CHECK(silent.text.find("slower than the requests") != std::string::npos);
}

TEST_CASE("A file that has grown is put aside, and the oldest of those go", "[apiserver][audit]") {
  const LogDirectory directory;
  AuditOptions options;
  options.path = directory.file();
  options.max_megabytes = 1;
  options.max_backups = 2;
  std::ofstream(directory.file() + ".other") << "not ours";
  auto file = AuditFile::open(options);
  REQUIRE(file.has_value());
  const std::string megabyte = std::string(1024 * 1024 - 1, 'x') + "\n";
  WallTime now{std::chrono::seconds{1'800'000'000}};
  for (int i = 0; i < 5; ++i, now += std::chrono::seconds{1}) REQUIRE((*file)->write(megabyte, now).has_value());
  CHECK(directory.text() == megabyte);
  CHECK(directory.backups() == std::vector<std::string>{"audit-2027-01-15T08-00-03.000.log",
                                                        "audit-2027-01-15T08-00-04.000.log", "audit.log.other"});
  CHECK(directory.text("audit-2027-01-15T08-00-04.000.log") == megabyte);
  struct stat status {};
  REQUIRE(::stat(directory.file().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("What is there is appended to, and a line that does not fit is not there at all", "[apiserver][audit]") {
  const LogDirectory directory;
  std::ofstream(directory.file()) << "first\n";
  AuditOptions options;
  options.path = directory.file();
  auto file = AuditFile::open(options);
  REQUIRE((*file)->write("second\n", {}).has_value());
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto* const ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{20, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const auto refused = (*file)->write("a third that is too long\n", {});
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, ignored);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().find(directory.file()) != std::string::npos);
  CHECK(directory.text() == "first\nsecond\n");
  REQUIRE((*file)->write("fourth\n", {}).has_value());
  CHECK(directory.text() == "first\nsecond\nfourth\n");
}

}  // namespace
}  // namespace kyma::apiserver::test
