// Parameter types of functions, as their signatures name them by a letter (function.hpp), and which values fit.
#pragma once

#include <cstddef>
#include <string_view>

#include "operator/helm/gotemplate/value.hpp"

namespace kyma::gotemplate {

// The letter; kUntyped: an operand that is not an argument, where any value will do.
using Parameter = char;
inline constexpr Parameter kUntyped = '\0';

class Signature {
 public:
  explicit Signature(std::string_view letters) noexcept
      : letters_(letters), variadic_(!letters.empty() && letters.back() == '*') {
    if (variadic_) letters_.remove_suffix(1);
  }
  bool is_variadic() const noexcept { return variadic_; }
  // How many arguments it takes, at least.
  std::size_t required() const noexcept { return letters_.size() - (variadic_ ? 1 : 0); }
  Parameter operator[](std::size_t index) const noexcept {
    return index < letters_.size() ? letters_[index] : letters_.back();
  }

 private:
  std::string_view letters_;
  bool variadic_;
};

// In Go's words.
std::string_view parameter_name(Parameter parameter);
// Whether Go's nil is a value of the type.
bool can_be_nil(Parameter parameter);
// The type's nil, for those that have one.
Value nil_of(Parameter parameter, Heap& heap);
// Whether a value (not invalid) is of the type: nothing is converted, and a nil interface is only an interface.
bool is_assignable(Value value, Parameter parameter);

}  // namespace kyma::gotemplate
