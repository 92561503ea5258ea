// The words in which check_structural() reads a schema and names what is wrong with it. Only schema_structural.cpp
// includes it. Lifetime: shorter than that of the causes. Thread: none needed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operator/apiserver/schema_cause.hpp"

namespace kyma::apiserver {

inline bool has(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  return value != nullptr && !value->IsNull();
}
inline bool flag(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  return value != nullptr && value->IsTrue();
}
inline std::string_view text(const json::Value& schema, std::string_view key) { return json::string_at(schema, {key}); }
// The member when it has the form that it must have, else null.
inline const json::Value* object(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  return value != nullptr && value->IsObject() ? value : nullptr;
}
inline const json::Value* array(const json::Value& schema, std::string_view key) {
  const json::Value* value = json::find(schema, key);
  return value != nullptr && value->IsArray() ? value : nullptr;
}

// Collects causes, as many as an answer shows.
class SchemaFaults {
 public:
  explicit SchemaFaults(std::vector<kube::StatusCause>& causes) : causes_(causes) {}

  bool is_full() const noexcept { return causes_.size() >= kMaxCauses; }
  void add(kube::StatusCause cause) { causes_.push_back(std::move(cause)); }
  void forbid(const FieldPath& path, std::string_view key, std::string_view why) {
    if (is_full()) return;
    add(cause::forbidden(FieldPath(path, key).str(), why));
  }
  void require(const FieldPath& path, std::string_view key, std::string_view why) {
    if (is_full()) return;
    add(cause::required(FieldPath(path, key).str(), why));
  }
  void reject(const FieldPath& path, std::string_view key, std::string_view shown, std::string_view why) {
    if (is_full()) return;
    add(cause::invalid(FieldPath(path, key).str(), shown, why));
  }
  void wrong_form(const FieldPath& path, const json::Value& value, std::string_view wanted) {
    if (is_full()) return;
    add(cause::invalid(path.str(), printed(value), "must be of type " + std::string(wanted)));
  }

 private:
  std::vector<kube::StatusCause>& causes_;
};

}  // namespace kyma::apiserver
