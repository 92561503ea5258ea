#include "operator/helm/gotemplate/parameter.hpp"

namespace kyma::gotemplate {
namespace {

Value nil_list(Heap& heap, const Type& type) {
  List* list = heap.make<List>(heap, type);
  list->is_nil = true;
  return Value::list(list);
}

Value nil_map(Heap& heap, const Type& type) {
  Map* map = heap.make<Map>(heap, type);
  map->is_nil = true;
  return Value::map(map);
}

bool is_list_of(Value value, const Type* element) {
  return value.is_list() && value.as_list().type->element == element;
}

bool is_map_of(Value value, const Type* element) { return value.is_map() && value.as_map().type->element == element; }

}  // namespace

std::string_view parameter_name(Parameter parameter) {
  switch (parameter) {
    case 's': return "string";
    case 'i': return "int";
    case 'l': return "int64";
    case 'u': return "uint32";
    case 'f': return "float64";
    case 'b': return "bool";
    case 'a': return "interface {}";
    case 'r': return "reflect.Value";
    case 'm': return "map[string]interface {}";
    case 'M': return "map[string]string";
    case 'L': return "[]interface {}";
    case 'S': return "[]string";
    case 'N': return "[]int";
    case 'T': return "time.Time";
    case 'C': return "sprig.certificate";
    case 'V': return "*semver.Version";
    default: return "";
  }
}

bool can_be_nil(Parameter parameter) { return std::string_view("armMLSNV").find(parameter) != std::string_view::npos; }

Value nil_of(Parameter parameter, Heap& heap) {
  switch (parameter) {
    case 'm': return nil_map(heap, kAnyMap);
    case 'M': return nil_map(heap, kStringMap);
    case 'L': return nil_list(heap, kAnyList);
    case 'S': return nil_list(heap, kStringList);
    case 'N': return nil_list(heap, kIntList);
    case 'r': return {};
    default: return Value::nil();
  }
}

bool is_assignable(Value value, Parameter parameter) {
  switch (parameter) {
    case 's': return value.is_string();
    case 'i': return value.is(Kind::integer);
    case 'l': return value.is(Kind::int64);
    case 'f': return value.is(Kind::float64);
    case 'b': return value.is(Kind::boolean);
    case 'm': return is_map_of(value, nullptr);
    case 'M': return is_map_of(value, &kStringType);
    case 'L': return is_list_of(value, nullptr);
    case 'S': return is_list_of(value, &kStringType);
    case 'N': return is_list_of(value, &kIntType);
    case 'T':
    case 'C':
    case 'V': return value.is(Kind::object) && type_name(value) == parameter_name(parameter);
    case 'a':
    case 'r':
    case kUntyped: return true;
    default: return false;  // uint32: no value is
  }
}

}  // namespace kyma::gotemplate
