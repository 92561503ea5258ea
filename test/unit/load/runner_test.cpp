// Whole runs against an API in memory, in virtual time.
#include "cmd/kyma-load/runner.hpp"

#include <catch2/catch_test_macros.hpp>

#include "fake_api.hpp"
#include "operator/base/manual_clock.hpp"

using namespace kyma;
using namespace kyma::load;
using namespace kyma::load::test;
using namespace std::chrono_literals;

namespace {

// The label's value, so that objects of the run can be played.
const std::string kRunId = "cafe";

struct Fixture {
  explicit Fixture(std::size_t kymas) {
    options.kymas = kymas;
    options.name_space = "fleet";
    options.components = {{"ory", ""}};
    options.concurrency = 4;
    logging::set_level(LogLevel::warning);
  }
  ~Fixture() {
    clock.run(loop, runner().stop());
    client->close();
    clock.run(loop, api.stop());
  }

  Runner& runner() {
    if (!runner_) runner_.emplace(loop.get_executor(), clock, *client, options, load(), progress);
    return *runner_;
  }
  const Workload& load() {
    if (!workload_) workload_.emplace(kRunId, options.name_prefix, kymas_in_all(options), options.components);
    return *workload_;
  }
  kube::Outcome<Figures> run() { return clock.run(loop, runner().run()); }
  kube::Outcome<void> clean_up() { return clock.run(loop, runner().clean_up()); }

  asio::io_context loop;
  ManualClock clock;
  FakeApi api{loop, clock};
  std::unique_ptr<kube::Client> client = api.connect();
  Options options;
  Progress progress{nullptr};

 private:
  std::optional<Workload> workload_;
  std::optional<Runner> runner_;
};

bool is_create(const http::Request& request) {
  return request.method == "POST" && request.target.find("/kymas") != std::string::npos;
}

}  // namespace

TEST_CASE("A run ends when every Kyma is in success and measures the lifecycle exactly", "[load][runner]") {
  Fixture f(20);
  const auto figures = f.run();
  REQUIRE(figures.has_value());
  REQUIRE(figures->ending == Ending::success);
  REQUIRE(figures->created == 20);
  REQUIRE(figures->success == 20);
  REQUIRE(figures->components_by_state[static_cast<std::size_t>(api::ComponentState::success)] == 20);
  REQUIRE(figures->time_to_success == Quantiles{10s, 10s, 10s, 10s});
  REQUIRE(figures->limit == 10s);
  REQUIRE(figures->max_loop_lag == 0s);
  REQUIRE(f.api.created.size() == 20);
}

TEST_CASE("Only the Kymas of the run are watched", "[load][runner]") {
  Fixture f(1);
  std::vector<std::string> watches;
  f.api.intercept = [&](const http::Request& request) -> std::optional<http::Response> {
    if (request.target.find("watch=true") != std::string::npos) watches.push_back(request.target);
    return std::nullopt;
  };
  REQUIRE(f.run()->ending == Ending::success);
  const auto selecting = std::ranges::count_if(watches, [](const std::string& target) {
    return target.find("/namespaces/fleet/kymas?") != std::string::npos &&
           target.find("labelSelector=kyma-load%3Dcafe") != std::string::npos;
  });
  REQUIRE(selecting == 1);
}

TEST_CASE("A missing namespace is created", "[load][runner]") {
  Fixture f(1);
  f.api.namespace_exists = false;
  REQUIRE(f.run().has_value());
  REQUIRE(f.api.namespace_exists);
}

TEST_CASE("Without the right to read namespaces the run goes on", "[load][runner]") {
  Fixture f(1);
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (request.target.starts_with("/api/v1")) return FakeApi::status(403, "Forbidden");
    return std::nullopt;
  };
  REQUIRE(f.run()->ending == Ending::success);
}

TEST_CASE("A server that does not know Kymas is an error with the remedy", "[load][runner]") {
  Fixture f(1);
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (request.target.find("/kymas") != std::string::npos) return FakeApi::status(404, "NotFound");
    return std::nullopt;
  };
  const auto figures = f.run();
  REQUIRE(figures.has_error());
  REQUIRE(figures.error().message.find("config/crd") != std::string::npos);
}

TEST_CASE("Without the right to list components the remedy is named", "[load][runner]") {
  Fixture f(1);
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (request.target.find("/helmcomponents") != std::string::npos) return FakeApi::status(403, "Forbidden");
    return std::nullopt;
  };
  SECTION("watched") {
    const auto figures = f.run();
    REQUIRE(figures.has_error());
    REQUIRE(figures.error().message.find("--watch-components=false") != std::string::npos);
  }
  SECTION("not watched") {
    f.options.watch_components = false;
    const auto figures = f.run();
    REQUIRE(figures->ending == Ending::success);
    REQUIRE_FALSE(figures->components_watched);
  }
}

TEST_CASE("A Kyma that exists already is a failure that names the remedy, and is never deleted", "[load][runner]") {
  Fixture f(3);
  f.api.add_kyma("load-2", "earlier");
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::failed);
  REQUIRE(figures->created == 2);
  REQUIRE(figures->success == 2);
  REQUIRE(figures->failures.at("AlreadyExists").count == 1);
  REQUIRE(figures->failures.at("AlreadyExists").first.find("--name-prefix") != std::string::npos);
  REQUIRE(f.clean_up().has_value());
  REQUIRE(f.api.objects() == 2);  // the Kyma and its component
}

TEST_CASE("When every creation is refused the run ends at once", "[load][runner]") {
  Fixture f(50);
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (is_create(request)) return FakeApi::status(403, "Forbidden", "kymas is forbidden");
    return std::nullopt;
  };
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::failed);
  REQUIRE(figures->failed == 50);
  REQUIRE(figures->failures.at("Forbidden").count == 50);
  REQUIRE(figures->failures.at("Forbidden").first.find("kymas is forbidden") != std::string::npos);
  REQUIRE(f.clock.elapsed() < 1s);
}

TEST_CASE("Throttled creations are sent again and do not count as failed", "[load][runner]") {
  Fixture f(5);
  int refused = 0;
  f.api.intercept = [&](const http::Request& request) -> std::optional<http::Response> {
    if (!is_create(request) || refused == 3) return std::nullopt;
    ++refused;
    auto response = FakeApi::status(429, "TooManyRequests");
    response.headers.set("Retry-After", "1");
    return response;
  };
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::success);
  REQUIRE(refused == 3);
  REQUIRE(figures->creation_time >= 1s);
}

TEST_CASE("A creation whose answer is lost counts when the Kyma turns out to be the run's", "[load][runner]") {
  Fixture f(1);
  f.api.lifecycle = 100s;
  int creations = 0;
  f.api.intercept = [&](const http::Request& request) -> std::optional<http::Response> {
    if (!is_create(request) || ++creations > 1) return std::nullopt;
    return http::Response{.status = 0, .headers = {}, .body = {}};
  };
  const auto figures = f.run();
  REQUIRE(creations == 2);
  REQUIRE(figures->ending == Ending::success);
  REQUIRE(figures->created == 1);
  REQUIRE(figures->failed == 0);
  REQUIRE(f.api.created.size() == 1);
}

TEST_CASE("A server that is unavailable without saying until when makes creations fail", "[load][runner]") {
  Fixture f(4);
  f.api.intercept = [&](const http::Request& request) -> std::optional<http::Response> {
    if (!is_create(request)) return std::nullopt;
    return FakeApi::status(503, "ServiceUnavailable");
  };
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::failed);
  REQUIRE(figures->failures.at("ServiceUnavailable").count == 4);
}

TEST_CASE("At the timeout the run says what is missing", "[load][runner]") {
  Fixture f(3);
  f.api.operator_runs = false;
  f.options.timeout = 30s;
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::timed_out);
  REQUIRE(figures->total == 30s);
  REQUIRE(figures->kymas_by_state[static_cast<std::size_t>(api::KymaState::none)] == 3);
  REQUIRE_FALSE(figures->time_to_success);
}

TEST_CASE("An interrupted run reports what was reached and creates nothing more", "[load][runner]") {
  Fixture f(3);
  Timer interrupt(f.clock, [&] { f.runner().interrupt(); });
  interrupt.expires_after(5s);
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::interrupted);
  REQUIRE(figures->created == 3);
  REQUIRE(figures->success == 0);
  REQUIRE(figures->total == 5s);
}

TEST_CASE("A Kyma that somebody deletes is not waited for", "[load][runner]") {
  Fixture f(2);
  Timer somebody(f.clock, [&] { f.api.remove("kymas", "load-1"); });
  somebody.expires_after(5s);
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::failed);
  REQUIRE(figures->deleted == 1);
  REQUIRE(figures->success == 1);
}

TEST_CASE("Cleaning up deletes the run's Kymas and waits for their components", "[load][runner]") {
  Fixture f(7);
  REQUIRE(f.run()->ending == Ending::success);
  REQUIRE(f.api.objects() == 14);
  const Duration before = f.clock.elapsed();
  REQUIRE(f.clean_up().has_value());
  REQUIRE(f.api.objects() == 0);
  REQUIRE(f.clock.elapsed() - before >= 1s);  // the collector takes a second
}

TEST_CASE("A clean-up that is refused says what is left", "[load][runner]") {
  Fixture f(2);
  REQUIRE(f.run()->ending == Ending::success);
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (request.method == "DELETE") return FakeApi::status(403, "Forbidden", "no deleting");
    return std::nullopt;
  };
  const auto gone = f.clean_up();
  REQUIRE(gone.has_error());
  REQUIRE(gone.error().message.find("no deleting") != std::string::npos);
  REQUIRE(gone.error().message.find("2 Kymas and 2 components are left") != std::string::npos);
  REQUIRE(gone.error().message.find("-l kyma-load=cafe") != std::string::npos);
}

TEST_CASE("A steady run creates at its rate", "[load][runner]") {
  Fixture f(10);
  f.options.scenario = Scenario::steady;
  f.options.rate = 2;
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::success);
  REQUIRE(figures->creation_time == 4500ms);
  REQUIRE(figures->total == 14500ms);
  REQUIRE(figures->time_to_success == Quantiles{10s, 10s, 10s, 10s});
}

TEST_CASE("A batch begins when the one before is in success", "[load][runner]") {
  Fixture f(5);
  f.options.scenario = Scenario::batches;
  f.options.batch_size = 2;
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::success);
  REQUIRE(figures->total == 30s);
  const auto& marks = f.runner().recording().marks;
  REQUIRE(marks.size() == 3);
  REQUIRE(marks[1].text == "batch 2");
  REQUIRE(marks[1].at == 10s);
}

TEST_CASE("A batch whose creations fail does not hold up the next", "[load][runner]") {
  Fixture f(4);
  f.options.scenario = Scenario::batches;
  f.options.batch_size = 2;
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (is_create(request)) return FakeApi::status(403, "Forbidden");
    return std::nullopt;
  };
  REQUIRE(f.run()->failed == 4);
}

TEST_CASE("A churn ends when what is left is in success and what was deleted is gone", "[load][runner]") {
  Fixture f(6);
  f.options.scenario = Scenario::churn;
  f.options.rate = 10;
  f.options.duration = 9s;
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::success);
  REQUIRE(figures->requested == 36);
  REQUIRE(figures->created == 36);
  REQUIRE(figures->success == 6);
  REQUIRE(figures->components_expected == 6);
  const Churn& churn = *figures->churn;
  REQUIRE(churn.removed == 30);
  REQUIRE(churn.removed_gone == 30);
  REQUIRE(churn.changed == 30);
  REQUIRE(churn.failed == 0);
  REQUIRE(churn.survivors_changed > 0);
  REQUIRE(churn.survivors_reconciled == churn.survivors_changed);
  REQUIRE(churn.time_to_success->p50 >= 10s);
  REQUIRE(f.api.objects() == 12);
  REQUIRE(f.clean_up().has_value());
  REQUIRE(f.api.objects() == 0);
}

TEST_CASE("A churn finds components that nobody collects", "[load][runner]") {
  Fixture f(3);
  f.options.scenario = Scenario::churn;
  f.options.rate = 3;
  f.options.duration = 2s;
  f.options.timeout = 60s;
  f.api.collects = false;
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::timed_out);
  REQUIRE(figures->churn->removed == 2);
  REQUIRE(figures->churn->removed_gone == 0);
}

TEST_CASE("A churn finds an operator that does not act on changes", "[load][runner]") {
  Fixture f(20);
  f.options.scenario = Scenario::churn;
  f.options.rate = 1;
  f.options.duration = 12s;  // four of each
  f.api.reacts_to_changes = false;
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::failed);
  REQUIRE(figures->churn->changed == 4);
  REQUIRE(figures->churn->survivors_changed > 0);
  REQUIRE(figures->churn->survivors_reconciled == 0);
}

TEST_CASE("Changes and deletions that are refused make a churn fail", "[load][runner]") {
  Fixture f(3);
  f.options.scenario = Scenario::churn;
  f.options.rate = 3;
  f.options.duration = 2s;
  f.api.intercept = [](const http::Request& request) -> std::optional<http::Response> {
    if (request.method == "PATCH" || request.method == "DELETE") return FakeApi::status(403, "Forbidden", "not you");
    return std::nullopt;
  };
  const auto figures = f.run();
  REQUIRE(figures->ending == Ending::failed);
  REQUIRE(figures->failed == 0);
  REQUIRE(figures->churn->failed == 4);
  REQUIRE(figures->failures.at("Forbidden").count == 4);
  REQUIRE(figures->failures.at("Forbidden").first.find("not you") != std::string::npos);
  REQUIRE(figures->success == 5);
}

TEST_CASE("A restart is marked at half time, with or without a command", "[load][runner]") {
  Fixture f(2);
  f.options.scenario = Scenario::restart;
  REQUIRE(f.run()->ending == Ending::success);
  const auto& marks = f.runner().recording().marks;
  REQUIRE(marks.size() == 1);
  REQUIRE(marks[0].text == "restart");
  REQUIRE(marks[0].at == 5s);
}

TEST_CASE("Lateness is measured at the components of the run", "[load][runner]") {
  Fixture f(4);
  f.api.lateness = 300ms;
  const auto figures = f.run();
  REQUIRE(figures->lateness);
  REQUIRE(figures->lateness->transitions == 4);
  REQUIRE(figures->lateness->quantiles.p50 == 300ms);
  REQUIRE(figures->component_time_to_success->max == 10300ms);
}

TEST_CASE("A run is sampled once a second, from its beginning to its end", "[load][runner]") {
  Fixture f(4);
  REQUIRE(f.run()->ending == Ending::success);
  const auto& samples = f.runner().recording().samples;
  REQUIRE(samples.size() == 12);
  REQUIRE(samples.front().at == 0s);
  REQUIRE(samples[1].at == 1s);
  REQUIRE(samples[1].created == 4);
  REQUIRE(samples[1].kymas[static_cast<std::size_t>(api::KymaState::reconciling)] == 4);
  REQUIRE(samples.back().at == 10s);
  REQUIRE(samples.back().kymas[static_cast<std::size_t>(api::KymaState::success)] == 4);
}
