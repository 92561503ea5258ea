#include "operator/kube/meta/list_splitter.hpp"

#include <catch2/catch_test_macros.hpp>

#include <random>

namespace {

using namespace kyma::kube;

struct Split {
  std::vector<std::string> items;
  std::string resource_version;
  std::string continue_token;
  std::string error;

  friend bool operator==(const Split&, const Split&) = default;
};

Split split(const std::vector<std::string_view>& pieces, std::size_t limit = 1024) {
  Split result;
  ListSplitter splitter([&](std::string_view item) { result.items.emplace_back(item); }, limit);
  for (const auto piece : pieces) {
    // Exactly as long as the piece, so that a sanitizer sees the first byte too many.
    const std::vector<char> exact(piece.begin(), piece.end());
    if (const auto fed = splitter.feed({exact.data(), exact.size()}); !fed) {
      CHECK(fed.error().reason == Reason::decode);
      CHECK_FALSE(splitter.finish().has_value());
      result.error = fed.error().message;
      return result;
    }
  }
  if (const auto finished = splitter.finish(); !finished) result.error = finished.error().message;
  CHECK(splitter.items() == result.items.size());
  result.resource_version = splitter.resource_version();
  result.continue_token = splitter.continue_token();
  return result;
}

const std::string kList =
    R"({"kind":"KymaList","apiVersion":"v1","metadata":{"resourceVersion":"42","continue":"a\"b","remaining":[1]},)"
    R"( "items" : [ {"a":"}]\"{\\"},{"b":[1,{"c":{}}]} , {}] ,"x":-1.5,"y":null, "z":[{"items":[1]}]})"
    "\n";

}  // namespace

TEST_CASE("ListSplitter hands over each item and the list's metadata", "[kube][list_splitter]") {
  const Split whole = split({kList});
  CHECK(whole.error.empty());
  CHECK(whole.items == std::vector<std::string>{R"({"a":"}]\"{\\"})", R"({"b":[1,{"c":{}}]})", "{}"});
  CHECK(whole.resource_version == "42");
  CHECK(whole.continue_token == "a\"b");
}

TEST_CASE("ListSplitter does not care where the pieces are cut", "[kube][list_splitter]") {
  const Split whole = split({kList});
  const std::string_view text = kList;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (std::size_t j = i; j <= text.size(); ++j) {
      if (split({text.substr(0, i), text.substr(i, j - i), text.substr(j)}) != whole) FAIL(i << " " << j);
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
  CHECK(split(bytes) == whole);
}

TEST_CASE("ListSplitter takes members in any order", "[kube][list_splitter]") {
  const Split late = split({R"({"items":[{"a":1}],"metadata":{"resourceVersion":"7"}})"});
  CHECK(late.items.size() == 1);
  CHECK(late.resource_version == "7");
  CHECK(split({R"({"it\u0065ms":[{}],"metadata":{}})"}).items.size() == 1);
}

TEST_CASE("ListSplitter takes an empty list and one of null", "[kube][list_splitter]") {
  for (const char* text : {R"({"items":[]})", R"({"items":[ ]})", R"({"items":null,"metadata":null})"}) {
    const Split none = split({text});
    CHECK(none.error.empty());
    CHECK(none.items.empty());
  }
}

TEST_CASE("ListSplitter refuses what is no list", "[kube][list_splitter]") {
  for (const char* text : {"",
                           " ",
                           "[]",
                           "null",
                           "{}",
                           "{",
                           R"({"kind":"Status"})",
                           R"({"items":[{}])",
                           R"({"items":[{})",
                           R"({"items":[{},]})",
                           R"({"items":[,{}]})",
                           R"({"items":[{}{}]})",
                           R"({"items":[1]})",
                           R"({"items":["x"]})",
                           R"({"items":[null]})",
                           R"({"items":{}})",
                           R"({"items":7})",
                           R"({"items":[]}x)",
                           R"({"items":[]},)",
                           R"({"items":[]}{)",
                           R"({"items" []})",
                           R"({items:[]})",
                           R"({"items":[] "x":1})",
                           R"({"x":1,})",
                           R"({,})",
                           R"({"x":,"items":[]})",
                           R"({"items":[],"metadata":[]})",
                           R"({"items":[],"metadata":{"resourceVersion":1}})",
                           R"({"items":[],"metadata":{]})",
                           R"({"items":[],"items":[]})",
                           R"({"items":[],"bad\key":1})"}) {
    INFO(text);
    CHECK_FALSE(split({text}).error.empty());
  }
  CHECK(split({R"({"kind":"Status"})"}).error == "the answer is no list: it has no items");
}

TEST_CASE("ListSplitter bounds what it holds", "[kube][list_splitter]") {
  const std::string big(2000, 'x');
  CHECK(split({R"({"items":[{"a":")" + big + R"("}]})"}).error ==
        "the answer is no list: item 0 is larger than the limit of 1024 bytes");
  CHECK_FALSE(split({R"({"other":")" + big + R"(","items":[]})"}).error.empty());
  CHECK_FALSE(split({R"({"metadata":{"x":")" + big + R"("},"items":[]})"}).error.empty());
  CHECK_FALSE(split({R"({")" + big + R"(":1,"items":[]})"}).error.empty());
  // In pieces too, and without an end.
  ListSplitter endless([](std::string_view) {}, 1024);
  REQUIRE(endless.feed(R"({"items":[{"a":")").has_value());
  bool refused = false;
  for (int i = 0; i < 10 && !refused; ++i) refused = !endless.feed(std::string(200, 'x'));
  CHECK(refused);
  CHECK_FALSE(endless.feed("x").has_value());
}

TEST_CASE("ListSplitter survives damaged lists", "[kube][list_splitter]") {
  std::mt19937 random(5);
  const std::string_view noise = "{}[]\",:\\0n \n\xff";
  for (int round = 0; round < 5'000; ++round) {
    std::string text = kList;
    for (auto edits = 1 + random() % 4; edits > 0; --edits)
      text[random() % text.size()] = noise[random() % noise.size()];
    const auto cut = random() % text.size();
    const Split whole = split({text});
    REQUIRE(split({std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}) == whole);
  }
}
