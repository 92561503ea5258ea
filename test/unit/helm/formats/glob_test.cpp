#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <string>

#include "operator/helm/formats/glob.hpp"

namespace kyma::helm {
namespace {

bool glob(std::string_view pattern, std::string_view path) { return Glob(pattern).matches(path); }

TEST_CASE("A glob's single star stops at a separator and its double star does not", "[helm][formats][glob]") {
  CHECK(glob("*", "abc"));
  CHECK_FALSE(glob("*", "a/b"));
  CHECK(glob("**", "a/b/c"));
  CHECK(glob("config/*.yaml", "config/a.yaml"));
  CHECK_FALSE(glob("config/*.yaml", "config/d/a.yaml"));
  CHECK(glob("config/**.yaml", "config/d/a.yaml"));
  CHECK(glob("**/b", "a/b"));
  CHECK_FALSE(glob("**/b", "b"));
  CHECK(glob("a?c", "abc"));
  CHECK_FALSE(glob("a?c", "a/c"));
}

TEST_CASE("A glob has classes, alternatives and escapes", "[helm][formats][glob]") {
  CHECK(glob("a[bc]d", "acd"));
  CHECK_FALSE(glob("a[!bc]d", "acd"));
  CHECK(glob("a[a-c]d", "abd"));
  CHECK_FALSE(glob("a[!a-c]d", "abd"));
  CHECK(glob("{a,{b,c}}d", "cd"));
  CHECK(glob("{a,}", ""));
  CHECK(glob("config/*.{yaml,json}", "config/b.json"));
  CHECK(glob("a\\*", "a*"));
  CHECK_FALSE(glob("a\\*", "ab"));
  CHECK(glob("{a,b", "b"));  // the brace may stay open
  CHECK(glob("a,b}", "a,b}"));
  CHECK(glob("[\xC3\xA9]", "\xC3\xA9"));
}

TEST_CASE("A malformed glob is refused", "[helm][formats][glob]") {
  for (const std::string_view pattern : {"[", "[]", "[ab", "[c-a]", "[a-bc]", "[!]", "[a-"}) {
    CAPTURE(pattern);
    CHECK_THROWS_AS(Glob(pattern), FormatError);
  }
}

TEST_CASE("A glob takes no more time than it has steps for", "[helm][formats][glob]") {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  CHECK_FALSE(glob(pattern + "b", std::string(2000, 'a')));
  CHECK(glob(std::string(5000, '{') + "a,b" + std::string(5000, '}'), "b"));
}

TEST_CASE("A path matches as filepath.Match says", "[helm][formats][glob]") {
  CHECK(path_match("*.txt", "a.txt"));
  CHECK_FALSE(path_match("*.txt", "b/a.txt"));
  CHECK(path_match("a/*/c", "a/b/c"));
  CHECK_FALSE(path_match("a/*/c", "a/b/d/c"));
  CHECK(path_match("a?c", "abc"));
  CHECK_FALSE(path_match("a?c", "a/c"));
  CHECK(path_match("a*b*c", "axxbyyc"));
  CHECK(path_match("[a-c]x", "bx"));
  CHECK_FALSE(path_match("[^a-c]x", "bx"));
  CHECK(path_match("[\\-x]", "-"));
  CHECK(path_match("a\\*", "a*"));
  CHECK(path_match("", ""));
  CHECK(path_match("**", "a"));
  CHECK_FALSE(path_match("**", "a/b"));
  CHECK(path_match(".?*", ".git"));
  CHECK_FALSE(path_match(".?*", "."));
}

TEST_CASE("A malformed path pattern is refused even where it cannot match", "[helm][formats][glob]") {
  for (const std::string_view pattern : {"[", "[]", "[a", "[a-", "[-x]", "[x-]", "a\\", "[^]", "b*[", "[]a]"}) {
    CAPTURE(pattern);
    CHECK_THROWS_WITH(path_match(pattern, "abc"), "syntax error in pattern");
  }
}

TEST_CASE("A path pattern takes no exponential time", "[helm][formats][glob]") {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  CHECK_FALSE(path_match(pattern + "b", std::string(1000, 'a')));
}

}  // namespace
}  // namespace kyma::helm
