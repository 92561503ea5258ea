// In-memory connections to a server under test that a test can break.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "operator/http/server.hpp"
#include "operator/http/stream.hpp"

namespace kyma::test {

class Connections {
 public:
  // The peers' names, as the server sees them, are "<name>:1" and so on.
  explicit Connections(std::string name = "memory") : name_(std::move(name)) {}

  // Dials this server; while down() is set, connecting is refused.
  http::Dialer dialer(asio::any_io_executor executor, http::Server& server);
  // Closes the server's end of every connection, in the middle of whatever goes on there.
  void break_all();
  // The same for one, by the peer's name as the server sees it.
  void break_one(const std::string& peer);
  void set_down(bool down) noexcept { down_ = down; }
  std::size_t size() const noexcept;

 private:
  class Breakable;
  using Set = std::set<Breakable*>;

  std::shared_ptr<Set> open_ = std::make_shared<Set>();
  bool down_ = false;
  std::string name_;
  int made_ = 0;
};

}  // namespace kyma::test
