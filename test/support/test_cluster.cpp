#include "test/support/test_cluster.hpp"

#include <stdexcept>
#include <utility>

#include "operator/api/manifests.hpp"
#include "operator/kube/meta/list_splitter.hpp"
#include "test/support/kymas.hpp"

namespace kyma::test {
namespace {

constexpr std::string_view kToken = "test-token";

kube::ClusterConfig config() {
  kube::ClusterConfig result;
  result.server = "http://memory:8080";
  result.token = std::string(kToken);
  return result;
}

// Notes the status of what passes through; swallows the answer when it is to be lost.
class LoggingWriter final : public http::ResponseWriter {
 public:
  LoggingWriter(http::ResponseWriter& inner, RequestLog& log, std::size_t index, std::function<void()> lose,
                Clock& clock, Duration delay)
      : inner_(inner), log_(log), index_(index), lose_(std::move(lose)), clock_(clock), delay_(delay) {}

  asio::awaitable<http::Outcome<void>> send(http::Response response) override {
    log_.set_status(index_, response.status);
    if (lose_) lose_();
    if (delay_ > Duration::zero()) co_await clock_.sleep_for(delay_);
    co_return co_await inner_.send(std::move(response));
  }
  asio::awaitable<http::Outcome<void>> start(http::ResponseHead head) override {
    log_.set_status(index_, head.status);
    if (lose_) lose_();
    co_return co_await inner_.start(std::move(head));
  }
  asio::awaitable<http::Outcome<void>> write(std::span<const std::string_view> pieces) override {
    return inner_.write(pieces);
  }
  bool started() const noexcept override { return inner_.started(); }
  std::string peer() const override { return inner_.peer(); }

 private:
  http::ResponseWriter& inner_;
  RequestLog& log_;
  std::size_t index_;
  std::function<void()> lose_;
  Clock& clock_;
  Duration delay_;
};

http::Response failure(unsigned status, std::string_view reason) {
  const std::string body =
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"injected",)"
      R"("reason":")" +
      std::string(reason) + R"(","code":)" + std::to_string(status) + "}";
  return {status, {{"Content-Type", "application/json"}}, body};
}

}  // namespace

TestCluster::TestCluster(ClusterOptions cluster) {
  apiserver::ApiServerOptions options;
  options.credentials.push_back({.token = std::string(kToken)});
  options.seed = 1;
  options.history_events = cluster.history_events;
  options.history_bytes = std::size_t{1} << 30;
  api_ = std::make_unique<apiserver::ApiServer>(loop.get_executor(), clock, options);
  handler_ = api_->handler();
  api_->start();
  server_ = std::make_unique<http::Server>(
      loop.get_executor(), clock,
      [this](http::Request& request, http::ResponseWriter& writer) { return intercept(request, writer); },
      http::ServerOptions{.name = "operator"});
  user_server_ =
      std::make_unique<http::Server>(loop.get_executor(), clock, handler_, http::ServerOptions{.name = "user"});
  kube::ClientOptions user_options;
  user_options.qps = 0;
  user_ = kube::Client::make_with_dialer(loop.get_executor(), clock,
                                         user_connections_.dialer(loop.get_executor(), *user_server_), config(),
                                         user_options, nullptr);
  if (cluster.real_schemas) {
    for (const auto crd : api::crd_manifests()) api_->create(crd).value();
  } else {
    for (const auto& crd : lenient_crd_manifests()) api_->create(crd).value();
  }
}

TestCluster::~TestCluster() {
  user_->close();
  clock.run(loop, [](TestCluster& self) -> asio::awaitable<void> {
    co_await self.api_->stop();
    co_await self.server_->stop(Duration::zero());
    co_await self.user_server_->stop(Duration::zero());
  }(*this));
}

std::unique_ptr<kube::Client> TestCluster::make_client(kube::ClientOptions options, metrics::Registry* metrics) {
  return make_client(std::move(options), metrics, connections, clock);
}

std::unique_ptr<kube::Client> TestCluster::make_client(kube::ClientOptions options, metrics::Registry* metrics,
                                                       Connections& through, Clock& its_clock) {
  return kube::Client::make_with_dialer(loop.get_executor(), its_clock, through.dialer(loop.get_executor(), *server_),
                                        config(), std::move(options), metrics);
}

asio::awaitable<void> TestCluster::intercept(http::Request& request, http::ResponseWriter& writer) {
  LoggedRequest entry = describe_request(request);
  entry.at = clock.wall_now();
  entry.peer = writer.peer();
  const Fault what = fault ? fault(entry) : Fault::none;
  const Duration takes = latency && entry.verb != "watch" ? latency(entry) : Duration::zero();
  const std::size_t index = requests.add(std::move(entry));
  const auto lose = [this, peer = writer.peer()] { connections.break_one(peer); };
  // Half of it on the way there, half on the way back.
  if (takes > Duration::zero()) co_await clock.sleep_for(takes / 2);
  LoggingWriter logging(writer, requests, index, what == Fault::lost_answer ? lose : std::function<void()>(), clock,
                        takes / 2);
  switch (what) {
    case Fault::none:
    case Fault::lost_answer: co_await handler_(request, logging); break;
    case Fault::server_error: co_await logging.send(failure(500, "InternalError")); break;
    case Fault::unavailable: co_await logging.send(failure(503, "ServiceUnavailable")); break;
    case Fault::conflict: co_await logging.send(failure(409, "Conflict")); break;
    case Fault::invalid: co_await logging.send(failure(422, "Invalid")); break;
    case Fault::lost_request: lose(); break;
  }
}

void TestCluster::apply(std::string_view json) { api_->create(json).value(); }

kube::Outcome<std::string> TestCluster::read(const kube::ResourceType& type, std::string_view name,
                                             std::string_view name_space) {
  return run(user_->get(type, std::string(name_space), std::string(name)));
}

void TestCluster::patch_object(const kube::ResourceType& type, std::string_view name, std::string_view merge_patch,
                               std::string_view subresource, std::string_view name_space) {
  run(user_->merge_patch(type, std::string(name_space), std::string(name), std::string(merge_patch),
                         std::string(subresource)))
      .value();
}

void TestCluster::remove_object(const kube::ResourceType& type, std::string_view name, std::string_view propagation,
                                std::string_view name_space) {
  run(user_->remove(type, std::string(name_space), std::string(name), {.propagation = std::string(propagation)}))
      .value();
}

std::vector<std::string> TestCluster::list_objects(const kube::ResourceType& type) {
  return run([](kube::Client& client, const kube::ResourceType& wanted) -> asio::awaitable<std::vector<std::string>> {
    std::vector<std::string> items;
    auto stream = co_await client.list(wanted, {});
    kube::ListSplitter splitter([&](std::string_view item) { items.emplace_back(item); });
    for (;;) {
      const std::string_view piece = (co_await stream.value()->read(std::chrono::seconds{30})).value();
      if (piece.empty()) break;
      splitter.feed(piece).value();
    }
    splitter.finish().value();
    co_return items;
  }(*user_, type));
}

bool TestCluster::run_until(Duration limit, const std::function<bool()>& done) {
  const SteadyTime end = clock.now() + limit;
  Timer alarm(clock, [] {});  // so that time comes to the limit
  alarm.expires_at(end);
  clock.run_until(loop, [&] { return done() || clock.now() >= end; });
  return done();
}

}  // namespace kyma::test
