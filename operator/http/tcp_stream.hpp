// A Stream over a connected TCP socket. Internal to operator/http.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>

#include "operator/http/stream.hpp"
#include "operator/http/tcp.hpp"

namespace kyma::http {

Endpoint to_endpoint(const asio::ip::tcp::endpoint& endpoint);

// Sets TCP_NODELAY and keep-alive probes, which find peers that vanished without a word.
std::unique_ptr<Stream> make_tcp_stream(asio::ip::tcp::socket socket, std::string peer);

// "Connection refused" for the error's reason, in lower case as the rest of a message.
std::string reason_of(const error_code& error);

}  // namespace kyma::http
