// Errors of the system with Go's words.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace kyma::helm {

// "no such file or directory".
std::string system_message(int error);
// Throws ChartFailure: "OPERATION PATH: no such file or directory", of errno.
[[noreturn]] void fail_with_errno(std::string_view operation, const std::filesystem::path& path);

}  // namespace kyma::helm
