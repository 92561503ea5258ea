#include "test/e2e/hostile/victim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "operator/base/real_clock.hpp"
#include "operator/http/client.hpp"
#include "operator/http/dialer.hpp"
#include "test/support/run_on_loop.hpp"

namespace kyma::hostile {
namespace {

using namespace std::chrono_literals;

constexpr auto kBetweenQuestions = 3ms;

}  // namespace

std::size_t resident_megabytes(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6)) / 1024;
  }
  return 0;
}

Victim::Victim(pid_t process, http::Endpoint plain, std::string token)
    : process_(process), plain_(std::move(plain)), token_(std::move(token)), thread_([this] { observe(); }) {}

Victim::~Victim() { finish(); }

void Victim::observe() {
  asio::io_context loop{1};
  RealClock clock(loop.get_executor());
  http::ClientOptions options;
  options.host = plain_.str();
  http::Client client(loop.get_executor(), clock, http::make_dialer(clock, {plain_}, 10s), options);
  const http::Request question{
      "GET", "/api/v1/namespaces/default", {{"Authorization", "Bearer " + token_}}, {}, nullptr};
  seen_.rss_before = seen_.rss_peak = resident_megabytes(process_);
  test::run_on(loop, [&]() -> asio::awaitable<void> {
    do {
      const auto begin = clock.now();
      const auto answer = co_await client.send(question, {});
      latencies_.push_back(clock.now() - begin);
      answer && answer->status == 200 ? ++seen_.answers : ++seen_.failures;
      seen_.rss_peak = std::max(seen_.rss_peak, resident_megabytes(process_));
      co_await clock.sleep_for(kBetweenQuestions);
    } while (!stop_);
  }());
  client.close();
  loop.restart();
  loop.poll();
}

Observation Victim::finish() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  if (latencies_.empty()) return seen_;
  std::sort(latencies_.begin(), latencies_.end());
  seen_.median = latencies_[latencies_.size() / 2];
  seen_.p99 = latencies_[latencies_.size() * 99 / 100];
  seen_.longest = latencies_.back();
  return seen_;
}

}  // namespace kyma::hostile
