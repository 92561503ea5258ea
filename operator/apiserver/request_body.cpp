#include "operator/apiserver/request_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <stdexcept>
#include <utility>

#include "operator/apiserver/api_errors.hpp"
#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {
namespace {

constexpr rapidjson::SizeType kFewMembers = 12;

// True when two members have one name. Quadratic for few, sorted for many.
bool has_duplicates(const json::Value& object) {
  const auto begin = object.MemberBegin();
  const auto count = object.MemberCount();
  if (count <= kFewMembers) {
    for (auto a = begin; a != object.MemberEnd(); ++a) {
      for (auto b = a + 1; b != object.MemberEnd(); ++b) {
        if (json::view(a->name) == json::view(b->name)) return true;
      }
    }
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(count);
  for (const auto& member : object.GetObject()) names.push_back(json::view(member.name));
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

void keep_last(json::Value& object, const FieldPath& path, FieldProblems& problems, json::Allocator& allocator) {
  std::set<std::string_view> seen;
  std::vector<json::Value::Member*> kept;  // back to front
  for (auto member = object.MemberEnd(); member != object.MemberBegin();) {
    --member;
    const auto name = json::view(member->name);
    if (seen.insert(name).second) {
      kept.push_back(&*member);
    } else if (problems.size() < kMaxNamedFields) {
      problems.push_back(fmt::format("duplicate field \"{}\"", FieldPath(path, name).str()));
    }
  }
  json::Value result(rapidjson::kObjectType);
  for (auto member = kept.rbegin(); member != kept.rend(); ++member) {
    result.AddMember((*member)->name, (*member)->value, allocator);
  }
  object = std::move(result);
}

void remove_duplicates(json::Value& value, const FieldPath& path, FieldProblems& problems, json::Allocator& allocator) {
  if (value.IsObject()) {
    if (has_duplicates(value)) keep_last(value, path, problems, allocator);
    for (auto& member : value.GetObject()) {
      if (!member.value.IsObject() && !member.value.IsArray()) continue;
      remove_duplicates(member.value, FieldPath(path, json::view(member.name)), problems, allocator);
    }
  } else if (value.IsArray()) {
    std::size_t index = 0;
    for (auto& element : value.GetArray()) remove_duplicates(element, FieldPath(path, index++), problems, allocator);
  }
}

// The path says what a built-in kind's body is when the body does not.
void complete_type(const Resource& resource, json::Document& object) {
  auto& allocator = object.GetAllocator();
  const auto complete = [&](std::string_view member, std::string_view text) {
    const auto* own = json::find(object, member);
    const bool missing = !own || own->IsNull() || (own->IsString() && own->GetStringLength() == 0);
    if (missing) json::set(object, member, text, allocator);
  };
  complete("kind", resource.type.kind);
  complete("apiVersion", resource.type.api_version());
}

}  // namespace

kube::Outcome<json::Document> parse_object(std::string_view body, FieldProblems& problems) {
  auto document = json::parse(body);
  if (!document) {
    return kube::bad_request(
        fmt::format("the object provided is unrecognized: json parse error: {}", document.error().message));
  }
  if (!document->IsObject()) return kube::bad_request("the object provided is unrecognized: it must be a JSON object");
  drop_duplicate_fields(*document, problems);
  return std::move(*document);
}

kube::Outcome<void> check_size(std::string_view body, const json::Value& object) {
  if (body.size() > kMaxObjectBytes && json::to_string(object).size() > kMaxObjectBytes) return object_too_large();
  return {};
}

void drop_duplicate_fields(json::Document& document, FieldProblems& problems) {
  remove_duplicates(document, FieldPath(), problems, document.GetAllocator());
}

kube::Outcome<void> check_type(const Resource& resource, const json::Value& object) {
  const auto kind = json::string_at(object, {"kind"});
  const auto api_version = json::string_at(object, {"apiVersion"});
  if (kind.empty()) return kube::bad_request("Object 'Kind' is missing in the object provided");
  if (api_version.empty()) return kube::bad_request("Object 'apiVersion' is missing in the object provided");
  if (api_version != resource.type.api_version()) {
    return kube::bad_request(
        fmt::format("the API version in the data ({}) does not match the expected API version ({})", api_version,
                    resource.type.api_version()));
  }
  if (kind != resource.type.kind) {
    return kube::bad_request(
        fmt::format("{} in version \"{}\" cannot be handled as a {}: no kind \"{}\" is served at {}", kind,
                    resource.type.version, resource.type.kind, kind, resource.type.group_resource()));
  }
  return {};
}

kube::Outcome<json::Document> parse_resource_object(const Resource& resource, std::string_view body,
                                                    FieldProblems& problems) {
  auto document = parse_object(body, problems);
  if (!document) return document;
  if (!resource.custom) complete_type(resource, *document);
  if (auto fits = check_type(resource, *document); !fits) return fits.error();
  const auto* metadata = json::find(*document, "metadata");
  if (!metadata || metadata->IsNull()) {
    json::set(*document, "metadata", json::Value(rapidjson::kObjectType), document->GetAllocator());
  }
  return document;
}

json::Value parse_stored(std::string_view text, json::Allocator& allocator) {
  json::Document document(&allocator);
  document.Parse<rapidjson::kParseFullPrecisionFlag>(text.data(), text.size());
  if (document.HasParseError()) throw std::logic_error("storage holds text that is no JSON");
  json::Value value;
  value.Swap(static_cast<json::Value&>(document));
  return value;
}

kube::Outcome<void> judge_fields(const Resource& resource, FieldValidation validation, const FieldProblems& problems,
                                 std::vector<std::string>& warnings) {
  if (problems.empty() || validation == FieldValidation::ignore) return {};
  if (validation == FieldValidation::warn) {
    warnings.insert(warnings.end(), problems.begin(), problems.end());
    return {};
  }
  const auto shown = std::span(problems).first(std::min(problems.size(), kMaxNamedFields));
  return kube::bad_request(fmt::format("{} in version \"{}\" cannot be handled as a {}: strict decoding error: {}",
                                       resource.type.kind, resource.type.version, resource.type.kind,
                                       fmt::join(shown, ", ")));
}

}  // namespace kyma::apiserver
