// What a request path means: which resource, which object, which verb. No I/O.
#pragma once

#include <string>
#include <string_view>

namespace kyma::apiserver {

enum class Verb { get, list, watch, create, update, patch, remove, remove_collection, unsupported };

// As request metrics and logs name it: "LIST", "DELETECOLLECTION".
std::string_view to_string(Verb verb) noexcept;

// Whether it changes something, or would if it were served.
bool is_mutating(Verb verb) noexcept;

struct RequestInfo {
  bool is_resource = false;  // below /api/<version>/ or /apis/<group>/<version>/
  std::string_view group;
  std::string_view version;
  std::string_view name_space;
  std::string_view resource;  // plural
  std::string_view name;
  std::string_view subresource;
  Verb verb = Verb::unsupported;
  bool too_long = false;  // path components behind the subresource: no such path
};

// `path` is decoded and must outlive the result, which consists of views into it.
RequestInfo parse_request_info(std::string_view method, std::string_view path, bool watch);

}  // namespace kyma::apiserver
