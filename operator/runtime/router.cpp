#include "operator/runtime/router.hpp"

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <utility>

#include "operator/http/url.hpp"
#include "operator/runtime/metrics_server.hpp"

namespace kyma::runtime {
namespace {

struct Table {
  std::string root;
  std::vector<Route> routes;
  std::string index;

  const Route* find(std::string_view path) const {
    for (const Route& each : routes) {
      if (path.starts_with(each.path) && (path.size() == each.path.size() || path[each.path.size()] == '/')) {
        return &each;
      }
    }
    return nullptr;
  }
  bool is_index(std::string_view path) const { return path == "/" || path == root || path == root + "/"; }
};

}  // namespace

http::Handler route(std::string root, std::vector<Route> routes) {
  auto table = std::make_shared<Table>(Table{std::move(root), std::move(routes), {}});
  for (const Route& each : table->routes) {
    fmt::format_to(std::back_inserter(table->index), "{:<24} {}\n", each.path, each.help);
  }
  return [table](http::Request& request, http::ResponseWriter& writer) -> asio::awaitable<void> {
    const auto target = http::parse_target(request.target);
    const Route* found = target ? table->find(target->path) : nullptr;
    if (found) {
      co_await found->handler(request, writer);
    } else if (target && table->is_index(target->path)) {
      co_await read_only_handler([&](const http::Target&) { return plain(200, table->index); })(request, writer);
    } else {
      co_await writer.send(target ? plain(404, "404 page not found\n") : plain(400, "400 bad request\n"));
    }
  };
}

}  // namespace kyma::runtime
