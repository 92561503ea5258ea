#include "operator/helm/chart_object.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/struct_object.hpp"

namespace kyma::helm {
namespace {

using gotemplate::kStringList;
using gotemplate::List;
using gotemplate::make_string;
using gotemplate::Map;
using gotemplate::Type;
using Field = gotemplate::Object::Field;

const Type kMetadata{.name = "chart.Metadata"};
const Type kMaintainer{.name = "*chart.Maintainer", .is_pointer = true};
const Type kMaintainers{.name = "[]*chart.Maintainer", .element = &kMaintainer};
const Type kDependency{.name = "*chart.Dependency", .is_pointer = true};
const Type kDependencies{.name = "[]*chart.Dependency", .element = &kDependency};
const Type kChart{.name = "struct { chart.Metadata; IsRoot bool }"};

// The metadata is embedded: its fields are the chart's own, in templates and in JSON, but not when printed.
class ChartObject final : public StructObject {
 public:
  using StructObject::StructObject;
  std::optional<Value> field(std::string_view name) const override {
    if (auto own = StructObject::field(name)) return own;
    return metadata().field(name);
  }

 private:
  const Object& metadata() const { return StructObject::field("Metadata")->as_object(); }
};

Value strings(const std::vector<std::string>& items, Heap& heap) {
  List* list = heap.make<List>(heap, kStringList);
  list->is_nil = items.empty();
  for (const std::string& item : items) list->items.push_back(make_string(heap, item));
  return Value::list(list);
}

Value maintainers(const Metadata& metadata, Heap& heap) {
  List* list = heap.make<List>(heap, kMaintainers);
  list->is_nil = metadata.maintainers.empty();
  for (const Maintainer& maintainer : metadata.maintainers) {
    list->items.push_back(Value::object(heap.make<StructObject>(
        kMaintainer, std::vector<Field>{{"Name", make_string(heap, maintainer.name), "name", true},
                                        {"Email", make_string(heap, maintainer.email), "email", true},
                                        {"URL", make_string(heap, maintainer.url), "url", true}})));
  }
  return Value::list(list);
}

Value dependencies(const std::vector<Dependency>& declared, Heap& heap) {
  List* list = heap.make<List>(heap, kDependencies);
  list->is_nil = declared.empty();
  for (const Dependency& dependency : declared) {
    Value imports = dependency.import_values;
    if (!imports.is_valid()) {
      List* none = heap.make<List>(heap);
      none->is_nil = true;
      imports = Value::list(none);
    }
    list->items.push_back(Value::object(heap.make<StructObject>(
        kDependency, std::vector<Field>{{"Name", make_string(heap, dependency.name), "name", true},
                                        {"Version", make_string(heap, dependency.version), "version", true},
                                        {"Repository", make_string(heap, dependency.repository), "repository"},
                                        {"Condition", make_string(heap, dependency.condition), "condition", true},
                                        {"Tags", strings(dependency.tags, heap), "tags", true},
                                        {"Enabled", Value::boolean(dependency.enabled), "enabled", true},
                                        {"ImportValues", imports, "import-values", true},
                                        {"Alias", make_string(heap, dependency.alias), "alias", true}})));
  }
  return Value::list(list);
}

Value annotations(const Metadata& metadata, Heap& heap) {
  Map& map = gotemplate::make_map(heap, gotemplate::kStringMap);
  map.is_nil = metadata.annotations.empty();
  for (const auto& [key, value] : metadata.annotations) map.set(heap, key, make_string(heap, value));
  return Value::map(&map);
}

Value metadata_object(const ChartNode& node, Heap& heap) {
  const Metadata& metadata = node.chart->metadata;
  const auto text = [&](const std::string& value) { return make_string(heap, value); };
  return Value::object(heap.make<StructObject>(
      kMetadata, std::vector<Field>{{"Name", text(node.name), "name", true},
                                    {"Home", text(metadata.home), "home", true},
                                    {"Sources", strings(metadata.sources, heap), "sources", true},
                                    {"Version", text(metadata.version), "version", true},
                                    {"Description", text(metadata.description), "description", true},
                                    {"Keywords", strings(metadata.keywords, heap), "keywords", true},
                                    {"Maintainers", maintainers(metadata, heap), "maintainers", true},
                                    {"Icon", text(metadata.icon), "icon", true},
                                    {"APIVersion", text(metadata.api_version), "apiVersion", true},
                                    {"Condition", text(metadata.condition), "condition", true},
                                    {"Tags", text(metadata.tags), "tags", true},
                                    {"AppVersion", text(metadata.app_version), "appVersion", true},
                                    {"Deprecated", Value::boolean(metadata.deprecated), "deprecated", true},
                                    {"Annotations", annotations(metadata, heap), "annotations", true},
                                    {"KubeVersion", text(metadata.kube_version), "kubeVersion", true},
                                    {"Dependencies", dependencies(node.dependencies, heap), "dependencies", true},
                                    {"Type", text(metadata.type), "type", true}}));
}

}  // namespace

Value chart_object(const ChartNode& node, Heap& heap) {
  return Value::object(heap.make<ChartObject>(kChart, std::vector<Field>{{"Metadata", metadata_object(node, heap), "^"},
                                                                         {"IsRoot", Value::boolean(node.is_root)}}));
}

}  // namespace kyma::helm
