// The one way to Asio: what the other headers need of it, and nothing that is heavy to compile.
// Sockets, TLS and signals are included only by the few translation units that use them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kyma {

namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace kyma
