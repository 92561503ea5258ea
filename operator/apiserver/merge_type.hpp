// What merging and ownership must know of a type: which values are one field, which consist of many, and what tells
// the elements of a list apart. One form for the schemas of CustomResourceDefinitions and for built-in types.
//
// Source: structural schemas' x-kubernetes-list-type, -list-map-keys and -map-type; the list, map and struct markers of
// Kubernetes' own types. Lifetime: types are owned by a MergeTypes, or live as long as the process. Thread: immutable.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

struct MergeType {
  enum class Form {
    leaf,     // one field, whatever it is: scalars, atomic lists, maps and objects
    object,   // each member by itself
    set,      // a list whose elements are told apart by their value
    keyed,    // a list whose elements are told apart by some of their members
    deduced,  // nothing is known: objects consist of their members, all else is one field
  };
  struct Member {
    std::string name;
    const MergeType* type;
  };
  struct Key {
    std::string name;
    json::Document fallback = {};  // what an element without this member has there; null: nothing
  };

  Form form = Form::leaf;
  std::vector<Member> members = {};   // of an object, sorted by name
  const MergeType* others = nullptr;  // of members that are not named, or of elements; null: leaves
  std::vector<Key> keys = {};         // of a keyed list, sorted by name

  // Null when no member of that name is named.
  const MergeType* member(std::string_view name) const noexcept;
  bool is_list() const noexcept { return form == Form::set || form == Form::keyed; }

  static const MergeType& leaf();
  static const MergeType& deduced();
};

// Owns types that refer to each other.
using MergeTypes = std::deque<MergeType>;

struct SchemaNode;
struct TypeDef;

// The type of the objects that a custom resource's schema is for.
const MergeType& make_merge_type(const SchemaNode& root, MergeTypes& owner);
// The type of a built-in one.
const MergeType& merge_type_of(const TypeDef& type);
// True when the value consists of fields of its own.
bool is_granular(const MergeType& type, const json::Value& value) noexcept;

}  // namespace kyma::apiserver
