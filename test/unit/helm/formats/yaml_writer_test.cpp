#include <catch2/catch_test_macros.hpp>

#include <limits>
#include <string>

#include "operator/helm/formats/yaml.hpp"

namespace kyma::helm {
namespace {

struct Pair {
  std::string_view input;
  std::string_view expected;
};

// JSON, and what Helm 3.17 makes of it.
constexpr Pair kStrings[] = {
    {"\"\"", "\"\""},
    {"\"a\"", "a"},
    {"\"a b\"", "a b"},
    {"\" a\"", "' a'"},
    {"\"a \"", "'a '"},
    {"\"a: b\"", "'a: b'"},
    {"\"a:\"", "'a:'"},
    {"\"a #b\"", "'a #b'"},
    {"\"a#b\"", "a#b"},
    {"\"-\"", "'-'"},
    {"\"- a\"", "'- a'"},
    {"\"-a\"", "-a"},
    {"\"--- a\"", "'--- a'"},
    {"\"...\"", "'...'"},
    {"\"?\"", "'?'"},
    {"\"? a\"", "'? a'"},
    {"\"!a\"", "'!a'"},
    {"\"&a\"", "'&a'"},
    {"\"*a\"", "'*a'"},
    {"\"@a\"", "'@a'"},
    {"\"%a\"", "'%a'"},
    {"\"'a'\"", "'''a'''"},
    {"\"a'b\"", "a'b"},
    {"\"\\\"a\"", "'\"a'"},
    {"\"|\"", "'|'"},
    {"\">\"", "'>'"},
    {"\"[a]\"", "'[a]'"},
    {"\"a,b\"", "a,b"},
    {"\"{a}\"", "'{a}'"},
    {"\"y\"", "\"y\""},
    {"\"Yes\"", "\"Yes\""},
    {"\"yEs\"", "yEs"},
    {"\"n\"", "\"n\""},
    {"\"off\"", "\"off\""},
    {"\"OFF\"", "\"OFF\""},
    {"\"oFF\"", "oFF"},
    {"\"true\"", "\"true\""},
    {"\"null\"", "\"null\""},
    {"\"~\"", "\"~\""},
    {"\".nan\"", "\".nan\""},
    {"\".inf\"", "\".inf\""},
    {"\"-.Inf\"", "\"-.Inf\""},
    {"\"<<\"", "<<"},
    {"\"=\"", "="},
    {"\"1\"", "\"1\""},
    {"\"01\"", "\"01\""},
    {"\"08\"", "\"08\""},
    {"\"0o17\"", "\"0o17\""},
    {"\"0x1f\"", "\"0x1f\""},
    {"\"0b12\"", "0b12"},
    {"\"0b-1\"", "\"0b-1\""},
    {"\"1_000\"", "\"1_000\""},
    {"\"_1\"", "_1"},
    {"\".5\"", "\".5\""},
    {"\".5_0\"", "\".5_0\""},
    {"\"._5\"", "._5"},
    {"\"1e3\"", "\"1e3\""},
    {"\"1e400\"", "1e400"},
    {"\"1.2.3\"", "1.2.3"},
    {"\"+1\"", "\"+1\""},
    {"\"-\"", "'-'"},
    {"\"9223372036854775808\"", "\"9223372036854775808\""},
    {"\"1:30\"", "\"1:30\""},
    {"\"1:60\"", "1:60"},
    {"\"12:30:45.5\"", "\"12:30:45.5\""},
    {"\"2001-01-01\"", "\"2001-01-01\""},
    {"\"2001-02-30\"", "2001-02-30"},
    {"\"2001-1-1\"", "\"2001-1-1\""},
    {"\"2001-01-01T10:00:00Z\"", "\"2001-01-01T10:00:00Z\""},
    {"\"2001-01-01 10:00:00\"", "\"2001-01-01 10:00:00\""},
    {"\"2001-01-01T10:00:00\"", "2001-01-01T10:00:00"},
    {"\"a\\nb\"", "|-\n  a\n  b"},
    {"\"a\\n\"", "|\n  a"},
    {"\"a\\n\\n\"", "|+\n  a\n"},
    {"\"\\n\"", "|2+\n"},
    {"\"\\n a\"", "|2-\n\n   a"},
    {"\" a\\nb\"", "|2-\n   a\n  b"},
    {"\"a \\nb\"", "\"a \\nb\""},
    {"\"a\\nb \"", "\"a\\nb \""},
    {"\"a\\tb\"", "\"a\\tb\""},
    {"\"a\\tb\\nc\"", "\"a\\tb\\nc\""},
    {"\"a\\rb\"", "\"a\\rb\""},
    {"\"a\\r\\nb\"", "\"a\\r\\nb\""},
    {"\"a\302\205b\"", "a b"},
    {"\"\302\205\302\205\"", "|2+\n"},
    {"\"a\342\200\250b\"", "'a\342\200\250  b'"},
    {"\"\357\273\277a b\"", "\"\\uFEFF\\x61\\x20\\x62\""},
    {"\"a\357\273\277\"", "\"a\\uFEFF\""},
    {"\"é\"", "é"},
    {"\"日本語\"", "日本語"},
    {"\"😀\"", "\"\\U0001F600\""},
    {"\"😀\\n\"", "\"\\U0001F600\\n\""},
    {"\"\302\240\"", "\302\240"},
    {"\"\\u0000\"", "\"\\0\""},
    {"\"\\u001b\"", "\"\\e\""},
    {"\"a\177\"", ""},
    {"\"\\\\\"", "\\"},
    {"\"C:\\\\ \\\"x\\\"\"", "C:\\ \"x\""},
    {"\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt\n  ut labore"},
    {"\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\\nlorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "|-\n  lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\n  lorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore"},
    {"\"'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'\"",
     "'''lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt\n  ut labore'''"},
    {"\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore \\tlorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt\n  ut labore \\tlorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod\n  tempor incididunt ut labore\""},
    {"\"key: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "'key: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor\n  incididunt ut labore'"},
    {"\"# lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "'# lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt\n  ut labore'"},
};

constexpr Pair kValues[] = {
    {"{\"b\": [1, [2, [3]], {\"c\": null}], \"a\": {}}", "a: {}\nb:\n- 1\n- - 2\n  - - 3\n- c: null"},
    {"[]", "[]"},
    {"{}", "{}"},
    {"[[]]", "- []"},
    {"[{}]", "- {}"},
    {"[[1, 2], [3]]", "- - 1\n  - 2\n- - 3"},
    {"[{\"a\": 1, \"b\": 2}, {\"c\": [{\"d\": []}]}]", "- a: 1\n  b: 2\n- c:\n  - d: []"},
    {"{\"a\": [{\"b\": {\"c\": [\"d\"]}}]}", "a:\n- b:\n    c:\n    - d"},
    {"null", "null"},
    {"true", "true"},
    {"1.5", "1.5"},
    {"1000000.0", "1000000"},
    {"1e+20", "1e+20"},
    {"1e+21", "1e+21"},
    {"1e-07", "1e-07"},
    {"1000000.5", "1.0000005e+06"},
    {"123456789012", "123456789012"},
    {"9007199254740992", "9007199254740992"},
    {"-0.0", "0"},
    {"1.8e+19", "18000000000000000000"},
    {"{\"true\": 1, \"1\": 2, \"\": 3, \"a: b\": 4, \"a\\nb\": 5, "
     "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaa\": 6, \"é\": 7}",
     "\"\": 3\n\"1\": 2\n? |-\n  a\n  b\n: 5\n'a: b': 4\n? "
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaa\n: 6\n\"true\": 1\né: 7"},
    {"{\"a2\": 1, \"a10\": 2, \"a02\": 3, \"A\": 4, \"10\": 5, \"9\": 6, \"a-b\": 7, \"a.b\": 8, \"a_b\": 9, \"ab\": "
     "10, \"B\": 12}",
     "\"9\": 6\n\"10\": 5\nA: 4\nB: 12\na-b: 7\na.b: 8\na_b: 9\na2: 1\na02: 3\na10: 2\nab: 10"},
    {"{\"k\": \"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\", "
     "\"l\": \"x\\n  y\\n\", \"m\": [\"x\\ny\", \"lorem ipsum dolor sit amet consectetur adipiscing elit sed do "
     "eiusmod tempor incididunt ut labore\"]}",
     "k: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt\n  ut labore\nl: |\n  "
     "x\n    y\nm:\n- |-\n  x\n  y\n- lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor "
     "incididunt\n  ut labore"},
    {"{\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\": 1}",
     "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore: 1"},
    {"{\"a\": [\"\", \"y\", \"1\"]}", "a:\n- \"\"\n- \"y\"\n- \"1\""},
};

// Helm's toYaml is empty for what cannot be written.
std::string yaml_of(std::string_view json) {
  Heap heap;
  try {
    return to_yaml(from_json(json, heap));
  } catch (const FormatError&) {
    return {};
  }
}

TEST_CASE("toYaml picks each string's style as Helm does", "[helm][formats][yaml]") {
  for (const auto& [json, expected] : kStrings) {
    CAPTURE(json);
    CHECK(yaml_of(json) == expected);
  }
}

TEST_CASE("toYaml writes maps, lists and numbers as Helm does", "[helm][formats][yaml]") {
  for (const auto& [json, expected] : kValues) {
    CAPTURE(json);
    CHECK(yaml_of(json) == expected);
  }
}

TEST_CASE("toYaml writes Go's other types as JSON does", "[helm][formats][yaml]") {
  Heap heap;
  gotemplate::Map& map = gotemplate::make_map(heap);
  map.set(heap, "bytes", Value::bytes("\x01\xFF"));
  map.set(heap, "int", Value::integer(-3));
  map.set(heap, "uint", Value::uint64(18446744073709551615U));
  auto* nothing = heap.make<gotemplate::List>(heap);
  nothing->is_nil = true;
  map.set(heap, "list", Value::list(nothing));
  map.set(heap, "text", Value::string("a\xFFz"));
  CHECK(to_yaml(Value::map(&map)) ==
        "bytes: Af8=\nint: -3\nlist: null\ntext: a\xEF\xBF\xBDz\nuint: 18446744073709551615");
}

TEST_CASE("toYaml refuses what JSON or YAML cannot hold", "[helm][formats][yaml]") {
  Heap heap;
  CHECK_THROWS_AS(to_yaml(Value::float64(std::numeric_limits<double>::infinity())), FormatError);
  CHECK_THROWS_AS(to_yaml(Value::string("a\x7F")), FormatError);
  gotemplate::Map& cycle = gotemplate::make_map(heap);
  cycle.set(heap, "self", Value::map(&cycle));
  CHECK_THROWS_AS(to_yaml(Value::map(&cycle)), FormatError);
  gotemplate::Map& long_key = gotemplate::make_map(heap);
  long_key.set(heap, std::string(1022, 'k'), Value::nil());
  CHECK_NOTHROW(to_yaml(Value::map(&long_key)));
  long_key.set(heap, std::string(1023, 'k'), Value::nil());
  CHECK_THROWS_AS(to_yaml(Value::map(&long_key)), FormatError);
}

TEST_CASE("toYaml ends the rendering when shared values unfold without end", "[helm][formats][yaml]") {
  Heap heap;
  Value value = gotemplate::make_string(heap, std::string(1 << 16, 'x'));
  for (int i = 0; i < 16; ++i) value = gotemplate::make_list(heap, {value, value});
  CHECK_THROWS_AS(to_yaml(value, std::size_t{1} << 20), gotemplate::HeapExhausted);
  CHECK_THROWS_AS(to_yaml_pretty(value, std::size_t{1} << 20), gotemplate::HeapExhausted);
}

TEST_CASE("toYaml sorts keys that its order cannot sort", "[helm][formats][yaml]") {
  Heap heap;
  gotemplate::Map& map = gotemplate::make_map(heap);
  for (int i = 0; i < 500; ++i) {
    map.set(heap, "a0" + std::to_string(i % 37) + "b" + std::to_string(i), Value::nil());
    map.set(heap, "a" + std::to_string(i) + (i % 3 == 0 ? "b" : "0"), Value::nil());
  }
  Heap other;
  const Value again = from_yaml(to_yaml(Value::map(&map)), other);
  CHECK(gotemplate::deep_equal(again, Value::map(&map)));
}

}  // namespace
}  // namespace kyma::helm
