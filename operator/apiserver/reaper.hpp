// Empties a table, or a namespace of it, without blocking the loop. For what owns a whole set of objects: a namespace,
// a CustomResourceDefinition.
#pragma once

#include <string>

#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/resource.hpp"
#include "operator/base/asio.hpp"

namespace kyma::apiserver {

// Deletes every object that is not being deleted yet. Returns true when none is left; those with finalizers stay until
// somebody removes these.
asio::awaitable<bool> remove_all(ObjectService& objects, ResourcePtr resource, std::string name_space);

}  // namespace kyma::apiserver
