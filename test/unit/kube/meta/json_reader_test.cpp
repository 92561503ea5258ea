#include <catch2/catch_test_macros.hpp>

#include <random>

#include "operator/kube/meta/json.hpp"

namespace {

using namespace kyma;

struct Thing {
  std::string name;
  std::int64_t number = -1;
  bool flag = false;
  std::vector<std::string> list;
  std::string_view raw;
};

void decode(json::Reader& reader, Thing& thing) {
  reader.object([&](std::string_view key) {
    if (key == "name") return reader.string(thing.name);
    if (key == "number") return reader.integer(thing.number);
    if (key == "flag") return reader.boolean(thing.flag);
    if (key == "list") return reader.array([&] { reader.string(thing.list.emplace_back()); });
    if (key == "raw") return reader.raw(thing.raw);
    reader.skip();
  });
}

// The error message; empty when the text is fine.
std::string problem(std::string_view text, Thing* result = nullptr) {
  Thing thing;
  json::Reader reader(text);
  decode(reader, result ? *result : thing);
  return reader.finish() ? "" : reader.error().message;
}

// Whether skip() accepts the text as one value.
bool skips(std::string_view text) {
  json::Reader reader(text);
  reader.skip();
  return reader.finish();
}

}  // namespace

TEST_CASE("Reader takes the fields it is asked for and skips the rest", "[kube][json][reader]") {
  Thing thing;
  const std::string text = R"( { "other" : {"name":"no","x":[1,{"y":[]}]} , "name":"yes","number":-42, "flag":true,
    "list":["a","b"],"raw": {"k" : [1, 2]} ,"end":1.5e-7} )";
  REQUIRE(problem(text, &thing).empty());
  CHECK(thing.name == "yes");
  CHECK(thing.number == -42);
  CHECK(thing.flag);
  CHECK(thing.list == std::vector<std::string>{"a", "b"});
  CHECK(thing.raw == R"({"k" : [1, 2]})");
}

TEST_CASE("Reader skips a value that the caller leaves unread", "[kube][json][reader]") {
  json::Reader reader(R"({"a":{"b":[1,2]},"c":[{},[]],"d":"x"})");
  std::string seen;
  reader.object([&](std::string_view key) { seen += key; });
  CHECK(reader.finish());
  CHECK(seen == "acd");

  json::Reader elements(R"([1,[2],{"x":3}])");
  int count = 0;
  elements.array([&] { ++count; });
  CHECK(elements.finish());
  CHECK(count == 3);
}

TEST_CASE("Reader takes null everywhere and leaves the target as it is", "[kube][json][reader]") {
  Thing thing;
  thing.name = "before";
  CHECK(problem(R"({"name":null,"number":null,"flag":null,"list":null,"raw":null})", &thing).empty());
  CHECK(thing.name == "before");
  CHECK(thing.number == -1);
  CHECK(thing.raw.empty());
  CHECK(problem("null").empty());
}

TEST_CASE("Reader hands out strings without escapes as views into the input", "[kube][json][reader]") {
  const std::string text = R"("plain ä")";
  json::Reader reader(text);
  std::string_view view;
  REQUIRE(reader.string_view(view));
  CHECK(view == "plain ä");
  CHECK(view.data() == text.data() + 1);
}

TEST_CASE("Reader decodes escapes in values and keys", "[kube][json][reader]") {
  Thing thing;
  CHECK(problem(R"({"na\u006de":"a\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00"})", &thing).empty());
  CHECK(thing.name == "a\"\\/\b\f\n\r\tä😀");
  CHECK(problem(R"({"name":"\ud83d"})").find("surrogate") != std::string::npos);
  CHECK_FALSE(problem(R"({"name":"\x"})").empty());
  CHECK_FALSE(problem(R"({"name":"\u12g4"})").empty());
}

TEST_CASE("Reader says what it expected, what it found, and where", "[kube][json][reader]") {
  CHECK(problem(R"({"name":1})") == R"(wrong JSON at byte 8 in member "name": expected a string, found a number)");
  CHECK(problem(R"({"number":"1"})") ==
        R"(wrong JSON at byte 10 in member "number": expected an integer, found a string)");
  CHECK(problem(R"({"number":1.5})") ==
        R"(wrong JSON at byte 10 in member "number": expected an integer of 64 bits, found 1.5)");
  CHECK(problem(R"({"flag":[]})") == R"(wrong JSON at byte 8 in member "flag": expected a boolean, found an array)");
  CHECK(problem(R"({"list":{}})") == R"(wrong JSON at byte 8 in member "list": expected an array, found an object)");
  CHECK(problem("[]") == "wrong JSON at byte 0: expected an object, found an array");
  CHECK(problem(R"({"name" "x"})") == "invalid JSON at byte 8: expected ':' after a member's name");
  CHECK(problem(R"({"name":"x"} x)") == "invalid JSON at byte 13: something follows the value");
  CHECK(problem("") == "invalid JSON at byte 0: a value is missing");
}

TEST_CASE("Reader reads integers of 64 bits and refuses larger ones", "[kube][json][reader]") {
  Thing thing;
  CHECK(problem(R"({"number":-9223372036854775808})", &thing).empty());
  CHECK(thing.number == std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(problem(R"({"number":9223372036854775808})").empty());
  CHECK_FALSE(problem(R"({"number":01})").empty());
  CHECK_FALSE(problem(R"({"number":-})").empty());
}

TEST_CASE("Reader keeps its first mistake and does nothing after it", "[kube][json][reader]") {
  json::Reader reader(R"({"a":x,"b":"y"})");
  int members = 0;
  std::string text = "unchanged";
  reader.object([&](std::string_view) {
    ++members;
    reader.string(text);
  });
  CHECK(members == 1);
  CHECK(text == "unchanged");
  CHECK_FALSE(reader.ok());
  const auto first = reader.error().message;
  reader.fail("later");
  CHECK(reader.error().message == first);
  CHECK(reader.error().offset == 5);
}

TEST_CASE("Reader lets a decoder refuse a value by itself", "[kube][json][reader]") {
  json::Reader reader(R"({"when":"never"})");
  reader.object([&](std::string_view) {
    std::string_view text;
    reader.string_view(text);
    reader.fail("expected a time");
  });
  CHECK_FALSE(reader.finish());
  CHECK(reader.error().message == R"(wrong JSON at byte 8 in member "when": expected a time)");
}

TEST_CASE("Skipping checks the syntax as parsing does", "[kube][json][reader]") {
  for (const char* good : {"1", "-0", "0.5", "1e9", "1E+9", "-1.5e-3", "\"\"", "true", "false", "null", "[]", "{}",
                           "[[],{}]", R"({"a":{"b":[1,"]}"]}})", " [ 1 , 2 ] "}) {
    INFO(good);
    CHECK(skips(good));
    CHECK(json::parse(good).has_value());
  }
  for (const char* bad : {"",         " ",          "01",        "1.",    ".5",     "1e",       "+1",
                          "--1",      "\"",         "\"\\\"",    "tru",   "nul",    "[",        "]",
                          "{",        "[1,]",       "[,1]",      "[1 2]", "[1}",    "{1:2}",    "{\"a\"}",
                          "{\"a\":}", "{\"a\":1,}", "{\"a\":1]", "{,}",   "\"\t\"", "\"\xff\"", "\"\xed\xa0\x80\"",
                          "\"\\q\"",  "\"\\u00\"",  "1 1",       "[1]]",  "'a'",    "NaN"}) {
    INFO(bad);
    CHECK_FALSE(skips(bad));
    CHECK_FALSE(json::parse(bad).has_value());
  }
}

TEST_CASE("Reader limits depth, whether it reads or skips", "[kube][json][reader]") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(skips(nested(json::kMaxDepth)));
  CHECK_FALSE(skips(nested(json::kMaxDepth + 1)));
  CHECK_FALSE(skips(std::string(10'000'000, '[')));

  std::function<void(json::Reader&)> descend = [&](json::Reader& reader) { reader.array([&] { descend(reader); }); };
  const auto text = nested(json::kMaxDepth + 1);
  json::Reader reader(text);
  descend(reader);
  CHECK_FALSE(reader.finish());
  const auto fitting = nested(json::kMaxDepth);
  json::Reader fits(fitting);
  descend(fits);
  CHECK(fits.finish());
}

TEST_CASE("Reader agrees with the document parser on damaged text", "[kube][json][reader]") {
  const std::string good =
      R"({"name":"n\u00e9","number":12,"flag":false,"list":["a","b\n"],"raw":{"x":[1,2.5,null]},"o":{"k":[true,{}]}})";
  std::mt19937 random(7);
  const std::string_view noise = "{}[]\",:\\0123e.-tfnu \xc3\xa9\xff";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (int edit = 0, edits = 1 + static_cast<int>(random() % 3); edit < edits; ++edit) {
      const auto at = random() % text.size();
      switch (random() % 3) {
        case 0: text[at] = noise[random() % noise.size()]; break;
        case 1: text.erase(at, 1); break;
        default: text.insert(at, 1, noise[random() % noise.size()]); break;
      }
    }
    INFO(text);
    // Only half surrogates pass unnoticed where nobody reads the string.
    const bool accepted = skips(text);
    if (accepted != json::parse(text).has_value()) {
      REQUIRE(text.find("\\u") != std::string::npos);
      REQUIRE(accepted);
    }
    if (problem(text).empty()) REQUIRE(accepted);
  }
}

TEST_CASE("Reader survives random bytes", "[kube][json][reader]") {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 64, '\0');
    for (auto& c : text) c = static_cast<char>(random());
    // From the heap and exactly as long as the text, so that a sanitizer sees the first byte too many.
    const std::vector<char> exact(text.begin(), text.end());
    problem({exact.data(), exact.size()});
    skips({exact.data(), exact.size()});
  }
}

TEST_CASE("Reader stops at every end of a text that is cut off", "[kube][json][reader]") {
  const std::string good =
      R"({"name":"n\u00e9","number":12,"flag":true,"list":["a",null],"raw":{"x":[1,"é"]},"s":null})";
  for (std::size_t size = 0; size < good.size(); ++size) {
    const std::vector<char> exact(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    INFO(size);
    CHECK_FALSE(problem({exact.data(), exact.size()}).empty());
    CHECK_FALSE(skips({exact.data(), exact.size()}));
  }
}
