#include "operator/helm/release_rendering.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>

#include "operator/helm/chart/load.hpp"
#include "test/support/chart_directory.hpp"

using namespace kyma::helm;
using Directory = kyma::test::ChartDirectory;

namespace {

ReleaseOutcome<RenderedRelease> render(const Directory& directory, Warnings& warnings) {
  auto chart = load_chart(directory.path() / "c", {});
  if (!chart) return ReleaseError{chart.error().message};
  ReleaseRequest request;
  request.chart = *chart;
  request.release.name = "r";
  ParsedTemplates parsed;
  kyma::gotemplate::Environment environment;
  return render_release(request, parsed, environment, warnings);
}

// What the one template of a chart renders, or the error.
std::string rendered(std::string_view text) {
  const Directory directory;
  directory.chart("c", text);
  Warnings warnings;
  const auto release = render(directory, warnings);
  if (!release) return release.error().message;
  REQUIRE(release->documents.manifests.size() == 1);
  return release->documents.manifests[0].text;
}

}  // namespace

TEST_CASE(".Chart as JSON has its fields in the order of declaration", "[helm][release]") {
  CHECK(rendered("# {{ toJson .Chart }}") == R"(# {"name":"c","version":"1.0.0","apiVersion":"v2","IsRoot":true})");
  CHECK(rendered("# {{ omit (fromToml (toToml .Chart)) \"Keywords\" | keys | has \"Metadata\" }}") == "# false");
}

TEST_CASE("Kubernetes' version prints as text on its own and as a struct within others", "[helm][release]") {
  CHECK(rendered("v: {{ .Capabilities.KubeVersion }}") == "v: v1.32.0");
  CHECK(rendered("v: x{{ list .Capabilities.KubeVersion }}") == "v: x[{v1.32.0 1 32}]");
}

TEST_CASE(".Values.PathValue names the last step of a path that leads nowhere", "[helm][release]") {
  CHECK(rendered("{{ .Values.PathValue \"a.b.c\" }}").ends_with("error calling PathValue: \"c\" is not a value"));
  CHECK(rendered("{{ .Values.PathValue \"\" }}").ends_with("error calling PathValue: YAML path cannot be empty"));
}

TEST_CASE("What was rendered before a document that is not YAML comes with the error", "[helm][release]") {
  const Directory directory;
  directory.chart("c", "kind: Job\nmetadata: {annotations: {helm.sh/hook: test}}\n---\na: [\n");
  directory.write("c/templates/NOTES.txt", "notes");
  directory.write("c/templates/blank.yaml", " \n");
  Warnings warnings;
  const auto release = render(directory, warnings);
  REQUIRE_FALSE(release.has_value());
  const ReleaseError& error = release.error();
  CHECK(error.in_templates);
  REQUIRE(error.rendered.documents.manifests.size() == 1);
  CHECK(error.rendered.documents.manifests[0].text.ends_with("a: [\n"));
  REQUIRE(error.rendered.documents.hooks.size() == 1);
  CHECK(error.rendered.documents.hooks[0].kind == "Job");
}

TEST_CASE("No writer of texts writes more than the rendering may hold", "[helm][release]") {
  // Lists of two equal lists, forty deep: small as values, without end as a text.
  const std::string value = "{{ $v := list }}{{ range until 40 }}{{ $v = list $v $v }}{{ end }}";
  for (const std::string writer :
       {"toYaml", "toYamlPretty", "toJson", "toPrettyJson", "toRawJson", "mustToJson", "dict \"v\" $v | toToml",
        "print", "println", "html", "squote", "cat", "printf \"%v\""}) {
    const Directory directory;
    directory.chart("c", value + "{{ " + (writer.ends_with("toToml") ? writer : writer + " $v") + " | len }}");
    auto chart = load_chart(directory.path() / "c", {});
    REQUIRE(chart.has_value());
    ReleaseRequest request;
    request.chart = *chart;
    request.limits.heap = std::size_t{1} << 20;
    ParsedTemplates parsed;
    kyma::gotemplate::Environment environment;
    Warnings warnings;
    const auto release = render_release(request, parsed, environment, warnings);
    INFO(writer);
    REQUIRE_FALSE(release.has_value());
    CHECK(release.error().message.ends_with(": the rendering needs more than 1 MiB of memory"));
  }
}

TEST_CASE("A mistake in the values is told as it is, whichever step meets it", "[helm][release]") {
  const Directory directory;
  directory.chart("c/charts/sub", "a: 1");
  directory.write("c/charts/sub/Chart.yaml", "name: sub\nversion: 1.0.0\n");
  directory.write("c/Chart.yaml", "name: c\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0}]\n");
  directory.write("c/values.yaml", "sub: 1\n");
  Warnings warnings;
  const auto release = render(directory, warnings);
  REQUIRE_FALSE(release.has_value());
  CHECK(release.error().message == "type mismatch on sub: %!t(float64=1)");
  CHECK_FALSE(release.error().in_templates);
}
