#include "operator/helm/gotemplate/number.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

namespace kyma::gotemplate {
namespace {

TEST_CASE("Integers are read by base, or by the prefix", "[helm][gotemplate][number]") {
  CHECK(parse_int("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(parse_int("+7") == 7);
  CHECK(parse_int("010") == 10);
  CHECK(parse_int("010", 0) == 8);
  CHECK(parse_int("0", 0) == 0);
  CHECK(parse_int("-0x1F", 0) == -31);
  CHECK(parse_int("0b1_0", 0) == 2);
  CHECK(parse_int("0o17", 0) == 15);
  CHECK(parse_int("0_7", 0) == 7);
  CHECK(parse_int("1_000", 0) == 1000);
  CHECK(parse_int("0x_ff", 0) == 255);
  CHECK(parse_int("zz", 36) == 1295);
  CHECK(parse_uint("18446744073709551615", 0) == std::numeric_limits<std::uint64_t>::max());
  for (const std::string_view bad : {"", "+", "-", "+-1", "1_", "_1", "1__0", "08", "0x", "0xg", "0b2", " 1", "1 ",
                                     "1.0", "9223372036854775808", "-9223372036854775809", "99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(parse_int(bad, 0));
  }
  CHECK_FALSE(parse_int("1_000"));
  CHECK_FALSE(parse_uint("+1"));
  CHECK_FALSE(parse_uint("-1"));
  CHECK_FALSE(parse_uint("18446744073709551616"));
}

TEST_CASE("Floats are read by Go's syntax", "[helm][gotemplate][number]") {
  CHECK(parse_float("1") == 1);
  CHECK(parse_float(".5") == .5);
  CHECK(parse_float("5.") == 5);
  CHECK(parse_float("+1e3") == 1000);
  CHECK(parse_float("-1.5E-2") == -.015);
  CHECK(parse_float("1_0.2_5") == 10.25);
  CHECK(parse_float("0x1.8p1") == 3);
  CHECK(parse_float("0X.8P-1") == .25);
  CHECK(parse_float("0x_1p0") == 1);
  CHECK(parse_float("1e-400") == 0);
  CHECK(parse_float("0.000e99999") == 0);
  CHECK(parse_float("0x1p-99999") == 0);
  CHECK(parse_float("5e-324") == std::numeric_limits<double>::denorm_min());
  CHECK(parse_float("inf") == std::numeric_limits<double>::infinity());
  CHECK(parse_float("-Infinity") == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(parse_float("NaN").value_or(0)));
  CHECK(std::signbit(parse_float("-0").value_or(1)));
  for (const std::string_view bad : {"",       "+",         ".",    "e5",   "1e",   "1e+",  "--1",   "+-1", "1_",
                                     "_1",     "1__0",      "1e_5", "0x1",  "0xp1", "0x1p", "0x1.8", "1p3", "1e400",
                                     "-1e400", "0x1p99999", "-nan", "infi", " 1",   "1 ",   "1f",    "0b1", "1,5"}) {
    INFO(bad);
    CHECK_FALSE(parse_float(bad));
  }
}

}  // namespace
}  // namespace kyma::gotemplate
