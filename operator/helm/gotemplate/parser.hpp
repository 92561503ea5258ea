// Text to trees, with Go's grammar and Go's messages.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/gotemplate/node.hpp"

namespace kyma::gotemplate {

// The text is no template. what() is Go's whole message: `template: FILE:LINE: MESSAGE`.
class ParseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The file's own template, named `name`, comes last; before it the ones that it defines. Throws ParseError. The
// functions must outlive the trees.
std::vector<std::shared_ptr<const Tree>> parse(std::string_view name, std::string text, const FunctionMap& functions);

}  // namespace kyma::gotemplate
