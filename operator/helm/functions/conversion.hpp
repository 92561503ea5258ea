// Conversions that many functions share, as Sprig and spf13/cast have them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

using gotemplate::Heap;
using gotemplate::Value;

// Sprig's strval: string, bytes, error, Stringer, else %v.
std::string to_string(Value value);
void append_string(std::string& out, Value value);
// Sprig's strslice: a list's elements by to_string, nils left out; a scalar alone; nothing for nothing.
std::vector<std::string> to_strings(Value value);
// cast.ToInt64, cast.ToInt, cast.ToFloat64 (0 for what is no number).
std::int64_t to_int64(Value value);
std::int64_t to_int(Value value);
double to_float64(Value value);
// Sprig's empty.
bool is_empty(Value value);

}  // namespace kyma::helm
