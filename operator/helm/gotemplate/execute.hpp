// Executes templates, with Go's semantics and Go's messages.
//
// Errors unwind as exceptions, from wherever in the tree they arise to whoever started the rendering: this is how Go's
// own evaluator works (panic and recover), and a result at each of its hundred steps would hide what the steps do. The
// host turns them into a value at its boundary.
//
// No template can take the process down: time is bounded by Limits::max_steps, memory by the heap's limit and by
// max_output, recursion by the room on the stack (StackRoom).
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "operator/helm/gotemplate/function.hpp"
#include "operator/helm/gotemplate/template_set.hpp"

namespace kyma::gotemplate {

// The template failed. what() is Go's whole message:
// `template: FILE:LINE:COLUMN: executing "NAME" at <NODE>: MESSAGE`.
class ExecError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Limits {
  std::uint64_t max_steps = 2'000'000'000;             // nodes evaluated
  std::size_t max_output = std::size_t{1} << 30;       // bytes written, each template's output counted
  std::size_t max_template_depth = 100'000;            // nested {{template}}, as in Go
  std::size_t stack_reserve = std::size_t{256} << 10;  // bytes of stack never touched
};

// Where this thread's stack ends. Recursion asks before it goes deeper.
class StackRoom {
 public:
  // Of the calling thread, and for it alone. Cheap: each thread asks the system once.
  static StackRoom of_this_thread();
  // Whether more than `reserve` bytes are left.
  bool has(std::size_t reserve) const noexcept {
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) > lowest_ + reserve;
  }
  // Throws LimitExceeded when there are no more.
  void check(std::size_t reserve) const;

 private:
  std::uintptr_t lowest_ = 0;
};

// The state of one rendering, shared by every template that it executes. Belongs to the thread that made it.
struct Run {
  Run(Heap& h, Environment& e, Limits l = {}) : heap(h), environment(e), limits(l) {}
  Heap& heap;
  Environment& environment;
  Limits limits;
  StackRoom stack = StackRoom::of_this_thread();
  std::uint64_t steps = 0;
  std::size_t output = 0;
};

// Appends what the template prints with `data` as dot and $. `data` invalid: none. Throws ExecError, and LimitExceeded
// whose message says where, however deep the templates that call each other through functions.
// A missing key of a map[string]interface {} is nil (Go's missingkey=zero, as Helm has it).
// Values may point at constants of the template: the set's trees must live as long as the run's heap is read.
void execute(const TemplateSet& set, std::string_view name, Value data, Run& run, std::string& out);
// The same for a template that may be in no set; the set has those that it calls.
void execute(const TemplateSet& set, const Tree& tree, Value data, Run& run, std::string& out);

}  // namespace kyma::gotemplate
