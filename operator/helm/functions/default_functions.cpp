// default, empty, coalesce, all, any, ternary; and what types values have.
#include <array>
#include <string>

#include "operator/helm/functions/conversion.hpp"
#include "operator/helm/functions/functions.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;

Value or_default(Call& call) { return call.size() < 2 || is_empty(call[1]) ? call[0] : call[1]; }

Value empty(Call& call) { return Value::boolean(is_empty(call[0])); }

Value coalesce(Call& call) {
  for (const Value value : call.args) {
    if (!is_empty(value)) return value;
  }
  return Value::nil();
}

Value all(Call& call) {
  for (const Value value : call.args) {
    if (is_empty(value)) return Value::boolean(false);
  }
  return Value::boolean(true);
}

Value any(Call& call) {
  for (const Value value : call.args) {
    if (!is_empty(value)) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Value ternary(Call& call) { return call[2].as_bool() ? call[0] : call[1]; }

Value type_of(Call& call) { return Value::string(gotemplate::type_name(call[0])); }

Value type_is(Call& call) { return Value::boolean(call.text(0) == gotemplate::type_name(call[1])); }

// A pointer counts as what it points to.
Value type_is_like(Call& call) {
  const std::string_view wanted = call.text(0);
  const std::string_view name = gotemplate::type_name(call[1]);
  return Value::boolean(name == wanted || (name.starts_with('*') && name.substr(1) == wanted));
}

Value kind_of(Call& call) { return Value::string(gotemplate::kind_name(call[0])); }

Value kind_is(Call& call) { return Value::boolean(call.text(0) == gotemplate::kind_name(call[1])); }

Value deep_equal(Call& call) { return Value::boolean(gotemplate::deep_equal(call[0], call[1])); }

Value hello(Call&) { return Value::string("Hello!"); }

constexpr std::array kFunctions{
    Function{"default", "aa*", or_default},
    Function{"empty", "a", empty},
    Function{"coalesce", "a*", coalesce},
    Function{"all", "a*", all},
    Function{"any", "a*", any},
    Function{"ternary", "aab", ternary},
    Function{"typeOf", "a", type_of},
    Function{"typeIs", "sa", type_is},
    Function{"typeIsLike", "sa", type_is_like},
    Function{"kindOf", "a", kind_of},
    Function{"kindIs", "sa", kind_is},
    Function{"deepEqual", "aa", deep_equal},
    Function{"hello", "", hello},
};

}  // namespace

std::span<const Function> default_functions() { return kFunctions; }

}  // namespace kyma::helm
