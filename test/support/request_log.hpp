// Every request that an API server under test was sent, and what it answered.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "operator/base/time.hpp"
#include "operator/http/message.hpp"

namespace kyma::test {

struct LoggedRequest {
  std::string verb;      // get, list, watch, create, update, patch, delete
  std::string resource;  // "helmcomponents", "helmcomponents/status"; the path when it names none
  std::string name_space;
  std::string name;
  unsigned status = 0;  // 0: no answer was sent
  WallTime at{};
  std::string peer = {};  // who sent it: "memory:3"
};

// Reads verb and resource off a request; status and time are left open.
LoggedRequest describe_request(const http::Request& request);

class RequestLog {
 public:
  // Returns its index, for set_status().
  std::size_t add(LoggedRequest request);
  void set_status(std::size_t index, unsigned status) {
    if (index >= forgotten_) requests_.at(index - forgotten_).status = status;
  }

  // Empty texts match everything; status 0 too.
  std::size_t count(std::string_view verb = {}, std::string_view resource = {}, unsigned status = 0) const;
  // Those whose answer was no success.
  std::size_t failures() const;
  const std::vector<LoggedRequest>& all() const noexcept { return requests_; }
  // What was counted before no longer is.
  void clear() { begin_ = requests_.size(); }
  // The same, and all() is empty too: for runs whose log would be the largest thing in memory.
  void forget() {
    forgotten_ += requests_.size();
    requests_.clear();
    begin_ = 0;
  }
  // "create helmcomponents 18\npatch kymas/status 14\n...", for messages of failed tests.
  std::string summary() const;

 private:
  std::vector<LoggedRequest> requests_;
  std::size_t begin_ = 0;
  std::size_t forgotten_ = 0;  // number of those that were before requests_.front()
};

}  // namespace kyma::test
