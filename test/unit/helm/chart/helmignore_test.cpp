#include <catch2/catch_test_macros.hpp>

#include "operator/helm/chart/helmignore.hpp"
#include "test/unit/helm/chart/scratch_charts.hpp"

using namespace kyma::helm;
using namespace kyma::helm::test;

namespace {

// The files that are left of a small chart.
std::string left_by(const std::string& rules) {
  const ScratchDirectory directory({{"Chart.yaml", kChartYaml},
                                    {".helmignore", rules},
                                    {"file", ""},
                                    {"real/file", ""},
                                    {"real/inner/other", ""},
                                    {"templates/.hidden", ""},
                                    {"templates/..data", ""}});
  const auto chart = load_chart(directory.path());
  if (!chart) return chart.error().message;
  return file_names(**chart) + ((*chart)->templates.empty() ? "" : "templates");
}

}  // namespace

TEST_CASE("Ignore rules match names, paths and directories", "[helm][chart][helmignore]") {
  const std::string all = ".helmignore;file;real/file;real/inner/other;";
  CHECK(left_by("") == all);
  CHECK(left_by("# real\n\n  \n") == all);
  CHECK(left_by("file") == ".helmignore;real/inner/other;");
  CHECK(left_by("/file") == ".helmignore;real/file;real/inner/other;");
  CHECK(left_by("real/") == ".helmignore;file;");
  CHECK(left_by("file/") == all);
  CHECK(left_by("real/file") == ".helmignore;file;real/inner/other;");
  CHECK(left_by("inner") == ".helmignore;file;real/file;");
  CHECK(left_by("real/*") == ".helmignore;file;");
  CHECK(left_by(" r?al\r\n") == ".helmignore;file;");
  CHECK(left_by("\xef\xbb\xbf"
                "file") == ".helmignore;real/inner/other;");
  // Each look at such a rule takes one of its slashes.
  CHECK(left_by("//real") == ".helmignore;file;");
}

TEST_CASE("A negated rule ignores what it does not match", "[helm][chart][helmignore]") {
  CHECK(left_by("!real") == "Chart.yaml file is missing");
  CHECK(left_by("!*") == ".helmignore;file;real/file;real/inner/other;");
}

TEST_CASE("Malformed rules are errors", "[helm][chart][helmignore]") {
  CHECK(left_by("a/**") == "double-star (**) syntax is not supported");
  CHECK(left_by("[") == "syntax error in pattern");
  CHECK(left_by("a\\") == "syntax error in pattern");
  CHECK(left_by(std::string(70'000, 'x')) == "bufio.Scanner: token too long");
}

TEST_CASE("Hidden templates are always ignored", "[helm][chart][helmignore]") {
  IgnoreRules rules;
  CHECK(rules.ignores("templates/.hidden", false));
  CHECK(rules.ignores("templates/..data", true));
  CHECK_FALSE(rules.ignores("templates/deep/.hidden", false));
  CHECK_FALSE(rules.ignores("templates/.", false));
}
