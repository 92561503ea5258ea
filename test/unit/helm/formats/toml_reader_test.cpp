#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/helm/formats/toml.hpp"

namespace kyma::helm {
namespace {

struct Pair {
  std::string_view input;
  std::string_view expected;
};

// TOML, and what `fromToml | toJson` of Helm 3.17 makes of it.
constexpr Pair kTexts[] = {
    {"", "{}"},
    {"a=1", "{\"a\":1}"},
    {"a = 1\nb=2.5", "{\"a\":1,\"b\":2.5}"},
    {"a='x'", "{\"a\":\"x\"}"},
    {"a=\"x\\ny\\u00e9\\U0001F600\\e\"",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): invalid escape in string '\\\\e'\"}"},
    {"a=\"\"\"x\ny\"\"\"", "{\"a\":\"x\\ny\"}"},
    {"a='''x\ny'''", "{\"a\":\"x\\ny\"}"},
    {"a=[1,2,3]", "{\"a\":[1,2,3]}"},
    {"a=[1,'x']", "{\"a\":[1,\"x\"]}"},
    {"a={b=1,c.d=2}", "{\"a\":{\"b\":1,\"c\":{\"d\":2}}}"},
    {"[t]\na=1\n[t.u]\nb=2", "{\"t\":{\"a\":1,\"u\":{\"b\":2}}}"},
    {"[[t]]\na=1\n[[t]]\na=2", "{\"t\":[{\"a\":1},{\"a\":2}]}"},
    {"a=true\nb=false", "{\"a\":true,\"b\":false}"},
    {"a=0x1F\nb=0o17\nc=0b11\nd=1_000", "{\"a\":31,\"b\":15,\"c\":3,\"d\":1000}"},
    {"a=1979-05-27T07:32:00Z", "{\"a\":\"1979-05-27T07:32:00Z\"}"},
    {"a=1979-05-27T00:32:00.999999-07:00", "{\"a\":\"1979-05-27T00:32:00.999999-07:00\"}"},
    {"a=1979-05-27T07:32:00", "{\"a\":\"1979-05-27T07:32:00Z\"}"},
    {"a=1979-05-27", "{\"a\":\"1979-05-27T00:00:00Z\"}"},
    {"a=07:32:00", "{\"a\":\"0000-01-01T07:32:00Z\"}"},
    {"a=1979-05-27 07:32:00Z", "{\"a\":\"1979-05-27T07:32:00Z\"}"},
    {"a.b.c=1", "{\"a\":{\"b\":{\"c\":1}}}"},
    {"'a b'=1", "{\"a b\":1}"},
    {"\"a\\\"b\"=1", "{\"a\\\"b\":1}"},
    {"# c\na=1 # d", "{\"a\":1}"},
    {"a=1\na=2", "{\"Error\":\"toml: line 2 (last key \\\"a\\\"): Key 'a' has already been defined.\"}"},
    {"a=", "{\"Error\":\"toml: line 0 (last key \\\"a\\\"): unexpected EOF; expected value\"}"},
    {"=1", "{\"Error\":\"toml: line 1: unexpected '=': key name appears blank\"}"},
    {"a", "{\"Error\":\"toml: line 0: unexpected EOF; expected key separator '='\"}"},
    {"[a", "{\"Error\":\"toml: line 0: expected '.' or ']' to end table name, but got '\\\\x00' instead\"}"},
    {"[a]\n[a]", "{\"Error\":\"toml: line 2: Key 'a' has already been defined.\"}"},
    {"a=1\n[a]", "{\"Error\":\"toml: line 2: Key 'a' has already been defined.\"}"},
    {"a=[1,", "{\"Error\":\"toml: line 0 (last key \\\"a\\\"): unexpected EOF; expected value\"}"},
    {"a='x", "{\"Error\":\"toml: line 0 (last key \\\"a\\\"): unexpected EOF; expected \\\"'\\\"\"}"},
    {"a=\"x", "{\"Error\":\"toml: line 0 (last key \\\"a\\\"): unexpected EOF; expected '\\\"'\"}"},
    {"a=1 b=2",
     "{\"Error\":\"toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'b' "
     "instead\"}"},
    {"a=01",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): Invalid integer \\\"01\\\": cannot have leading zeroes\"}"},
    {"a=1__0",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): Invalid integer \\\"1__0\\\": underscores must be surrounded by "
     "digits\"}"},
    {"a=\"\\x\"", "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): invalid escape in string '\\\\x'\"}"},
    {"a={b=1",
     "{\"Error\":\"toml: line 0 (last key \\\"a.b\\\"): expected a comma or an inline table terminator '}', but got "
     "end of file instead\"}"},
    {"a=9223372036854775808",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): 9223372036854775808 is out of range for int64\"}"},
    {"a=1e400", "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): 1e400 is out of range for float64\"}"},
    {"a=.5", "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): floats must start with a digit, not '.'\"}"},
    {"a=5.",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): Invalid float \\\"5.\\\": '.' must be followed by one or more "
     "digits\"}"},
    {"[[a]]\n[a]", "{\"Error\":\"toml: line 2: Key 'a' has already been defined.\"}"},
    {"a=[]\n[[a]]", "{\"Error\":\"toml: line 2: Key 'a' was already created and cannot be used as an array.\"}"},
    {"[a.b]\n[a]\nc=1", "{\"a\":{\"b\":{},\"c\":1}}"},
    {"a.b=1\n[a]\nc=1", "{\"a\":{\"b\":1,\"c\":1}}"},
    {"a=tru", "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): expected value but found \\\"tru\\\" instead\"}"},
    {"a=1979-13-01", "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): invalid datetime: \\\"1979-13-01\\\"\"}"},
    {"a=\"\t\"", "{\"a\":\"\\t\"}"},
    {"a=\"\001\"",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): TOML files cannot contain control characters: '0x01'\"}"},
    {"a={}\n[a.b]\n", "{\"a\":{\"b\":{}}}"},
    {"a=[{b=1},{c=2}]", "{\"a\":[{\"b\":1},{\"c\":2}]}"},
    {"a = [\n1,\n2, # x\n]", "{\"a\":[1,2]}"},
    {"b=1e3\nc=6.626e-34\nd=-0.0\ne=+1.0", "{\"b\":1000,\"c\":6.626e-34,\"d\":-0,\"e\":1}"},
    {"[ a . 'b c' ]\nx=1", "{\"a\":{\"b c\":{\"x\":1}}}"},
    {"a = \"\"\"\\\n   x\\\n  y\"\"\"", "{\"a\":\"xy\"}"},
    {"a = {b=1,}", "{\"Error\":\"toml: line 1 (last key \\\"a.b\\\"): trailing comma not allowed in inline tables\"}"},
    {"a=1\r\nb=2", "{\"a\":1,\"b\":2}"},
    {"a=[1]\na=2", "{\"a\":2}"},
    {"a=[1]\na=[2]", "{\"a\":[2]}"},
    {"a={b=1}\na.c=2", "{\"a\":{\"b\":1,\"c\":2}}"},
    {"a={b=1}\n[a]\nc=2", "{\"Error\":\"toml: line 2: Key 'a' has already been defined.\"}"},
    {"a={b=1}\na=2", "{\"Error\":\"toml: line 2 (last key \\\"a\\\"): Key 'a' has already been defined.\"}"},
    {"a={b={c=1,d.e=[{f=1},{f=2}]}}", "{\"a\":{\"b\":{\"c\":1,\"d\":{\"e\":[{\"f\":1},{\"f\":2}]}}}}"},
    {"a=[{b=1,c={d=2}},{b=3}]", "{\"a\":[{\"b\":1,\"c\":{\"d\":2}},{\"b\":3}]}"},
    {"a=[[{b=1}],[{c=1}]]", "{\"a\":[[{\"b\":1}],[{\"c\":1}]]}"},
    {"a.b=1\na.c=2\na.b.d=3",
     "{\"Error\":\"toml: line 3 (last key \\\"a.b.d\\\"): Key 'a.b' has already been defined.\"}"},
    {"a=1\na.b=2", "{\"Error\":\"toml: line 2 (last key \\\"a.b\\\"): Key 'a' has already been defined.\"}"},
    {"[a]\nb=1\n[a.b]", "{\"Error\":\"toml: line 3 (last key \\\"a\\\"): Key 'a.b' has already been defined.\"}"},
    {"[a]\n[a.b.c]\n[a.b]\nx=1", "{\"a\":{\"b\":{\"c\":{},\"x\":1}}}"},
    {"[[a]]\nb=1\n[[a]]\n[a.c]\nd=1\n[[a.e]]\nf=1\n[[a.e]]",
     "{\"a\":[{\"b\":1},{\"c\":{\"d\":1},\"e\":[{\"f\":1},{}]}]}"},
    {"[a]\nb.c=1\n[a.b]\nd=1", "{\"a\":{\"b\":{\"c\":1,\"d\":1}}}"},
    {"[[a.b]]\n[a]\nc=1", "{\"a\":{\"b\":[{}],\"c\":1}}"},
    {"[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\nx=1", "{\"a\":[{\"b\":[{}]},{\"b\":[{\"x\":1}]}]}"},
    {"[a.'b.c'.\"d e\"]\nx=1", "{\"a\":{\"b.c\":{\"d e\":{\"x\":1}}}}"},
    {"a.'b c'.d=1\na.'b c'.d=2",
     "{\"Error\":\"toml: line 2 (last key \\\"a.\\\\\\\"b c\\\\\\\".d\\\"): Key 'a.\\\"b c\\\".d' has already been "
     "defined.\"}"},
    {"x='''a'b''c'''", "{\"x\":\"a'b''c\"}"},
    {"x=\"\"\"a\"b\"\"c\"\"\"\"\"", "{\"x\":\"a\\\"b\\\"\\\"c\\\"\\\"\"}"},
    {"x='''''a'''", "{\"x\":\"''a\"}"},
    {"x=\"\"\"\"\"\"", "{\"x\":\"\"}"},
    {"x=''''''", "{\"x\":\"\"}"},
    {"x=\"\"", "{\"x\":\"\"}"},
    {"x=''", "{\"x\":\"\"}"},
    {"x = \"\\ud800\"",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Escaped character '\\\\ud800' is not valid UTF-8.\"}"},
    {"x = \"\\U00110000\"",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Escaped character '\\\\u00110000' is not valid UTF-8.\"}"},
    {"x = \"\\u12G4\"",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected four hexadecimal digits after '\\\\u', but got "
     "\\\"\\\\\\\\u12G\\\" instead\"}"},
    {"x = \"\\ \"", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid escape: '\\\\ '\"}"},
    {"x=\"\"\"\\ x\"\"\"", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid escape: '\\\\ '\"}"},
    {"x='a\nb'", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): strings cannot contain newlines\"}"},
    {"x=\"a\nb\"", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): strings cannot contain newlines\"}"},
    {"\n\nx=\"a", "{\"Error\":\"toml: line 2 (last key \\\"x\\\"): unexpected EOF; expected '\\\"'\"}"},
    {"\n\nx=\"\"\"a\n\n", "{\"Error\":\"toml: line 4 (last key \\\"x\\\"): unexpected EOF; expected '\\\"\\\"\\\"'\"}"},
    {"x=[1,\n2,\n", "{\"Error\":\"toml: line 2 (last key \\\"x\\\"): unexpected EOF; expected value\"}"},
    {"x=[1 2]",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected a comma (',') or array terminator (']'), but got "
     "'2'\"}"},
    {"x=[,1]", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): unexpected comma\"}"},
    {"x={,}", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): unexpected comma\"}"},
    {"x={a=1 b=2}",
     "{\"Error\":\"toml: line 1 (last key \\\"x.a\\\"): expected a comma or an inline table terminator '}', but got "
     "'b' instead\"}"},
    {"x={a=1\n}", "{\"Error\":\"toml: line 1 (last key \\\"x.a\\\"): newlines not allowed within inline tables\"}"},
    {"x={\n}", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): newlines not allowed within inline tables\"}"},
    {"x={a=1,\nb=2}", "{\"Error\":\"toml: line 1 (last key \\\"x.a\\\"): newlines not allowed within inline tables\"}"},
    {"x={a}", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected '.' or '=', but got '}' instead\"}"},
    {"x={=1}", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): unexpected '=': key name appears blank\"}"},
    {"x={a=}", "{\"Error\":\"toml: line 1 (last key \\\"x.a\\\"): expected value but found '}' instead\"}"},
    {"x=+1", "{\"x\":1}"},
    {"x=-0", "{\"x\":0}"},
    {"x=+0.0", "{\"x\":0}"},
    {"x=--1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected a digit but got '-'\"}"},
    {"x=+-1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected a digit but got '-'\"}"},
    {"x=1e", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float value: \\\"1e\\\"\"}"},
    {"x=1e+",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"1e+\\\": underscores must be surrounded by "
     "digits\"}"},
    {"x=1.e1",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"1.e1\\\": '.' must be followed by one or more "
     "digits\"}"},
    {"x=1.5.5", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float value: \\\"1.5.5\\\"\"}"},
    {"x=1e1e1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float value: \\\"1e1e1\\\"\"}"},
    {"x=_1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found '_' instead\"}"},
    {"x=1_",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid integer \\\"1_\\\": underscores must be surrounded by "
     "digits\"}"},
    {"x=0xg", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): not a hexidecimal number: '0xg'\"}"},
    {"x=0b2", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): not a binary number: '0b2'\"}"},
    {"x=0o8", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): not an octal number: '0o8'\"}"},
    {"x=+0x1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): cannot use sign with non-decimal numbers: '+0x'\"}"},
    {"x=0_1",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid integer \\\"0_1\\\": cannot have leading zeroes\"}"},
    {"x=00",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid integer \\\"00\\\": cannot have leading zeroes\"}"},
    {"x=-01",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid integer \\\"-01\\\": cannot have leading zeroes\"}"},
    {"x=0.1", "{\"x\":0.1}"},
    {"x=01.5",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"01.5\\\": cannot have leading zeroes\"}"},
    {"x=1_0.5_0", "{\"x\":10.5}"},
    {"x=1._5",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"1._5\\\": underscores must be surrounded by "
     "digits\"}"},
    {"x=1_.5",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"1_.5\\\": underscores must be surrounded by "
     "digits\"}"},
    {"x=1e1_0", "{\"x\":10000000000}"},
    {"x=infinity",
     "{\"Error\":\"toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'i' "
     "instead\"}"},
    {"x=nano",
     "{\"Error\":\"toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'o' "
     "instead\"}"},
    {"x=+inf2",
     "{\"Error\":\"toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got '2' "
     "instead\"}"},
    {"x=+in", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid float: '+in'\"}"},
    {"x=+nn", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid float: '+n'\"}"},
    {"x=+.5", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): floats must start with a digit, not '.'\"}"},
    {"x=+", "{\"Error\":\"toml: line 0 (last key \\\"x\\\"): expected a digit but got '\\\\x00'\"}"},
    {"x=+a", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected a digit but got 'a'\"}"},
    {"x=1a",
     "{\"Error\":\"toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got 'a' "
     "instead\"}"},
    {"x=true1",
     "{\"Error\":\"toml: line 1: expected a top-level item to end with a newline, comment, or EOF, but got '1' "
     "instead\"}"},
    {"x=truely", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found \\\"truely\\\" instead\"}"},
    {"x=False", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found \\\"False\\\" instead\"}"},
    {"x=@", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found '@' instead\"}"},
    {"x=,", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found ',' instead\"}"},
    {"x=]", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found ']' instead\"}"},
    {"x==", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected value but found '=' instead\"}"},
    {"x", "{\"Error\":\"toml: line 0: unexpected EOF; expected key separator '='\"}"},
    {"x.", "{\"Error\":\"toml: line 1: unexpected '='\"}"},
    {"x.=1", "{\"Error\":\"toml: line 1: unexpected '='\"}"},
    {".x=1", "{\"Error\":\"toml: line 1: unexpected '.': keys cannot start with a '.'\"}"},
    {"x..y=1", "{\"Error\":\"toml: line 1: unexpected '.'\"}"},
    {"[", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"[[", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"[a.", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"x='''a", "{\"Error\":\"toml: line 0 (last key \\\"x\\\"): unexpected EOF; expected \\\"'''\\\"\"}"},
    {"x='''a\n\n", "{\"Error\":\"toml: line 2 (last key \\\"x\\\"): unexpected EOF; expected \\\"'''\\\"\"}"},
    {"x=\"abc\\u12G\"",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): expected four hexadecimal digits after '\\\\u', but got "
     "\\\"abc\\\\\\\\u12G\\\" instead\"}"},
    {"x=\"\"\"\na\\u12G\"",
     "{\"Error\":\"toml: line 2 (last key \\\"x\\\"): expected four hexadecimal digits after '\\\\u', but got "
     "\\\"\\\\na\\\\\\\\u12G\\\" instead\"}"},
    {"x=1e+\n",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"1e+\\\": underscores must be surrounded by "
     "digits\"}"},
    {"x=1.+",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): Invalid float \\\"1.+\\\": underscores must be surrounded by "
     "digits\"}"},
    {"x=0xG_1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): not a hexidecimal number: '0xG'\"}"},
    {"x=1_000.5_5e1_0", "{\"x\":10005500000000}"},
    {"x y=1", "{\"Error\":\"toml: line 1: expected '.' or '=', but got 'y' instead\"}"},
    {"x-y_1=1", "{\"x-y_1\":1}"},
    {"é=1", "{\"Error\":\"toml: line 1: expected '.' or '=', but got 'é' instead\"}"},
    {"\"é\"=1", "{\"é\":1}"},
    {"'a\"b'=1", "{\"a\\\"b\":1}"},
    {"[]", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"[ ]", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"[.a]", "{\"Error\":\"toml: line 1: unexpected table separator (table names cannot be empty)\"}"},
    {"[a.]", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"[a..b]", "{\"Error\":\"toml: line 1: unexpected table separator (table names cannot be empty)\"}"},
    {"[a b]", "{\"Error\":\"toml: line 1: expected '.' or ']' to end table name, but got 'b' instead\"}"},
    {"[a]b",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): expected a top-level item to end with a newline, comment, or "
     "EOF, but got 'b' instead\"}"},
    {"[a] # c", "{\"a\":{}}"},
    {"[[a]", "{\"Error\":\"toml: line 0: expected end of table array name delimiter ']', but got '\\\\x00' instead\"}"},
    {"[[a] ]", "{\"Error\":\"toml: line 1: expected end of table array name delimiter ']', but got ' ' instead\"}"},
    {"[[a]]b",
     "{\"Error\":\"toml: line 1 (last key \\\"a\\\"): expected a top-level item to end with a newline, comment, or "
     "EOF, but got 'b' instead\"}"},
    {"[[]]", "{\"Error\":\"toml: line 1: unexpected end of table name (table names cannot be empty)\"}"},
    {"[@]", "{\"Error\":\"toml: line 1: expected '.' or ']' to end table name, but got '@' instead\"}"},
    {"@=1", "{\"Error\":\"toml: line 1: expected '.' or '=', but got '@' instead\"}"},
    {"= 1", "{\"Error\":\"toml: line 1: unexpected '=': key name appears blank\"}"},
    {"\"\"=1", "{\"\":1}"},
    {"\"\".a=1", "{\"\":{\"a\":1}}"},
    {"''=1", "{\"\":1}"},
    {"#\001", "{\"Error\":\"toml: line 1: TOML files cannot contain control characters: '0x01'\"}"},
    {"x=1 # c\007", "{\"Error\":\"toml: line 1: TOML files cannot contain control characters: '0x07'\"}"},
    {"x=1\r",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): TOML files cannot contain control characters: '0x0d'\"}"},
    {"\rx=1", "{\"Error\":\"toml: line 1: TOML files cannot contain control characters: '0x0d'\"}"},
    {"x=\"\177\"",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): TOML files cannot contain control characters: '0x7f'\"}"},
    {"1=2", "{\"1\":2}"},
    {"1.2=3", "{\"1\":{\"2\":3}}"},
    {"true=1", "{\"true\":1}"},
    {"x=2020-01-01T00:00",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"2020-01-01T00:00\\\"\"}"},
    {"x=2020-02-30", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"2020-02-30\\\"\"}"},
    {"x=2020-01-01T24:00:00Z",
     "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"2020-01-01T24:00:00Z\\\"\"}"},
    {"x=2020-01-01t00:00:00z", "{\"x\":\"2020-01-01T00:00:00Z\"}"},
    {"x=2020-01-01 00:00:00", "{\"x\":\"2020-01-01T00:00:00Z\"}"},
    {"x=2020-01-01 ", "{\"x\":\"2020-01-01T00:00:00Z\"}"},
    {"x=2020-01-01 # c", "{\"x\":\"2020-01-01T00:00:00Z\"}"},
    {"x=2020-01-01T00:00:00+01:30", "{\"x\":\"2020-01-01T00:00:00+01:30\"}"},
    {"x=2020-01-01T00:00:00.123456789123Z", "{\"x\":\"2020-01-01T00:00:00.123456789Z\"}"},
    {"x=12:00", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"12:00\\\"\"}"},
    {"x=12:00:60", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"12:00:60\\\"\"}"},
    {"x=20-01-01", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"20-01-01\\\"\"}"},
    {"x=2020-1-1", "{\"Error\":\"toml: line 1 (last key \\\"x\\\"): invalid datetime: \\\"2020-1-1\\\"\"}"},
    {"x=[2020-01-01, 12:00:00]", "{\"x\":[\"2020-01-01T00:00:00Z\",\"0000-01-01T12:00:00Z\"]}"},
    {"x=1979-05-27T07:32:00+00:00", "{\"x\":\"1979-05-27T07:32:00Z\"}"},
    {"a=1\n\n\n[b]\nc=\n",
     "{\"Error\":\"toml: line 6 (last key \\\"b.c\\\"): expected value but found '\\\\n' instead\"}"},
    {"a=[\n[1,2],\n[\"x\"]]", "{\"a\":[[1,2],[\"x\"]]}"},
    {"a = [ # c\n 1 # d\n , 2 ]", "{\"a\":[1,2]}"},
    {"[a]\nx=1\n[b]\nx=1\n[a]\n", "{\"Error\":\"toml: line 5: Key 'a' has already been defined.\"}"},
    {"a={b.c=1,b.d=2}", "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}"},
    {"a={b=1,b=2}", "{\"Error\":\"toml: line 1 (last key \\\"a.b\\\"): Key 'a.b' has already been defined.\"}"},
    {"a={b={c=1},b.d=2}", "{\"a\":{\"b\":{\"c\":1,\"d\":2}}}"},
    {"a=[{b=1,b=2}]", "{\"Error\":\"toml: line 1 (last key \\\"a.b\\\"): Key 'a.b' has already been defined.\"}"},
    {"[[a]]\nb=1\nb=2", "{\"Error\":\"toml: line 3 (last key \\\"a.b\\\"): Key 'a.b' has already been defined.\"}"},
    {"[a]\nb=1\n[[a]]", "{\"Error\":\"toml: line 3: Key 'a' was already created and cannot be used as an array.\"}"},
    {"[[a]]\n[a]\n", "{\"Error\":\"toml: line 2: Key 'a' has already been defined.\"}"},
    {"a=[{}]\n[[a]]", "{\"Error\":\"toml: line 2: Key 'a' was already created and cannot be used as an array.\"}"},
    {"a=[{}]\na=[{}]", "{\"Error\":\"toml: line 2: Key 'a' was already created and cannot be used as an array.\"}"},
    {"a.b={}\na.b.c=1", "{\"a\":{\"b\":{\"c\":1}}}"},
    {"a.b={c=1}\n[a.b.d]\ne=1", "{\"a\":{\"b\":{\"c\":1,\"d\":{\"e\":1}}}}"},
};

std::string result_of(std::string_view text) {
  Heap heap;
  try {
    return to_json(from_toml(text, heap));
  } catch (const FormatError& error) {
    auto& map = gotemplate::make_map(heap);
    map.set(heap, "Error", gotemplate::make_string(heap, error.what()));
    return to_json(Value::map(&map));
  }
}

TEST_CASE("fromToml reads, and refuses, what Helm does", "[helm][formats][toml]") {
  for (const auto& [text, expected] : kTexts) {
    CAPTURE(text);
    CHECK(result_of(text) == expected);
  }
}

TEST_CASE("TOML's types are Go's", "[helm][formats][toml]") {
  Heap heap;
  const Value table = from_toml("i=1\nf=inf\nt=1979-05-27T07:32:00-07:00\nd=1979-05-27\n[[l]]\nx=1", heap);
  const auto type_of = [&](std::string_view key) { return gotemplate::type_name(*table.as_map().find(key)); };
  CHECK(type_of("i") == "int64");
  CHECK(type_of("f") == "float64");
  CHECK(type_of("t") == "time.Time");
  CHECK(type_of("l") == "[]map[string]interface {}");
  CHECK(table.as_map().find("t")->as_object().text() == "1979-05-27 07:32:00 -0700 -0700");
  CHECK(table.as_map().find("d")->as_object().text() == "1979-05-27 00:00:00 +0000 date-local");
  CHECK(to_toml(table).starts_with("d = 1979-05-27\nf = inf\ni = 1\nt = 1979-05-27T07:32:00-07:00\n\n[[l]]\n"));
}

TEST_CASE("TOML is not nested without end", "[helm][formats][toml]") {
  CHECK(result_of("a=" + std::string(100'000, '[')).find("nested too deeply") != std::string::npos);
  std::string key = "a";
  for (int i = 0; i < 100'000; ++i) key += ".a";
  CHECK(result_of(key + "=1").find("too many parts") != std::string::npos);
}

}  // namespace
}  // namespace kyma::helm
