// Runs a function on a thread with a stack of its own size: templates may include each other a thousand deep, and Go,
// whose stacks grow, allows it. Only what is touched of the stack costs memory, and it is given back afterwards.
#pragma once

#include <cstddef>
#include <functional>

namespace kyma::helm {

// Waits for the end; what the function throws is thrown here. With less address space than asked for, as much as there
// is.
void run_on_deep_stack(std::size_t stack_bytes, const std::function<void()>& function);

}  // namespace kyma::helm
