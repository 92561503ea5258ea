#include "operator/api/values.hpp"

#include <string_view>
#include <utility>

namespace kyma::api {
namespace {

// True when an object member somewhere below is null; elements of arrays are copied by a patch as they are.
bool has_null_member(const json::Value& value) {
  if (!value.IsObject()) return false;
  for (const auto& member : value.GetObject()) {
    if (member.value.IsNull() || has_null_member(member.value)) return true;
  }
  return false;
}

bool write_difference(json::Writer& patch, const json::Value& current, const json::Value& wanted);

// Writes key and value for what differs; false when a merge patch cannot express it.
bool write_member(json::Writer& patch, std::string_view key, const json::Value* current, const json::Value& wanted) {
  if (current != nullptr && json::equal(*current, wanted)) return true;
  if (wanted.IsNull() || (!(current != nullptr && current->IsObject()) && has_null_member(wanted))) return false;
  patch.key(key);
  if (wanted.IsObject() && current != nullptr && current->IsObject()) return write_difference(patch, *current, wanted);
  patch.value(wanted);
  return true;
}

bool write_difference(json::Writer& patch, const json::Value& current, const json::Value& wanted) {
  bool expressible = true;
  patch.object([&] {
    for (const auto& member : current.GetObject()) {
      const std::string_view key = json::view(member.name);
      if (json::find(wanted, key) == nullptr) patch.key(key).null();
    }
    for (const auto& member : wanted.GetObject()) {
      const std::string_view key = json::view(member.name);
      if (!write_member(patch, key, json::find(current, key), member.value)) expressible = false;
    }
  });
  return expressible;
}

}  // namespace

void decode_values(json::Reader& reader, InternedString& values) {
  std::string_view text;
  reader.raw(text);
  if (!reader.ok()) return;
  const auto parsed = json::parse(text);
  // Numbers beyond double's range are JSON all the same: keep such a text as it is.
  const std::string canonical = parsed ? json::canonical(*parsed) : std::string(text);
  values = canonical == "null" || canonical == "{}" ? InternedString() : InternedString(canonical);
}

std::optional<std::string> values_patch(const InternedString& current, const InternedString& wanted) {
  if (wanted.empty()) return "null";
  const auto before = json::parse(current.empty() ? std::string_view("null") : current.view());
  const auto after = json::parse(wanted.view());
  if (!before || !after) return std::nullopt;
  if (!after->IsObject()) return wanted.str();
  if (before->IsObject()) {
    json::Writer patch;
    if (!write_difference(patch, *before, *after)) return std::nullopt;
    return patch.str();
  }
  if (has_null_member(*after)) return std::nullopt;
  return wanted.str();
}

}  // namespace kyma::api
