#include <catch2/catch_test_macros.hpp>

#include "operator/helm/gotemplate/format.hpp"

namespace kyma::gotemplate {
namespace {

TEST_CASE("Quoting escapes what does not print and leaves the rest", "[helm][gotemplate][quote]") {
  CHECK(quote("") == R"("")");
  CHECK(quote("a\"b\\c'd`") == R"("a\"b\\c'd`")");
  CHECK(quote("\a\b\f\n\r\t\v") == R"("\a\b\f\n\r\t\v")");
  CHECK(quote(std::string_view("\0\x1b\x7f", 3)) == R"("\x00\x1b\x7f")");
  CHECK(quote("\u00e9\u65e5\U0001F600") == "\"\u00e9\u65e5\U0001F600\"");
  CHECK(quote("\u00a0\u200b\ufeff\ue000\U000e0001") == R"("\u00a0\u200b\ufeff\ue000\U000e0001")");
  CHECK(quote("\xff\xe2\x82") == R"("\xff\xe2\x82")");
  CHECK(quote("\xed\xa0\x80\xc0\x80") == R"("\xed\xa0\x80\xc0\x80")");
  CHECK(quote("\ufffd") == "\"\ufffd\"");
  CHECK(quote_ascii("\u00e9\U0001F600") == R"("\u00e9\U0001f600")");
  CHECK(quote_rune('\'') == R"('\'')");
  CHECK(quote_rune(0xD800) == "'\ufffd'");
}

TEST_CASE("Unquoting gives back what was quoted", "[helm][gotemplate][quote]") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  all += "\u00e9\u65e5\U0001F600\u200b";
  CHECK(unquote(quote(all)) == all);
  CHECK(unquote(quote_ascii(all)) == all);
}

TEST_CASE("Literals unquote by Go's rules", "[helm][gotemplate][quote]") {
  CHECK(unquote(R"("\x41\101\u0041\U00000041")") == "AAAA");
  CHECK(unquote(R"("\xff\377")") == "\xff\xff");
  CHECK(unquote("`a\\n\r\n`") == "a\\n\n");
  CHECK(unquote(R"('\'')") == "'");
  CHECK(unquote("'\u65e5'") == "\u65e5");
  CHECK(unquote("\"\xff\"") == "\ufffd");
  for (const std::string_view bad : {"",          "\"",        "a",        "\"a",         "a\"",
                                     "'a\"",      "''",        "'ab'",     "\"a\"b\"",    "\"\n\"",
                                     "\"\\\"",    "\"\\'\"",   "'\\\"'",   "\"\\z\"",     "\"\\x4\"",
                                     "\"\\xg0\"", "\"\\400\"", "\"\\08\"", "\"\\ud800\"", "\"\\U00110000\"",
                                     "\"\\u12\"", "`a`b`"}) {
    INFO(bad);
    CHECK_FALSE(unquote(bad));
  }
}

TEST_CASE("What is not UTF-8 decodes byte by byte", "[helm][gotemplate][unicode]") {
  const std::string_view text = "a\xc3\xa9\xe2\x82\xf0\x9f\x98\x80\xed\xa0\x80\xff";
  std::u32string runes;
  for (std::size_t i = 0; i < text.size();) runes.push_back(next_rune(text, i));
  CHECK(runes ==
        std::u32string{U'a', 0xE9, kRuneError, kRuneError, 0x1F600, kRuneError, kRuneError, kRuneError, kRuneError});
  CHECK(count_runes(text) == 9);
  CHECK_FALSE(is_valid_utf8(text));
  CHECK(is_valid_utf8("a\u00e9\ufffd\U0010ffff"));
  CHECK(trim_space("\u3000 \u0085a\u00a0b\u2028\t") == "a\u00a0b");
  CHECK(trim_space(" \xa0 ") == "\xa0");
  CHECK(trim_space(" \n").empty());
}

TEST_CASE("Categories are those of Unicode 15", "[helm][gotemplate][unicode]") {
  CHECK(is_letter(0x65E5));
  CHECK_FALSE(is_letter(0x301));
  CHECK(is_digit(0x663));
  CHECK_FALSE(is_digit(0xBD));
  CHECK(is_printable(0x1FAE8));       // new in 15.0
  CHECK_FALSE(is_printable(0x2FFC));  // new in 15.1
  CHECK_FALSE(is_printable(0x110000));
  CHECK_FALSE(is_space(0x200B));
}

}  // namespace
}  // namespace kyma::gotemplate
