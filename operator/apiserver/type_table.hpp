// The types of the built-in kinds: which members an object has, of what type, how they are merged, what their defaults
// are. Decoding, defaulting, validation, strategic merge patches and OpenAPI documents all read this one table.
//
// Read from type_text.hpp at first use and kept for the life of the process; a few hundred kilobytes. Types refer to
// each other and are never copied into each other, so a Deployment and a Job share what a pod is.
// Thread: immutable once made; making it is safe from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

enum class FieldType {
  text,
  int32,
  int64,
  number,
  boolean,
  bytes,          // base64
  time,           // RFC 3339, seconds
  micro_time,     // RFC 3339, microseconds
  quantity,       // "100m", "1Gi"; numbers are accepted
  int_or_string,  // 8080 or "http"
  any,            // whatever JSON there is, kept as it is
  object,
};

enum class FieldForm { single, list, map };

struct TypeDef;

struct FieldDef {
  std::string_view name;
  std::string_view description;
  FieldType type = FieldType::text;
  FieldForm form = FieldForm::single;
  const TypeDef* object = nullptr;  // for FieldType::object
  unsigned number = 0;              // in protobuf; 0: unknown

  bool inlined = false;   // its members are those of the type around it
  bool nullable = false;  // an empty value is not the same as none (zero replicas); for scalars
  bool required = false;  // must be there and not be empty
  bool merges = false;    // a list that strategic merge patches merge: by merge_key, or as a set when that is empty
  bool replaces = false;  // an object that strategic merge patches replace
  std::string_view merge_key;
  // What server-side apply sees otherwise than strategic merge patches do.
  bool atomic = false;                           // one field, whatever is in it
  bool is_set = false;                           // a list whose elements are told apart by their value
  std::vector<std::string_view> list_keys = {};  // a list whose elements are told apart by these; none: by merge_key
  const json::Value* fallback = nullptr;         // the default; null: none
  std::vector<std::string_view> choices;         // values that it may have; empty: any
  std::optional<std::int64_t> minimum = {};
  std::optional<std::int64_t> maximum = {};

  // What tells the elements of a list apart for server-side apply; empty: nothing, or their value.
  std::vector<std::string_view> apply_keys() const;
};

struct TypeDef {
  std::string_view package;
  std::string_view name;
  std::string_view description;
  bool atomic = false;                   // server-side apply sees one field in it
  std::vector<FieldDef> fields;          // as they are on the wire
  std::vector<const FieldDef*> members;  // as they are in JSON, sorted by name: those of inlined fields too

  // Null when there is no such member.
  const FieldDef* member(std::string_view member_name) const noexcept;
  // "io.k8s.api.core.v1.Container"
  std::string full_name() const;
};

class TypeTable {
 public:
  static const TypeTable& instance();

  // Null when there is no such type. `package` is "io.k8s.api.core.v1".
  const TypeDef* find(std::string_view package, std::string_view name) const;
  // The types of all kinds that protobuf bodies may be of, and DeleteOptions; null when it is not known.
  const TypeDef* find_kind(std::string_view api_version, std::string_view kind) const;
  const std::deque<TypeDef>& types() const noexcept { return types_; }

 private:
  friend class TypeTextReader;
  TypeTable() = default;

  std::deque<TypeDef> types_;
  std::unordered_map<std::string, TypeDef*> by_name_;
  std::deque<json::Document> fallbacks_;
};

// The package of a built-in group and version: ("apps", "v1") is "io.k8s.api.apps.v1".
std::string type_package(std::string_view group, std::string_view version);

}  // namespace kyma::apiserver
