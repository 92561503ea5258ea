// Number literals of templates, by the rules of Go's text/template/parse.
#pragma once

#include <string>

#include "operator/helm/gotemplate/lexer.hpp"
#include "operator/helm/gotemplate/node.hpp"

namespace kyma::gotemplate {

// Fills in what the item (a number, char literal or complex) says. Returns Go's message when it is malformed, else "".
std::string read_constant(const Item& item, NumberNode& node);

}  // namespace kyma::gotemplate
