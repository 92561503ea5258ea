#include "operator/apiserver/write_request.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/metadata_rules.hpp"
#include "operator/apiserver/protobuf_body.hpp"
#include "operator/apiserver/request_body.hpp"
#include "operator/kube/meta/yaml.hpp"

namespace kyma::apiserver {
namespace {

kube::Outcome<void> read_yaml(std::string& body) {
  const auto document = kube::parse_yaml_object(body);
  if (!document) {
    return kube::bad_request(
        fmt::format("the object provided is unrecognized: yaml parse error: {}", document.error().message));
  }
  if (auto fits = check_size(body, *document); !fits) return fits.error();
  body = json::to_string(*document);
  return {};
}

kube::Outcome<void> read_protobuf(std::string& body) {
  auto text = json_from_protobuf(body);
  if (!text) return text.error();
  body = std::move(*text);
  return {};
}

}  // namespace

kube::Outcome<PatchType> patch_type(const Resource& resource, std::string_view content_type) {
  const auto type = media_type(content_type);
  if (type == "application/merge-patch+json") return PatchType::merge;
  if (type == "application/json-patch+json") return PatchType::json;
  if (type == "application/strategic-merge-patch+json" && !resource.custom) return PatchType::strategic;
  if (type == "application/apply-patch+yaml") return PatchType::apply;
  return unsupported_media_type(
      fmt::format("the body of the request was in an unknown format - accepted media types include: "
                  "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml{}",
                  resource.custom ? "" : ", application/strategic-merge-patch+json"));
}

kube::Outcome<PatchType> scale_patch_type(std::string_view content_type) {
  static const Resource kScale;
  return patch_type(kScale, content_type);
}

kube::Outcome<void> check_patch_options(PatchType type, const http::Target& target, const WriteOptions& options) {
  if (type == PatchType::apply && options.manager.empty()) {
    return invalid_options("PatchOptions", {required_value("fieldManager", "is required for apply patch")});
  }
  if (type != PatchType::apply && target.has_param("force")) {
    return invalid_options("PatchOptions", {forbidden_value("force", "may not be specified for non-apply patch")});
  }
  return {};
}

kube::Outcome<void> read_body(Exchange& exchange) {
  const auto type = media_type(exchange.request.headers.get("Content-Type"));
  auto& body = exchange.request.body;
  if (type.empty() || type == "application/json" || type == "*/*" || body.empty()) return {};
  if (type == "application/yaml") return read_yaml(body);
  if (type != kProtobuf || exchange.resource->custom) {
    return unsupported_media_type(
        "the body of the request was in an unknown format - accepted media types include: application/json, "
        "application/yaml");
  }
  return read_protobuf(body);
}

kube::Outcome<DeleteRequest> read_delete_request(Exchange& exchange) {
  // Clients of any kind may send their options as JSON without saying so.
  auto& body = exchange.request.body;
  if (media_type(exchange.request.headers.get("Content-Type")) == kProtobuf && !body.empty()) {
    if (auto read = read_protobuf(body); !read) return read.error();
  }
  return parse_delete_request(exchange.target, body);
}

}  // namespace kyma::apiserver
