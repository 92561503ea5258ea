#include "operator/helm/gotemplate/execute.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include "operator/helm/gotemplate/evaluator.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

// Where the stack's memory begins (it grows down to there). A thread whose stack the system does not tell gets what is
// safe to assume of any.
std::uintptr_t lowest_of_this_thread() {
  constexpr std::uintptr_t kAssumed = std::uintptr_t{512} << 10;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return here - kAssumed;
  void* lowest = nullptr;
  std::size_t size = 0;
  std::size_t guard = 0;
  const bool known =
      pthread_attr_getstack(&attributes, &lowest, &size) == 0 && pthread_attr_getguardsize(&attributes, &guard) == 0;
  pthread_attr_destroy(&attributes);
  return known ? reinterpret_cast<std::uintptr_t>(lowest) + guard : here - kAssumed;
}

}  // namespace

StackRoom StackRoom::of_this_thread() {
  static thread_local const std::uintptr_t lowest = lowest_of_this_thread();
  StackRoom result;
  result.lowest_ = lowest;
  return result;
}

void StackRoom::check(std::size_t reserve) const {
  if (!has(reserve)) throw LimitExceeded("the templates and functions nest too deeply for the stack");
}

void execute(const TemplateSet& set, std::string_view name, Value data, Run& run, std::string& out) {
  const Tree* tree = set.find(name);
  if (!tree) {
    throw ExecError(fmt::format(R"(template: no template {} associated with template "gotpl")", quote(name)));
  }
  execute(set, *tree, data, run, out);
}

void execute(const TemplateSet& set, const Tree& tree, Value data, Run& run, std::string& out) {
  if (!tree.root) {
    throw ExecError(fmt::format("template: {}: {} is an incomplete or empty template", tree.name, quote(tree.name)));
  }
  run.stack.check(run.limits.stack_reserve);
  // Data is passed as an interface {}: its nil is no value, and that it came out of another one is forgotten.
  Evaluator(set, run, out).execute(tree, data.is(Kind::nil) ? Value() : data.boxed(false));
}

}  // namespace kyma::gotemplate
