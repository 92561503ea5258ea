#include "operator/helm/gotemplate/template_set.hpp"

namespace kyma::gotemplate {

void TemplateSet::add(std::span<const std::shared_ptr<const Tree>> trees) {
  for (const std::shared_ptr<const Tree>& tree : trees) {
    if (tree->is_empty() && find(tree->name)) continue;
    trees_.insert_or_assign(tree->name, tree);
  }
}

const Tree* TemplateSet::find(std::string_view name) const noexcept {
  const auto found = trees_.find(name);
  if (found != trees_.end()) return found->second.get();
  return base_ ? base_->find(name) : nullptr;
}

}  // namespace kyma::gotemplate
