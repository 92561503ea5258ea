// What an exception says, for logs.
#pragma once

#include <exception>
#include <string>

namespace kyma {

// Its what(), or that it is no std::exception. `error` must not be null.
std::string describe_exception(const std::exception_ptr& error);

}  // namespace kyma
