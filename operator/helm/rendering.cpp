#include "operator/helm/rendering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "operator/helm/chart_object.hpp"
#include "operator/helm/gotemplate/parser.hpp"
#include "operator/helm/render_functions.hpp"

namespace kyma::helm {
namespace {

using gotemplate::ExecError;
using gotemplate::make_map;
using gotemplate::make_string;
using gotemplate::Map;
using gotemplate::ParseError;
using gotemplate::TemplateSet;

// A file of the template set, and the dot that it is executed with.
struct Renderable {
  std::string path;
  const ChartFile* file;
  Value dot;
  std::string base_path;
};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }
bool is_partial(std::string_view path) { return base_name(path).starts_with('_'); }

// Deepest first, and within a depth the alphabetically last first: what is parsed later overrides.
bool comes_before(const Renderable& a, const Renderable& b) {
  const auto depth = [](const std::string& path) { return std::count(path.begin(), path.end(), '/'); };
  return std::forward_as_tuple(depth(a.path), a.path) > std::forward_as_tuple(depth(b.path), b.path);
}

// Collects every chart's templates, each with the chart's own dot.
class Contexts {
 public:
  explicit Contexts(const RenderContext& context) : heap_(context.heap) {
    release_ = release(context.release);
    capabilities_ = context.capabilities.value(heap_);
  }

  // Returns the chart's dot.
  Value add(const ChartNode& node, Value values);
  std::vector<Renderable> take() {
    std::stable_sort(renderables_.begin(), renderables_.end(), comes_before);
    // Two aliases of a chart have its subcharts in common, and with them the paths: the last one is executed, once.
    const auto same_path = [](const Renderable& a, const Renderable& b) { return a.path == b.path; };
    const auto kept = std::unique(renderables_.rbegin(), renderables_.rend(), same_path);
    renderables_.erase(renderables_.begin(), kept.base());
    return std::move(renderables_);
  }

 private:
  Value release(const Release& release);
  Value values_of_child(Value parent_values, std::string_view name);

  Heap& heap_;
  Value release_;
  Value capabilities_;
  std::vector<Renderable> renderables_;
};

Value Contexts::release(const Release& release) {
  Map& map = make_map(heap_);
  map.set(heap_, "Name", make_string(heap_, release.name));
  map.set(heap_, "Namespace", make_string(heap_, release.name_space));
  map.set(heap_, "IsUpgrade", Value::boolean(release.is_upgrade));
  map.set(heap_, "IsInstall", Value::boolean(!release.is_upgrade));
  map.set(heap_, "Revision", Value::integer(release.revision));
  map.set(heap_, "Service", Value::string("Helm"));
  return Value::map(&map);
}

// The parent's table of the child's name, which Helm looks up as a dotted path; an empty one when there is none.
Value Contexts::values_of_child(Value parent_values, std::string_view name) {
  Value table = parent_values;
  for (;;) {
    const std::size_t dot = name.find('.');
    const Value* next = table.as_map().find(name.substr(0, dot));
    if (!next || !next->is_map()) return as_values(Value::map(&make_map(heap_)), heap_);
    if (dot == std::string_view::npos) return as_values(*next, heap_);
    table = *next;
    name.remove_prefix(dot + 1);
  }
}

Value Contexts::add(const ChartNode& node, Value values) {
  Map& dot = make_map(heap_);
  Map& subcharts = make_map(heap_);
  dot.set(heap_, "Chart", chart_object(node, heap_));
  dot.set(heap_, "Files", files_object(*node.chart, heap_));
  dot.set(heap_, "Release", release_);
  dot.set(heap_, "Capabilities", capabilities_);
  dot.set(heap_, "Values", values);
  dot.set(heap_, "Subcharts", Value::map(&subcharts));
  for (const ChartNode& child : node.children) {
    subcharts.set(heap_, child.name, add(child, values_of_child(values, child.name)));
  }
  const Value as_dot = as_values(Value::map(&dot), heap_);
  for (const ChartFile& file : node.chart->templates) {
    if (node.chart->is_library() && !is_partial(file.name)) continue;
    renderables_.push_back({node.path + "/" + file.name, &file, as_dot, node.path + "/templates"});
  }
  return Value::map(&dot);
}

// "template: FILE:LINE: ... : MESSAGE" as Helm tells it.
std::string tell_parse_error(const std::string& file, std::string_view message) {
  constexpr std::string_view kSeparator = ": ";
  const std::size_t first = message.find(kSeparator);
  if (first == std::string_view::npos) return fmt::format("parse error in ({}): {}", file, message);
  const std::string_view rest = message.substr(first + kSeparator.size());
  return fmt::format("parse error at ({}): {}", rest.substr(0, rest.find(kSeparator)),
                     message.substr(message.rfind(kSeparator) + kSeparator.size()));
}

// What required and fail say is told without the trail that led to it.
std::string tell_exec_error(const std::string& file, std::string_view message) {
  constexpr std::string_view kSeparator = ": ";
  const std::size_t first = message.find(kSeparator);
  const std::size_t second = first == std::string_view::npos ? first : message.find(kSeparator, first + 2);
  if (second == std::string_view::npos) return fmt::format("execution error in ({}): {}", file, message);
  const std::string_view location = message.substr(first + 2, second - first - 2);
  const std::string_view rest = message.substr(second + 2);
  const std::size_t start = rest.find(kPayloadStart);
  const std::size_t end = rest.rfind(kPayloadEnd);
  if (start == std::string_view::npos || end == std::string_view::npos || end < start) return std::string(message);
  const std::size_t payload = start + kPayloadStart.size();
  return fmt::format("execution error at ({}): {}", location, rest.substr(payload, end - payload));
}

TemplateSet parse_all(const std::vector<Renderable>& renderables, ParsedTemplates& parsed) {
  TemplateSet set;
  for (const Renderable& each : renderables) {
    try {
      set.add(parsed.get(each.path, *each.file));
    } catch (const ParseError& error) {
      throw RenderFailure(tell_parse_error(each.path, error.what()));
    }
  }
  return set;
}

std::string execute_file(const Renderable& each, const TemplateSet& set, gotemplate::Run& run) {
  Map& self = make_map(run.heap);
  self.set(run.heap, "Name", make_string(run.heap, each.path));
  self.set(run.heap, "BasePath", make_string(run.heap, each.base_path));
  each.dot.as_map().set(run.heap, "Template", as_values(Value::map(&self), run.heap));
  std::string text;
  try {
    gotemplate::execute(set, each.path, each.dot, run, text);
  } catch (const ExecError& error) {
    throw RenderFailure(tell_exec_error(each.path, error.what()));
  } catch (const std::exception& error) {
    throw RenderFailure(error.what());  // a limit: it says where
  }
  return without_no_value(std::move(text));
}

}  // namespace

RenderedFiles render_templates(const ChartNode& root, Value values, const RenderContext& context) {
  Contexts contexts(context);
  contexts.add(root, as_values(values, context.heap));
  const std::vector<Renderable> renderables = contexts.take();
  const TemplateSet set = parse_all(renderables, context.parsed);
  RenderEnvironment environment(context.environment, set);
  gotemplate::Run run(context.heap, environment, context.limits);
  RenderedFiles files;
  for (const Renderable& each : renderables) {
    if (!is_partial(each.path)) files.insert_or_assign(each.path, execute_file(each, set, run));
  }
  return files;
}

}  // namespace kyma::helm
