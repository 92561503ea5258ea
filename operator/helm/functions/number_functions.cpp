// Numbers as Sprig has them: integers are int64 after conversion of whatever comes, and wrap around; float arithmetic
// goes through decimals.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "operator/helm/functions/conversion.hpp"
#include "operator/helm/functions/decimal.hpp"
#include "operator/helm/functions/functions.hpp"
#include "operator/helm/gotemplate/format.hpp"

namespace kyma::helm {
namespace {

using gotemplate::Call;
using gotemplate::HeapExhausted;
using gotemplate::List;

std::uint64_t bits(Value value) { return static_cast<std::uint64_t>(to_int64(value)); }
Value int64_of(std::uint64_t value) { return Value::int64(static_cast<std::int64_t>(value)); }

// --- Conversions -----------------------------------------------------------------------------------------------------

// strconv.Atoi with its error ignored: 0 for what is no number, the nearest int for what is out of range.
std::int64_t atoi(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return 0;
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  const std::uint64_t limit = negative ? kMax + 1 : kMax;
  if (read.ec == std::errc::result_out_of_range || number > limit) number = limit;
  return static_cast<std::int64_t>(negative ? 0 - number : number);
}

// What %v prints, read as octal; 0 for what is none.
std::int64_t to_decimal(Value value) {
  const std::string printed = gotemplate::to_text(value);
  std::string_view text = printed;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.front() == '-') return 0;
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return 0;
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (number > kMax + (negative ? 1 : 0)) return 0;
  return static_cast<std::int64_t>(negative ? 0 - number : number);
}

// --- Integers --------------------------------------------------------------------------------------------------------

Value add(Call& call) {
  std::uint64_t sum = 0;
  for (const Value value : call.args) sum += bits(value);
  return int64_of(sum);
}

Value multiply(Call& call) {
  std::uint64_t product = bits(call[0]);
  for (const Value value : call.args.subspan(1)) product *= bits(value);
  return int64_of(product);
}

struct Operands {
  std::int64_t dividend;
  std::int64_t divisor;
};

Operands division(Call& call) {
  const Operands operands{to_int64(call[0]), to_int64(call[1])};
  if (operands.divisor == 0) Call::fail("runtime error: integer divide by zero");
  return operands;
}

// The one overflow that division has (the smallest by -1) wraps around.
Value divide(Call& call) {
  const auto [dividend, divisor] = division(call);
  return divisor == -1 ? int64_of(0 - bits(call[0])) : Value::int64(dividend / divisor);
}

Value modulo(Call& call) {
  const auto [dividend, divisor] = division(call);
  return Value::int64(divisor == -1 ? 0 : dividend % divisor);
}

Value largest(Call& call) {
  std::int64_t result = to_int64(call[0]);
  for (const Value value : call.args.subspan(1)) result = std::max(result, to_int64(value));
  return Value::int64(result);
}

Value smallest(Call& call) {
  std::int64_t result = to_int64(call[0]);
  for (const Value value : call.args.subspan(1)) result = std::min(result, to_int64(value));
  return Value::int64(result);
}

// --- Floats ----------------------------------------------------------------------------------------------------------

Decimal decimal(Value value) { return Decimal::from_float(to_float64(value)); }

template <class Operation>
Value reckon(Decimal result, std::span<const Value> others, Operation operation) {
  for (const Value value : others) result = operation(result, decimal(value));
  return Value::float64(result.to_float());
}

Value add_floats(Call& call) { return reckon(Decimal::from_float(0), call.args, std::plus<>{}); }
Value add_one_float(Call& call) { return Value::float64((decimal(call[0]) + Decimal::from_float(1)).to_float()); }
Value subtract_floats(Call& call) { return reckon(decimal(call[0]), call.args.subspan(1), std::minus<>{}); }
Value multiply_floats(Call& call) { return reckon(decimal(call[0]), call.args.subspan(1), std::multiplies<>{}); }
Value divide_floats(Call& call) { return reckon(decimal(call[0]), call.args.subspan(1), std::divides<>{}); }

// Go's math.Max: an infinity beats NaN, NaN beats the rest, and 0 is larger than -0.
double go_max(double a, double b) {
  if (std::isinf(a) && a > 0) return a;
  if (std::isinf(b) && b > 0) return b;
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

double go_min(double a, double b) { return -go_max(-a, -b); }

Value largest_float(Call& call) {
  double result = to_float64(call[0]);
  for (const Value value : call.args.subspan(1)) result = go_max(result, to_float64(value));
  return Value::float64(result);
}

Value smallest_float(Call& call) {
  double result = to_float64(call[0]);
  for (const Value value : call.args.subspan(1)) result = go_min(result, to_float64(value));
  return Value::float64(result);
}

// Go's math.Pow is not correctly rounded: it multiplies squares of the mantissa. Its last bits show in `round`.
double power_of_ten(std::int64_t exponent) {
  if (exponent == 0) return 1;
  if (exponent == 1) return 10;
  std::uint64_t rest = exponent < 0 ? 0 - static_cast<std::uint64_t>(exponent) : static_cast<std::uint64_t>(exponent);
  double mantissa = 1;
  int scale = 0;
  int square_scale = 0;
  double square = std::frexp(10.0, &square_scale);
  for (; rest != 0; rest >>= 1) {
    if (square_scale < -4096 || square_scale > 4096) {
      scale += square_scale;
      break;
    }
    if (rest & 1) {
      mantissa *= square;
      scale += square_scale;
    }
    square *= square;
    square_scale *= 2;
    if (square < 0.5) {
      square += square;
      --square_scale;
    }
  }
  if (exponent < 0) {
    mantissa = 1 / mantissa;
    scale = -scale;
  }
  return std::ldexp(mantissa, scale);
}

// Sprig's rounding, which takes a negative number's fraction for small: -1.2 becomes -2.
Value round(Call& call) {
  const double threshold = call.size() > 2 ? call[2].as_float() : 0.5;
  const double power = power_of_ten(call.integer(1));
  const double shifted = power * to_float64(call[0]);
  double whole = 0;
  double fraction = std::modf(shifted, &whole);
  if (std::isinf(shifted)) fraction = std::numeric_limits<double>::quiet_NaN();
  return Value::float64((fraction >= threshold ? std::ceil(shifted) : std::floor(shifted)) / power);
}

// --- Sequences -------------------------------------------------------------------------------------------------------

struct Sequence {
  std::int64_t start;
  std::int64_t step;
  std::uint64_t count;
};

// Sprig's untilStep: none when the step leads away from the stop.
Sequence sequence(std::int64_t start, std::int64_t stop, std::int64_t step) {
  if (step == 0 || (stop < start) != (step < 0)) return {start, step, 0};
  const auto distance = step < 0 ? static_cast<std::uint64_t>(start) - static_cast<std::uint64_t>(stop)
                                 : static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start);
  const auto stride = step < 0 ? 0 - static_cast<std::uint64_t>(step) : static_cast<std::uint64_t>(step);
  return {start, step, distance / stride + (distance % stride != 0 ? 1 : 0)};
}

std::int64_t wrapping_add(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

Value make_sequence(Call& call, const Sequence& wanted) {
  if (wanted.count > call.heap.limit() / sizeof(Value)) throw HeapExhausted(call.heap.limit());
  List* list = call.heap.make<List>(call.heap, gotemplate::kIntList);
  list->items.reserve(wanted.count);
  std::int64_t next = wanted.start;
  for (std::uint64_t i = 0; i < wanted.count; ++i, next = wrapping_add(next, wanted.step)) {
    list->items.push_back(Value::integer(next));
  }
  return Value::list(list);
}

Value until(Call& call) {
  const std::int64_t count = call.integer(0);
  return make_sequence(call, sequence(0, count, count < 0 ? -1 : 1));
}

Value until_step(Call& call) {
  return make_sequence(call, sequence(call.integer(0), call.integer(1), call.integer(2)));
}

// seq END, seq START END, seq START STEP END; nothing for any other number of arguments.
Value seq(Call& call) {
  if (call.size() == 0 || call.size() > 3) return Value::string("");
  const std::int64_t start = call.size() == 1 ? 1 : call.integer(0);
  const std::int64_t end = call.integer(call.size() - 1);
  const std::int64_t direction = end < start ? -1 : 1;
  const std::int64_t step = call.size() == 3 ? call.integer(1) : direction;
  if (call.size() == 3 && end < start && step > 0) return Value::string("");
  const Sequence wanted = sequence(start, wrapping_add(end, direction), step);
  if (wanted.count > call.heap.limit() / 2) throw HeapExhausted(call.heap.limit());
  std::string text;
  std::int64_t next = wanted.start;
  for (std::uint64_t i = 0; i < wanted.count; ++i, next = wrapping_add(next, wanted.step)) {
    if (i != 0) text += ' ';
    text += std::to_string(next);
    if (text.size() > call.heap.limit()) throw HeapExhausted(call.heap.limit());
  }
  return call.make(text);
}

constexpr Function kFunctions[] = {
    {"atoi", "s", [](Call& call) { return Value::integer(atoi(call.text(0))); }},
    {"int", "a", [](Call& call) { return Value::integer(to_int(call[0])); }},
    {"int64", "a", [](Call& call) { return Value::int64(to_int64(call[0])); }},
    {"float64", "a", [](Call& call) { return Value::float64(to_float64(call[0])); }},
    {"toDecimal", "a", [](Call& call) { return Value::int64(to_decimal(call[0])); }},
    {"seq", "i*", seq},
    {"until", "i", until},
    {"untilStep", "iii", until_step},
    {"add1", "a", [](Call& call) { return int64_of(bits(call[0]) + 1); }},
    {"add", "a*", add},
    {"sub", "aa", [](Call& call) { return int64_of(bits(call[0]) - bits(call[1])); }},
    {"div", "aa", divide},
    {"mod", "aa", modulo},
    {"mul", "aa*", multiply},
    {"add1f", "a", add_one_float},
    {"addf", "a*", add_floats},
    {"subf", "aa*", subtract_floats},
    {"divf", "aa*", divide_floats},
    {"mulf", "aa*", multiply_floats},
    {"biggest", "aa*", largest},
    {"max", "aa*", largest},
    {"min", "aa*", smallest},
    {"maxf", "aa*", largest_float},
    {"minf", "aa*", smallest_float},
    {"ceil", "a", [](Call& call) { return Value::float64(std::ceil(to_float64(call[0]))); }},
    {"floor", "a", [](Call& call) { return Value::float64(std::floor(to_float64(call[0]))); }},
    {"round", "aif*", round},
};

}  // namespace

std::span<const Function> number_functions() { return kFunctions; }

}  // namespace kyma::helm
