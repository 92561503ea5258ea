// Request bodies: from text to a document that the rest of the server may rely on.
//
// Thread: none needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operator/apiserver/resource.hpp"
#include "operator/kube/meta/error.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

// fieldValidation: what to do about fields that nobody knows.
enum class FieldValidation { ignore, warn, strict };

// What was wrong with the fields, as strict decoding words it: `unknown field "spec.foo"`, `duplicate field "spec.a"`.
// Of each sort the first kMaxNamedFields.
using FieldProblems = std::vector<std::string>;

// Parses any JSON object, without duplicate fields. Error: bad_request.
kube::Outcome<json::Document> parse_object(std::string_view body, FieldProblems& problems);

// Error: what was parsed from this text is larger than any object may be. Told before it is worked on; costs nothing
// when the text is not large.
kube::Outcome<void> check_size(std::string_view body, const json::Value& object);

// Of members of one name the last stays, and the others are reported.
void drop_duplicate_fields(json::Document& document, FieldProblems& problems);

// The same as parse_object() for an object of this resource: apiVersion and kind must fit and, unless it is of a
// built-in kind, be there; metadata becomes an object.
kube::Outcome<json::Document> parse_resource_object(const Resource& resource, std::string_view body,
                                                    FieldProblems& problems);
kube::Outcome<void> check_type(const Resource& resource, const json::Value& object);

// Parses JSON text that the server has written itself, with the memory of another document.
json::Value parse_stored(std::string_view text, json::Allocator& allocator);

// Strict: an error in Kubernetes' words. Warn: the problems go to `warnings`.
kube::Outcome<void> judge_fields(const Resource& resource, FieldValidation validation, const FieldProblems& problems,
                                 std::vector<std::string>& warnings);

}  // namespace kyma::apiserver
