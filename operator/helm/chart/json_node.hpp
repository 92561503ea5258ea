// A JSON document with its numbers as they were written, and nodes that can be changed in place.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/formats/json.hpp"

namespace kyma::helm {

struct JsonNode {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  // The first value of the text; what follows is not looked at. Throws FormatError with the message of Go's decoder.
  static JsonNode parse(std::string_view text);

  bool is(Kind wanted) const noexcept { return kind == wanted; }
  bool is_object() const noexcept { return kind == Kind::object; }
  bool is_string() const noexcept { return kind == Kind::string; }
  bool is_number() const noexcept { return kind == Kind::number; }
  // An object or a boolean: what a schema can be.
  bool is_schema() const noexcept { return is_object() || is(Kind::boolean); }
  // The member of that name; null if there is none.
  JsonNode* find(std::string_view key);
  // encoding/json's text of what it reads this into: equal values have equal texts.
  std::string canonical() const;
  // Go's name of the type that it reads this into.
  std::string_view go_type() const noexcept;

  Kind kind = Kind::null;
  bool flag = false;
  std::string text;  // of a string; of a number, as written
  std::vector<JsonNode> items;
  std::map<std::string, JsonNode, std::less<>> members;
};

}  // namespace kyma::helm
