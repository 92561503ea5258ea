#include "test/unit/helm/functions/expectations.hpp"

namespace kyma::helm::test {
namespace {

TEST_CASE("Versions and constraints are the real helm's", "[helm][functions][versions]") {
  check_expectations("versions.jsonl", 830);
}

}  // namespace
}  // namespace kyma::helm::test
