#include "operator/apiserver/field_set.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>
#include <string>

#include "operator/apiserver/field_path.hpp"

namespace kyma::apiserver {
namespace {

std::optional<FieldSet> parsed(std::string_view text) { return FieldSet::from_json(json::parse(text).value()); }

FieldSet set_of(std::string_view text) { return parsed(text).value(); }

std::string text_of(const FieldSet& fields) {
  json::Document document;
  return json::to_string(fields.to_json(document.GetAllocator()));
}

class RandomSets {
 public:
  explicit RandomSets(unsigned seed) : random_(seed) {}

  FieldSet next(int depth = 4) {
    FieldSet fields;
    for (unsigned i = below(4); i > 0; --i) {
      auto branch = depth > 0 ? next(depth - 1) : FieldSet();
      if (branch.empty() || below(3) == 0) branch.set_member();
      fields.add(step(), std::move(branch));
    }
    return fields;
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  std::string step() {
    static const std::vector<std::string> kSteps = {member_step("a"),
                                                    member_step("b"),
                                                    member_step("with \"quotes\""),
                                                    member_step("."),
                                                    member_step(""),
                                                    "k:{\"name\":\"x\"}",
                                                    "k:{\"port\":80,\"protocol\":\"TCP\"}",
                                                    "v:1",
                                                    "v:\"1\"",
                                                    "i:3"};
    return kSteps[below(static_cast<unsigned>(kSteps.size()))];
  }

  std::mt19937 random_;
};

TEST_CASE("FieldSet reads and writes fieldsV1", "[apiserver][apply][fields]") {
  const std::string text =
      R"({"f:spec":{".":{},"f:ports":{"k:{\"port\":80}":{".":{},"f:name":{}}},"f:size":{}},"f:tags":{"v:\"x\"":{}}})";
  REQUIRE(text_of(set_of(text)) == text);
  REQUIRE(set_of(text).paths(100) == std::vector<std::string>{".spec", ".spec.ports[port=80]",
                                                              ".spec.ports[port=80].name", ".spec.size",
                                                              R"(.tags[="x"])"});
  REQUIRE(set_of("{}").empty());
}

TEST_CASE("FieldSet makes steps canonical, whatever their order and their spaces", "[apiserver][apply][fields]") {
  REQUIRE(text_of(set_of(R"({"v: 1":{},"k:{ \"b\": 1, \"a\": \"x\" }":{},"f:z":{},"f:a":{}})")) ==
          R"({"f:a":{},"f:z":{},"k:{\"a\":\"x\",\"b\":1}":{},"v:1":{}})");
  REQUIRE(text_of(set_of(R"({"k:{\"a\":1,\"b\":2}":{"f:x":{}},"k:{\"b\":2,\"a\":1}":{"f:y":{}}})")) ==
          R"({"k:{\"a\":1,\"b\":2}":{"f:x":{},"f:y":{}}})");
}

TEST_CASE("FieldSet overlooks steps of a sort that it does not know", "[apiserver][apply][fields]") {
  REQUIRE(text_of(set_of(R"({"f:a":{},"x:future":{"anything":7}})")) == R"({"f:a":{}})");
}

TEST_CASE("FieldSet refuses what is no fieldsV1", "[apiserver][apply][fields][hostile]") {
  for (const std::string_view text : {"[]",
                                      "7",
                                      "null",
                                      R"("f:a")",
                                      R"({"f:a":7})",
                                      R"({"f:a":null})",
                                      R"({"f:a":{"f:b":[]}})",
                                      R"({"":{}})",
                                      R"({"f":{}})",
                                      R"({"spec":{}})",
                                      R"({"k:":{}})",
                                      R"({"k:{}":{}})",
                                      R"({"k:[1]":{}})",
                                      R"({"k:{\"a\"":{}})",
                                      R"({"v:":{}})",
                                      R"({"v:{":{}})",
                                      R"({"i:":{}})",
                                      R"({"i:x":{}})",
                                      R"({"i:99999999999999999999":{}})",
                                      R"({"i:1x":{}})"}) {
    INFO(text);
    REQUIRE_FALSE(parsed(text));
  }
}

TEST_CASE("FieldSet bears any depth that JSON has", "[apiserver][apply][fields][hostile]") {
  std::string text = "{}";
  for (int i = 0; i < json::kMaxDepth - 2; ++i) text = R"({"f:a":)" + text + "}";
  const auto fields = set_of(text);
  REQUIRE(text_of(fields) == text);
  REQUIRE((fields - fields).empty());
  REQUIRE((fields | fields) == fields);
  REQUIRE(fields.paths(100).size() == 1);
  REQUIRE_FALSE(parsed(R"({"v:)" + std::string(100'000, '[') + R"(":{}})"));
}

TEST_CASE("FieldSet obeys the laws of sets", "[apiserver][apply][fields]") {
  RandomSets random(17);
  for (int i = 0; i < 500; ++i) {
    const auto a = random.next();
    const auto b = random.next();
    const auto c = random.next();
    INFO(text_of(a) << " and " << text_of(b) << " and " << text_of(c));
    REQUIRE(set_of(text_of(a)) == a);
    REQUIRE((a | b) == (b | a));
    REQUIRE((a & b) == (b & a));
    REQUIRE((a | a) == a);
    REQUIRE((a & a) == a);
    REQUIRE((a - a).empty());
    REQUIRE(((a - b) & b).empty());
    REQUIRE(((a - b) | (a & b)) == a);
    REQUIRE(((a | b) - b) == (a - b));
    REQUIRE((a & (b | c)) == ((a & b) | (a & c)));
    REQUIRE((a - (b | c)) == ((a - b) - c));
  }
}

TEST_CASE("FieldSet takes a field out and leaves what is in it", "[apiserver][apply][fields]") {
  REQUIRE((set_of(R"({"f:a":{".":{},"f:b":{}}})") - set_of(R"({"f:a":{}})")) == set_of(R"({"f:a":{"f:b":{}}})"));
  FieldSet fields;
  fields.insert({"f:a", "f:b"});
  fields.insert({"f:a"});
  REQUIRE(fields == set_of(R"({"f:a":{".":{},"f:b":{}}})"));
  REQUIRE(fields.find("f:a")->is_member());
  REQUIRE(fields.find("f:b") == nullptr);
}

}  // namespace
}  // namespace kyma::apiserver
