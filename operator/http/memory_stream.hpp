// Two streams joined in memory: what one writes the other reads. For whole-system tests in virtual time.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "operator/http/stream.hpp"

namespace kyma::http {

// `capacity` bounds the bytes in flight in each direction: a writer waits when the reader lags, as with a socket.
std::pair<std::unique_ptr<Stream>, std::unique_ptr<Stream>> make_memory_stream_pair(asio::any_io_executor executor,
                                                                                    std::size_t capacity = 64 * 1024);

}  // namespace kyma::http
