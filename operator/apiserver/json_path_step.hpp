// One step of a JsonPath. Only json_path*.cpp includes it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "operator/apiserver/json_path.hpp"

namespace kyma::apiserver {

enum class Comparison { exists, equal, not_equal, less, less_or_equal, greater, greater_or_equal };

// [?(@.path op literal)]: keeps the elements for which it holds.
struct JsonPathFilter {
  JsonPath left;
  Comparison comparison = Comparison::exists;
  json::Document literal;
};

struct JsonPath::Step {
  enum class Kind {
    member,   // .name, ['name']
    index,    // [n], counted from the end when negative
    slice,    // [from:to:stride]
    all,      // [*], .*
    descend,  // .. : the value and all that is in it
    filter,   // [?(...)]
  };
  Kind kind = Kind::member;
  std::string name = {};
  std::optional<std::int64_t> from = {};  // also the index
  std::optional<std::int64_t> to = {};
  std::int64_t stride = 1;
  std::shared_ptr<const JsonPathFilter> filter = {};
};

}  // namespace kyma::apiserver
