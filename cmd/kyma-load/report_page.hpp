// The style sheet and the script that are part of every HTML report: constants.
//
// Neither asks for anything from a network; all is readable without the script, which adds read-outs at the pointer.
#pragma once

#include <string_view>

namespace kyma::load {

std::string_view report_style() noexcept;
std::string_view report_script() noexcept;

}  // namespace kyma::load
