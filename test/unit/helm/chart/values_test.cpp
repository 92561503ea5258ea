#include <catch2/catch_test_macros.hpp>

#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

namespace {

const Files kParent{{"Chart.yaml", "name: p\nversion: 1.0.0\n"},
                    {"values.yaml",
                     "m: {a: 1, z: ~, l: [{q: ~}]}\nt: ~\nd: {deep: {k: 1}}\n"
                     "s: {b: {c: ~, zz: ~, e: 1}, a: ~, qq: ~}\n"},
                    {"charts/s/Chart.yaml", "name: s\nversion: 1.0.0\n"},
                    {"charts/s/values.yaml", "a: 1\nb: {c: 1, d: 2, e: ~}\n"}};

std::string value_of(const Release& result, std::string_view key) {
  return result.error.empty() ? to_json(*result.values.as_map().find(key)) : result.error;
}

}  // namespace

TEST_CASE("The user's values win over a chart's defaults, and null takes them away", "[helm][chart][values]") {
  const ScratchDirectory directory(kParent);
  const auto with = [&](const std::string& set, std::string_view key) {
    return value_of(*release(directory.path(), {set}), key);
  };
  CHECK(with("x=1", "m") == R"({"a":1,"l":[{"q":null}],"z":null})");
  CHECK(with("m.a=null,m.b=null", "m") == R"({"b":null,"l":[{"q":null}],"z":null})");
  CHECK(with("m.z.a=null", "m") == R"({"a":1,"l":[{"q":null}],"z":{"a":null}})");
  CHECK(with("m.l={1}", "m") == R"({"a":1,"l":[1],"z":null})");
  CHECK(with("d.deep=null", "d") == "{}");
  CHECK(with("d=text", "d") == R"("text")");
  CHECK(with("q=null", "q") == "null");
  CHECK(with("t.x=1", "t") == R"({"x":1})");
}

TEST_CASE("A parent's values win over its subchart's", "[helm][chart][values]") {
  const ScratchDirectory directory(kParent);
  const auto with = [&](const std::vector<std::string>& sets) {
    return value_of(*release(directory.path(), sets), "s");
  };
  CHECK(with({}) == R"({"b":{"d":2,"e":1,"zz":null},"global":{},"qq":null})");
  CHECK(with({"s.b.d=null"}) == R"({"b":{"e":1,"zz":null},"global":{},"qq":null})");
  CHECK(with({"s.b=null"}) == R"({"global":{},"qq":null})");
  CHECK(with({"s=null"}) == R"({"a":1,"b":{"c":1,"d":2,"e":null},"global":{}})");
  CHECK(with({"s=3"}) == "type mismatch on s: %!t(int64=3)");
  CHECK(with({"s={1}"}) == "type mismatch on s: [%!t(int64=1)]");
}

TEST_CASE("Globals go down, and the upper ones win", "[helm][chart][values]") {
  const ScratchDirectory directory(kParent);
  const auto global = [&](const std::string& set) {
    const auto result = release(directory.path(), {set});
    return to_json(*result->values.as_map().find("s")->as_map().find("global"));
  };
  CHECK(global("global.x=1,s.global.x=2") == R"({"x":1})");
  CHECK(global("global.x.z=2,s.global.x.y=1") == R"({"x":{"y":1,"z":2}})");
  CHECK(global("global.x=null,s.global.x=2") == R"({"x":null})");
  CHECK(global("global.x=1,s.global.x.y=2") == R"({"x":{"y":2}})");
  CHECK(global("global.x.y=1,s.global.x=2") == R"({"x":2})");
  // What is no table goes nowhere.
  CHECK(value_of(*release(directory.path(), {"global=1", "s=null"}), "s") == R"({"a":1,"b":{"c":1,"d":2,"e":null}})");
}

TEST_CASE("Coalescing warns of tables that meet what is none", "[helm][chart][values]") {
  const ScratchDirectory directory(kParent);
  CHECK(release(directory.path(), {"s.b=null"})->warnings ==
        Warnings{"warning: cannot overwrite table with non table for p.s.b (map[c:<nil> e:1 zz:<nil>])"});
  CHECK(release(directory.path(), {"m.a.b=1"})->warnings ==
        Warnings{"warning: destination for p.m.a is a table. Ignoring non-table value (1)"});
  directory.write("values.yaml", "m: 1\n");
  CHECK(release(directory.path(), {"m.a=1"})->warnings == Warnings{"warning: skipped value for p.m: Not a table."});
  CHECK(release(directory.path(), {"global=1"})->warnings ==
        Warnings{"warning: skipping globals because source global is not a table."});
  CHECK(release(directory.path(), {"s.global=1"})->warnings ==
        Warnings{"warning: skipping globals because destination global is not a table."});
}

TEST_CASE("A chart's own values are the same after any number of releases", "[helm][chart][values]") {
  const ScratchDirectory directory(kParent);
  const auto chart = load_chart(directory.path());
  REQUIRE(chart.has_value());
  const std::string before = to_json((*chart)->values) + to_json((*chart)->subcharts[0]->values);
  Heap heap;
  Warnings warnings;
  const Value user = Value::map(&kyma::gotemplate::make_map(heap));
  REQUIRE(parse_set("m.a=null,s.b.x=1,global.g=2,d.deep.k.j=3", SetMode::typed, user, heap).has_value());
  const std::string user_before = to_json(user);
  for (int i = 0; i < 2; ++i) {
    const auto root = process_dependencies(*chart, user, heap, warnings);
    REQUIRE(root.has_value());
    REQUIRE(coalesce_values(*root, user, heap, warnings).has_value());
  }
  CHECK(to_json((*chart)->values) + to_json((*chart)->subcharts[0]->values) == before);
  CHECK(to_json(user) == user_before);
}

TEST_CASE("Values nested beyond reason are an error", "[helm][chart][values]") {
  Heap heap;
  Value deep = Value::map(&kyma::gotemplate::make_map(heap));
  for (int i = 0; i < 30'000; ++i) {
    kyma::gotemplate::Map& outer = kyma::gotemplate::make_map(heap);
    outer.set(heap, "a", deep);
    deep = Value::map(&outer);
  }
  const ScratchDirectory directory(kParent);
  Warnings warnings;
  const auto root = process_dependencies(*load_chart(directory.path()), deep, heap, warnings);
  REQUIRE(root.has_value());
  const auto values = coalesce_values(*root, deep, heap, warnings);
  REQUIRE_FALSE(values.has_value());
  CHECK(values.error().message == "a value is nested too deeply, or contains itself");
}
