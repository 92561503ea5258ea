// TOML as Helm's toToml and fromToml have it (BurntSushi/toml).
//
// Bounded: nesting, and the parts of a key, by kMaxTomlDepth; what is written by the size that the caller allows.
#pragma once

#include <string>
#include <string_view>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

inline constexpr int kMaxTomlDepth = 200;

// Throws FormatError, with the message that toToml returns as its result; std::runtime_error for nothing at all, over
// which the library panics.
std::string to_toml(Value value, std::size_t max_size = kMaxText);
// A map. Integers become int64, dates a time.Time that prints as Go's does. Throws FormatError ("toml: line 1: ...").
Value from_toml(std::string_view text, Heap& heap);

}  // namespace kyma::helm
