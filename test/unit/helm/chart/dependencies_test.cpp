#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>

#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

namespace {

// "path path/charts/sub ..." of all charts that are on.
void list_paths(const ChartNode& node, std::string& out) {
  out += node.path + " ";
  for (const ChartNode& child : node.children) list_paths(child, out);
}
std::string paths(const Release& result) {
  if (!result.error.empty()) return result.error;
  std::string out;
  list_paths(result.root, out);
  return out;
}

std::string chart_yaml(const std::string& name, const std::string& rest = "") {
  return fmt::format("apiVersion: v2\nname: {}\nversion: 1.2.0\n{}\n", name, rest);
}

Warnings dependency_warnings(const std::filesystem::path& path, const std::string& set) {
  Heap heap;
  Warnings warnings;
  const Value user = Value::map(&kyma::gotemplate::make_map(heap));
  REQUIRE(parse_set(set, SetMode::typed, user, heap).has_value());
  REQUIRE(process_dependencies(*load_chart(path), user, heap, warnings).has_value());
  return warnings;
}

}  // namespace

TEST_CASE("Conditions turn subcharts on and off, and override tags", "[helm][chart][dependencies]") {
  const ScratchDirectory directory(
      {{"Chart.yaml", chart_yaml("g",
                                 "dependencies: [{name: s, version: '*', condition: 's.enabled,global.s', tags: "
                                 "[one, two]}, {name: u, version: ^1, condition: 'u.on , a'}]")},
       {"charts/s/Chart.yaml", chart_yaml("s", "dependencies: [{name: ss, version: '*', condition: 'ss.enabled'}]")},
       {"charts/s/charts/ss/Chart.yaml", chart_yaml("ss")},
       {"charts/u/Chart.yaml", "name: u\nversion: 2.0.0\n"}});
  const auto with = [&](const std::string& set) { return paths(*release(directory.path(), {set})); };
  const std::string all = "g g/charts/u g/charts/s g/charts/s/charts/ss ";
  const std::string none = "g g/charts/u ";
  CHECK(with("x=1") == all);
  CHECK(with("s.enabled=false") == none);
  CHECK(with("global.s=false") == none);
  CHECK(with("s.enabled=true,global.s=false") == all);
  CHECK(with("s.enabled=x,global.s=false") == none);
  CHECK(with("s.enabled.x=1,global.s=false") == none);
  CHECK(with("tags.one=false") == none);
  CHECK(with("tags.one=false,tags.two=true") == all);
  CHECK(with("tags.one=false,s.enabled=true") == all);
  CHECK(with("tags.one=x") == all);
  CHECK(with("s.ss.enabled=false") == "g g/charts/u g/charts/s ");
  // Its version is none of those declared, but its name is turned off all the same.
  CHECK(with("u.on=false") == all);
  CHECK(with("a=false") == all);

  CHECK(dependency_warnings(directory.path(), "s.enabled=x") ==
        Warnings{"Warning: Condition path 's.enabled' for chart s returned non-bool value"});
  CHECK(dependency_warnings(directory.path(), "tags.two=x") ==
        Warnings{"Warning: Tag 'two' for chart s returned non-bool value"});
}

TEST_CASE("Without a declaration all subcharts are on, and their declarations unread", "[helm][chart][dependencies]") {
  const Files files{
      {"Chart.yaml", chart_yaml("g")},
      {"charts/s/Chart.yaml", chart_yaml("s", "dependencies: [{name: t, version: '*', condition: t.on}]")},
      {"charts/s/charts/t/Chart.yaml", chart_yaml("t")}};
  const ScratchDirectory directory(files);
  CHECK(paths(*release(directory.path(), {"s.t.on=false"})) == "g g/charts/s g/charts/s/charts/t ");
  // An empty list is a declaration.
  directory.write("Chart.yaml", chart_yaml("g", "dependencies: []"));
  CHECK(paths(*release(directory.path(), {"s.t.on=false"})) == "g g/charts/s ");
}

TEST_CASE("A chart under two aliases has its subcharts in common", "[helm][chart][dependencies]") {
  const ScratchDirectory directory(
      {{"Chart.yaml", chart_yaml("r",
                                 "dependencies: [{name: s, version: '*', alias: x}, {name: s, version: 1.x, alias: "
                                 "z}]")},
       {"values.yaml", "x: {cc: {m: 2}, b: {b2: 2}}\nz: {cc: {m: 3}}\n"},
       {"charts/s/Chart.yaml",
        chart_yaml("s", "dependencies: [{name: c, version: '>0', alias: cc, import-values: [data]}]")},
       {"charts/s/charts/b/Chart.yaml", chart_yaml("b")},
       {"charts/s/charts/b/values.yaml", "b1: 1\n"},
       {"charts/s/charts/c/Chart.yaml", chart_yaml("c")},
       {"charts/s/charts/c/values.yaml", "exports: {data: {imported: 1}}\nm: 1\n"}});
  const auto result = release(directory.path());
  // The first alias renames the dependency for the second one too, so that it no longer fits there.
  CHECK(paths(*result) ==
        "r r/charts/x r/charts/z/charts/b r/charts/x/charts/cc r/charts/z r/charts/z/charts/b "
        "r/charts/z/charts/c ");
  CHECK(result->json() ==
        R"({"x":{"b":{"b1":1,"b2":2,"global":{}},"cc":{"exports":{"data":{"imported":1}},"global":{},)"
        R"("m":2},"global":{},"imported":1},"z":{"b":{"b1":1,"global":{}},"c":{"exports":{"data":)"
        R"({"imported":1}},"global":{},"m":1},"cc":{"m":3},"global":{}}})");
  CHECK(result->root.children[0].dependencies.at(0).name == "cc");
  CHECK_FALSE(result->root.children[1].dependencies.at(0).import_values.is_valid());
}

TEST_CASE("Subcharts export values, which the parent's own override", "[helm][chart][dependencies]") {
  const ScratchDirectory directory(
      {{"Chart.yaml", chart_yaml("i",
                                 "dependencies: [{name: s, version: '*', import-values: [{child: a, parent: p}, "
                                 "{child: b, parent: p}, data, nosuch, {child: c.d, parent: .}]}]")},
       {"values.yaml", "p: {x: 9}\nown: 1\n"},
       {"charts/s/Chart.yaml", chart_yaml("s")},
       {"charts/s/values.yaml",
        "a: {x: 1, t: {m: 1}}\nb: {x: 2, z: 3, t: {o: 1}}\nexports: {data: {own: 2, other: ~}}\n"}});
  const auto result = release(directory.path());
  // The second import adds to the table that the first one brought, which is the subchart's own.
  CHECK(result->json() == R"({"other":null,"own":1,"p":{"t":{"m":1,"o":1},"x":9,"z":3},"s":{"a":{"t":{"m":1,"o":1},)"
                          R"("x":1,"z":3},"b":{"t":{"o":1},"x":2,"z":3},"exports":{"data":{"own":2}},"global":{}}})");
  CHECK(dependency_warnings(directory.path(), "x=1") ==
        Warnings{R"(Warning: ImportValues missing table: "nosuch" is not a table)",
                 R"(Warning: ImportValues missing table from chart s: "c" is not a table)"});
  CHECK(to_json(result->root.dependencies.at(0).import_values) ==
        R"([{"child":"a","parent":"p"},{"child":"b","parent":"p"},{"child":"exports.data","parent":"."},)"
        R"({"child":"exports.nosuch","parent":"."},{"child":"c.d","parent":"."}])");
}

TEST_CASE("Imports that make no sense are errors", "[helm][chart][dependencies]") {
  const auto error = [](const std::string& imports) {
    const ScratchDirectory directory(
        {{"Chart.yaml", chart_yaml("i", "dependencies: [{name: s, version: '*', import-values: " + imports + "}]")},
         {"charts/s/Chart.yaml", chart_yaml("s")},
         {"charts/s/values.yaml", "a: {b: {c: 1}}\n"}});
    return release(directory.path())->error;
  };
  CHECK(error("[{child: x}]") ==
        "dependency s: an entry of import-values must be a text, or have the texts child and parent");
  // The second one puts the table into itself.
  CHECK(error("[{child: a, parent: p}, {child: a, parent: p.q}]") ==
        "a value is nested too deeply, or contains itself");
}
