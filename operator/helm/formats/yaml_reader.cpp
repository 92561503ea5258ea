#include <fmt/format.h>

#include "operator/helm/formats/yaml.hpp"
#include "operator/helm/formats/yaml_decode.hpp"

namespace kyma::helm {
namespace {

[[noreturn]] void fail_type(Value document, const gotemplate::Type& wanted) {
  throw FormatError(fmt::format("{}{}", kYamlDecoding, json_type_error(json_kind(document), wanted.name)));
}

}  // namespace

Value from_yaml(std::string_view text, Heap& heap) {
  try {
    return decode_yaml(text, heap, YamlNumbers::as_float64);
  } catch (const FormatError& error) {
    throw FormatError(whole_yaml_error(error.what()));
  }
}

Value from_yaml_map(std::string_view text, Heap& heap) {
  const Value document = from_yaml(text, heap);
  if (document.is_nothing()) return Value::map(&gotemplate::make_map(heap));
  if (!document.is_map()) fail_type(document, gotemplate::kAnyMap);
  return document;
}

Value from_yaml_list(std::string_view text, Heap& heap) {
  const Value document = from_yaml(text, heap);
  if (document.is_nothing()) return Value::list(heap.make<gotemplate::List>(heap));
  if (!document.is_list()) fail_type(document, gotemplate::kAnyList);
  return document;
}

}  // namespace kyma::helm
