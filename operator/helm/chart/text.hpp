// Small text functions with Go's notions of space and runes.
#pragma once

#include <string>
#include <string_view>

#include "operator/helm/gotemplate/unicode.hpp"

namespace kyma::helm {

using gotemplate::is_space;
using gotemplate::trim_space;

// What Helm makes of a text in Chart.yaml: white space becomes blanks, what cannot be printed goes.
std::string printable(std::string_view text);
// strings.EqualFold for a text against an ASCII one.
bool equal_fold(std::string_view text, std::string_view ascii) noexcept;

}  // namespace kyma::helm
