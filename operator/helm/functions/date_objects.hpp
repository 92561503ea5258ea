// Times as templates hold them: time.Time with its methods, and what these return.
#pragma once

#include "operator/helm/functions/go_time.hpp"
#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {

using gotemplate::Heap;
using gotemplate::Value;

Value make_time(Heap& heap, const GoTime& time);
// Null when it is no time.Time.
const GoTime* as_time(Value value);

}  // namespace kyma::helm
