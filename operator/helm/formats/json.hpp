// JSON as Go's encoding/json reads and writes it.
//
// Bounded: nesting of kMaxDepth; what is written, by the size that the caller allows (else HeapExhausted is thrown).
// Numbers become float64, as in an interface {}.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

using gotemplate::Heap;
using gotemplate::Value;

// A text that cannot be read, or a value that cannot be written; what() is the message of the Go library that Helm
// uses.
class FormatError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  FormatError(const std::string& message, Value read) : std::runtime_error(message), partial(read) {}

  // What was read all the same: Go's decoders go on after a number that is too large. Mostly invalid: nothing.
  Value partial;
};

// Longer than any text that a rendering may hold (Heap::kDefaultLimit).
inline constexpr std::size_t kMaxText = std::size_t{1} << 30;
// What a writer may write of a value that goes into this heap: values that share their parts unfold to any size.
inline std::size_t text_limit(const Heap& heap) { return std::min(kMaxText, heap.limit()); }

struct JsonStyle {
  bool escape_html = true;       // < > & as \u003c \u003e \u0026
  std::string_view indent = {};  // per level; empty: all on one line
};

// Keys in bytewise order; an object's fields in their own. Throws FormatError (NaN, infinities, a cycle).
std::string to_json(Value value, JsonStyle style = {}, std::size_t max_size = kMaxText);
// json.Unmarshal into an interface {}. Throws FormatError with encoding/json's message.
Value from_json(std::string_view text, Heap& heap);
// The same into a map[string]interface {} or an []interface {}: anything else but null is an error. null is a nil one.
Value from_json_map(std::string_view text, Heap& heap);
Value from_json_list(std::string_view text, Heap& heap);

// The messages of encoding/json for a document of the wrong type, e.g. ("array", "map[string]interface {}").
std::string json_type_error(std::string_view found, std::string_view wanted);
// "object", "array", "string", "number", "bool": how these messages name a value.
std::string_view json_kind(Value value);
// What encoding/json says of the bracket that opens one container too many. Ends with kJsonTooDeep.
std::string json_depth_error(char bracket);
inline constexpr std::string_view kJsonTooDeep = "exceeded max depth";

}  // namespace kyma::helm
