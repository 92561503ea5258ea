#include "operator/base/utf8.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <string_view>

namespace kyma {
namespace {

constexpr std::string_view kRight[] = {
    "", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xef\xbf\xbd"};
// Lone continuation, cut short, overlong, surrogate, beyond the last character, bytes that begin nothing.
constexpr std::string_view kWrong[] = {"\x80",         "\xc3",         "\xe2\x82",         "\xf0\x9f\x98",
                                       "\xc0\xaf",     "\xc1\xbf",     "\xe0\x80\xaf",     "\xf0\x80\x80\xaf",
                                       "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                                       "\xff",         "a\xc3\x28",    "\xe2\x28\xa1"};

TEST_CASE("UTF-8 is told from what only looks like it", "[base][utf8]") {
  for (const auto text : kRight) {
    CHECK(is_utf8(text));
    CHECK(make_utf8(std::string(text)) == text);
    CHECK(utf8_character_bytes(text) == (text == "plain" ? 1 : text.size()));
  }
  for (const auto text : kWrong) {
    INFO(text.size());
    CHECK_FALSE(is_utf8(text));
    CHECK_FALSE(is_utf8(std::string("right: ") + std::string(text)));
    CHECK(is_utf8(make_utf8(std::string(text))));
  }
  CHECK(make_utf8("a\xff\xc3\xa9\xe2\x82z") == "a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbdz");
}

TEST_CASE("Texts are cut between characters", "[base][utf8]") {
  CHECK(cut_utf8("short", 5) == "short");
  CHECK(cut_utf8("longer", 5) == "longe...");
  CHECK(cut_utf8("a\xe2\x82\xac\xe2\x82\xac", 4) == "a\xe2\x82\xac...");
  CHECK(cut_utf8("a\xe2\x82\xac\xe2\x82\xac", 5) == "a\xe2\x82\xac...");
  CHECK(cut_utf8("\xe2\x82\xac", 2) == "...");
}

}  // namespace
}  // namespace kyma
