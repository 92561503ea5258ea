// HTTP messages as plain values. Nothing above operator/http sees the library that parses them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kyma::http {

// Header fields in the order they came; names compare without case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  // The first value of that name; empty when there is none.
  std::string_view get(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept;
  // Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  // Appends, keeping others of that name.
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  void clear() noexcept { fields_.clear(); }

  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }
  bool empty() const noexcept { return fields_.empty(); }

 private:
  std::vector<Field> fields_;
};

// ASCII-case-insensitive comparison, as header names and schemes need it.
bool iequals(std::string_view a, std::string_view b) noexcept;
// TOKEN of an Authorization header "Bearer TOKEN"; empty when it says anything else, or what is no visible ASCII.
std::string_view bearer_token(std::string_view authorization) noexcept;

struct Request {
  std::string method = "GET";
  std::string target = "/";  // origin form: path, and query after '?'
  Headers headers;           // Host and Content-Length are added when sent
  std::string body;
  // Asked right before the first byte is written, however long the request waited for a connection: false withholds it.
  // Null: it may always be sent. Must outlive the call.
  const std::function<bool()>* permit = nullptr;
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;
};

// What is known of a response before its body.
struct ResponseHead {
  unsigned status = 0;
  Headers headers;
};

// "Not Found" for 404; "Unknown" for what is not registered.
std::string_view status_text(unsigned status) noexcept;

}  // namespace kyma::http
