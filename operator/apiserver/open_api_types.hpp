// Built-in types as OpenAPI schemas, in the form that kubectl reads: references between types, and the extensions that
// say how strategic merge patches treat a list. Thread: none needed.
#pragma once

#include <set>
#include <string_view>
#include <vector>

#include "operator/apiserver/type_table.hpp"
#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct TypeOrder {
  bool operator()(const TypeDef* a, const TypeDef* b) const;
};
using TypeSet = std::set<const TypeDef*, TypeOrder>;  // by full name

// The type and all that it refers to.
void collect_types(const TypeDef& type, TypeSet& types);

struct GroupVersionKind {
  std::string_view group;
  std::string_view version;
  std::string_view kind;
};

// Writes the schema as a value. `prefix` is "#/components/schemas/". A type with kinds is that of whole objects, which
// have an apiVersion and a kind.
void write_type_schema(json::Writer& out, const TypeDef& type, std::string_view prefix,
                       const std::vector<GroupVersionKind>& kinds);
// The schemas of times, quantities and the like, as members of an open object.
void write_scalar_schemas(json::Writer& out);

}  // namespace kyma::apiserver
