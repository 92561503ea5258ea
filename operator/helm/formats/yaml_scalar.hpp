// What an unquoted YAML scalar means: YAML 1.1 as go-yaml has it, in the dialects of its version 2 (all that Helm
// reads, and toYaml) and version 3 (toYamlPretty).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kyma::helm {

enum class YamlType : std::uint8_t { null, boolean, integer, uinteger, floating, timestamp, string };

struct YamlScalar {
  YamlType type = YamlType::string;
  std::int64_t integer = 0;  // of a boolean 0 or 1; of an uinteger its bits
  double floating = 0;
};

// A scalar without a tag. A string or a timestamp is its text.
YamlScalar resolve_yaml2(std::string_view text);
// The same with the timestamps' pattern left out, which costs time and matters only to who writes YAML.
YamlScalar resolve_yaml2_untimed(std::string_view text);
// Whether the text, written plain, is read back as the same string.
bool is_plain_yaml2(std::string_view text);
bool is_plain_yaml3(std::string_view text);

// One of the date formats that go-yaml knows, with a date that exists.
bool is_yaml_timestamp(std::string_view text);

}  // namespace kyma::helm
