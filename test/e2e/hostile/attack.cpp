#include "test/e2e/hostile/attack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>

#include "operator/base/race.hpp"
#include "operator/http/dialer.hpp"

namespace kyma::hostile {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 30s;
constexpr std::size_t kLargestAnswer = 256 * 1024 * 1024;

asio::awaitable<std::unique_ptr<http::Stream>> dial(Clock& clock, http::Route route) {
  const auto dialer = http::make_dialer(clock, std::move(route), kPatience);
  auto stream = co_await dialer();
  if (!stream) throw std::runtime_error("no connection: " + stream.error().message);
  co_return std::move(*stream);
}

http::ClientOptions options_for(const Target& target) {
  http::ClientOptions options;
  options.host = target.plain.str();
  return options;
}

}  // namespace

Siege::Siege(asio::io_context& loop, Clock& clock, Target target, double scale)
    : loop_(loop),
      clock_(clock),
      target_(std::move(target)),
      scale_(scale),
      client_(loop.get_executor(), clock, http::make_dialer(clock, {target_.plain}, kPatience), options_for(target_)) {}

Siege::~Siege() {
  client_.close();
  loop_.restart();
  loop_.poll();
}

std::size_t Siege::size(std::size_t full) const noexcept {
  return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(full) * scale_));
}

asio::awaitable<std::unique_ptr<http::Stream>> Siege::connect() { return dial(clock_, {target_.plain}); }

asio::awaitable<std::unique_ptr<http::Stream>> Siege::connect_tls() {
  return dial(clock_, {target_.secure, [tls = target_.tls] { return tls; }});
}

asio::awaitable<http::Response> Siege::ask(std::string method, std::string path, std::string body, std::string type) {
  http::Request request{std::move(method), std::move(path), {}, std::move(body), nullptr};
  request.headers.add("Authorization", "Bearer " + target_.token);
  if (!request.body.empty()) request.headers.add("Content-Type", type);
  auto answer = co_await client_.send(std::move(request), {kPatience, kLargestAnswer});
  if (!answer) co_return http::Response{0, {}, answer.error().message};
  co_return std::move(*answer);
}

std::string Siege::head(std::string_view method, std::string_view path, std::string_view more) const {
  return fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n{}", method, path, target_.plain.str(),
                     target_.token, more);
}

void Siege::fault(std::string what) {
  constexpr std::size_t kShown = 20;
  if (faults_.size() < kShown) faults_.push_back(std::move(what));
}

asio::awaitable<http::Outcome<void>> send(http::Stream& stream, std::string text) {
  const std::array<asio::const_buffer, 1> whole{asio::buffer(text)};
  co_return co_await stream.write(whole);
}

asio::awaitable<std::string> receive(Clock& clock, http::Stream& stream, std::string end, Duration limit) {
  std::string text;
  const auto deadline = clock.now() + limit;
  std::array<char, 16 * 1024> buffer;
  while (clock.now() < deadline) {
    const auto count = co_await with_timeout(clock, deadline - clock.now(), stream.read_some(asio::buffer(buffer)));
    if (!count || !*count || **count == 0) break;
    text.append(buffer.data(), **count);
    if (!end.empty() && text.find(end) != std::string::npos) break;
  }
  co_return text;
}

unsigned status_of(std::string_view answer) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (!answer.starts_with(kVersion) || answer.size() < kVersion.size() + 3) return 0;
  return static_cast<unsigned>(std::stoul(std::string(answer.substr(kVersion.size(), 3))));
}

}  // namespace kyma::hostile
