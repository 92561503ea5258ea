// Attacks an API server in every way that its clients could, and watches how others fare meanwhile.
//
// usage: hostile_clients KUBECONFIG PLAIN-HOST:PORT PROCESS [SCALE]
//
// For each attack: a well-behaved client is answered every time and soon (p99 and the longest wait are bounded), the
// server's memory grows by no more than the attack is allowed, and what the attackers are told is what they should be.
// The bounds are loose, for slow and busy machines; what they catch is a server that stands still, or swells.
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "operator/base/descriptors.hpp"
#include "operator/base/real_clock.hpp"
#include "operator/http/url.hpp"
#include "operator/kube/client/config.hpp"
#include "test/e2e/hostile/attack.hpp"
#include "test/e2e/hostile/victim.hpp"
#include "test/support/run_on_loop.hpp"

namespace kyma::hostile {
namespace {

using namespace std::chrono_literals;

constexpr auto kBoundOfP99 = 2s;
constexpr auto kBoundOfLongest = 6s;

double milliseconds(Duration span) { return std::chrono::duration<double, std::milli>(span).count(); }

Target target_of(const std::string& kubeconfig, const std::string& plain) {
  const auto config = kube::load_config({kubeconfig, {}}).value();
  http::TlsClientOptions tls;
  tls.ca_pem = config.ca_pem;
  const auto url = http::parse_server_url(config.server).value();
  tls.server_name = url.endpoint.host;
  return {http::parse_endpoint(plain).value(), url.endpoint, http::make_client_tls(tls).value(), config.token};
}

void judge(Siege& siege, const Attack& attack, const Observation& seen) {
  if (seen.failures > 0 || seen.answers == 0) {
    siege.fault(fmt::format("{}: {} of the others' requests failed", attack.name, seen.failures));
  }
  if (seen.p99 > kBoundOfP99 || seen.longest > kBoundOfLongest) {
    siege.fault(fmt::format("{}: others waited {:.0f} ms at p99 and {:.0f} ms at most", attack.name,
                            milliseconds(seen.p99), milliseconds(seen.longest)));
  }
  if (seen.rss_peak > seen.rss_before + attack.megabytes) {
    siege.fault(fmt::format("{}: the server grew from {} to {} MB, allowed are {} more", attack.name, seen.rss_before,
                            seen.rss_peak, attack.megabytes));
  }
}

void carry_out(Siege& siege, const Attack& attack, pid_t process) {
  Victim victim(process, siege.target().plain, siege.target().token);
  const auto begin = siege.clock().now();
  const auto done = test::run_on(siege.loop(), attack.run(siege));
  const auto took = siege.clock().now() - begin;
  const auto seen = victim.finish();
  fmt::print(
      "{:<34} {:>5.1f} s  others: {:>5} answers, p50 {:>6.1f} ms, p99 {:>7.1f} ms, most {:>7.1f} ms  RSS {:>4} -> "
      "{:>4} -> "
      "{:>4} MB  {}\n",
      attack.name, milliseconds(took) / 1000, seen.answers, milliseconds(seen.median), milliseconds(seen.p99),
      milliseconds(seen.longest), seen.rss_before, seen.rss_peak, resident_megabytes(process), done);
  std::fflush(stdout);
  judge(siege, attack, seen);
}

int run(const Target& target, pid_t process, double scale) {
  asio::io_context loop{1};
  RealClock clock(loop.get_executor());
  Siege siege(loop, clock, target, scale);
  for (const auto& attacks : {connection_attacks(), memory_attacks(), request_attacks()}) {
    for (const auto& attack : attacks) carry_out(siege, attack, process);
  }
  for (const auto& fault : siege.faults()) fmt::print(stderr, "fault: {}\n", fault);
  return siege.faults().empty() ? 0 : 1;
}

}  // namespace
}  // namespace kyma::hostile

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: {} KUBECONFIG PLAIN-HOST:PORT PROCESS [SCALE]\n", argv[0]);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  kyma::raise_descriptor_limit();
  try {
    return kyma::hostile::run(kyma::hostile::target_of(argv[1], argv[2]), std::atoi(argv[3]),
                              argc > 4 ? std::atof(argv[4]) : 1);
  } catch (const std::exception& error) {
    fmt::print(stderr, "fault: {}\n", error.what());
    return 1;
  }
}
