// Natives of Go's own functions. Internal to gotemplate; builtin_functions() in function.hpp names them.
#pragma once

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::gotemplate {

// Known to the evaluator by their addresses: it evaluates their arguments in its own way and never calls them.
Value builtin_and(Call& call);
Value builtin_or(Call& call);
Value builtin_call(Call& call);

// builtin_compare.cpp
Value builtin_eq(Call& call);
Value builtin_ne(Call& call);
Value builtin_lt(Call& call);
Value builtin_le(Call& call);
Value builtin_gt(Call& call);
Value builtin_ge(Call& call);

// builtin_escape.cpp
Value builtin_html(Call& call);
Value builtin_js(Call& call);
Value builtin_urlquery(Call& call);

}  // namespace kyma::gotemplate
