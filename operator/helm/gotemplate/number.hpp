// Go's strconv.ParseInt, ParseUint and ParseFloat.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kyma::gotemplate {

// Nothing: malformed, or out of range. Base 0: by the prefix (0x, 0b, 0o, 0), with _ between digits allowed. Else 2 to
// 36. No spaces around.
std::optional<std::uint64_t> parse_uint(std::string_view text, int base = 10);
std::optional<std::int64_t> parse_int(std::string_view text, int base = 10);
// Decimal and hexadecimal (0x1.8p3), inf, infinity and nan in any case.
std::optional<double> parse_float(std::string_view text);

}  // namespace kyma::gotemplate
