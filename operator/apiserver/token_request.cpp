#include "operator/apiserver/token_request.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "operator/apiserver/metadata_rules.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

constexpr std::int64_t kDefaultSeconds = 60 * 60;
constexpr std::int64_t kMinSeconds = 10 * 60;
constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 32;

const kube::ResourceType& request_type() {
  static const kube::ResourceType kType{"authentication.k8s.io", "v1", "TokenRequest", "tokenrequests", true};
  return kType;
}

std::vector<kube::StatusCause> check_lifetime(std::int64_t seconds) {
  std::vector<kube::StatusCause> causes;
  const auto refuse = [&](std::string_view why) {
    causes.push_back(
        {"FieldValueInvalid", fmt::format("Invalid value: {}: {}", seconds, why), "spec.expirationSeconds"});
  };
  if (seconds < kMinSeconds) refuse("may not specify a duration less than 10 minutes");
  if (seconds > kMaxSeconds) refuse("may not specify a duration larger than 2^32 seconds");
  return causes;
}

std::vector<std::string> audiences_of(const json::Value& spec) {
  std::vector<std::string> audiences;
  const auto* list = json::find(spec, "audiences");
  if (!list || !list->IsArray()) return audiences;
  for (const auto& each : list->GetArray()) {
    if (each.IsString()) audiences.emplace_back(json::view(each));
  }
  return audiences;
}

// The Pod, Secret or Node that the token is to end with.
kube::Outcome<std::optional<TokenObject>> bound_object(ObjectService& objects, std::string_view name_space,
                                                       const json::Value& spec) {
  const auto* reference = json::find(spec, "boundObjectRef");
  if (!reference || reference->IsNull()) return std::optional<TokenObject>();
  const auto kind = json::string_at(*reference, {"kind"});
  const auto name = json::string_at(*reference, {"name"});
  const bool known = kind == "Pod" || kind == "Secret" || kind == "Node";
  if (!known || json::string_at(*reference, {"apiVersion"}, "v1") != "v1") {
    return kube::bad_request(fmt::format(
        "cannot bind token for serviceaccount to object of type {}: only v1 Pod, Secret and Node can be named", kind));
  }
  const bool in_cluster = kind == "Node";
  const std::string singular = kind == "Pod" ? "pod" : kind == "Secret" ? "secret" : "node";
  const kube::ResourceType type{"", "v1", std::string(kind), singular + "s", !in_cluster};
  const auto object =
      objects.storage().table(type.plural).read(storage_key(in_cluster ? std::string_view{} : name_space, name));
  if (!object) return kube::not_found(type, name);
  const auto uid = json::string_at(*reference, {"uid"});
  if (!uid.empty() && uid != object->uid.str()) {
    return kube::conflict(type, name,
                          fmt::format("the UID in the bound object reference ({}) does not match the UID in record. "
                                      "The object might have been deleted and then recreated",
                                      uid));
  }
  return std::optional<TokenObject>(TokenObject{singular, std::string(name), object->uid.str()});
}

json::Value& spec_of(json::Document& request) {
  auto* spec = json::find(request, "spec");
  if (!spec || !spec->IsObject()) {
    json::set(request, "spec", json::Value(rapidjson::kObjectType), request.GetAllocator());
    spec = json::find(request, "spec");
  }
  return *spec;
}

void complete(json::Document& request, const StoredObject& account, const std::vector<std::string>& audiences,
              std::int64_t seconds, const IssuedToken& issued, WallTime now) {
  auto& allocator = request.GetAllocator();
  json::Value metadata(rapidjson::kObjectType);
  json::set(metadata, "name", account.name, allocator);
  json::set(metadata, "namespace", account.name_space, allocator);
  json::set(metadata, "creationTimestamp", kube::format_time(now), allocator);
  json::set(request, "metadata", std::move(metadata), allocator);
  json::Value list(rapidjson::kArrayType);
  for (const auto& audience : audiences) list.PushBack(json::make_string(audience, allocator), allocator);
  auto& spec = spec_of(request);
  json::set(spec, "audiences", std::move(list), allocator);
  json::set(spec, "expirationSeconds", json::Value(seconds), allocator);
  json::Value status(rapidjson::kObjectType);
  json::set(status, "expirationTimestamp", kube::format_time(issued.expires), allocator);
  json::set(status, "token", issued.token, allocator);
  json::set(request, "status", std::move(status), allocator);
}

}  // namespace

kube::Outcome<void> issue_requested_token(ServiceAccountTokens& tokens, ObjectService& objects,
                                          std::string_view name_space, std::string_view account,
                                          json::Document& request) {
  static const kube::ResourceType kAccounts{"", "v1", "ServiceAccount", "serviceaccounts", true};
  const auto found = objects.storage().table("serviceaccounts").read(storage_key(name_space, account));
  if (!found) return kube::not_found(kAccounts, account);
  for (const auto& [field, own] : {std::pair{"name", account}, std::pair{"namespace", name_space}}) {
    const auto said = json::string_at(request, {"metadata", field});
    if (!said.empty() && said != own) {
      return kube::bad_request(
          fmt::format("must match the service account {} if specified: metadata.{} is \"{}\"", field, field, said));
    }
  }
  auto& spec = spec_of(request);
  const auto* wanted = json::find(spec, "expirationSeconds");
  const auto seconds = wanted && wanted->IsInt64() ? wanted->GetInt64() : kDefaultSeconds;
  if (auto causes = check_lifetime(seconds); !causes.empty()) {
    return kube::invalid(request_type(), "", std::move(causes));
  }
  auto audiences = audiences_of(spec);
  if (audiences.empty()) audiences = tokens.options().api_audiences;
  auto bound = bound_object(objects, name_space, spec);
  if (!bound) return bound.error();
  const auto issued = tokens.issue(*found, audiences, std::chrono::seconds(seconds), std::move(*bound));
  if (issued.token.size() > kMaxTokenBytes) {
    return kube::bad_request(fmt::format("the audiences make a token of {} bytes, and {} are the limit: name fewer",
                                         issued.token.size(), kMaxTokenBytes));
  }
  complete(request, *found, audiences, seconds, issued, objects.clock().wall_now());
  return {};
}

}  // namespace kyma::apiserver
