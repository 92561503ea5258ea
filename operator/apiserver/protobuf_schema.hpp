// Which protobuf field is which JSON member, for the kinds that are read.
#pragma once

#include <span>
#include <string_view>

namespace kyma::apiserver {

enum class ProtoType {
  text,
  bytes,  // base64 in JSON
  integer,
  boolean,
  message,   // `fields` describes it
  time,      // {1: seconds, 2: nanoseconds}
  text_map,  // repeated {1: key, 2: value}
  bytes_map,
};

struct ProtoField {
  unsigned number;
  std::string_view name;
  ProtoType type = ProtoType::text;
  bool repeated = false;
  std::span<const ProtoField> fields = {};
};

// Empty when the kind is not known.
std::span<const ProtoField> proto_fields_of(std::string_view kind);

}  // namespace kyma::apiserver
