// The ownership of fields as part of writing objects: which objects are tracked, and what a write means for them.
//
// An object is tracked from its creation on when the request that creates it names a field manager (or brings
// managedFields along), else from its first server-side apply on; see docs/decisions/0041. Callers check that first, so
// that an object that is not tracked costs one comparison. Thread: none needed.
#pragma once

#include "operator/apiserver/field_manager.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/base/time.hpp"

namespace kyma::apiserver {

const MergeType& merge_type_of(const Resource& resource);
// The owners that an object of the server names.
ManagedFields owners_of(const json::Value& object);
// Who writes, by an ordinary write.
FieldOwner writer_of(const Resource& resource, const WriteOptions& options);
// The server itself, in what it does by itself.
FieldOwner own_writer(const Resource& resource);

bool is_tracked_from_creation(const json::Value& object, const WriteOptions& options);
// For a tracked object, in the form that the resource shows, before it is validated.
void track_creation(const Resource& resource, json::Document& object, const WriteOptions& options, WallTime now);

bool is_tracked(const StoredObject& old, const json::Value& object);
void track_update(const Resource& resource, const StoredObject& old, json::Document& object, const FieldOwner& writer,
                  WallTime now);

// A write that in the end changed nothing but the times of entries changes those neither. In the form that is stored.
void keep_times(const StoredObject& old, json::Document& object);

}  // namespace kyma::apiserver
