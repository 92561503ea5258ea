// What the verbs that write single objects share. Part of object_service.hpp; only object_*.cpp includes it.
#pragma once

#include <string_view>
#include <utility>

#include "operator/apiserver/object_service.hpp"

namespace kyma::apiserver {

// One change on its way: the object as it shall be, and where it comes from.
struct ObjectService::Update {
  const Resource& resource;
  ObjectPtr old;
  json::Document object;
  Part part;
  const WriteOptions& options;
  FieldProblems problems = {};
  bool owners_known = false;  // managedFields are what they shall be
};

// A new object on its way.
struct ObjectService::NewObject {
  json::Document object;
  FieldProblems problems = {};
  bool owners_known = false;
};

// The object as it is stored, and as the resource shows it.
json::Document copy_of(const StoredObject& object);
json::Document shown_copy_of(const Resource& resource, const StoredObject& object);

// uid and resourceVersion in a request's metadata are preconditions. `needs_revision`: a missing resourceVersion is an
// error for most resources.
kube::Outcome<void> check_preconditions(const Resource& resource, const StoredObject& old, const json::Value& metadata,
                                        bool needs_revision);
// The name and the namespace that the metadata says, if any, are those of the path.
kube::Outcome<void> check_path(const json::Value& metadata, std::string_view name_space, std::string_view name);

}  // namespace kyma::apiserver
