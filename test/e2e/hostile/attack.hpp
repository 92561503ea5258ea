// What an attack is, and what it has at hand.
//
// Thread: confined to one.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/clock.hpp"
#include "operator/http/client.hpp"
#include "operator/http/stream.hpp"
#include "operator/http/tcp.hpp"
#include "operator/http/tls.hpp"

namespace kyma::hostile {

// Where the server is. One API, with and without TLS.
struct Target {
  http::Endpoint plain;
  http::Endpoint secure;
  std::shared_ptr<http::TlsContext> tls;
  std::string token;
};

class Siege {
 public:
  // `scale`: what part of their full strength attacks have.
  Siege(asio::io_context& loop, Clock& clock, Target target, double scale);
  ~Siege();

  asio::io_context& loop() noexcept { return loop_; }
  Clock& clock() noexcept { return clock_; }
  const Target& target() const noexcept { return target_; }
  std::size_t size(std::size_t full) const noexcept;

  // Throws when the server takes no connection.
  asio::awaitable<std::unique_ptr<http::Stream>> connect();
  asio::awaitable<std::unique_ptr<http::Stream>> connect_tls();
  // A request of an administrator, its body in full.
  asio::awaitable<http::Response> ask(std::string method, std::string path, std::string body = {},
                                      std::string type = "application/json");
  // "POST /x HTTP/1.1", Host and credentials, and further header lines; ends with the last of those.
  std::string head(std::string_view method, std::string_view path, std::string_view more = {}) const;

  void fault(std::string what);
  const std::vector<std::string>& faults() const noexcept { return faults_; }

 private:
  asio::io_context& loop_;
  Clock& clock_;
  Target target_;
  double scale_;
  http::Client client_;
  std::vector<std::string> faults_;
};

asio::awaitable<http::Outcome<void>> send(http::Stream& stream, std::string text);
// What comes until the end of the stream, `end` or the limit.
asio::awaitable<std::string> receive(Clock& clock, http::Stream& stream, std::string end, Duration limit);
// 0: there is none.
unsigned status_of(std::string_view answer);

struct Attack {
  std::string_view name;
  std::size_t megabytes;                                    // that the server may grow by meanwhile
  std::function<asio::awaitable<std::string>(Siege&)> run;  // returns what it did, in a few words
};

std::vector<Attack> connection_attacks();
std::vector<Attack> memory_attacks();
std::vector<Attack> request_attacks();

}  // namespace kyma::hostile
