// An object as an answer shows it: whole in the resource's version, or its metadata alone (PartialObjectMetadata).
//
// Nothing is copied that need not be converted. Thread: none needed.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/content_negotiation.hpp"
#include "operator/apiserver/resource.hpp"

namespace kyma::apiserver {

// As append_text() does. Tables are not its business.
void append_shown(const Resource& resource, const Representation& representation, const StoredObject& object,
                  std::vector<std::string_view>& pieces, std::deque<std::string>& made);
std::string shown_text(const Resource& resource, const Representation& representation, const StoredObject& object);

// What the object and a list of it call themselves; the version with its quotes.
std::string shown_api_version(const Resource& resource, const Representation& representation);
std::string_view shown_kind(const Resource& resource, const Representation& representation);
std::string_view shown_list_kind(const Resource& resource, const Representation& representation);

}  // namespace kyma::apiserver
