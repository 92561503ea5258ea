// Merging of maps as dario.cat/mergo does it, which Sprig's merge functions call.
#pragma once

#include <stdexcept>

#include "operator/helm/gotemplate/function.hpp"

namespace kyma::helm {

// The values cannot be merged; `merge` then returns "", `mustMerge` fails.
class MergeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Merges `source` into `target`, in place; maps below are merged, everything else is taken whole and shared with the
// source. Without `overwrite`, only what is missing or empty in the target is taken, and nulls are not.
// Throws MergeError; FunctionError for what makes Go panic; LimitExceeded, also for maps that contain themselves.
void merge_into(gotemplate::Map& target, const gotemplate::Map& source, bool overwrite, gotemplate::Call& call);

}  // namespace kyma::helm
