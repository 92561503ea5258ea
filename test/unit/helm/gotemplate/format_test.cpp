#include "operator/helm/gotemplate/format.hpp"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <limits>

#include "operator/helm/gotemplate/number.hpp"
#include "test/unit/helm/gotemplate/recorded.hpp"
#include "test/unit/helm/gotemplate/rendering.hpp"

namespace kyma::gotemplate::test {
namespace {

Value float64(Call& call) {
  if (call[0].is_string()) return Value::float64(parse_float(call.text(0)).value_or(0));
  return call[0].is(Kind::float64) ? call[0] : Value::float64(static_cast<double>(call.integer(0)));
}

constexpr Function kMoreFunctions[] = {{"float64", "a", &float64}};

std::string evaluate(std::string_view expression) {
  static const FunctionMap map{builtin_functions(), kTestFunctions, kMoreFunctions};
  TemplateSet set;
  set.add(parse("t", fmt::format("{{{{ {} }}}}", expression), map));
  Heap heap;
  Environment environment;
  Run run(heap, environment);
  std::string out;
  execute(set, "t", Value(), run, out);
  return out;
}

std::string formatted(std::string_view format, Value value) { return sprintf(format, std::array{value}); }

// A month: a number with a name.
class Month final : public Object {
 public:
  const Type& type() const noexcept override { return kType; }
  std::optional<std::string> text() const override { return "May"; }
  std::optional<Value> number() const override { return Value::integer(5); }

 private:
  inline static const Type kType{.name = "time.Month"};
};

class Pair final : public Object {
 public:
  explicit Pair(const Type& type, Value second = Value::nil()) : type_(type), second_(second) {}
  const Type& type() const noexcept override { return type_; }
  std::vector<Field> fields() const override { return {{"A", Value::integer(7)}, {"B", second_}}; }

  inline static const Type kStruct{.name = "x.Pair"};
  inline static const Type kPointer{.name = "*x.Pair", .is_pointer = true};

 private:
  const Type& type_;
  Value second_;
};

TEST_CASE("printf, print and println say what they say in the real helm", "[helm][gotemplate][format]") {
  const auto rows = recorded("printf.jsonl");
  for (const auto& row : rows) {
    INFO(row[0]);
    CHECK(evaluate(row[0]) == row[1]);
  }
  CHECK(rows.size() > 1000);
}

TEST_CASE("Objects print by their String method where Go asks for it", "[helm][gotemplate][format]") {
  const Month month;
  const Value value = Value::object(&month);
  CHECK(formatted("%v", value) == "May");
  CHECK(formatted("%q", value) == "\"May\"");
  CHECK(formatted("%x", value) == "4d6179");
  CHECK(formatted("%-5s|", value) == "May  |");
  CHECK(formatted("%03d", value) == "005");
  CHECK(formatted("%t", value) == "%!t(time.Month=5)");
  CHECK(formatted("%T", value) == "time.Month");
  CHECK(formatted("%#v", value) == "5");
  CHECK(to_text(value) == "May");
  CHECK(sprintf("%*d", std::array{value, Value::integer(1)}) == "    1");
}

TEST_CASE("Structs and pointers print their fields", "[helm][gotemplate][format]") {
  const Month month;
  const Pair pair(Pair::kStruct, Value::object(&month));
  const Pair pointer(Pair::kPointer, Value::string("s"));
  CHECK(to_text(Value::object(&pair)) == "{7 May}");
  CHECK(formatted("%+v", Value::object(&pair)) == "{A:7 B:May}");
  CHECK(formatted("%#v", Value::object(&pair)) == "x.Pair{A:7, B:5}");
  CHECK(formatted("%d", Value::object(&pair)) == "{7 5}");
  CHECK(to_text(Value::object(&pointer)) == "&{7 s}");
  CHECK(formatted("%+v", Value::object(&pointer)) == "&{A:7 B:s}");
  CHECK(formatted("%#v", Value::object(&pointer)) == "&x.Pair{A:7, B:\"s\"}");
  CHECK(formatted("%s", Value::object(&pointer)) == "&{%!s(int=7) s}");
}

TEST_CASE("A pointer inside a container prints no address that changes from run to run", "[helm][gotemplate][format]") {
  Heap heap;
  const Pair one(Pair::kPointer);
  const Pair two(Pair::kPointer);
  const Value list = make_list(heap, {Value::object(&one), Value::object(&two)});
  CHECK(to_text(list) == "[0xc000000000 0xc000000000]");
  CHECK(formatted("%v", list) == to_text(list));
}

TEST_CASE("Nil lists and maps show in Go syntax only", "[helm][gotemplate][format]") {
  Heap heap;
  List list(heap, kStringList);
  list.is_nil = true;
  Map map(heap);
  map.is_nil = true;
  CHECK(formatted("%v", Value::list(&list)) == "[]");
  CHECK(formatted("%#v", Value::list(&list)) == "[]string(nil)");
  CHECK(formatted("%#v", Value::map(&map)) == "map[string]interface {}(nil)");
  CHECK(formatted("%p", Value::map(&map)) == "0x0");
}

TEST_CASE("Bytes are numbers to %v and %d, a text to %s, %x and %q", "[helm][gotemplate][format]") {
  const Value bytes = Value::bytes("x=\xff");
  CHECK(to_text(bytes) == "[120 61 255]");
  CHECK(formatted("%03d", bytes) == "[120 061 255]");
  CHECK(formatted("%s", bytes) == "x=\xff");
  CHECK(formatted("% #x", bytes) == "0x78 0x3d 0xff");
  CHECK(formatted("%q", bytes) == R"("x=\xff")");
  CHECK(formatted("%#v", bytes) == "[]byte{0x78, 0x3d, 0xff}");
  CHECK(formatted("%t", Value::bytes("a")) == "[%!t(uint8=97)]");
  CHECK(formatted("%U", Value::uint64(std::numeric_limits<std::uint64_t>::max())) == "U+FFFFFFFFFFFFFFFF");
}

TEST_CASE("A value that contains itself is an error, not the end of the stack", "[helm][gotemplate][format]") {
  Heap heap;
  Map& map = make_map(heap);
  map.set(heap, "self", Value::map(&map));
  CHECK_THROWS_AS(to_text(Value::map(&map)), std::runtime_error);
  CHECK_THROWS_AS(formatted("%s", Value::map(&map)), std::runtime_error);
}

TEST_CASE("Texts beyond the limit are refused before they fill the memory", "[helm][gotemplate][format]") {
  Heap heap;
  Value list = make_list(heap, {Value::integer(1), Value::integer(2)});
  for (int i = 0; i < 60; ++i) list = make_list(heap, {list, list});
  std::string out;
  CHECK_THROWS_AS(append_value(out, list, 1 << 20), HeapExhausted);
  CHECK(out.size() < 2 << 20);
  CHECK_THROWS_AS(sprintf("%d", std::array{list}, 1 << 20), HeapExhausted);
  CHECK_THROWS_AS(sprintf("%1000000d%1000000d", std::array{Value::integer(1), Value::integer(1)}, 1 << 20),
                  HeapExhausted);
}

TEST_CASE("Floats have the shortest digits that read back alike", "[helm][gotemplate][format]") {
  CHECK(float_text(999999) == "999999");
  CHECK(float_text(1000000) == "1e+06");
  CHECK(float_text(0.0001) == "0.0001");
  CHECK(float_text(0.00001) == "1e-05");
  CHECK(float_text(123456.7) == "123456.7");
  CHECK(float_text(-0.0) == "-0");
  CHECK(float_text(5e-324) == "5e-324");
  CHECK(float_text(std::numeric_limits<double>::infinity()) == "+Inf");
  CHECK(float_text(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  CHECK(format_float(1e21, 'f', -1) == "1000000000000000000000");
  CHECK(format_float(0.5, 'f', -1) == "0.5");
  CHECK(format_float(1234.5, 'e', -1) == "1.2345e+03");
  CHECK(format_float(0, 'e', -1) == "0e+00");
  CHECK(format_float(2.5, 'f', 0) == "2");
}

}  // namespace
}  // namespace kyma::gotemplate::test
