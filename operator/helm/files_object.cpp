// .Files: a chart's ordinary files, by path, as bytes.

#include <algorithm>
#include <optional>
#include <string>

#include "operator/base/base64.hpp"
#include "operator/helm/chart_object.hpp"
#include "operator/helm/formats/glob.hpp"
#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::Function;
using gotemplate::kStringList;
using gotemplate::List;
using gotemplate::make_map;
using gotemplate::Map;
using gotemplate::Type;

extern const Type kFiles;

std::optional<std::string_view> find(Call& call) {
  const Value* found = call[0].as_map().find(call.text(1));
  if (!found) return std::nullopt;
  return found->as_text();
}

Value get(Call& call) { return Value::string(find(call).value_or("")); }

Value get_bytes(Call& call) { return Value::bytes(find(call).value_or("")); }

Value lines(Call& call) {
  List* result = call.heap.make<List>(call.heap, kStringList);
  const auto text = find(call);
  if (!text) return Value::list(result);
  if (text->empty()) Call::fail("runtime error: index out of range [-1]");
  std::string_view rest = *text;
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  for (;;) {
    const std::size_t end = rest.find('\n');
    result->items.push_back(Value::string(rest.substr(0, end)));
    if (end == std::string_view::npos) return Value::list(result);
    rest.remove_prefix(end + 1);
  }
}

Value glob(Call& call) {
  const Glob pattern = [&] {
    try {
      return Glob(call.text(1));
    } catch (const FormatError&) {
      return Glob("**");  // as Helm does
    }
  }();
  Map& result = make_map(call.heap, kFiles);
  for (const auto& [path, data] : call[0].as_map().entries) {
    if (pattern.matches(path)) result.entries.emplace_hint(result.entries.end(), path, data);
  }
  return Value::map(&result);
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

template <class Encode>
Value by_base_name(Call& call, Encode encode) {
  Map& result = make_map(call.heap, gotemplate::kStringMap);
  for (const auto& [path, data] : call[0].as_map().entries) {
    result.set(call.heap, base_name(path), encode(data.as_text()));
  }
  try {
    return call.make(to_yaml(Value::map(&result), text_limit(call.heap)));
  } catch (const FormatError&) {
    return Value::string("");
  }
}

Value as_config(Call& call) {
  return by_base_name(call, [](std::string_view data) { return Value::string(data); });
}

Value as_secrets(Call& call) {
  return by_base_name(call, [&](std::string_view data) { return call.make(encode_base64(data)); });
}

const Function kFilesMethods[] = {{"AsConfig", "", as_config},  {"AsSecrets", "", as_secrets}, {"Get", "s", get},
                                  {"GetBytes", "s", get_bytes}, {"Glob", "s", glob},           {"Lines", "s", lines}};
const Type kFiles{.name = "engine.files",
                  .element = &gotemplate::kBytesType,
                  .methods = kFilesMethods,
                  .method_count = std::size(kFilesMethods)};

}  // namespace

Value files_object(const Chart& chart, Heap& heap) {
  Map& result = make_map(heap, kFiles);
  for (const ChartFile& file : chart.files) result.entries.insert_or_assign(file.name, Value::bytes(file.data));
  return Value::map(&result);
}

}  // namespace kyma::helm
