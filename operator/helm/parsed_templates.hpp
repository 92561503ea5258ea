// The syntax trees of a chart's templates, parsed once and shared by all its renderings.
//
// Thread-safe. Lifetime: refers to the files of loaded charts, so it must not outlive them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "operator/helm/chart/chart.hpp"
#include "operator/helm/gotemplate/node.hpp"

namespace kyma::helm {

class ParsedTemplates {
 public:
  using Trees = std::vector<std::shared_ptr<const gotemplate::Tree>>;

  // The trees of this file, under the path that it has in the release. Throws gotemplate::ParseError.
  const Trees& get(const std::string& path, const ChartFile& file);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, const ChartFile*>, Trees> trees_;
};

}  // namespace kyma::helm
