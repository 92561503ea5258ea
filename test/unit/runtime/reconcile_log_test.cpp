#include "operator/runtime/reconcile_log.hpp"

#include <catch2/catch_test_macros.hpp>

#include <optional>
#include <regex>
#include <string>

#include "test/unit/runtime/fake_api.hpp"

using namespace kyma;
using namespace kyma::runtime;

namespace {

const Logger kLog("test");

// "" when the last line has none.
std::string id_in(const test::QuietLog& log) {
  std::smatch found;
  const std::regex pattern("reconcileID=([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");
  return std::regex_search(log.lines.back(), found, pattern) ? found[1].str() : std::string();
}

}  // namespace

TEST_CASE("A line of a reconcile names the controller, the kind, the object and the reconcile", "[runtime][log]") {
  test::QuietLog log;
  ReconcileLog lines("kyma");
  lines.set_type({"inventory.kyma-project.io", "v1alpha1", "Kyma", "kymas"});
  const Request request{InternedString("default"), InternedString("one")};
  const Request other{InternedString("default"), InternedString("two")};
  std::optional<ReconcileLog::Running> running(std::in_place, lines, request);
  const ReconcileLog::Running also(lines, other);

  lines.of(kLog, request).info("Ready", {{"n", 1}});
  CHECK(log.lines.back().find("test: Ready controller=kyma controllerGroup=inventory.kyma-project.io "
                              "controllerKind=Kyma namespace=default name=one reconcileID=") != std::string::npos);
  CHECK(log.lines.back().ends_with(" n=1\n"));
  const std::string first = id_in(log);
  CHECK_FALSE(first.empty());
  lines.of(kLog, request).info("Again");
  CHECK(id_in(log) == first);
  lines.of(kLog, other).info("Other");
  CHECK(id_in(log) != first);

  running.reset();
  lines.of(kLog, request).info("Between");
  CHECK(id_in(log).empty());
  CHECK(log.lines.back().find("name=one\n") != std::string::npos);
  running.emplace(lines, request);
  lines.of(kLog, request).info("Next");
  CHECK_FALSE(id_in(log).empty());
  CHECK(id_in(log) != first);
}

TEST_CASE("Reconciles of different processes have different IDs", "[runtime][log]") {
  test::QuietLog log;
  ReconcileLog one("kyma");
  ReconcileLog another("kyma");
  const Request request{InternedString("default"), InternedString("one")};
  const ReconcileLog::Running first(one, request);
  const ReconcileLog::Running second(another, request);
  one.of(kLog, request).info("x");
  const std::string id = id_in(log);
  another.of(kLog, request).info("x");
  CHECK(id_in(log) != id);
}
