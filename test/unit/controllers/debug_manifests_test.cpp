#include "operator/controllers/debug_manifests.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "test/support/chart_directory.hpp"

using namespace kyma;
using namespace kyma::controllers;

namespace {

bool leaks(const std::string& text) {
  return text.find("hunter2") != std::string::npos || text.find("aHVudGVyMg") != std::string::npos;
}

class Recorder final : public http::ResponseWriter {
 public:
  asio::awaitable<http::Outcome<void>> send(http::Response response) override {
    sent = std::move(response);
    co_return http::Outcome<void>();
  }
  asio::awaitable<http::Outcome<void>> start(http::ResponseHead) override { co_return http::Outcome<void>(); }
  asio::awaitable<http::Outcome<void>> write(std::span<const std::string_view>) override {
    co_return http::Outcome<void>();
  }
  bool started() const noexcept override { return sent.has_value(); }
  std::string peer() const override { return "test"; }

  std::optional<http::Response> sent;
};

// A daemon's manifests, with a pool that works when the test says so.
struct Fixture {
  Fixture() {
    charts.chart("vault",
                 "kind: Secret\nmetadata: {name: s}\nstringData: {password: hunter2}\n---\nkind: ConfigMap\n"
                 "data: {b: shown, a: '1'}\n");
    manifests.set_capabilities(helm::Capabilities::defaults());
    api::HelmComponentSpec spec;
    spec.component_name = "vault";
    bool rendered = false;
    asio::co_spawn(loop, manifests.manifest(spec, {}),
                   [&](std::exception_ptr, ManifestOutcome outcome) { rendered = outcome.has_value(); });
    while (!rendered) {
      run(loop);
      run(pool);
    }
  }
  static std::size_t run(asio::io_context& context) {
    context.restart();
    return context.poll();
  }
  void ask(std::string method, std::string target) {
    request.method = std::move(method);
    request.target = std::move(target);
    asio::co_spawn(loop, handler(request, writer), [](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
    });
    run(loop);
  }

  test::ChartDirectory charts;
  ManualClock clock;
  asio::io_context loop;
  asio::io_context pool;
  metrics::Registry registry;
  gotemplate::Environment environment;
  helm::ChartStore store{charts.path(), {}};
  helm::Renderer renderer{store, environment};
  ChartManifests manifests{pool.get_executor(), clock, renderer, {}, registry};
  http::Handler handler = debug_manifests_handler(manifests);
  http::Request request;
  Recorder writer;
};

}  // namespace

TEST_CASE("What is shown of a Secret has no data", "[controllers][debug]") {
  const std::string shown = redact_secrets(
      "---\n# Source: a/templates/a.yaml\nkind: Secret\nmetadata: {name: s}\ndata: {password: aHVudGVyMg==}\n"
      "stringData:\n  token: hunter2\n"
      "---\nkind: ConfigMap\ndata: {open: visible}\n"
      "---\nkind: SecretList\nitems: [{data: {k: hunter2}}]\n"
      "---\nkind: List\nitems: [{kind: Secret, data: {k: hunter2}}, {kind: ConfigMap, data: {shown: too}}]\n"
      "---\n{broken: hunter2");
  CHECK_FALSE(leaks(shown));
  CHECK(shown.find("# Source: a/templates/a.yaml\n") != std::string::npos);
  CHECK(shown.find("name: s\n") != std::string::npos);
  CHECK(shown.find("shown: too") != std::string::npos);
  CHECK(shown.find("visible") != std::string::npos);
  CHECK(shown.find("password: <redacted>") != std::string::npos);
}

TEST_CASE("A Secret is not seen by whatever way it is written", "[controllers][debug]") {
  const std::vector<std::string> manifests{
      // Behind the end of a document, which is where reading ends.
      "kind: ConfigMap\n...\nkind: Secret\ndata: {k: hunter2}\n",
      "kind: ConfigMap\n...\nkind: Secret\ndata: {k: hunter2}\n...\n",
      "kind: Secret\n...\ndata: {k: hunter2}\n",
      "... \nkind: Secret\ndata: {k: hunter2}\n",
      "kind: ConfigMap\n--- # another\nkind: Secret\ndata: {k: hunter2}\n",
      "kind: ConfigMap\r\n---\r\nkind: Secret\r\ndata: {k: hunter2}\r\n",
      "--- {kind: Secret, data: {k: hunter2}}\n",
      "%YAML 1.1\n---\nkind: Secret\ndata: {k: hunter2}\n",
      "\xEF\xBB\xBFkind: Secret\ndata: {k: hunter2}\n",
      // Comments.
      "# password: hunter2\nkind: ConfigMap\n# hunter2\n",
      "# Source: hunter2\nkind: ConfigMap\n",
      "# Source: a/b hunter2\nkind: ConfigMap\n",
      "# password: hunter2\n",
      // Lists in lists, and elsewhere.
      "kind: List\nitems: [{kind: List, items: [{kind: Secret, data: {k: hunter2}}]}]\n",
      "kind: Template\nspec: {objects: [[{kind: Secret, stringData: {k: hunter2}}]]}\n",
      "kind: SecretList\nitems: [{items: [{data: {k: hunter2}}]}, hunter2, [hunter2]]\n",
      // Where a Secret does not hold its data.
      "kind: Secret\nData: {k: hunter2}\n",
      "kind: Secret\ndata: [hunter2]\n",
      "kind: Secret\ndata: hunter2\nstringData: {k: {deep: hunter2}}\n",
      "kind: Secret\ndata: &d {k: hunter2}\nother: *d\n",
      "kind: Secret\n<<: {data: {k: hunter2}}\n",
      "kind: Secret\nmetadata: {name: [hunter2], annotations: {last-applied: '{\"data\":\"hunter2\"}'}}\n",
      "kind: Secret\nmetadata: hunter2\ntype: {hunter2: hunter2}\nstatus: hunter2\n",
      "kind: secret\ndata: {k: hunter2}\n",
      "{\"kind\": \"\\u0053ecret\", \"data\": {\"k\": \"hunter2\"}}\n",
      "kind: !!str Secret\ndata: {k: !!binary aHVudGVyMg==}\n",
      "kind: &k Secret\ndata: {k: hunter2}\nother: *k\n",
      // What is no object.
      "hunter2\n",
      "- hunter2\n",
      "password: hunter2\n",
      "kind: [Secret]\ndata: {k: hunter2}\n",
      "kind: Secret\ndata:\n\tk: hunter2\n",
      "kind: Secret\nstringData:\n  key: |\n-----BEGIN hunter2-----\n",
      "kind: Secret\nstringData:\n  key: |\n---hunter2: hunter2\n",
  };
  for (const std::string& manifest : manifests) {
    const std::string shown = redact_secrets(manifest);
    // The names of keys may be seen, and one of these is called so.
    if (manifest.find("{hunter2: ") != std::string::npos) {
      CHECK(shown.find(": hunter2") == std::string::npos);
      continue;
    }
    INFO(manifest << "\n became\n" << shown);
    CHECK_FALSE(leaks(shown));
  }
}

TEST_CASE("A document that cannot be read is not shown, and the others are", "[controllers][debug]") {
  const std::string shown = redact_secrets("kind: A\n---\n{broken\n---\n# empty\n---\nkind: B\n");
  CHECK(shown == "---\nkind: A\n# a document that cannot be read as an object is not shown\n---\nkind: B\n");
  std::string large = "kind: ConfigMap\nv: [0";
  for (int i = 0; i < 4'000'000; ++i) large += ",0";
  CHECK(redact_secrets(large + "]\n") == "# a document that cannot be read as an object is not shown\n");
}

TEST_CASE("A manifest is read on the pool, and the loop goes on meanwhile", "[controllers][debug]") {
  Fixture fixture;
  fixture.ask("GET", "/debug/manifests/vault");
  CHECK_FALSE(fixture.writer.sent);
  CHECK(Fixture::run(fixture.pool) == 1);
  Fixture::run(fixture.loop);
  REQUIRE(fixture.writer.sent);
  CHECK(fixture.writer.sent->status == 200);
  const std::string& body = fixture.writer.sent->body;
  CHECK(body.starts_with("# component: vault\n# namespace: kyma-system\n# digest: sha256:"));
  CHECK(body.find("password: <redacted>") != std::string::npos);
  CHECK(body.find("b: shown") != std::string::npos);
  CHECK_FALSE(leaks(body));
}

TEST_CASE("The list of manifests, and what is not there, need no pool", "[controllers][debug]") {
  Fixture fixture;
  unsigned status = 200;
  std::string text = "vault ";
  SECTION("the list") { fixture.ask("GET", "/debug/manifests"); }
  SECTION("the list, with a slash") { fixture.ask("HEAD", "/debug/manifests/"); }
  SECTION("another component") {
    fixture.ask("GET", "/debug/manifests/nobody");
    status = 404;
    text = "no manifest of component nobody is kept";
  }
  SECTION("another path") {
    fixture.ask("GET", "/debug/manifestsx");
    status = 404;
    text = "404";
  }
  SECTION("another method") {
    fixture.ask("POST", "/debug/manifests/vault");
    status = 405;
    text = "405";
  }
  REQUIRE(fixture.writer.sent);
  CHECK(fixture.writer.sent->status == status);
  CHECK(fixture.writer.sent->body.find(text) != std::string::npos);
}
