#include <catch2/catch_test_macros.hpp>

#include <latch>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "operator/helm/chart_store.hpp"
#include "operator/helm/formats/json.hpp"
#include "operator/helm/release_rendering.hpp"
#include "test/support/chart_directory.hpp"

using namespace kyma::helm;
using Directory = kyma::test::ChartDirectory;

namespace {

constexpr int kThreads = 4;
constexpr int kRounds = 3;

// Asks for whatever is kept for the whole process or for the chart: patterns, zones, parsed templates, values, files,
// the schema.
constexpr std::string_view kTemplate = R"({{- define "label" }}{{ tpl .Values.label . | quote }}{{ end -}}
kind: ConfigMap
label: {{ include "label" . }}
values: {{ merge (dict "a" 1) .Values | toJson }}
pattern: {{ regexReplaceAll "(a+)b" .Values.text "${1}c" }} {{ regexMatch .Values.pattern .Values.text }}
zone: {{ dateInZone "2006-01-02 15:04 MST" (toDate "2006-01-02" "2024-07-01") .Values.zone }}
version: {{ semverCompare "^1.2" "1.4.0" }} {{ .Capabilities.KubeVersion.Version }}
file: {{ .Files.Get "data.txt" | sha256sum }} {{ (.Files.Glob "*.txt").AsConfig | sha256sum }}
key: {{ genPrivateKey "ecdsa" | contains "PRIVATE KEY" }} {{ randAlphaNum 8 | len }}
secret: {{ htpasswd "user" "password" | len }}
words: {{ .Values.text | title }} {{ camelcase "some_text" }} {{ (fromYaml .Values.yaml).a.b }}
toml: {{ toToml (dict "x" .Values.text) | quote }}
float: {{ printf "%v %08.3f %q" 1.5e30 3.14159 "é" }}
)";

void write_chart(const Directory& directory) {
  directory.chart("c", kTemplate);
  directory.write("c/data.txt", "some data\n");
  directory.write(
      "c/values.yaml",
      "label: '{{ .Release.Name }}-{{ .Values.text }}'\ntext: aab aaab\npattern: ^a+b\nzone: Europe/Berlin\n"
      "yaml: 'a: {b: 1}'\nsub: {enabled: true}\n");
  directory.write("c/values.schema.json",
                  R"({"properties":{"text":{"type":"string","pattern":"a+b"},"n":{"maximum":1000}}})");
  directory.chart("sub", "kind: Secret\nroot: {{ .Values.global | toJson }}\n", "1.0.0", "c/charts/sub");
}

std::string render(ChartStore& store, kyma::gotemplate::Environment& environment, int number) {
  auto loaded = store.get("c", "");
  if (!loaded) return loaded.error().message;
  Heap heap(std::size_t{16} << 20);
  ReleaseRequest request;
  request.chart = (*loaded)->chart;
  request.release.name = "r";
  request.user_values = from_json("{\"n\":" + std::to_string(number) + ",\"global\":{\"g\":1}}", heap);
  Warnings warnings;
  const auto release = render_release(request, (*loaded)->parsed, environment, warnings);
  return release ? release->text({}) : release.error().message;
}

}  // namespace

TEST_CASE("Many threads render one chart at once, and each gets what one alone gets", "[helm][threads]") {
  const Directory directory;
  write_chart(directory);
  kyma::gotemplate::Environment environment;
  std::vector<std::string> expected;
  for (int i = 0; i < kThreads * kRounds; ++i) {
    ChartStore alone(directory.path(), {});
    expected.push_back(render(alone, environment, i));
  }
  INFO(expected[0]);
  REQUIRE(expected[0].find("zone: 2024-07-01 ") != std::string::npos);
  REQUIRE(expected[0].find("kind: Secret") != std::string::npos);

  ChartStore store(directory.path(), {});
  std::vector<std::string> rendered(expected.size());
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      start.arrive_and_wait();
      for (int round = 0; round < kRounds; ++round) {
        if (thread == 0 && round % 2 == 1) store.forget_all();  // others are at work with what is forgotten
        if (thread == 1) store.drop_unused();
        const int number = thread * kRounds + round;
        rendered[static_cast<std::size_t>(number)] = render(store, environment, number);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(rendered == expected);
}
