// Go's fmt package for template values: %v, printf and its complaints, quoting, shortest floats.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "operator/helm/gotemplate/heap.hpp"
#include "operator/helm/gotemplate/unicode.hpp"
#include "operator/helm/gotemplate/value.hpp"

namespace kyma::gotemplate {

// As %v: nothing of either kind prints `<nil>`. (An action prints `<no value>` for it: that is the evaluator's.)
// Throws std::runtime_error for what is nested deeper than kMaxDepth, HeapExhausted when `out` outgrows `limit`: lists
// that share their parts may print exponentially longer than they are.
void append_value(std::string& out, Value value, std::size_t limit = Heap::kDefaultLimit);
std::string to_text(Value value, std::size_t limit = Heap::kDefaultLimit);

// fmt.Sprint: a space between two neighbours when neither is a string. fmt.Sprintln: always a space, then a newline.
// Throw as append_value.
std::string sprint(std::span<const Value> args, std::size_t limit = Heap::kDefaultLimit);
std::string sprintln(std::span<const Value> args, std::size_t limit = Heap::kDefaultLimit);
// fmt.Sprintf, complaints such as %!d(float64=3) included. Throws as append_value.
std::string sprintf(std::string_view format, std::span<const Value> args, std::size_t limit = Heap::kDefaultLimit);

// strconv.Quote; unquote is its inverse for "..." , `...` and '...' literals (nothing: malformed).
std::string quote(std::string_view text);
// The same with nothing but ASCII in it.
std::string quote_ascii(std::string_view text);
// strconv.QuoteRune: 'x'.
std::string quote_rune(char32_t rune, bool ascii_only = false);
std::optional<std::string> unquote(std::string_view literal);
// The first character or escape of `rest` in a literal of that quote, which moves on (nothing: malformed). An escape
// such as \xff stands for a byte, not for a rune.
struct LiteralChar {
  char32_t value = 0;
  bool is_byte = false;
};
std::optional<LiteralChar> unquote_char(std::string_view& rest, char quote);

// strconv.FormatFloat(value, verb, precision, 64); precision -1: the shortest that reads back alike. Verbs b e E f g G
// x X.
std::string format_float(double value, char verb, int precision);
// fmt's %v of a float: %g with the shortest digits (999999, 1e+06, 1e-05).
std::string float_text(double value);

}  // namespace kyma::gotemplate
