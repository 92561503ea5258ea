#include <catch2/catch_test_macros.hpp>

#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

namespace {

std::string parse(const std::string& text, SetMode mode = SetMode::typed) {
  Heap heap;
  const Value values = Value::map(&kyma::gotemplate::make_map(heap));
  const auto outcome = parse_set(text, mode, values, heap);
  return outcome ? to_json(values) : outcome.error().message;
}

std::string merge(const ValueOptions& options) {
  Heap heap;
  const auto values = merge_value_options(options, heap);
  return values ? to_json(*values) : values.error().message;
}

}  // namespace

TEST_CASE("The flag --set knows integers, truth values and null, and nothing else", "[helm][chart][set]") {
  CHECK(parse("a=0,b=007,c=-1,d=+1,e=1_0,f=TRUE,g=nUll,h=1e3,i=9223372036854775808,k=-0,l=1.5") ==
        R"({"a":0,"b":"007","c":-1,"d":1,"e":"1_0","f":true,"g":null,"h":"1e3","i":"9223372036854775808","k":0,)"
        R"("l":"1.5"})");
  CHECK(parse("a=1,b=true,c=null,d={1,null}", SetMode::string) ==
        R"({"a":"1","b":"true","c":"null","d":["1","null"]})");
  CHECK(parse("a.b=x=y,z", SetMode::literal) == R"({"a":{"b":"x=y,z"}})");
}

TEST_CASE("The flag --set separates, nests and escapes", "[helm][chart][set]") {
  CHECK(parse("a=b=c,d= e ,") == R"({"a":"b=c","d":" e "})");
  CHECK(parse(R"(a\.b.c=\,d,e\=f=\\)") == R"({"a.b":{"c":",d"},"e=f":"\\"})");
  CHECK(parse("a=\\") == R"({"a":""})");
  CHECK(parse("=1,[0]=2,.a=3") == "{}");
  CHECK(parse("\xc3\xa9=\xff") == "{\"\xc3\xa9\":\"\xef\xbf\xbd\"}");
  CHECK(parse("a=1,a=2,a.b") ==
        "unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}");
}

TEST_CASE("The flag --set makes lists", "[helm][chart][set]") {
  CHECK(parse("a={1,,x},b={}") == R"({"a":[1,"","x"],"b":[""]})");
  CHECK(parse("a={1,2}x=1") == R"({"a":[1,2],"x":1})");
  CHECK(parse("a[2]=1,a[0].b=2,a[0].c=3") == R"({"a":[{"b":2,"c":3},null,1]})");
  CHECK(parse("a[0][1]=2,a[0][0].x[1]=y") == R"({"a":[[{"x":[null,"y"]},2]]})");
  CHECK(parse("a[0]=1,a[0].b=2") == R"({"a":[{"b":2}]})");
  CHECK(parse("a[0],") == "unexpected data at end of array index: [',']");
  CHECK(parse("a[0]") == R"({"a":[]})");
  CHECK(parse("a[0]=") == R"({"a":[""]})");
  CHECK(parse("a={1,2") == "list must terminate with '}'");
}

TEST_CASE("The flag --set says what is wrong as Helm says it", "[helm][chart][set]") {
  CHECK(parse("a") == R"(key "a" has no value)");
  CHECK(parse("a,b=1") == R"(key "a" has no value (cannot end with ,))");
  CHECK(parse("a.=1") == R"(key map "a" has no value)");
  CHECK(parse("a[x]=1") == R"(error parsing index: strconv.Atoi: parsing "x": invalid syntax)");
  CHECK(parse("a[99999999999999999999]=1") ==
        R"(error parsing index: strconv.Atoi: parsing "99999999999999999999": value out of range)");
  CHECK(parse("a[0") == "error parsing index: EOF");
  CHECK(parse("a[-1]=1") == "negative -1 index not allowed");
  CHECK(parse("a[65537]=1") == "index of 65537 is greater than maximum supported index of 65536");
  CHECK(parse("a[0]b'c=1") == R"(unexpected data at end of array index: ['b' '\'' 'c'])");
  CHECK(parse("a=null,a[0]=1") == "unable to parse key: interface conversion: interface {} is nil, not []interface {}");
  std::string deep = "a";
  for (int i = 0; i < 31; ++i) deep += ".a";
  CHECK(parse(deep + "=1") == "value name nested level is greater than maximum supported nested level of 30");
  CHECK(parse(deep.substr(2) + "=1").starts_with(R"({"a":{"a")"));
}

TEST_CASE("The flag --set survives a list in a list in a list without end", "[helm][chart][set]") {
  std::string text = "a";
  for (int i = 0; i < 100'000; ++i) text += "[0]";
  CHECK(parse(text + "=1") == "lists are nested too deeply");
}

TEST_CASE("The flag --set-json takes one JSON value after another", "[helm][chart][set]") {
  const auto json = [](const std::string& text) { return merge({.json = {text}}); };
  CHECK(json(R"(a={"b":1},c=2 ,d= ,e="x,y")") == R"({"a":{"b":1},"c":2,"d":null,"e":"x,y"})");
  CHECK(json("a=1 2=3") == R"({"2":3,"a":1})");
  CHECK(json("a=truex=1") == R"({"a":true,"x":1})");
  CHECK(json(R"(a[1]={"x":[1]},a[0]=)") == R"({"a":[null,{"x":[1]}]})");
  for (const std::string text : {"a", "a=x", "a=1e400", "a=[1,2", "a=-", R"({"a":1})", "a=null,a.b=1"}) {
    CHECK(json(text) == "failed parsing --set-json data " + text);
  }
}

TEST_CASE("Files are merged in order, the other options after them", "[helm][chart][set]") {
  const ScratchDirectory directory({{"1.yaml", "a: {x: 1, w: 2, z: [1]}\nb: 1\n"},
                                    {"2.yaml", "a: {x: ~, z: [2]}\nb: {c: 1}\n"},
                                    {"empty.yaml", ""},
                                    {"list.yaml", "[1]"},
                                    {"text", "hello\n"}});
  CHECK(merge({.files = {directory.at("1.yaml"), directory.at("2.yaml"), directory.at("empty.yaml")}}) ==
        R"({"a":{"w":2,"x":null,"z":[2]},"b":{"c":1}})");
  CHECK(merge({.files = {directory.at("1.yaml")},
               .json = {"j=1,s=1"},
               .values = {"s=2,b=3"},
               .string_values = {"s=3,t=1"},
               .file_values = {"f=" + directory.at("text")},
               .literal_values = {"l=a,b"}}) ==
        R"({"a":{"w":2,"x":1,"z":[1]},"b":3,"f":"hello\n","j":1,"l":"a,b","s":"3","t":"1"})");
  CHECK(merge({.files = {directory.at("list.yaml")}}) ==
        "failed to parse " + directory.at("list.yaml") +
            ": error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type "
            "map[string]interface {}");
  CHECK(merge({.files = {"/no/such"}}) == "open /no/such: no such file or directory");
  CHECK(merge({.files = {directory.path().string()}}) == "read " + directory.path().string() + ": is a directory");
  CHECK(merge({.files = {"a%zz"}}) == R"(parse "a%zz": invalid URL escape "%zz")");
  CHECK(merge({.files = {"https://host/values.yaml"}}) ==
        "values are not fetched from a network: save https://host/values.yaml to a file first");
  CHECK(merge({.values = {"a"}}) == R"(failed parsing --set data: key "a" has no value)");
  CHECK(merge({.string_values = {"a"}}) == R"(failed parsing --set-string data: key "a" has no value)");
  CHECK(merge({.literal_values = {"a"}}) == R"(failed parsing --set-literal data: key "a" has no value)");
  CHECK(merge({.file_values = {"a=/no/such"}}) ==
        "failed parsing --set-file data: open /no/such: no such file or directory");
}
