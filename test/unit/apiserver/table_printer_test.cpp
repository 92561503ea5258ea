#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <string>

#include "operator/apiserver/table_printer.hpp"
#include "operator/kube/meta/time.hpp"

namespace kyma::apiserver {
namespace {

const WallTime kNow = *kube::parse_time("2026-11-21T12:00:00Z");

json::Document parsed(std::string_view text) {
  auto document = json::parse(text);
  REQUIRE(document.has_value());
  return std::move(*document);
}

std::string cells(const TablePrinter& printer, std::string_view object) {
  json::Writer writer;
  const json::Document document = parsed(object);
  writer.array([&] { printer.write_cells(writer, document, kNow); });
  return writer.str();
}

// The cell of the one column after the name.
std::string cell(std::string_view type, std::string_view path, std::string_view object) {
  const json::Document columns =
      parsed(R"([{"name":"C","type":")" + std::string(type) + R"(","jsonPath":")" + std::string(path) + R"("}])");
  const std::string all = cells(*TablePrinter::for_columns(&columns), object);
  REQUIRE(all.starts_with(R"(["",)"));
  return all.substr(4, all.size() - 5);
}

std::string built_in(std::string_view group, std::string_view plural, std::string_view object) {
  return cells(*TablePrinter::for_built_in(group, plural), object);
}

}  // namespace

TEST_CASE("Table prints the columns that a CRD asks for", "[apiserver][table]") {
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":"text"}})") == R"("text")");
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":["a","b"]}})") == R"("[\"a\",\"b\"]")");
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":{"a":1}}})") == R"("{\"a\":1}")");
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":7}})") == R"("7")");
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":true}})") == R"("true")");
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":0.5}})") == R"("0.5")");
  CHECK(cell("string", ".spec.x", R"({"spec":{}})") == "null");
  CHECK(cell("string", ".spec.x", R"({"spec":{"x":null}})") == "null");
  CHECK(cell("string", ".spec.x[*]", R"({"spec":{"x":["a","b"]}})") == R"("a")");
  CHECK(cell("integer", ".spec.x", R"({"spec":{"x":7.9}})") == "7");
  CHECK(cell("integer", ".spec.x", R"({"spec":{"x":1e300}})") == "null");
  CHECK(cell("integer", ".spec.x", R"({"spec":{"x":"7"}})") == "null");
  CHECK(cell("number", ".spec.x", R"({"spec":{"x":1.5}})") == "1.5");
  CHECK(cell("boolean", ".spec.x", R"({"spec":{"x":false}})") == "false");
  CHECK(cell("boolean", ".spec.x", R"({"spec":{"x":"false"}})") == "null");
}

TEST_CASE("Table prints dates as ages", "[apiserver][table]") {
  CHECK(cell("date", ".t", R"({"t":"2026-11-21T11:55:00Z"})") == R"("5m")");
  CHECK(cell("date", ".t", R"({"t":"2026-11-19T12:00:00Z"})") == R"("2d")");
  CHECK(cell("date", ".t", R"({"t":"yesterday"})") == R"("<invalid>")");
  CHECK(cell("date", ".t", R"({"t":""})") == R"("<unknown>")");
  CHECK(cell("date", ".t", R"({})") == "null");
  CHECK(cell("date", ".t", R"({"t":5})") == "null");
}

TEST_CASE("Table without columns of its own prints name and age", "[apiserver][table]") {
  const auto printer = TablePrinter::for_columns(nullptr);
  CHECK(cells(*printer, R"({"metadata":{"name":"a","creationTimestamp":"2026-11-21T11:59:00Z"}})") == R"(["a","60s"])");
  CHECK(cells(*printer, R"({"metadata":{"name":"a"}})") == R"(["a","<unknown>"])");
  const json::Document none = parsed("[]");
  CHECK(TablePrinter::for_columns(&none)->column_definitions() == printer->column_definitions());
  CHECK(printer->column_definitions().starts_with(R"({"name":"Name","type":"string","format":"name","description":")"));
}

TEST_CASE("Table carries metadata, the whole object or nothing with each row", "[apiserver][table]") {
  const auto printer = TablePrinter::for_columns(nullptr);
  const json::Document object =
      parsed(R"({"apiVersion":"v1","kind":"X","metadata":{"name":"a","resourceVersion":"7"},"spec":{"x":1}})");
  const auto table = [&](IncludeObject include) {
    TableBuilder builder(printer, {.now = kNow, .include = include});
    builder.add(object);
    return parsed(std::move(builder).finish({.resource_version = "9"}));
  };
  const json::Document metadata = table(IncludeObject::metadata);
  CHECK(json::string_at(metadata, {"kind"}) == "Table");
  CHECK(json::string_at(metadata, {"apiVersion"}) == "meta.k8s.io/v1");
  CHECK(json::string_at(metadata, {"metadata", "resourceVersion"}) == "9");
  CHECK(
      json::to_string(*json::find(metadata["rows"][0], "object")) ==
      R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a","resourceVersion":"7"}})");
  CHECK(json::equal(table(IncludeObject::object)["rows"][0]["object"], object));
  CHECK(table(IncludeObject::none)["rows"][0]["object"].IsNull());
}

TEST_CASE("Table of a list has one row per object, and a page says how to go on", "[apiserver][table]") {
  TableBuilder builder(TablePrinter::for_built_in("", "namespaces"), {.now = kNow});
  for (const char* name : {"a", "b", "c"}) {
    builder.add(parsed(R"({"metadata":{"name":")" + std::string(name) + R"("},"status":{"phase":"Active"}})"));
  }
  const json::Document table =
      parsed(std::move(builder).finish({.resource_version = "5", .continue_token = "tok", .remaining_item_count = 4}));
  CHECK(table["rows"].Size() == 3);
  CHECK(table["columnDefinitions"].Size() == 3);
  CHECK(json::string_at(table["rows"][2], {"object", "metadata", "name"}) == "c");
  CHECK(json::to_string(table["metadata"]) == R"({"resourceVersion":"5","continue":"tok","remainingItemCount":4})");
}

TEST_CASE("Table of a later watch event repeats no headers", "[apiserver][table]") {
  TableBuilder builder(TablePrinter::for_columns(nullptr), {.now = kNow, .headers = false});
  builder.add(parsed(R"({"metadata":{"name":"a"}})"));
  const json::Document table = parsed(std::move(builder).finish({}));
  CHECK(table["columnDefinitions"].Size() == 0);
  CHECK(table["rows"].Size() == 1);
  CHECK(json::to_string(table["metadata"]) == "{}");
}

TEST_CASE("Table knows the server's own resources", "[apiserver][table]") {
  const std::string meta = R"("metadata":{"name":"x","creationTimestamp":"2026-11-21T11:00:00Z"})";
  CHECK(built_in("", "namespaces", "{" + meta + R"(,"status":{"phase":"Active"}})") == R"(["x","Active","60m"])");
  CHECK(built_in("", "configmaps", "{" + meta + R"(,"data":{"a":"1"},"binaryData":{"b":"","c":""}})") ==
        R"(["x",3,"60m"])");
  CHECK(built_in("", "configmaps", "{" + meta + "}") == R"(["x",0,"60m"])");
  CHECK(built_in("", "secrets", "{" + meta + R"(,"type":"Opaque","data":{"a":"b"}})") == R"(["x","Opaque",1,"60m"])");
  CHECK(built_in("", "serviceaccounts", "{" + meta + R"(,"secrets":[{"name":"s"}]})") == R"(["x",1,"60m"])");
  CHECK(built_in("coordination.k8s.io", "leases", "{" + meta + R"(,"spec":{"holderIdentity":"pod-1"}})") ==
        R"(["x","pod-1","60m"])");
  CHECK(built_in("apiextensions.k8s.io", "customresourcedefinitions", "{" + meta + "}") ==
        R"(["x","2026-11-21T11:00:00Z"])");
  CHECK(built_in("example.com", "potatoes", "{" + meta + "}") == R"(["x","60m"])");
}

TEST_CASE("Table prints events of both versions of the API", "[apiserver][table]") {
  CHECK(built_in("", "events",
                 R"({"metadata":{"name":"e"},"type":"Warning","reason":"ChartError","message":"bad chart\n","count":3,
                     "involvedObject":{"kind":"HelmComponent","name":"k-a"},"source":{"component":"kyma-operator","host":"h"},
                     "firstTimestamp":"2026-11-21T11:50:00Z","lastTimestamp":"2026-11-21T11:59:30Z"})") ==
        R"(["30s","Warning","ChartError","helmcomponent/k-a","","kyma-operator, h","bad chart","10m",3,"e"])");
  CHECK(
      built_in(
          "events.k8s.io", "events",
          R"({"metadata":{"name":"e"},"type":"Normal","reason":"Ready","note":"all there","eventTime":"2026-11-21T11:59:00.000000Z",
                     "regarding":{"kind":"Kyma","name":"k"},"reportingController":"kyma-operator"})") ==
      R"(["60s","Normal","Ready","kyma/k","","kyma-operator","all there","60s",1,"e"])");
}

TEST_CASE("Table refuses columns that cannot be printed", "[apiserver][table]") {
  const json::Document columns = parsed(
      R"([{"name":"A","type":"string","jsonPath":".a"},{"type":"text","jsonPath":"a"},{"name":"B","type":"date","jsonPath":".a["},{"name":"C","type":"date"}])");
  std::vector<std::string> texts;
  for (const auto& cause : TablePrinter::check_columns(columns, "cols"))
    texts.push_back(cause.field + ": " + cause.message);
  CHECK(texts == std::vector<std::string>{
                     "cols[1].name: Required value",
                     R"(cols[1].type: Invalid value: "text": must be one of boolean,date,integer,number,string)",
                     R"(cols[1].jsonPath: Invalid value: "a": must be a simple json path starting with .)",
                     R"(cols[2].jsonPath: Invalid value: ".a[": unterminated [ at 2 in ".a[")",
                     "cols[3].jsonPath: Required value"});
  CHECK(TablePrinter::check_columns(parsed("7"), "cols").size() == 1);
}

TEST_CASE("Table does not stumble over objects that are none", "[apiserver][table]") {
  for (const char* object :
       {"7", "[]", "null", R"({"metadata":[],"status":7,"data":[],"secrets":{}})", R"({"metadata":{"name":7}})"}) {
    INFO(object);
    for (const char* plural : {"namespaces", "configmaps", "secrets", "serviceaccounts", "events", "others"}) {
      TableBuilder builder(TablePrinter::for_built_in("", plural), {.now = kNow});
      builder.add(parsed(object));
      CHECK(json::parse(std::move(builder).finish({})).has_value());
    }
  }
}

TEST_CASE("Table takes the values of includeObject that the API has", "[apiserver][table]") {
  CHECK(include_object_from_string("") == IncludeObject::metadata);
  CHECK(include_object_from_string("Metadata") == IncludeObject::metadata);
  CHECK(include_object_from_string("None") == IncludeObject::none);
  CHECK(include_object_from_string("Object") == IncludeObject::object);
  CHECK_FALSE(include_object_from_string("none").has_value());
}

}  // namespace kyma::apiserver
