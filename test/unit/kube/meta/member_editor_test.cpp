#include "operator/kube/meta/member_editor.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

namespace kyma::kube {
namespace {

std::string keys_of(const json::Value& object) {
  std::string keys;
  for (const auto& member : object.GetObject()) keys.append(json::view(member.name)).append(" ");
  return keys;
}

TEST_CASE("MemberEditor keeps the order of what stays, with an index and without", "[kube][json]") {
  for (const std::size_t changes : {std::size_t{4}, std::size_t{100'000}}) {
    INFO(changes << " changes announced");
    json::Document object = json::parse(R"({"a":1,"b":2,"c":3,"d":4})").value();
    MemberEditor editor(object, changes, object.GetAllocator());
    editor.remove("b");
    editor.remove("nobody");
    editor.find_or_add("c").SetInt(30);
    REQUIRE(editor.find_or_add("e").IsNull());
    editor.remove("e");
    REQUIRE(editor.find("e") == nullptr);
    editor.find_or_add("e").SetInt(5);
    editor.remove("a");
    editor.find_or_add("a").SetInt(10);
    REQUIRE(editor.find("a")->GetInt() == 10);
    editor.finish();
    REQUIRE(keys_of(object) == "c d e a ");
    REQUIRE(json::int_at(object, {"c"}) == 30);
    REQUIRE(json::int_at(object, {"a"}) == 10);
  }
}

TEST_CASE("MemberEditor removes a field that stands twice", "[kube][json]") {
  json::Document object = json::parse(R"({"a":1,"b":2,"a":3})").value();
  MemberEditor editor(object, 100'000, object.GetAllocator());
  editor.remove("a");
  editor.finish();
  REQUIRE(keys_of(object) == "b ");
}

}  // namespace
}  // namespace kyma::kube
