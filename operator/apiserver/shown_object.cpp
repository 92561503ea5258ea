#include "operator/apiserver/shown_object.hpp"

#include <fmt/format.h>

namespace kyma::apiserver {
namespace {

constexpr std::string_view kBegin = "{\"apiVersion\":\"";
constexpr std::string_view kMetadata = "\",\"kind\":\"PartialObjectMetadata\",\"metadata\":";
constexpr std::string_view kEnd = "}";

}  // namespace

void append_shown(const Resource& resource, const Representation& representation, const StoredObject& object,
                  std::vector<std::string_view>& pieces, std::deque<std::string>& made) {
  if (!representation.metadata_only) {
    append_text(resource, object, pieces, made);
    return;
  }
  pieces.insert(pieces.end(), {kBegin, representation.version, kMetadata, object.text(object.metadata_text), kEnd});
}

std::string shown_text(const Resource& resource, const Representation& representation, const StoredObject& object) {
  std::vector<std::string_view> pieces;
  std::deque<std::string> made;
  append_shown(resource, representation, object, pieces, made);
  std::string text;
  for (const auto piece : pieces) text += piece;
  return text;
}

std::string shown_api_version(const Resource& resource, const Representation& representation) {
  return representation.metadata_only ? fmt::format("\"{}\"", representation.version) : resource.api_version_text;
}

std::string_view shown_kind(const Resource& resource, const Representation& representation) {
  return representation.metadata_only ? std::string_view("PartialObjectMetadata") : resource.type.kind;
}

std::string_view shown_list_kind(const Resource& resource, const Representation& representation) {
  return representation.metadata_only ? std::string_view("PartialObjectMetadataList") : resource.list_kind;
}

}  // namespace kyma::apiserver
