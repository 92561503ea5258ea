// What a request to write says besides its path: the type of its patch, its body as JSON, its DeleteOptions.
//
// Thread: none needed. Lifetime: keeps nothing; read_body() and read_delete_request() leave JSON as the request's body.
#pragma once

#include <string_view>

#include "operator/apiserver/exchange.hpp"
#include "operator/apiserver/object_service.hpp"
#include "operator/apiserver/request_options.hpp"

namespace kyma::apiserver {

// From the Content-Type. Error: 415, for a type that this resource does not take.
kube::Outcome<PatchType> patch_type(const Resource& resource, std::string_view content_type);
// A Scale is a built-in kind, whatever is scaled.
kube::Outcome<PatchType> scale_patch_type(std::string_view content_type);
// What of the options only some patches take.
kube::Outcome<void> check_patch_options(PatchType type, const http::Target& target, const WriteOptions& options);

// Makes the body JSON, when it is something that can be read. Error: 400, 413 or 415.
kube::Outcome<void> read_body(Exchange& exchange);
// The same for DELETE, whose options may also be in the query.
kube::Outcome<DeleteRequest> read_delete_request(Exchange& exchange);

}  // namespace kyma::apiserver
