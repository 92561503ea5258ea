#include "operator/runtime/event_recorder.hpp"

#include <catch2/catch_test_macros.hpp>

#include <memory>
#include <string>
#include <vector>

#include "operator/base/manual_clock.hpp"
#include "operator/base/task_group.hpp"
#include "operator/http/memory_stream.hpp"
#include "operator/http/server.hpp"
#include "operator/kube/meta/json.hpp"
#include "operator/runtime/event_flow_control.hpp"
#include "test/unit/runtime/fake_api.hpp"

namespace {

using namespace std::chrono_literals;
using namespace kyma;
using namespace kyma::runtime;

// An API server for events, played by the test, and a recorder that writes to it.
class Events {
 public:
  explicit Events(std::shared_ptr<kube::FlowControl> flow_control = nullptr) {
    kube::ClientOptions options;
    options.qps = 0;
    options.flow_control = std::move(flow_control);
    kube::ClusterConfig config;
    config.server = "http://fake";
    client = kube::Client::make_with_dialer(
        loop.get_executor(), clock, [this] { return dial(); }, config, options, nullptr);
    recorder = std::make_unique<EventRecorder>(clock, client.get(), EventReporter{"widgets", "host_1"}, &registry);
    tasks.spawn(recorder->run());
  }
  ~Events() {
    clock.run(loop, tasks.stop());
    client->close();
    clock.run(loop, server.stop(Duration::zero()));
    recorder.reset();
    client.reset();
    loop.restart();
    loop.poll();
  }

  void record(std::string note = "broken", std::string object = "a") {
    recorder->record({.type = EventType::warning,
                      .reason = InternedString("Failed"),
                      .action = InternedString("Try"),
                      .regarding = {.api_version = InternedString("example.org/v1"),
                                    .kind = InternedString("Widget"),
                                    .name_space = InternedString("ns"),
                                    .name = InternedString(object),
                                    .uid = kube::Uid("uid-" + object)},
                      .note = InternedString(note)});
  }
  void run_for(Duration span) { clock.run_for(loop, span); }
  double metric(const std::string& series) {
    const std::string text = "\n" + registry.expose();
    const auto at = text.find("\n" + series + " ");
    REQUIRE(at != std::string::npos);
    return std::stod(text.substr(at + series.size() + 2));
  }
  json::Document body(std::size_t i) const { return json::parse(writes.at(i).body).value(); }

  ManualClock clock;
  asio::io_context loop;
  metrics::Registry registry;
  bool has_events_group = true;
  bool reachable = true;
  std::vector<unsigned> answers;      // to the next writes; then 200
  std::vector<http::Request> writes;  // as they came
  int discoveries = 0;
  std::unique_ptr<kube::Client> client;
  std::unique_ptr<EventRecorder> recorder;
  TaskGroup tasks{loop.get_executor()};

 private:
  asio::awaitable<http::Outcome<std::unique_ptr<http::Stream>>> dial() {
    if (!reachable) co_return http::Error{http::Errc::connect_failed, "refused"};
    auto [ours, theirs] = http::make_memory_stream_pair(loop.get_executor());
    server.serve(std::move(theirs));
    co_return std::move(ours);
  }
  asio::awaitable<void> answer(http::Request& request, http::ResponseWriter& writer) {
    unsigned status = 200;
    if (request.method == "GET") {
      ++discoveries;
      status = has_events_group ? 200 : 404;
    } else {
      writes.push_back(request);
      if (!answers.empty()) {
        status = answers.front();
        answers.erase(answers.begin());
      }
    }
    std::string body = "{}";
    if (status == 409) body = R"({"kind":"Status","status":"Failure","reason":"AlreadyExists","code":409})";
    co_await writer.send({status, {{"Content-Type", "application/json"}}, body});
  }

  http::Server server{loop.get_executor(), clock,
                      [this](http::Request& request, http::ResponseWriter& writer) { return answer(request, writer); },
                      http::ServerOptions{.name = "events"}};
};

}  // namespace

TEST_CASE("An event is written in the form of events.k8s.io/v1", "[runtime][events]") {
  Events events;
  events.record();
  events.run_for(1ms);
  REQUIRE(events.writes.size() == 1);
  CHECK(events.writes[0].method == "POST");
  CHECK(events.writes[0].target.starts_with("/apis/events.k8s.io/v1/namespaces/ns/events"));
  const auto body = events.body(0);
  CHECK(json::string_at(body, {"apiVersion"}) == "events.k8s.io/v1");
  CHECK(json::string_at(body, {"metadata", "name"}).starts_with("a."));
  CHECK(json::string_at(body, {"metadata", "namespace"}) == "ns");
  CHECK(json::string_at(body, {"type"}) == "Warning");
  CHECK(json::string_at(body, {"reason"}) == "Failed");
  CHECK(json::string_at(body, {"action"}) == "Try");
  CHECK(json::string_at(body, {"note"}) == "broken");
  CHECK(json::string_at(body, {"eventTime"}) == "2023-11-14T22:13:20.000000Z");
  CHECK(json::string_at(body, {"reportingController"}) == "widgets");
  CHECK(json::string_at(body, {"reportingInstance"}) == "host_1");
  CHECK(json::string_at(body, {"regarding", "kind"}) == "Widget");
  CHECK(json::string_at(body, {"regarding", "uid"}) == "uid-a");
  // The API refuses the older fields there.
  for (const char* field : {"count", "firstTimestamp", "source", "series", "message"}) {
    CHECK(json::find(body, field) == nullptr);
  }
}

TEST_CASE("Without that group events are core v1, and that is asked once", "[runtime][events]") {
  Events events;
  events.has_events_group = false;
  events.record();
  events.record("another");
  events.run_for(1ms);
  REQUIRE(events.writes.size() == 2);
  CHECK(events.discoveries == 1);
  CHECK(events.writes[0].target.starts_with("/api/v1/namespaces/ns/events"));
  const auto body = events.body(0);
  CHECK(json::string_at(body, {"apiVersion"}) == "v1");
  CHECK(json::string_at(body, {"message"}) == "broken");
  CHECK(json::string_at(body, {"involvedObject", "name"}) == "a");
  CHECK(json::string_at(body, {"source", "component"}) == "widgets");
  CHECK(json::string_at(body, {"lastTimestamp"}) == "2023-11-14T22:13:20Z");
  CHECK(json::int_at(body, {"count"}) == 1);
  events.run_for(1s);
  events.record();
  events.run_for(1ms);
  REQUIRE(events.writes.size() == 3);
  CHECK(events.writes[2].method == "PATCH");
  CHECK(json::int_at(events.body(2), {"count"}) == 2);
  CHECK(json::int_at(events.body(2), {"series", "count"}) == 2);
}

TEST_CASE("A repeated event is patched once and counted from then on", "[runtime][events]") {
  Events events;
  events.record();
  events.run_for(1s);
  for (int i = 0; i < 10; ++i) events.record();
  events.run_for(1s);
  REQUIRE(events.writes.size() == 2);
  CHECK(events.writes[1].method == "PATCH");
  CHECK(events.writes[1].target.find("/events/a.") != std::string::npos);
  // The write took the count of its moment.
  CHECK(json::int_at(events.body(1), {"series", "count"}) == 11);
  CHECK(events.metric("kyma_operator_events_counted_total") == 9);
  events.run_for(10min);
  CHECK(events.writes.size() == 2);
}

TEST_CASE("A series that the server has forgotten is created again, count included", "[runtime][events]") {
  Events events;
  events.record();
  events.run_for(1s);
  events.answers = {404};
  events.record();
  events.run_for(1s);
  REQUIRE(events.writes.size() == 3);
  CHECK(events.writes[2].method == "POST");
  CHECK(json::int_at(events.body(2), {"series", "count"}) == 2);
}

TEST_CASE("What the server refuses is dropped and counted; what it knows already is done", "[runtime][events]") {
  test::QuietLog quiet;
  Events events;
  events.answers = {403, 422, 409};
  for (const char* note : {"one", "two", "three", "four"}) events.record(note);
  events.run_for(1s);
  CHECK(events.writes.size() == 4);
  CHECK(events.metric(R"(kyma_operator_events_dropped_total{reason="refused"})") == 2);
  CHECK(events.metric("kyma_operator_events_written_total") == 2);
  CHECK(quiet.count("refuses events") == 1);
}

TEST_CASE("While the server is away events wait, and are written when it is back", "[runtime][events]") {
  Events events;
  events.reachable = false;
  for (int i = 0; i < 100; ++i) events.record("note", std::to_string(i));
  events.run_for(20s);
  CHECK(events.recorder->pending() == 100);
  events.reachable = true;
  events.run_for(11s);
  CHECK(events.recorder->pending() == 0);
  CHECK(events.metric("kyma_operator_events_written_total") == 100);
}

TEST_CASE("A server that is away for long costs events, never memory", "[runtime][events]") {
  Events events;
  events.reachable = false;
  for (std::size_t i = 0; i < EventRecorder::kMostPending + 7; ++i) events.record("note", std::to_string(i));
  CHECK(events.recorder->pending() == EventRecorder::kMostPending);
  CHECK(events.metric(R"(kyma_operator_events_dropped_total{reason="overflow"})") == 7);
  events.run_for(5min);
  // Twelve tries each, one after the other.
  const double lost = events.metric(R"(kyma_operator_events_dropped_total{reason="unreachable"})");
  CHECK(lost >= 2);
  CHECK(lost <= 10);
  CHECK(events.metric("kyma_operator_events_pending") == static_cast<double>(EventRecorder::kMostPending) - lost);
}

TEST_CASE("A flush writes what waits and the counts that were not told, but never takes longer than it may",
          "[runtime][events]") {
  Events events;
  SECTION("all is well") {
    events.record();
    events.run_for(1s);
    events.record();
    events.run_for(1s);
    events.record();
    events.record();
    events.clock.run(events.loop, events.recorder->flush(1s));
    REQUIRE(events.writes.size() == 3);
    CHECK(json::int_at(events.body(2), {"series", "count"}) == 4);
    CHECK(events.clock.elapsed() < 2001ms);
  }
  SECTION("the server is away") {
    events.reachable = false;
    events.record();
    events.clock.run(events.loop, events.recorder->flush(1s));
    CHECK(events.clock.elapsed() == 1s);
    CHECK(events.recorder->pending() == 1);
  }
}

TEST_CASE("Without a client events go nowhere", "[runtime][events]") {
  ManualClock clock;
  EventRecorder recorder(clock, nullptr, {}, nullptr);
  recorder.record({.note = InternedString("nobody hears it")});
  CHECK(recorder.pending() == 0);
}

namespace {

// Turns by hand.
class Turns final : public kube::FlowControl {
 public:
  bool try_acquire() override {
    ++asked;
    return free > 0 && free-- > 0;
  }
  asio::awaitable<Duration> acquire() override {
    ++queued;
    co_return Duration::zero();
  }
  int free = 0;
  int asked = 0;
  int queued = 0;
};

}  // namespace

TEST_CASE("Events take turns that nobody else wants, and after a second of patience one in line", "[runtime][events]") {
  ManualClock clock;
  asio::io_context loop;
  const auto turns = std::make_shared<Turns>();
  EventFlowControl control(clock, turns);
  turns->free = 1;
  CHECK(clock.run(loop, control.acquire()) == Duration::zero());
  CHECK(turns->queued == 0);
  CHECK(clock.run(loop, control.acquire()) == 1s);
  CHECK(turns->queued == 1);
  turns->free = 1'000'000;
  Duration waited{0};
  for (int i = 0; i < 200; ++i) waited += clock.run(loop, control.acquire());
  // 100 at once, then 50 a second; a second has refilled half of it.
  CHECK(waited >= 1s);
  CHECK(waited <= 3s);
  CHECK(turns->queued == 1);
}
