// How the engine calls a function, and what a function has at hand.
//
// The engine checks count and types of the arguments against the signature before the call, as Go's reflection does, so
// a function finds what its signature says. A function fails by throwing FunctionError (Call::fail), which the engine
// reports as `error calling NAME: MESSAGE`; any other std::exception is reported alike, as Go recovers panics.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "operator/base/time.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::gotemplate {

class FunctionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What functions take from outside: time and chance. A host derives from it to hand its own functions more.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual WallTime now();
  // Fit for keys.
  virtual void random(std::span<unsigned char> bytes);
};

struct Run;

struct Call {
  Run& run;  // of the rendering (template.hpp)
  Heap& heap;
  Environment& environment;
  std::span<const Value> args;  // of a method: the receiver first

  Value operator[](std::size_t index) const noexcept { return args[index]; }
  std::size_t size() const noexcept { return args.size(); }
  std::string_view text(std::size_t index) const noexcept { return args[index].as_text(); }
  std::int64_t integer(std::size_t index) const noexcept { return args[index].as_int(); }

  // Results.
  Value make(std::string_view text) const { return make_string(heap, text); }
  [[noreturn]] static void fail(const std::string& message) { throw FunctionError(message); }
};

// The functions that templates may name. Names are unique; a later one replaces an earlier one.
class FunctionMap {
 public:
  FunctionMap() = default;
  FunctionMap(std::initializer_list<std::span<const Function>> groups);

  void add(std::span<const Function> functions);
  const Function* find(std::string_view name) const noexcept;
  std::vector<std::string_view> names() const;  // sorted

 private:
  std::unordered_map<std::string_view, const Function*> functions_;
};

// Go's own: and or not eq ne lt le gt ge index slice len print printf println html js urlquery call.
// (`and` and `or` are known to the evaluator, which stops at the deciding argument.)
std::span<const Function> builtin_functions();

}  // namespace kyma::gotemplate
