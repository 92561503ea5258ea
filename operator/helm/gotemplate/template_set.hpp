// Templates that know each other by name.
//
// A set may stand on another one: it sees the base's templates and may replace them for itself, which is how `tpl` gets
// "a copy of the whole set" without copying.
// Thread: sets are read by any number of threads once nobody adds any more.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "operator/helm/gotemplate/node.hpp"

namespace kyma::gotemplate {

class TemplateSet {
 public:
  // `base` must outlive this set.
  explicit TemplateSet(const TemplateSet* base = nullptr) noexcept : base_(base) {}

  // A later template replaces an earlier one of the same name, unless it is empty (Tree::is_empty).
  void add(std::span<const std::shared_ptr<const Tree>> trees);
  // Null when there is none.
  const Tree* find(std::string_view name) const noexcept;

 private:
  const TemplateSet* base_;
  std::map<std::string, std::shared_ptr<const Tree>, std::less<>> trees_;
};

}  // namespace kyma::gotemplate
