#include "operator/helm/parsed_templates.hpp"

#include "operator/helm/gotemplate/parser.hpp"
#include "operator/helm/render_functions.hpp"

namespace kyma::helm {

const ParsedTemplates::Trees& ParsedTemplates::get(const std::string& path, const ChartFile& file) {
  const std::lock_guard lock(mutex_);
  const std::pair key(path, &file);
  const auto found = trees_.find(key);
  if (found != trees_.end()) return found->second;
  return trees_.emplace(key, gotemplate::parse(path, file.data, helm_functions())).first->second;
}

}  // namespace kyma::helm
