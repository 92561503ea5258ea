// A Helm chart as it lies on disk: metadata, default values, templates, files, subcharts. Immutable once loaded, so
// that any number of renderings share it.
//
// Load: load.hpp. What the user's values make of it (which subcharts are on, under which names): dependencies.hpp.
#pragma once

#include <boost/system/result.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/template_set.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

using gotemplate::Heap;
using gotemplate::Value;

// What is wrong, as Helm says it.
struct ChartError {
  std::string message;

  const std::string& describe() const noexcept { return message; }
};

template <class T>
using ChartOutcome = boost::system::result<T, ChartError>;

struct Maintainer {
  std::string name;
  std::string email;
  std::string url;
};

// A dependency as Chart.yaml declares it.
struct Dependency {
  std::string name;
  std::string version;
  std::string repository;
  std::string condition;
  std::vector<std::string> tags;
  bool enabled = false;
  Value import_values;  // list of strings and {child, parent} maps; in the chart's heap; invalid: none
  std::string alias;
};

struct Metadata {
  std::string name;
  std::string home;
  std::vector<std::string> sources;
  std::string version;
  std::string description;
  std::vector<std::string> keywords;
  std::vector<Maintainer> maintainers;
  std::string icon;
  std::string api_version;
  std::string condition;
  std::string tags;
  std::string app_version;
  bool deprecated = false;
  std::map<std::string, std::string, std::less<>> annotations;
  std::string kube_version;
  std::vector<Dependency> dependencies;
  bool declares_dependencies = false;  // the list is there, if only an empty one: that makes a difference to Helm
  std::string type;                    // "", "application" or "library"
};

struct ChartFile {
  std::string name;  // path below the chart's root, with '/'
  std::string data;
};

class Chart {
 public:
  Metadata metadata;
  Value values;                                         // a map in `heap`
  std::optional<std::string> schema;                    // values.schema.json
  std::vector<ChartFile> templates;                     // in the order of loading
  std::vector<ChartFile> files;                         // what .Files sees, crds/ included
  std::vector<std::shared_ptr<const Chart>> subcharts;  // in bytewise order of their directories
  std::string digest;  // SHA-256 over every loaded file's name and content, subcharts included; hex
  std::unique_ptr<Heap> heap = std::make_unique<Heap>();

  bool is_library() const noexcept { return metadata.type == "library"; }
};
using ChartPtr = std::shared_ptr<const Chart>;

}  // namespace kyma::helm
