#include <catch2/catch_test_macros.hpp>

#include <limits>

#include "operator/helm/formats/yaml.hpp"

namespace kyma::helm {
namespace {

struct Pair {
  std::string_view input;
  std::string_view expected;
};

// JSON, and what toYamlPretty of Helm 3.17 makes of it.
constexpr Pair kPretty[] = {
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
    {"\"a\\tb\\nc\"", "|-\n  a\tb\n  c"},
    {"\"a\\rb\"", "\"a\\rb\""},
    {"\"a\\r\\nb\"", "\"a\\r\\nb\""},
    {"\"a\302\205b\"", "\"a\\Nb\""},
    {"\"\302\205\302\205\"", "\"\\N\\N\""},
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
    {"\"a\177\"", "\"a\\x7F\""},
    {"\"\\\\\"", "\\"},
    {"\"C:\\\\ \\\"x\\\"\"", "C:\\ \"x\""},
    {"\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore"},
    {"\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\\nlorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "|-\n  lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\n  lorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore"},
    {"\"'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'\"",
     "'''lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'''"},
    {"\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore \\tlorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore \\tlorem "
     "ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\""},
    {"\"key: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "'key: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'"},
    {"\"# lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\"",
     "'# lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore'"},
    {"{\"b\": [1, [2, [3]], {\"c\": null}], \"a\": {}}", "a: {}\nb:\n  - 1\n  - - 2\n    - - 3\n  - c: null"},
    {"[]", "[]"},
    {"{}", "{}"},
    {"[[]]", "- []"},
    {"[{}]", "- {}"},
    {"[[1, 2], [3]]", "- - 1\n  - 2\n- - 3"},
    {"[{\"a\": 1, \"b\": 2}, {\"c\": [{\"d\": []}]}]", "- a: 1\n  b: 2\n- c:\n    - d: []"},
    {"{\"a\": [{\"b\": {\"c\": [\"d\"]}}]}", "a:\n  - b:\n      c:\n        - d"},
    {"null", "null"},
    {"true", "true"},
    {"1.5", "1.5"},
    {"1000000.0", "1e+06"},
    {"1e+20", "1e+20"},
    {"1e+21", "1e+21"},
    {"1e-07", "1e-07"},
    {"1000000.5", "1.0000005e+06"},
    {"123456789012", "1.23456789012e+11"},
    {"9007199254740992", "9.007199254740992e+15"},
    {"-0.0", "-0"},
    {"1.8e+19", "1.8e+19"},
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
     "k: lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\nl: |\n  "
     "x\n    y\nm:\n  - |-\n    x\n    y\n  - lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod "
     "tempor incididunt ut labore"},
    {"{\"lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore\": 1}",
     "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore: 1"},
    {"{\"a\": [\"\", \"y\", \"1\"]}", "a:\n  - \"\"\n  - \"y\"\n  - \"1\""},
};

TEST_CASE("toYamlPretty writes what yaml.v3 writes", "[helm][formats][yaml]") {
  Heap heap;
  for (const auto& [json, expected] : kPretty) {
    CAPTURE(json);
    CHECK(to_yaml_pretty(from_json(json, heap)) == expected);
  }
}

TEST_CASE("toYamlPretty writes Go's types as they are", "[helm][formats][yaml]") {
  Heap heap;
  gotemplate::Map& map = gotemplate::make_map(heap);
  map.set(heap, "bytes", Value::bytes("\x01\xFF"));
  map.set(heap, "\x80", Value::string("\x80\x81\x82"));
  map.set(heap, "nan", Value::float64(std::numeric_limits<double>::quiet_NaN()));
  CHECK(to_yaml_pretty(Value::map(&map)) == "!!binary gA==: !!binary gIGC\nbytes:\n  - 1\n  - 255\nnan: .nan");
}

}  // namespace
}  // namespace kyma::helm
