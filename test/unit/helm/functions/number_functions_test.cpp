#include <limits>

#include "operator/helm/functions/decimal.hpp"
#include "test/unit/helm/functions/expectations.hpp"

namespace kyma::helm::test {
namespace {

TEST_CASE("Number functions give what the real helm gives", "[helm][functions][numbers]") {
  check_expectations("numbers.jsonl", 490);
}

TEST_CASE("A sequence too long for the heap is refused before it is built", "[helm][functions][numbers]") {
  constexpr std::size_t kLimit = std::size_t{4} << 20;
  for (const char* text : {
           "{{ until 1000000 }}",
           "{{ until 9223372036854775807 }}",
           "{{ until -9223372036854775808 }}",
           "{{ untilStep -9223372036854775808 9223372036854775807 1 }}",
           "{{ seq 9223372036854775806 }}",
           "{{ seq 0 1000000 }}",
       }) {
    INFO(text);
    CHECK_THAT(evaluate(text, kLimit).error,
               Catch::Matchers::ContainsSubstring("the rendering needs more than 4 MiB of memory"));
  }
}

TEST_CASE("Decimal arithmetic is exact where floats are not", "[helm][functions][numbers]") {
  const auto decimal = [](double value) { return Decimal::from_float(value); };
  CHECK((decimal(0.1) + decimal(0.2)).to_float() == 0.3);
  CHECK((decimal(1.1) * decimal(1.1)).to_float() == 1.21);
  CHECK((decimal(0.3) - decimal(0.1)).to_float() == 0.2);
  CHECK((decimal(2) / decimal(3)).to_float() == 0.6666666666666667);
  CHECK((decimal(-2) / decimal(3)).to_float() == -0.6666666666666667);
  CHECK((decimal(1e-17) / decimal(3)).to_float() == 0);  // 16 places
  CHECK_FALSE(std::signbit((decimal(-1) * decimal(0)).to_float()));
  CHECK(std::isinf((decimal(1e308) * decimal(1e308)).to_float()));
  CHECK((decimal(1e-308) * decimal(1e-308)).to_float() == 0);
  CHECK((decimal(1e308) - decimal(1e-308)).to_float() == 1e308);
  CHECK_THROWS_WITH(decimal(1) / decimal(0), "decimal division by 0");
  CHECK_THROWS_WITH(decimal(-std::numeric_limits<double>::infinity()), "Cannot create a Decimal from -Inf");
}

}  // namespace
}  // namespace kyma::helm::test
