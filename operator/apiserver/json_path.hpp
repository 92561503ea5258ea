// The JSONPath that printer columns and kubectl use: .spec.a, ['a.b'], [0], [-1], [1:3], [*], .*, ..a and
// [?(@.type=="Ready")], with or without the enclosing braces and the leading $.
//
// Not supported: range, functions, unions; parse() refuses them. Guarantee: an evaluation visits at most kMaxResults
// values per step, whatever the path and the object. Thread: immutable, any thread.
#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct JsonPathError {
  std::string message;  // "unterminated [ at 7"
};
[[noreturn]] void throw_exception_from_error(const JsonPathError& error, const boost::source_location& location);

class JsonPath {
 public:
  static constexpr std::size_t kMaxResults = 10'000;

  static boost::system::result<JsonPath, JsonPathError> parse(std::string_view text);

  JsonPath();
  JsonPath(const JsonPath&);
  JsonPath(JsonPath&&) noexcept;
  JsonPath& operator=(const JsonPath&);
  JsonPath& operator=(JsonPath&&) noexcept;
  ~JsonPath();

  // Every value that the path names, in document order; empty when there is none. The pointers point into `root`.
  std::vector<const json::Value*> find(const json::Value& root) const;
  // The first of them, or null. Does not allocate when the path has names and numbers only.
  const json::Value* first(const json::Value& root) const;

  struct Step;

 private:
  friend class JsonPathParser;

  std::vector<Step> steps_;
};

}  // namespace kyma::apiserver
