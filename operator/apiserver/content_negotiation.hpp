// Which representation of an answer the caller wants: the Accept header.
#pragma once

#include <optional>
#include <string_view>

namespace kyma::apiserver {

struct Representation {
  bool table = false;                           // meta.k8s.io Table instead of the objects
  bool metadata_only = false;                   // PartialObjectMetadata instead of the objects
  std::string_view version = "meta.k8s.io/v1";  // of either; or meta.k8s.io/v1beta1
};

// What an answer can be given as, besides what it is.
struct Offer {
  bool table = false;
  std::string_view metadata_kind = {};  // "PartialObjectMetadata", "PartialObjectMetadataList" for lists; empty: not
};

// The first of the accepted types that the server can give; nothing when there is none. Only JSON is given: protobuf,
// CBOR and YAML are passed over.
std::optional<Representation> negotiate(std::string_view accept, const Offer& offer);

// The media type alone: "application/json" of "application/json; charset=utf-8".
std::string_view media_type(std::string_view header) noexcept;

}  // namespace kyma::apiserver
