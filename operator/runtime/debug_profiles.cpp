#include "operator/runtime/debug_profiles.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "operator/base/offload.hpp"
#include "operator/http/url.hpp"
#include "operator/runtime/cpu_profile.hpp"
#include "operator/runtime/heap_profile.hpp"
#include "operator/runtime/metrics_server.hpp"
#include "operator/runtime/symbol_table.hpp"

namespace kyma::runtime {
namespace {

constexpr std::string_view kRoot = "/debug/pprof/";
constexpr std::chrono::seconds kDefaultLength{30};
constexpr std::chrono::seconds kGreatestLength{300};
constexpr std::string_view kIndex =
    "profile?seconds=30   CPU time over the next seconds\n"
    "heap                 the heap, where the process runs on tcmalloc\n"
    "cmdline, symbol      for pprof\n"
    "\n"
    "google-pprof --text --seconds=30 http://HOST:PORT/debug/pprof/profile\n"
    "go tool pprof http://HOST:PORT/debug/pprof/profile?seconds=30\n";

http::Response not_allowed(std::string_view allowed) {
  http::Response refused = plain(405, "405 method not allowed\n");
  refused.headers.set("Allow", allowed);
  return refused;
}

std::optional<std::chrono::seconds> length_of(const http::Target& target) {
  if (!target.has_param("seconds")) return kDefaultLength;
  const std::string_view text = target.param("seconds");
  int seconds = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  if (seconds < 1 || seconds > kGreatestLength.count()) return std::nullopt;
  return std::chrono::seconds{seconds};
}

http::Response cannot_start(const std::string& problem) {
  if (CpuProfile::running()) return plain(409, "409 another CPU profile is being taken; try again when it has ended\n");
  const bool unavailable = !CpuProfile::why_unavailable().empty();
  return plain(unavailable ? 501 : 500, fmt::format("{} {}\n", unavailable ? 501 : 500, problem));
}

asio::awaitable<void> serve_profile(Clock& clock, asio::any_io_executor pool, http::Target target,
                                    http::ResponseWriter& writer) {
  const auto length = length_of(target);
  if (!length) {
    co_await writer.send(plain(400, fmt::format("400 seconds must be 1 to {}\n", kGreatestLength.count())));
    co_return;
  }
  // Shared with the pool, which may still be at it when this is cancelled.
  const auto profile = std::make_shared<CpuProfile>();
  const std::string problem = co_await offload(pool, [profile] { return profile->start(); });
  if (!problem.empty()) {
    co_await writer.send(cannot_start(problem));
    co_return;
  }
  // The head goes first: while an answer is under way, the server sees its client go, and cancels this.
  http::ResponseHead head{200, {{"Content-Type", "application/octet-stream"}}};
  head.headers.set("Content-Disposition", "attachment; filename=\"profile\"");
  if (auto started = co_await writer.start(std::move(head)); !started) co_return;
  co_await clock.sleep_for(*length);
  const std::string sampled = co_await offload(pool, [profile] { return profile->finish(); });
  if (sampled.empty()) throw std::runtime_error("the CPU profile cannot be read back");
  const std::array<std::string_view, 1> pieces{sampled};
  co_await writer.write(pieces);
}

http::Response heap() {
  HeapProfile profile = take_heap_profile();
  if (!profile.problem.empty()) return plain(501, fmt::format("501 {}\n", profile.problem));
  return {200, {{"Content-Type", "application/octet-stream"}}, std::move(profile.text)};
}

http::Response command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  return plain(200, std::string(std::istreambuf_iterator<char>(file), {}));
}

// "0x1234+0x5678" becomes a line of address and name for each; what is no number is left out.
std::string symbolise(std::string_view addresses) {
  const SymbolTable symbols;
  std::string text;
  while (!addresses.empty()) {
    const std::size_t end = std::min(addresses.find('+'), addresses.size());
    std::string_view digits = addresses.substr(0, end);
    addresses.remove_prefix(std::min(end + 1, addresses.size()));
    if (digits.starts_with("0x")) digits.remove_prefix(2);
    std::uintptr_t address = 0;
    const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), address, 16);
    if (problem != std::errc() || stop == digits.data()) continue;
    std::string name = symbols.name_of(address);
    if (name.empty()) name = fmt::format("{:#x}", address);
    fmt::format_to(std::back_inserter(text), "{:#x}\t{}\n", address, name);
  }
  return text;
}

// How many there are is asked first; the number only matters as being more than none.
asio::awaitable<http::Response> symbol(asio::any_io_executor pool, http::Request& request) {
  if (request.method != "POST") co_return plain(200, "num_symbols: 1\n");
  std::string text = co_await offload(pool, [body = std::move(request.body)] { return symbolise(body); });
  co_return plain(200, "num_symbols: 1\n" + text);
}

asio::awaitable<http::Response> answer(asio::any_io_executor pool, http::Request& request, std::string path) {
  const bool is_post = request.method == "POST";
  if (request.method != "GET" && request.method != "HEAD" && !(is_post && path == "symbol")) {
    co_return not_allowed(path == "symbol" ? "GET, HEAD, POST" : "GET, HEAD");
  }
  if (path.empty()) co_return plain(200, std::string(kIndex));
  if (path == "heap") co_return co_await offload(pool, heap);
  if (path == "cmdline") co_return command_line();
  if (path == "symbol") co_return co_await symbol(pool, request);
  co_return plain(404, "404 no such profile; see /debug/pprof/\n");
}

asio::awaitable<void> serve(Clock& clock, asio::any_io_executor pool, http::Request& request,
                            http::ResponseWriter& writer) {
  auto target = http::parse_target(request.target);
  if (!target) {
    co_await writer.send(plain(400, "400 bad request\n"));
    co_return;
  }
  std::string path = target->path + "/";  // the root may come without its slash
  path = path.starts_with(kRoot) ? path.substr(kRoot.size()) : "?";
  while (path.ends_with('/')) path.pop_back();
  if (path == "profile" && request.method == "GET") {
    co_await serve_profile(clock, std::move(pool), std::move(*target), writer);
  } else if (path == "profile") {
    co_await writer.send(not_allowed("GET"));
  } else {
    co_await writer.send(co_await answer(std::move(pool), request, std::move(path)));
  }
}

}  // namespace

http::Handler profiles_handler(Clock& clock, asio::any_io_executor pool) {
  return [&clock, pool](http::Request& request, http::ResponseWriter& writer) {
    return serve(clock, pool, request, writer);
  };
}

}  // namespace kyma::runtime
