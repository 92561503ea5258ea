#include "operator/apiserver/request_attributes.hpp"

#include <fmt/format.h>

#include "operator/base/utf8.hpp"
#include "operator/kube/meta/selector.hpp"

namespace kyma::apiserver {
namespace {

std::string_view verb_of(Verb verb) noexcept {
  switch (verb) {
    case Verb::get: return "get";
    case Verb::list: return "list";
    case Verb::watch: return "watch";
    case Verb::create: return "create";
    case Verb::update: return "update";
    case Verb::patch: return "patch";
    case Verb::remove: return "delete";
    case Verb::remove_collection: return "deletecollection";
    case Verb::unsupported: break;
  }
  return "";
}

// Of requests that are about no resource.
std::string_view verb_of_method(std::string_view method) noexcept {
  if (method == "GET") return "get";
  if (method == "HEAD") return "head";
  if (method == "POST") return "post";
  if (method == "PUT") return "put";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return "delete";
  if (method == "OPTIONS") return "options";
  return "";
}

// The one name that the field selector leaves, when it does.
std::string selected_name(const http::Target& target) {
  const auto text = target.param("fieldSelector");
  if (text.empty()) return {};
  const auto selector = kube::FieldSelector::parse(text);
  if (!selector) return {};
  for (const auto& term : selector->terms()) {
    if (term.equal && term.field == "metadata.name") return term.value;
  }
  return {};
}

// Nothing that a browser could take for HTML.
std::string harmless(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += c;
  }
  return result;
}

std::string words(const UserInfo& user, const RequestAttributes& wanted) {
  if (!wanted.is_resource) {
    return fmt::format("User {} cannot {} path {}", quoted(user.name), wanted.verb, quoted(wanted.path));
  }
  const auto resource = wanted.subresource.empty() ? std::string(wanted.resource)
                                                   : fmt::format("{}/{}", wanted.resource, wanted.subresource);
  const auto scope = wanted.name_space.empty() ? std::string("at the cluster scope")
                                               : fmt::format("in the namespace {}", quoted(wanted.name_space));
  return fmt::format("User {} cannot {} resource {} in API group {} {}", quoted(user.name), wanted.verb,
                     quoted(resource), quoted(wanted.group), scope);
}

}  // namespace

RequestAttributes attributes_of(const Exchange& exchange, std::string& single_name) {
  const auto& info = exchange.info;
  RequestAttributes wanted;
  wanted.is_resource = info.is_resource;
  if (!info.is_resource) {
    wanted.verb = verb_of_method(exchange.request.method);
    wanted.path = exchange.target.path;
    return wanted;
  }
  wanted.verb = verb_of(info.verb);
  wanted.group = info.group;
  wanted.version = info.version;
  wanted.resource = info.resource;
  wanted.subresource = info.subresource;
  wanted.name_space = info.name_space;
  wanted.name = info.name;
  // A namespace lies in itself: roles in it may speak of it.
  if (info.group.empty() && info.resource == "namespaces") wanted.name_space = info.name;
  if (info.verb == Verb::list || info.verb == Verb::watch) {
    single_name = selected_name(exchange.target);
    wanted.name = single_name;
  }
  return wanted;
}

kube::Error forbidden_request(const UserInfo& user, const RequestAttributes& wanted, std::string_view reason) {
  auto text = harmless(words(user, wanted));
  if (!reason.empty()) text += fmt::format(": {}", reason);
  kube::Error error;
  error.reason = kube::Reason::forbidden;
  error.http_status = 403;
  if (!wanted.is_resource) {
    error.message = fmt::format("forbidden: {}", text);
    return error;
  }
  error.group = wanted.group;
  error.kind = wanted.resource;
  error.name = wanted.name;
  const auto resource =
      wanted.group.empty() ? std::string(wanted.resource) : fmt::format("{}.{}", wanted.resource, wanted.group);
  error.message = wanted.name.empty() ? fmt::format("{} is forbidden: {}", resource, text)
                                      : fmt::format("{} {} is forbidden: {}", resource, quoted(wanted.name), text);
  return error;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    const char c = text.front();
    const auto size = utf8_character_bytes(text);
    if (size == 0 || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') result += '\\';
      result += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return result + '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string result = "[";
  for (const auto& text : texts) {
    if (result.size() > 1) result += ' ';
    result += quoted(text);
  }
  return result + ']';
}

}  // namespace kyma::apiserver
