// Prints a value by a verb, as Go's fmt does: which formatting it gets, and what is complained of.
//
// Containers and structs print their elements by the same verb. Throws std::runtime_error for what is nested too
// deeply, HeapExhausted when the text outgrows its limit. Lifetime: the text must outlive the printer. Thread: one at a
// time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "operator/helm/gotemplate/execute.hpp"
#include "operator/helm/gotemplate/formatter.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::gotemplate {

class Printer {
 public:
  Printer(std::string& out, std::size_t limit) : format_(out, limit) {}

  Flags& flags() { return format_.flags; }
  void write(std::string_view text) { format_.write(text); }

  void argument(Value arg, char32_t verb);
  // %!z(int=1)
  void bad_verb(char32_t verb);
  // %!d(MISSING)
  void complain(char32_t verb, std::string_view what) {
    write("%!");
    format_.write_rune(verb);
    write(what);
  }

 private:
  void nested(Value value, char32_t verb, int depth);
  void value(Value value, char32_t verb, int depth);
  // By the methods of the argument; false: it has none for this verb.
  bool by_methods(char32_t verb);

  void boolean(bool value, char32_t verb);
  void integer(std::uint64_t value, bool is_signed, char32_t verb);
  void floating(double value, char32_t verb);
  void text(std::string_view value, char32_t verb);
  void bytes(std::string_view value, char32_t verb, std::string_view type, int depth);
  void pointer(Value value, char32_t verb);
  void list(const List& list, char32_t verb, int depth);
  void map(const Map& map, char32_t verb, int depth);
  void object(Value value, char32_t verb, int depth);
  void fields(const Object& object, char32_t verb, int depth);
  void separate(bool& first, std::string_view plain = " ") {
    if (!first) write(flags().sharp_v ? ", " : plain);
    first = false;
  }
  // 0x1f
  void address(std::uint64_t value, bool prefixed) {
    const bool sharp = std::exchange(flags().sharp, prefixed);
    format_.integer(value, 16, false, 'v');
    flags().sharp = sharp;
  }

  Formatter format_;
  StackRoom stack_ = StackRoom::of_this_thread();
  Value arg_;                 // what is being printed, for complaints: the innermost element
  bool complaining_ = false;  // prints plainly, without methods
};

}  // namespace kyma::gotemplate
