// Runs coroutines side by side, a few at a time.
#pragma once

#include <cstddef>
#include <vector>

#include "operator/base/asio.hpp"

namespace kyma::controllers {

// Returns when every task has ended; starts them in order, at most `at_once` together. The first exception is thrown
// once those that were running have ended; the rest is then not started. When the caller is cancelled, so are they.
asio::awaitable<void> run_all(std::vector<asio::awaitable<void>> tasks, std::size_t at_once);

}  // namespace kyma::controllers
