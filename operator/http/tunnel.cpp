#include "operator/http/tunnel.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>

#include <array>
#include <utility>

#include "operator/base/base64.hpp"
#include "operator/http/head_writer.hpp"
#include "operator/http/parser.hpp"

namespace kyma::http {
namespace {

constexpr std::size_t kLongestAnswer = 16 * 1024;

Error refused(const Proxy& proxy, const Endpoint& server, std::string_view why) {
  return {Errc::connect_failed, fmt::format("{}: proxy {} {}", server.str(), proxy.str(), why)};
}

asio::awaitable<Outcome<void>> write_all(Stream& stream, std::string text) {
  const std::array<asio::const_buffer, 1> whole{asio::buffer(text)};
  co_return co_await stream.write(whole);
}

// --- CONNECT ---------------------------------------------------------------------------------------------------------

Outcome<std::string> connect_request(const Proxy& proxy, const Endpoint& server) {
  Request request;
  request.method = "CONNECT";
  request.target = server.str();
  if (!proxy.username.empty() || !proxy.password.empty()) {
    request.headers.add("Proxy-Authorization", "Basic " + encode_base64(proxy.username + ':' + proxy.password));
  }
  std::string text;
  if (auto written = append_request_head(text, request, request.target); !written) return written.error();
  return text;
}

std::string reason_of(unsigned status) {
  std::string reason = fmt::format("refuses the connection: {} {}", status, status_text(status));
  if (status == 407) reason += "; correct the name and password in the proxy's URL";
  return reason;
}

asio::awaitable<Outcome<void>> connect_by_http(Stream& stream, const Proxy& proxy, Endpoint server) {
  auto request = connect_request(proxy, server);
  if (!request) co_return request.error();
  if (auto sent = co_await write_all(stream, *std::move(request)); !sent) co_return sent;

  const auto parser = make_response_parser();
  ResponseHead head;
  parser->start(head, nullptr, true, {kLongestAnswer});
  std::string received;
  std::array<char, 2048> buffer;
  while (!parser->head_done()) {
    const auto count = co_await stream.read_some(asio::buffer(buffer));
    if (!count) co_return count.error();
    if (*count == 0) co_return refused(proxy, server, "closed the connection instead of an answer to CONNECT");
    received.append(buffer.data(), *count);
    received.erase(0, parser->put({received.data(), received.size()}));
    if (parser->failure() != ParseFailure::none) co_return refused(proxy, server, "does not answer CONNECT as HTTP");
  }
  if (head.status < 200 || head.status >= 300) co_return refused(proxy, server, reason_of(head.status));
  // The server speaks only when it is spoken to, so these bytes are not the server's.
  if (!received.empty()) co_return refused(proxy, server, "sent more than an answer to CONNECT");
  co_return Outcome<void>{};
}

// --- SOCKS5 ----------------------------------------------------------------------------------------------------------

constexpr char kVersion = 5;
constexpr char kNoPassword = 0;
constexpr char kPassword = 2;
constexpr char kPasswordVersion = 1;
constexpr char kConnect = 1;
constexpr char kIpv4 = 1;
constexpr char kName = 3;
constexpr char kIpv6 = 4;
constexpr std::size_t kLongestField = 255;  // its length is one byte

asio::awaitable<Outcome<std::string>> read_exactly(Stream& stream, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const auto count = co_await stream.read_some(asio::buffer(bytes.data() + have, size - have));
    if (!count) co_return count.error();
    if (*count == 0) co_return Error{Errc::connection_lost, stream.peer() + ": closed during the SOCKS exchange"};
    have += *count;
  }
  co_return bytes;
}

void append_field(std::string& out, std::string_view field) {
  out += static_cast<char>(static_cast<unsigned char>(field.size()));
  out += field;
}

// Names as they are: the proxy looks them up, where the server is known.
void append_host(std::string& out, const std::string& host) {
  boost::system::error_code is_name;
  const auto address = asio::ip::make_address(host, is_name);
  if (is_name) {
    out += kName;
    append_field(out, host);
  } else if (address.is_v4()) {
    out += kIpv4;
    for (const unsigned char byte : address.to_v4().to_bytes()) out += static_cast<char>(byte);
  } else {
    out += kIpv6;
    for (const unsigned char byte : address.to_v6().to_bytes()) out += static_cast<char>(byte);
  }
}

std::string_view socks_reason(char code) {
  switch (code) {
    case 2: return "does not allow this connection by its rules";
    case 3: return "cannot reach the network";
    case 4: return "cannot reach the host";
    case 5: return "was refused by the server";
    case 6: return "gave up: time to live expired";
    case 7: return "does not support CONNECT";
    case 8: return "does not support this kind of address";
    default: return "failed";
  }
}

asio::awaitable<Outcome<void>> agree_on_method(Stream& stream, const Proxy& proxy, Endpoint server) {
  const bool known = !proxy.username.empty();
  if (proxy.username.size() > kLongestField || proxy.password.size() > kLongestField) {
    co_return Error{Errc::invalid_argument, "proxy URL: SOCKS5 takes names and passwords of 255 bytes at most"};
  }
  std::string greeting{kVersion, static_cast<char>(known ? 2 : 1), kNoPassword};
  if (known) greeting += kPassword;
  if (auto sent = co_await write_all(stream, std::move(greeting)); !sent) co_return sent;
  const auto chosen = co_await read_exactly(stream, 2);
  if (!chosen) co_return chosen.error();
  if ((*chosen)[0] != kVersion) co_return refused(proxy, server, "does not speak SOCKS5");
  if ((*chosen)[1] == kNoPassword) co_return Outcome<void>{};
  if ((*chosen)[1] != kPassword || !known) {
    co_return refused(proxy, server, "demands another authentication; give a name and password in the proxy's URL");
  }
  std::string login{kPasswordVersion};
  append_field(login, proxy.username);
  append_field(login, proxy.password);
  if (auto sent = co_await write_all(stream, std::move(login)); !sent) co_return sent;
  const auto verdict = co_await read_exactly(stream, 2);
  if (!verdict) co_return verdict.error();
  if ((*verdict)[1] != 0) {
    co_return refused(proxy, server, "refuses the name and password; correct them in the proxy's URL");
  }
  co_return Outcome<void>{};
}

asio::awaitable<Outcome<void>> connect_by_socks(Stream& stream, const Proxy& proxy, Endpoint server) {
  if (server.host.size() > kLongestField) co_return refused(proxy, server, "takes no name as long as this");
  if (auto agreed = co_await agree_on_method(stream, proxy, server); !agreed) co_return agreed;
  std::string request{kVersion, kConnect, 0};
  append_host(request, server.host);
  request += static_cast<char>(static_cast<unsigned char>(server.port >> 8U));
  request += static_cast<char>(static_cast<unsigned char>(server.port & 0xFFU));
  if (auto sent = co_await write_all(stream, std::move(request)); !sent) co_return sent;

  const auto answer = co_await read_exactly(stream, 4);
  if (!answer) co_return answer.error();
  if ((*answer)[0] != kVersion) co_return refused(proxy, server, "does not speak SOCKS5");
  if ((*answer)[1] != 0) co_return refused(proxy, server, socks_reason((*answer)[1]));
  // The address it is bound to follows, and tells us nothing.
  std::size_t size = 0;
  if (const char kind = (*answer)[3]; kind == kIpv4) {
    size = 4;
  } else if (kind == kIpv6) {
    size = 16;
  } else if (kind == kName) {
    const auto length = co_await read_exactly(stream, 1);
    if (!length) co_return length.error();
    size = static_cast<unsigned char>((*length)[0]);
  } else {
    co_return refused(proxy, server, "answers with an unknown kind of address");
  }
  const auto bound = co_await read_exactly(stream, size + 2);
  if (!bound) co_return bound.error();
  co_return Outcome<void>{};
}

}  // namespace

asio::awaitable<Outcome<void>> open_tunnel(Stream& stream, const Proxy& proxy, Endpoint server) {
  if (proxy.kind == Proxy::Kind::socks5) return connect_by_socks(stream, proxy, std::move(server));
  return connect_by_http(stream, proxy, std::move(server));
}

}  // namespace kyma::http
