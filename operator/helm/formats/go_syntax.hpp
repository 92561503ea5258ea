// Values as Go's %#v prints them, for the messages of go-yaml that show a mapping's key.
#pragma once

#include <string>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::helm {

// As an element of a container: nothing is `interface {}(nil)`. Maps are map[interface {}]interface {} with their keys
// already in this syntax, as YAML has them before keys become strings.
std::string go_syntax(gotemplate::Value value);
// As an argument of its own: nothing is `<nil>`.
std::string go_argument(gotemplate::Value value);

}  // namespace kyma::helm
