#include "operator/apiserver/resource.hpp"

#include "operator/apiserver/request_body.hpp"
#include "operator/kube/meta/names.hpp"

namespace kyma::apiserver {

std::string Strategy::check_name(std::string_view name) const { return kube::check_dns1123_subdomain(name); }

void Strategy::prepare(json::Value&, json::Allocator&, const StoredObject*) const {}

void Strategy::validate(const json::Value&, const StoredObject*, std::vector<kube::StatusCause>&) const {}

void Strategy::warn(const json::Value&, std::vector<std::string>&) const {}

std::optional<kube::Error> Strategy::forbid_delete(const StoredObject&) const { return std::nullopt; }

bool Strategy::begin_delete(json::Value&, json::Allocator&) const { return false; }

bool Strategy::holds_deleted(const json::Value&) const { return false; }

namespace {

std::string converted(const Resource& resource, const StoredObject& object) {
  json::Document document;
  auto& allocator = document.GetAllocator();
  static_cast<json::Value&>(document) = parse_stored(object.json, allocator);
  resource.conversion->from_stored(document, allocator);
  return json::to_string(document);
}

}  // namespace

void append_text(const Resource& resource, const StoredObject& object, std::vector<std::string_view>& pieces,
                 std::deque<std::string>& made) {
  const std::string_view json = object.json;
  const auto range = object.api_version_text;
  if (resource.conversion) {
    pieces.push_back(made.emplace_back(converted(resource, object)));
    return;
  }
  if (object.text(range) == resource.api_version_text) {
    pieces.push_back(json);
    return;
  }
  pieces.push_back(json.substr(0, range.begin));
  pieces.push_back(resource.api_version_text);
  pieces.push_back(json.substr(range.end));
}

std::string text_of(const Resource& resource, const StoredObject& object) {
  std::vector<std::string_view> pieces;
  std::deque<std::string> made;
  append_text(resource, object, pieces, made);
  std::string text;
  for (const auto piece : pieces) text += piece;
  return text;
}

}  // namespace kyma::apiserver
