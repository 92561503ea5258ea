#include "operator/helm/formats/semver.hpp"

#include <catch2/catch_test_macros.hpp>

namespace kyma::helm {
namespace {

TEST_CASE("A version may lack parts and have a v", "[helm][formats][semver]") {
  const Version version = Version::parse("v1.2-rc.1+build.5");
  CHECK(version.major() == 1);
  CHECK(version.minor() == 2);
  CHECK(version.patch() == 0);
  CHECK(version.prerelease() == "rc.1");
  CHECK(version.metadata() == "build.5");
  CHECK(version.original() == "v1.2-rc.1+build.5");
  CHECK(version.str() == "1.2.0-rc.1+build.5");
  CHECK(version.next_patch().str() == "1.2.0");
  CHECK(version.next_minor().original() == "v1.3.0");
}

TEST_CASE("What is no version is refused with the library's words", "[helm][formats][semver]") {
  for (const char* text : {"", "v", "1.2.3.4", "a", "1.2.3-", "1.2.3+", "1..2", " 1", "1.2.3-a..b", "-1"}) {
    INFO(text);
    CHECK_THROWS_AS(Version::parse(text), FormatError);
  }
  const auto message = [](std::string_view text) -> std::string {
    try {
      Version::parse_strict(text);
    } catch (const FormatError& error) {
      return error.what();
    }
    return "fine";
  };
  CHECK(message("1.2.3-rc.1+5") == "fine");
  CHECK(message("") == "Version string empty");
  CHECK(message("1.2") == "Invalid Semantic Version");
  CHECK(message("v1.2.3") == "Invalid characters in version");
  CHECK(message("1.02.3") == "Version segment starts with 0");
  CHECK(message("1.2.3-01") == "Version segment starts with 0");
  CHECK(message("1.2.3-a_b") == "Invalid Prerelease string");
  CHECK(message("1.2.3+a_b") == "Invalid Metadata string");
  CHECK(message("1..3") == "strconv.ParseUint: parsing \"\": invalid syntax");
  CHECK(message("1.2.99999999999999999999") ==
        "strconv.ParseUint: parsing \"99999999999999999999\": value out of range");
}

TEST_CASE("Versions stand in the order of the specification", "[helm][formats][semver]") {
  const char* ordered[] = {"0.9.9",         "1.0.0-1",    "1.0.0-2",    "1.0.0-10",   "1.0.0-alpha",
                           "1.0.0-alpha.1", "1.0.0-beta", "1.0.0-rc.1", "1.0.0-rc.2", "1.0.0-rc.2.0",
                           "1.0.0",         "1.0.1",      "2.0.0"};
  for (std::size_t i = 0; i + 1 < std::size(ordered); ++i) {
    INFO(ordered[i]);
    CHECK(Version::parse(ordered[i]) < Version::parse(ordered[i + 1]));
    CHECK(Version::parse(ordered[i + 1]) > Version::parse(ordered[i]));
  }
  CHECK(Version::parse("1.0.0+a") == Version::parse("1.0.0+b"));
}

TEST_CASE("A constraint chooses as helm's does", "[helm][formats][semver]") {
  const auto allows = [](std::string_view constraint, std::string_view version) {
    return Constraint::parse(constraint).allows(Version::parse(version));
  };
  CHECK(allows(">=1.14-0", "1.15.0-gke.1"));
  CHECK_FALSE(allows(">=1.14", "1.15.0-gke.1"));
  CHECK(allows("1.2 - 1.4.5 || ^3", "3.9.0"));
  CHECK(allows("1.2 - 1.4.5 || ^3", "1.4.5"));
  CHECK_FALSE(allows("1.2 - 1.4.5 || ^3", "1.4.6"));
  CHECK(allows("^0.2.3", "0.2.9"));
  CHECK_FALSE(allows("^0.2.3", "0.3.0"));
  CHECK(allows("~1.2", "1.2.9"));
  CHECK(allows("1.x", "1.9.9"));
  CHECK_FALSE(allows(">11", "11.1.0"));
  for (const char* text : {"", " ", "||", "1 ||", ">1,", ",1", "1 foo", "foo", ">1<2", "= = 1"}) {
    INFO(text);
    CHECK_THROWS_AS(Constraint::parse(text), FormatError);
  }
}

}  // namespace
}  // namespace kyma::helm
