// A set of fields of an object: the one form in which ownership is computed with, and its JSON form fieldsV1.
//
// A tree of steps (field_path.hpp): a node is in the set or only on the way to others that are. Guarantees: no node is
// without purpose, so equal sets are equal trees; union, difference and intersection take time linear in both; depth is
// bounded by the depth of the JSON that a set comes from. Being in the set is not inherited: {a} minus {a} leaves {a.b}
// alone. Thread: a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/kube/meta/json.hpp"

namespace kyma::apiserver {

class FieldSet {
 public:
  struct Branch;

  // Nothing in it, this node included.
  bool empty() const noexcept;
  // This node itself is in the set; of the root it means nothing.
  bool is_member() const noexcept { return member_; }
  void set_member(bool member = true) noexcept { member_ = member; }

  // What lies behind each step, sorted by step.
  const std::vector<Branch>& branches() const noexcept { return branches_; }
  // Null when nothing lies there.
  const FieldSet* find(std::string_view step) const noexcept;
  // Adds to what lies behind the step; an empty set adds nothing. Appending in order of steps is the fast case.
  void add(std::string_view step, FieldSet fields);
  // Adds one field by its path.
  void insert(std::initializer_list<std::string_view> steps);

  // The first fields as messages show them, ".spec.ports[port=80]"; very long ones are cut.
  std::vector<std::string> paths(std::size_t most) const;

  friend FieldSet operator|(const FieldSet& a, const FieldSet& b);
  friend FieldSet operator&(const FieldSet& a, const FieldSet& b);
  friend FieldSet operator-(const FieldSet& a, const FieldSet& b);
  friend bool operator==(const FieldSet& a, const FieldSet& b);

  // {"f:spec":{".":{},"f:size":{}}}
  json::Value to_json(json::Allocator& allocator) const;
  // Nothing when it is no fieldsV1.
  static std::optional<FieldSet> from_json(const json::Value& fields);

 private:
  template <class Rule>
  static FieldSet combine(const FieldSet& a, const FieldSet& b, Rule rule);
  void print(const std::string& path, std::vector<std::string>& paths, std::size_t most) const;

  bool member_ = false;
  std::vector<Branch> branches_;
};

struct FieldSet::Branch {
  std::string step;
  FieldSet fields;

  friend bool operator==(const Branch& a, const Branch& b) = default;
};

// All of them in one, in time n log n in their sizes.
FieldSet united(std::vector<FieldSet> sets);

}  // namespace kyma::apiserver
