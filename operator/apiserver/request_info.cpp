#include "operator/apiserver/request_info.hpp"

#include <array>

namespace kyma::apiserver {
namespace {

constexpr std::size_t kMaxParts = 9;

struct Parts {
  std::array<std::string_view, kMaxParts> text;
  std::size_t count = 0;
  bool overflow = false;
};

Parts split(std::string_view path) {
  Parts parts;
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    const auto part = path.substr(0, path.find('/'));
    if (parts.count == kMaxParts) {
      parts.overflow = true;
      break;
    }
    parts.text[parts.count++] = part;
    path.remove_prefix(part.size());
  }
  return parts;
}

Verb verb_of(std::string_view method, bool has_name, bool watch) {
  if (method == "GET" || method == "HEAD") {
    if (has_name) return Verb::get;
    return watch ? Verb::watch : Verb::list;
  }
  if (method == "POST") return Verb::create;
  if (method == "PUT") return Verb::update;
  if (method == "PATCH") return Verb::patch;
  if (method == "DELETE") return has_name ? Verb::remove : Verb::remove_collection;
  return Verb::unsupported;
}

}  // namespace

std::string_view to_string(Verb verb) noexcept {
  switch (verb) {
    case Verb::get: return "GET";
    case Verb::list: return "LIST";
    case Verb::watch: return "WATCH";
    case Verb::create: return "POST";
    case Verb::update: return "PUT";
    case Verb::patch: return "PATCH";
    case Verb::remove: return "DELETE";
    case Verb::remove_collection: return "DELETECOLLECTION";
    case Verb::unsupported: break;
  }
  return "other";
}

bool is_mutating(Verb verb) noexcept {
  return verb != Verb::get && verb != Verb::list && verb != Verb::watch && verb != Verb::unsupported;
}

RequestInfo parse_request_info(std::string_view method, std::string_view path, bool watch) {
  RequestInfo info;
  const auto parts = split(path);
  std::size_t at = 0;
  if (parts.count >= 3 && parts.text[0] == "api") {
    info.version = parts.text[1];
    at = 2;
  } else if (parts.count >= 4 && parts.text[0] == "apis") {
    info.group = parts.text[1];
    info.version = parts.text[2];
    at = 3;
  } else {
    return info;
  }
  info.is_resource = true;
  // ".../namespaces/x" is the namespace itself, and so are its subresources; anything else below lies in the namespace.
  if (parts.text[at] == "namespaces" && parts.count > at + 2) {
    const auto next = parts.text[at + 2];
    if (next != "status" && next != "finalize") {
      info.name_space = parts.text[at + 1];
      at += 2;
    }
  }
  info.resource = parts.text[at++];
  if (at < parts.count) info.name = parts.text[at++];
  if (at < parts.count) info.subresource = parts.text[at++];
  info.too_long = parts.overflow || at < parts.count;
  info.verb = verb_of(method, !info.name.empty(), watch);
  return info;
}

}  // namespace kyma::apiserver
