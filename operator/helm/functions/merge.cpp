#include "operator/helm/functions/merge.hpp"

#include <fmt/format.h>

#include "operator/helm/functions/work.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::FunctionError;
using gotemplate::Kind;
using gotemplate::Map;
using gotemplate::Value;

enum class Shape { scalar, list, map, structure, pointer };

Shape shape_of(Value value) {
  switch (value.kind()) {
    case Kind::list:
    case Kind::bytes: return Shape::list;
    case Kind::map: return Shape::map;
    case Kind::object: {
      const auto& object = value.as_object();
      if (object.type().is_pointer) return Shape::pointer;
      return object.number() ? Shape::scalar : Shape::structure;
    }
    default: return Shape::scalar;
  }
}

// A struct is never empty here, whatever is in it.
bool is_empty_value(Value value) {
  if (value.is(Kind::object) && value.as_object().number()) return !gotemplate::is_true(*value.as_object().number());
  return !gotemplate::is_true(value);
}

class Merger {
 public:
  Merger(bool overwrite, Call& call) : overwrite_(overwrite), call_(call) {}

  void maps(Map& target, const Map& source) {
    call_.run.stack.check(call_.run.limits.stack_reserve);
    spend(call_, source.entries.size());
    for (const auto& [key, value] : source.entries) {
      if (!value.is_nothing()) {
        entry(target, key, value, source);
      } else if (overwrite_) {
        set(target, key, value, source);
      }
    }
  }

 private:
  void entry(Map& target, std::string_view key, Value value, const Map& source) {
    const Value* found = target.find(key);
    const Value old = found ? *found : Value();
    const Shape shape = shape_of(value);
    if (shape == Shape::map || shape == Shape::structure || shape == Shape::pointer) {
      merge_below(old, value, shape);
    }
    if (found && !is_empty_value(old)) {
      if (shape == Shape::map && shape_of(old) == Shape::map) return;
      if (!overwrite_) return;
    }
    set(target, key, value, source);
  }

  // What happens to the present value itself before it is replaced, or not.
  void merge_below(Value old, Value value, Shape shape) {
    switch (shape_of(old)) {
      case Shape::map:
        if (shape == Shape::map) maps(old.as_map(), value.as_map());
        return;
      case Shape::pointer:
        if (shape != Shape::pointer && !overwrite_) throw MergeError("src and dst must be of same type");
        return;
      case Shape::structure:
        if (shape != Shape::structure && !old.as_object().fields().empty()) {
          throw FunctionError(
              fmt::format("reflect: call of reflect.Value.Field on {} Value", gotemplate::kind_name(value)));
        }
        return;
      default: return;
    }
  }

  // A map[string]string takes nothing that comes as an interface {}, not even a string.
  void set(Map& target, std::string_view key, Value value, const Map& source) {
    if (target.type->element != nullptr && target.type->element != source.type->element) {
      throw FunctionError(fmt::format("reflect.Value.SetMapIndex: value of type {} is not assignable to type {}",
                                      source.type->element ? source.type->element->name : "interface {}",
                                      target.type->element->name));
    }
    target.set(call_.heap, key, value);
  }

  bool overwrite_;
  Call& call_;
};

}  // namespace

void merge_into(Map& target, const Map& source, bool overwrite, Call& call) {
  target.is_nil = target.is_nil && source.is_nil;
  Merger(overwrite, call).maps(target, source);
}

}  // namespace kyma::helm
